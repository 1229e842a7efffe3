"""An address carries the whole state of a page: another person sees the same."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import labs

pytestmark = pytest.mark.browser

KEY = "(slider) => slider.closest('[class*=\"st-key-\"]').className.match(/st-key-(\\S+)/)[1]"
AT_MINIMUM = "(slider) => slider.value === slider.min"
SLIDERS_SHOWN_BY = {  # labs without a slider before a choice
    "Trails": {"trails_gate": "Update"},
    "Notation and mistakes": {"notation_view": "Mistakes"},
}


def seen(page: Page) -> str:
    """Everything that the page says: titles, controls and their values, texts, alternatives."""
    return page.get_by_test_id("stMain").aria_snapshot()


def assert_another_sees_the_same(page: Page, visits) -> None:
    """Opens the page's address in another person's browser and compares what both say."""
    other = seen(visits(person="another").open(page.url))
    for _ in range(50):
        if seen(page) == other:
            return
        page.wait_for_timeout(100)  # the last run of the first page may not have ended
    assert seen(page) == other


@pytest.mark.parametrize(("slug", "lab"), labs(), ids=[lab for _, lab in labs()])
def test_moved_sliders_are_in_the_link(slug, lab, server, visits):
    page = visits().open(server.url(slug, lab, **SLIDERS_SHOWN_BY.get(lab, {})))
    before = seen(page)
    sliders = page.get_by_test_id("stMain").get_by_role("slider")
    keys = sliders.evaluate_all(f"(sliders) => sliders.map({KEY})")
    assert keys
    for key in reversed(keys):  # the last first: a slider may replace one after it
        slider = page.locator(f".st-key-{key}").get_by_role("slider")
        slider.press("ArrowRight" if slider.evaluate(AT_MINIMUM) else "ArrowLeft")
        expect(page).to_have_url(re.compile(rf"[?&]{key}="))
    assert seen(page) != before
    assert_another_sees_the_same(page, visits)


def test_choices_and_drawers_are_in_the_link(server, visits):
    page = visits().open(server.url("optimizers", "Race"))
    page.get_by_role("combobox", name="Surface").click()
    page.get_by_role("option", name="Himmelblau").click()
    expect(page).to_have_url(re.compile("surface=Himmelblau"))
    page.get_by_test_id("stMain").get_by_text("RMSProp", exact=True).click()
    expect(page).to_have_url(re.compile("optimizers=.*RMSProp"))
    page.get_by_text("Handbook check").click()
    expect(page).to_have_url(re.compile("race_handbook=true"))
    assert_another_sees_the_same(page, visits)


def test_a_question_is_in_the_link(server, visits):
    page = visits().open(server.url("practice"))
    page.get_by_role("combobox", name="Kind of answer").click()
    page.get_by_role("option", name="matrix").click()
    expect(page).to_have_url(re.compile("kind=matrix"))
    before = seen(page)
    page.get_by_role("button", name="Next question").click()
    expect(page).to_have_url(re.compile("question="))
    assert_another_sees_the_same(page, visits)
    assert seen(page) != before


def test_the_road_leads_to_the_lab_that_it_names(server, visits):
    page = visits().open(server.url("translation", "Eight steps"))
    page.get_by_test_id("stMain").get_by_role("link", name="Matching game").click()
    expect(page.get_by_role("radio", name="Matching game")).to_be_checked()
    expect(page).to_have_url(re.compile(r"/deep_learning\?lab=Matching"))
    assert_another_sees_the_same(page, visits)
    page.get_by_role("radio", name="XOR").click()
    expect(page).to_have_url(re.compile("lab=XOR"))


def test_home_leads_to_the_race_that_it_shows(server, visits):
    page = visits().open(server.url("home"))
    said = page.get_by_text("of the lowest loss first").inner_text()
    page.get_by_role("link", name="Open this race").click()
    expect(page.get_by_role("heading", name="Optimizers").first).to_be_visible()
    expect(page.get_by_text("of the lowest loss first")).to_have_text(said)
