"""A mock interview in the browser: its clock outlives a reload, and so does what was typed."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from quiz_bank.interview.plan import Item, Plan
from quiz_bank.loader import load_bank
from quiz_bank.progress import LOCAL, InterviewEntry, open_store
from tests.browser.accessibility import serious_findings
from tests.browser.test_views import NARROW, OVERFLOW, WIDE

pytestmark = pytest.mark.browser

ZONE = "Asia/Tokyo"  # of the learner, not of the machine
KEPT_EVERY = 2_000  # ms, in pages/ui/countdown.js
HOSTILE = "<script>document.title = 'run'</script> **bold** $x$"


def seconds_left(page: Page) -> int:
    expect(page.get_by_role("timer")).to_contain_text("left")
    minutes, seconds = re.findall(r"\d+", page.get_by_role("timer").inner_text())
    return 60 * int(minutes) + int(seconds)


def to_own_words(visit) -> None:
    """Goes on to a question that is answered in one's own words."""
    page = visit.page
    while not page.get_by_test_id("stTextArea").get_by_label("Your answer").count():
        on(visit)


def on(visit) -> None:
    heading = visit.page.get_by_role("heading", level=2).first
    before = heading.inner_text()
    visit.page.get_by_role("button", name="Next").click()
    expect(heading).not_to_have_text(before)
    visit.settle()


def live_in(zone: str, page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTimezoneOverride", {"timezoneId": zone})


def begun(database: Path, seconds_left: float) -> None:
    """An interview in the store, of one question in one's own words."""
    question = next(q for q in load_bank() if q.kind == "own words")
    plan = Plan(15, "mid", "applied", 1, (Item(question.id, 0),))
    at = datetime.now(UTC) + timedelta(seconds=seconds_left, minutes=-plan.minutes)
    interview, name = str(uuid.uuid4()), str(uuid.uuid4())
    begin = InterviewEntry(name, LOCAL, interview, at, "begin", None, plan.to_json())
    open_store(database).add(begin)


def save(page: Page, kind: str, folder: Path) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Download as {kind}").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("width", "theme"), [(WIDE, "light"), (NARROW, "dark")])
def test_an_interview_from_set_up_to_report(width, theme, start_server, new_visit, tmp_path):
    visit = new_visit(width, theme)
    live_in(ZONE, visit.page)
    page = visit.open(start_server().url("interview", minutes=15, set=7))
    page.get_by_role("button", name="Start the interview").click()
    expect(page.get_by_role("heading", name="Question 1 of").first).to_be_visible()
    visit.settle()
    assert 840 <= seconds_left(page) <= 900
    assert serious_findings(page) == []

    to_own_words(visit)
    page.locator("textarea").fill("My first answer")
    page.get_by_role("button", name="Flag to return").click()
    expect(page.get_by_text("✓ 1 answered").first).to_be_visible()
    expect(page.get_by_text("⚑ 1 flagged").first).to_be_visible()
    visit.settle()
    on(visit)
    to_own_words(visit)
    heading = page.get_by_role("heading", level=2).inner_text()
    page.locator("textarea").click()
    page.keyboard.type(HOSTILE)  # and the field is not left: the countdown keeps it
    page.wait_for_timeout(2 * KEPT_EVERY)
    visit.settle()
    expect(page.get_by_text("✓ 2 answered").first).to_be_visible()
    before = seconds_left(page)
    expect(page.get_by_role("timer")).not_to_have_text(page.get_by_role("timer").inner_text())
    page.wait_for_timeout(KEPT_EVERY)  # a busy machine draws the reloaded page a little late

    page.reload()
    visit.settle()
    expect(page.get_by_role("heading", level=2)).to_have_text(heading)
    expect(page.locator("textarea")).to_have_value(HOSTILE)
    assert before - 60 < seconds_left(page) < before
    assert max(page.evaluate(OVERFLOW)) <= 0

    page.get_by_role("button", name="End the interview").click()
    page.get_by_role("button", name="End now").click()
    expect(page.get_by_role("heading", name="What to review next").first).to_be_visible()
    visit.settle()
    expect(page.get_by_text("2 answers in your own words count once").first).to_be_visible()
    assert serious_findings(page) == []
    assert max(page.evaluate(OVERFLOW)) <= 0

    html, markdown = save(page, "HTML", tmp_path), save(page, "Markdown", tmp_path)
    when = page.get_by_role("heading", name="Interview of").inner_text().removeprefix("Interview ")
    assert f"<h1>Mock interview {when}</h1>" in html
    assert markdown.startswith(f"# Mock interview {when}\n")
    assert "<script" not in html
    assert "My first answer" in html
    assert f"```text\n{HOSTILE}\n```" in markdown
    assert visit.problems == []

    saved = tmp_path / "report.html"
    saved.write_text(html, encoding="utf-8")
    page.goto(saved.as_uri())
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    assert page.title().startswith("Mock interview of")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_time_runs_out_in_an_open_page(start_server, new_visit):
    server, visit = start_server(), new_visit(NARROW, "light")
    begun(server.database, 75)
    page = visit.open(server.url("interview"))
    announced = page.get_by_role("status").filter(has_text="1 minute left")
    expect(announced).to_have_count(0)
    page.locator("textarea").click()
    expect(announced).to_have_count(1)
    page.wait_for_timeout(1000 * (seconds_left(page) - 4))
    page.keyboard.type("Typed at the very end")
    expect(page.get_by_role("heading", name="Interview of").first).to_be_visible()
    visit.settle()
    page.get_by_text("To be ticked by you").click()
    expect(page.get_by_text("Typed at the very end").first).to_be_visible()
    assert visit.problems == []
