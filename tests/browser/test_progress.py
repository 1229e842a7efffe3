"""The progress page in Chromium: each view at both widths and in both themes, a way to a lab, and
the files that it hands out."""

from __future__ import annotations

import csv
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from playwright.sync_api import expect

from pages.ui.progress_views import NAMES
from quiz_bank.loader import load_bank
from quiz_bank.progress import Attempt, new_attempt, open_store
from tests.browser.accessibility import serious_findings
from tests.browser.driver import Server, running
from tests.browser.test_views import NARROW, OVERFLOW, WIDE

pytestmark = pytest.mark.browser

COUNT = 200
CASES = list(product(NAMES.values(), ((WIDE, "light"), (NARROW, "dark"))))


def learned() -> Iterator[Attempt]:
    """Answers of four months, every third one wrong, with a response that tries to be a formula."""
    now = datetime.now(UTC)
    questions = list(load_bank())[:30]
    for k in range(COUNT):
        right = k % 3 > 0
        made = new_attempt(
            questions[k % 30].id,
            k,
            "=1+1",
            "correct" if right else "incorrect",
            float(right),
            misconception=None if right else ("no_sig", "ce_double")[k % 2],
            confidence=50 + 10 * (k % 5),
        )
        at = now - timedelta(days=120 * (1 - k / COUNT))
        yield replace(made, id=str(UUID(int=k + 1)), at=at, rating=3 if right else 1)


@pytest.fixture(scope="module")
def learner(tmp_path_factory) -> Iterator[Server]:
    """A server whose learner has answered COUNT times."""
    database = tmp_path_factory.mktemp("learner") / "progress.db"
    store = open_store(database)
    store.add(*learned())
    store.close()
    with running(database) as server:
        yield server


@pytest.mark.parametrize(("view", "look"), CASES, ids=str)
def test_each_view_is_clean_fits_and_is_accessible(view, look, learner, visits):
    width, theme = look
    visit = visits(width, theme, "learner")
    page = visit.open(learner.url("progress", progress_view=view))
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible()
    closed = page.get_by_test_id("stMain").locator("details:not([open]) > summary")
    for _ in range(2):
        if closed.count():
            closed.last.click()
            visit.settle()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    visit.settle()
    assert page.get_by_test_id("stException").count() == 0
    assert visit.problems == []
    assert max(page.evaluate(OVERFLOW)) <= 0
    assert serious_findings(page) == []


def test_the_view_is_in_the_address(learner, visits):
    visit = visits(person="address")
    page = visit.open(learner.url("progress"))
    page.get_by_role("radio", name="Calibration").click()
    page.wait_for_url("**progress_view=Calibration**")
    expect(page.get_by_text("Brier score").first).to_be_visible()


def test_a_mistake_leads_to_the_lab_that_shows_why(learner, visits):
    visit = visits(person="lab")
    page = visit.open(learner.url("progress", progress_view="Misconceptions"))
    page.get_by_role("link", name="See why: Foundations, Softmax").first.click()
    page.wait_for_url("**/foundations?lab=Softmax")
    visit.settle()
    assert visit.problems == []


def test_the_answers_as_a_table(learner, visits, tmp_path):
    page = visits(person="table").open(learner.url("progress"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download answers (CSV)").click()
    download.value.save_as(tmp_path / "answers.csv")
    with (tmp_path / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == COUNT
    assert {row["answer"] for row in rows} == {"'=1+1"}
    assert all(datetime.strptime(row["time_utc"], "%Y-%m-%d %H:%M:%S") for row in rows)


def test_the_cards_as_an_anki_package(learner, visits, tmp_path):
    page = visits(person="anki").open(learner.url("progress"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download cards (Anki)").click()
    download.value.save_as(tmp_path / "cards.apkg")
    with zipfile.ZipFile(tmp_path / "cards.apkg") as archive:
        archive.extract("collection.anki2", tmp_path)
    collection = sqlite3.connect(tmp_path / "collection.anki2")
    (count,) = collection.execute("SELECT count(*) FROM notes").fetchone()
    collection.close()
    assert count >= 97
