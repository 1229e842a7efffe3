"""What axe finds on a page, without what Streamlit draws in a way that no app can mend."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Rule -> elements within which it is known to fail, and why that is accepted.
KNOWN = {
    # Streamlit puts <div>s between its sidebar's <ul> and <li>.
    "list": '[data-testid="stSidebarNavItems"]',
    "listitem": '[data-testid="stSidebarNavItems"]',
    # Wide formulas, code and tables scroll sideways without a tabindex; browsers focus scrollers by
    # themselves (Chromium since 130, Firefox always), which the rule does not know.
    "scrollable-region-focusable": (
        '.katex-display, [data-testid="stCode"] pre, [data-testid="stTable"]'
    ),
}
INSIDE = "([inner, outer]) => Boolean(document.querySelector(inner)?.closest(outer))"


def serious_findings(page: Page) -> list[str]:
    """Serious and critical findings on the page as it stands, the known ones left out."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
        if not _is_known(page, rule["id"], node["target"][0])
    ]


def _is_known(page: Page, rule: str, element: str) -> bool:
    return rule in KNOWN and page.evaluate(INSIDE, [element, KNOWN[rule]])
