"""Every lab with its result revealed and every drawer open: nothing fails, and axe is content."""

from __future__ import annotations

from itertools import product

import pytest

from tests.browser.accessibility import serious_findings
from tests.browser.driver import labs

pytestmark = pytest.mark.browser

ALL_FILLED = """() => [...document.querySelectorAll('[data-testid="stMain"] details')]
    .every((drawer) => drawer.open && drawer.innerText.trim().includes('\\n'))"""
CASES = [
    pytest.param((*lab, theme), id=f"{lab[1]}-{theme}")
    for theme, lab in product(("light", "dark"), labs())
]


@pytest.fixture(scope="module", params=CASES)
def unfolded(request, server, visits):
    """A lab with everything on it to be seen."""
    slug, lab, theme = request.param
    visit = visits(theme=theme)
    page = visit.open(server.url(slug, lab))
    page.get_by_role("button", name="Just show me").click()
    page.get_by_text("Predict first.").wait_for(state="detached")
    for drawer in page.get_by_test_id("stMain").locator("details:not([open]) summary").all()[::-1]:
        drawer.click()
    page.wait_for_function(ALL_FILLED)
    visit.settle()
    return visit


def test_no_drawer_raises(unfolded):
    assert unfolded.page.get_by_test_id("stException").count() == 0
    assert unfolded.problems == []


def test_every_formula_is_typeset(unfolded):
    assert unfolded.page.locator(".katex").count() > 0
    assert unfolded.page.locator(".katex-error").count() == 0


def test_axe_finds_nothing_serious(unfolded):
    assert serious_findings(unfolded.page) == []
