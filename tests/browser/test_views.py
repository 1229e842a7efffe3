"""Every page and lab, wide and narrow, in light and dark: opens clean, fits, and is accessible."""

from __future__ import annotations

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe

from pages.ui.contents import PAGES
from tests.browser.driver import views

pytestmark = pytest.mark.browser

WIDE, NARROW = 1280, 390
VIEWS = [
    pytest.param((*view, width, theme), id=f"{view[1] or view[0]}-{width}-{theme}")
    for theme, width, view in product(("light", "dark"), (WIDE, NARROW), views())
]
OVERFLOW = """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
    .map((element) => element.scrollWidth - element.clientWidth)"""
INSIDE = "([inner, outer]) => Boolean(document.querySelector(inner)?.closest(outer))"

# Streamlit puts <div>s between its sidebar's <ul> and <li>.
KNOWN = {
    "list": '[data-testid="stSidebarNavItems"]',
    "listitem": '[data-testid="stSidebarNavItems"]',
}


@pytest.fixture(scope="module", params=VIEWS)
def opened(request, server, visits):
    """A view opened afresh, with its page's slug."""
    slug, lab, width, theme = request.param
    visit = visits(width, theme)
    visit.open(server.url(slug, lab))
    return visit, slug


def test_opens_without_an_exception(opened):
    visit, slug = opened
    assert visit.page.get_by_role("heading", level=1).inner_text() == PAGES[slug].title
    assert visit.page.get_by_test_id("stException").count() == 0


def test_the_console_stays_clean_and_no_other_host_is_asked(opened):
    assert opened[0].problems == []


def test_nothing_is_wider_than_the_screen(opened):
    assert max(opened[0].page.evaluate(OVERFLOW)) <= 0


def test_every_formula_is_typeset(opened):
    assert opened[0].page.locator(".katex-error").count() == 0


def test_axe_finds_nothing_serious(opened):
    assert serious(opened[0].page) == []


def serious(page) -> list[str]:
    """Serious and critical findings, the known ones left out."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
        if not is_known(page, rule["id"], node["target"][0])
    ]


def is_known(page, rule: str, element: str) -> bool:
    return rule in KNOWN and page.evaluate(INSIDE, [element, KNOWN[rule]])
