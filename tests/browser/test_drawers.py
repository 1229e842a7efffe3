"""Every lab with its result revealed and every drawer open: nothing fails, and axe is content."""

from __future__ import annotations

from itertools import product

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import serious_findings
from tests.browser.driver import labs

pytestmark = pytest.mark.browser

FILLED = """() => [...document.querySelectorAll('[data-testid="stMain"] details[open]')]
    .every((drawer) => drawer.innerText.trim().includes('\\n'))"""
MOST_DRAWERS = 12
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
    closed = page.get_by_test_id("stMain").locator("details:not([open]) > summary")
    for _ in range(MOST_DRAWERS):
        if closed.count():
            closed.last.click()
            page.wait_for_function(FILLED)
            visit.settle()
    expect(closed).to_have_count(0)
    return visit


def test_no_drawer_raises(unfolded):
    assert unfolded.page.get_by_test_id("stException").count() == 0
    assert unfolded.problems == []


def test_every_formula_is_typeset(unfolded):
    expect(unfolded.page.locator(".katex").first).to_be_attached()
    assert unfolded.page.locator(".katex-error").count() == 0


def test_axe_finds_nothing_serious(unfolded):
    assert serious_findings(unfolded.page) == []
