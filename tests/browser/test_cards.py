"""A card from the question to the rating, with the keyboard alone and with the mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from quiz_bank.essentials import ESSENTIALS
from quiz_bank.loader import load_bank
from quiz_bank.progress import LOCAL, open_store
from tests.browser.accessibility import serious_findings
from tests.browser.test_review import OVERFLOW, heading

pytestmark = pytest.mark.browser

KNOWN = {q.id: q for q in load_bank() if q.kind == "own words"}
FIRST, SECOND = [KNOWN[name] for name in ESSENTIALS.values() if name in KNOWN][:2]
HOSTILE = "<b>bold</b> **stars** $x$"
MOST_TABS = 60  # once around the page: what is replaced may take the focus with it


def kept(server):
    store = open_store(server.database)
    attempts = store.attempts(LOCAL)
    store.close()
    return attempts


def write(page: Page, text: str):
    field = page.get_by_label("Your answer, in writing if you like")
    field.fill(text)
    return field


def tick(page: Page, points: int) -> None:
    for k in range(points):
        page.locator('[data-testid="stCheckbox"] label').nth(k).click()
        expect(page.get_by_text(f"{k + 1} of ").first).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), [(1280, "dark"), (390, "light")])
def test_a_card_from_the_question_to_the_rating_and_back(width, theme, start_server, new_visit):
    server = start_server()
    visit = new_visit(width, theme)
    page = visit.open(server.url("cards"))
    heading(page, FIRST.title)
    write(page, HOSTILE)
    page.get_by_role("radio", name="75 %").click()
    page.get_by_role("button", name="Show the model answer").click()
    expect(page.get_by_text("Model answer", exact=True).first).to_be_visible()
    visit.settle()  # until then the field itself may still stand there
    expect(page.get_by_test_id("stText").get_by_text(HOSTILE, exact=True)).to_be_visible()
    tick(page, 2)
    assert page.evaluate(OVERFLOW) == [0, 0]
    assert serious_findings(visit.settle()) == []
    page.get_by_role("button", name="Easy").click()
    heading(page, SECOND.title)
    (attempt,) = kept(server)
    assert (attempt.question_id, attempt.rating, attempt.way) == (FIRST.id, 4, "cards")
    assert (attempt.response, attempt.confidence) == (HOSTILE, 75)
    page.get_by_role("button", name="Undo last rating").click()
    heading(page, FIRST.title)
    assert kept(server) == ()
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []


def test_a_card_by_the_keyboard_alone(start_server, new_visit):
    server = start_server()
    visit = new_visit()
    page = visit.open(server.url("cards"))
    write(page, "In my words").press("Control+Enter")
    expect(page.get_by_text("Model answer", exact=True).first).to_be_visible()
    visit.settle()
    expect(page.get_by_test_id("stText").get_by_text("In my words", exact=True)).to_be_visible()
    page.keyboard.press("3")
    heading(page, SECOND.title)
    (attempt,) = kept(server)
    assert (attempt.rating, attempt.response) == (3, "In my words")
    page.get_by_role("button", name="Show the model answer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Model answer", exact=True).first).to_be_visible()
    visit.settle()
    good = page.get_by_role("button", name="Good")
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if good.evaluate("button => button === document.activeElement"):
            break
    expect(good).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2).first).not_to_have_text(SECOND.title)
    assert [a.rating for a in kept(server)] == [3, 3]
    assert visit.problems == []
