"""Every page and lab, wide and narrow, in light and dark: opens clean, fits, and is accessible."""

from __future__ import annotations

from itertools import product

import pytest

from pages.ui.contents import PAGES
from tests.browser.accessibility import serious_findings
from tests.browser.driver import views

pytestmark = pytest.mark.browser

WIDE, NARROW = 1280, 390
VIEWS = [
    pytest.param((*view, width, theme), id=f"{view[1] or view[0]}-{width}-{theme}")
    for theme, width, view in product(("light", "dark"), (WIDE, NARROW), views())
]
OVERFLOW = """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
    .map((element) => element.scrollWidth - element.clientWidth)"""


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
    assert serious_findings(opened[0].page) == []
