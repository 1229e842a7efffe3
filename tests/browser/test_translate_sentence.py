"""A sentence typed in a browser and read in English; what is unknown, too long or no sentence."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.figures.translate_reading import LONGEST
from tests.browser.driver import Visit
from tests.browser.test_controls import DRAWN, DRAWN_ANEW

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390)
REFUSED = {
    "10,000 characters": ("Hund " * 2000, f"has 10,000 characters; at most {LONGEST} "),
    "emoji": ("😀🎉👩‍👩‍👧", "no word in this text"),
    "nothing": ("", "There is no text"),
}


@pytest.fixture(params=WIDTHS)
def visit(request, new_visit) -> Visit:
    return new_visit(request.param)


def open_lab(server, visit: Visit, **query: object) -> Page:
    """The lab with its result in sight, as a link with a setting has it."""
    return visit.open(server.url("translation", "Translate", **({"translate_step_8": 1} | query)))


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="German sentence")


def translation(page: Page) -> Locator:
    return page.locator("h2").first


def well(visit: Visit) -> bool:
    """Whether there was no error, and nothing is wider than the screen."""
    page = visit.settle()
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    shown = page.get_by_test_id("stException").count() == 0 and page.evaluate(fits)
    return bool(shown) and visit.problems == []


def test_a_typed_sentence_is_translated_word_by_word(server, visit):
    page = open_lab(server, visit)
    before = page.evaluate(DRAWN)
    field(page).fill("Wie geht es dir?")
    expect(translation(page)).to_have_text("How are you?")
    page.wait_for_function(DRAWN_ANEW, arg=before)
    expect(page.get_by_role("combobox", name=re.compile("Example"))).to_have_value("Greeting")
    expect(page.get_by_text(re.compile(r"^Word \d of 5, "))).to_be_visible()
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page.get_by_text("Word 1 of 5, “how”")).to_be_visible()
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_text("Word 2 of 5, “are”")).to_be_visible()
    assert well(visit)


def test_a_typed_sentence_is_there_after_a_reload(server, visit):
    page = open_lab(server, visit)
    field(page).fill("Wie geht es dir?")
    expect(translation(page)).to_have_text("How are you?")
    expect(page).to_have_url(re.compile("translate_text=Wie"))  # though a moved step has gone
    page.reload()
    visit.settle()
    expect(field(page)).to_have_value("Wie geht es dir?")
    expect(translation(page)).to_have_text("How are you?")
    assert well(visit)


def test_an_unknown_word_is_marked_and_explained(server, visit):
    page = open_lab(server, visit)
    field(page).fill("Meine Schwestr trinkt Xylophon.")
    told = page.get_by_test_id("stAlert").filter(has_text="Unknown: ")
    expect(told).to_contain_text("Schwestr (did you mean “Schwester”?) and Xylophon")
    expect(told).to_contain_text(re.compile(r"knows \d+ German words and reads each of these as"))
    picture = page.locator(".st-key-translate_player")
    for word in ("Schwestr", "Xylophon"):
        expect(picture.get_by_text(f"{word} unknown", exact=True)).to_be_visible()
    assert well(visit)


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_sentence_is_told_and_stays_in_the_field(text, reason, server, visit):
    page = open_lab(server, visit, translate_text="Wie geht es dir?")
    expect(translation(page)).to_have_text("How are you?")
    field(page).fill(text)
    told = page.get_by_test_id("stAlert").filter(has_text=reason)
    expect(told).to_contain_text("Still shown: Wie geht es dir?")
    visit.settle()
    expect(field(page)).to_have_value(text)
    expect(translation(page)).to_have_text("How are you?")
    field(page).fill("Guten Morgen!")
    expect(translation(page)).to_have_text("Good morning!")
    expect(told).to_have_count(0)
    assert well(visit)
