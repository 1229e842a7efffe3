"""A review as a learner does it: two questions, the last rating taken back, at both widths."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from quiz_bank.certify import draw
from quiz_bank.loader import load_bank
from quiz_bank.progress import LOCAL, new_attempt, open_store
from tests.browser.accessibility import serious_findings

pytestmark = pytest.mark.browser

OVERFLOW = """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
    .map((element) => element.scrollWidth - element.clientWidth)"""
BY_TOPIC = {q.topic: q for q in load_bank() if q.kind == "number"}
FIRST, SECOND = list(BY_TOPIC.values())[:2]


def due(database) -> None:
    """Makes two questions due, the first one first."""
    store = open_store(database)
    for days, question in ((30, FIRST), (29, SECOND)):
        attempt = new_attempt(question.id, draw(question, 0)[0], "", "correct", 1.0, learner=LOCAL)
        at = datetime.now(UTC) - timedelta(days=days)
        assert store.add(replace(attempt, at=at, rating=3)).problem is None
    store.close()


def answer(page: Page, question) -> None:
    """Types the right answer of the question's second variant and has it checked."""
    field = page.get_by_test_id("stMain").get_by_role("textbox").first
    field.fill(repr(float(draw(question, 1)[1].answer)))
    field.press("Enter")
    expect(page.get_by_text("Understood as").first).to_be_visible()
    page.get_by_role("button", name="Check", exact=False).click()
    expect(page.get_by_text("Worked solution.").first).to_be_visible()


def heading(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=2).first).to_have_text(title)


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_two_reviews_and_the_last_one_taken_back(width, theme, start_server, new_visit):
    server = start_server()
    due(server.database)
    visit = new_visit(width, theme)
    page = visit.open(server.url("review"))
    heading(page, FIRST.title)
    expect(page.get_by_text("0 of 2 today").first).to_be_visible()
    answer(page, FIRST)
    expect(page.get_by_text("1 of 2 today").first).to_be_visible()
    page.get_by_role("button", name="Next").click()
    heading(page, SECOND.title)
    answer(page, SECOND)
    expect(page.get_by_text("2 of 2 today").first).to_be_visible()
    assert page.evaluate(OVERFLOW) == [0, 0]
    assert serious_findings(visit.settle()) == []
    page.get_by_role("button", name="Undo last rating").click()
    expect(page.get_by_text("1 of 2 today").first).to_be_visible()
    heading(page, SECOND.title)
    expect(page.get_by_text("Worked solution.")).to_have_count(0)
    answer(page, SECOND)
    page.get_by_role("button", name="Next").click()
    heading(page, "Done for today")
    expect(page.get_by_test_id("stPlotlyChart")).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []
