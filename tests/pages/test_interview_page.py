"""A mock interview on its page: set up, sat through, found again after a reload, reported on."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from pages.ui import interview_records
from quiz_bank.certify import variant_of
from quiz_bank.interview.marking import attempt_id
from quiz_bank.interview.plan import Item, Plan
from quiz_bank.interview.responses import from_text
from quiz_bank.interview.sitting import LEFT, fold
from quiz_bank.loader import load_bank
from quiz_bank.model import KINDS
from quiz_bank.progress import LOCAL, InterviewEntry
from tests.pages.app import visit

BANK = load_bank()
EACH_KIND = [next(q for q in BANK if q.kind == kind) for kind in KINDS]
HOSTILE = "<script>alert(1)</script> **bold** $\\frac{1}{0}$"


def begun(progress, questions, minutes_ago=1.0):
    """An interview of these questions in the store; its id."""
    plan = Plan(15, "mid", "applied", 1, tuple(Item(q.id, 0) for q in questions))
    interview, at = str(uuid.uuid4()), datetime.now(UTC) - timedelta(minutes=minutes_ago)
    entry = InterviewEntry(str(uuid.uuid4()), LOCAL, interview, at, "begin", None, plan.to_json())
    progress.add(entry)
    return interview


def sitting(progress, interview):
    return fold(progress.entries(LOCAL, interview), datetime.now(UTC))


def press(app, name):
    app.button(key=f"interview_{name}").click().run()
    assert not app.exception
    return app


def answer(app, kind):
    """Puts some readable answer into the question's field."""
    if app.radio:
        app.radio[0].set_value(app.radio[0].options[1])
    elif kind == "choices":
        app.checkbox[0].check()
    elif kind == "order":
        app.text_input[0].set_value("B A C")
    else:
        (app.text_area or app.text_input)[0].set_value("17")
    app.run()
    assert not app.exception
    return app


def in_the_field(app):
    fields = [*app.text_area, *app.text_input, *app.radio, *app.checkbox]
    return [field.value for field in fields]


def numbers():
    return [q for q in BANK if q.kind == "number"][:3]


def test_an_interview_begins_with_what_was_chosen(progress):
    app = visit("interview", {"minutes": "30", "level": "Senior", "role": "Engineer", "set": "7"})
    press(app, "start")
    (begin, first) = progress.entries(LOCAL)
    assert (begin.event, first.event, first.position) == ("begin", "visit", 0)
    plan = sitting(progress, begin.interview).plan
    assert (plan.minutes, plan.level, plan.role, plan.seed) == (30, "senior", "engineer", 7)
    assert app.header[0].value == f"Question 1 of {len(plan.items)}"
    assert "set" not in app.query_params


@pytest.mark.parametrize("question", EACH_KIND, ids=lambda q: q.kind)
def test_an_answer_is_kept_and_found_again_in_a_new_session(question, progress):
    interview = begun(progress, [question])
    app = answer(visit("interview"), question.kind)
    kept = sitting(progress, interview).answers[0]
    assert from_text(question.kind, kept)
    assert len(progress.entries(LOCAL)) == 2
    app.run()
    again = visit("interview")
    assert not again.exception
    assert in_the_field(again) == in_the_field(app)
    assert len(progress.entries(LOCAL)) == 2


def test_nothing_is_said_about_right_or_wrong(progress):
    (question, *_) = numbers()
    begun(progress, [question])
    shown = []
    for value in (float(variant_of(question, 0).answer), 17e5):
        app = visit("interview")
        app.text_input[0].set_value(repr(value)).run()
        shown.append([m.value for m in app.markdown if "Understood" not in m.value])
        assert any("Understood as" in m.value for m in app.markdown)
        assert [len(app.success), len(app.error), len(app.warning)] == [0, 0, 0]
    assert shown[0] == shown[1]
    assert progress.attempts(LOCAL) == ()


def test_moving_keeps_what_was_typed_in_the_same_moment(progress):
    interview = begun(progress, numbers())
    app = visit("interview")
    app.text_input[0].set_value("0.5")
    press(app, "next")
    assert sitting(progress, interview).answers == {0: "0.5"}
    app.text_input[0].set_value("2")
    press(app, "flag")
    app.pills(key="interview_map").set_value(2)
    app.run()
    found = sitting(progress, interview)
    assert (found.answers, found.flagged, found.current) == ({0: "0.5", 1: "2"}, {1}, 2)
    assert app.header[0].value == "Question 3 of 3"
    assert "✓ 2 answered · ○ 1 open · ⚑ 1 flagged" in [m.value for m in app.markdown]
    press(app, "previous")
    assert in_the_field(app) == ["2"]
    press(app, "flag")
    assert not sitting(progress, interview).flagged


def test_two_tabs_take_over_each_others_answers(progress):
    interview = begun(progress, numbers())
    first, second = visit("interview"), visit("interview")
    first.text_input[0].set_value("1").run()
    second.run()
    assert in_the_field(second) == ["1"]
    second.text_input[0].set_value("2").run()
    first.run()
    assert in_the_field(first) == ["2"]
    press(second, "next")
    assert first.run().header[0].value == "Question 1 of 3"
    assert sitting(progress, interview).answers == {0: "2"}


def test_the_end_asks_when_questions_are_open_and_counts_once(progress):
    (question, *_) = questions = numbers()
    interview = begun(progress, questions)
    app = visit("interview")
    app.text_input[0].set_value(repr(float(variant_of(question, 0).answer)))
    press(app, "end")
    assert "2 questions without an answer. End the interview?" in [m.value for m in app.markdown]
    press(app, "no")
    assert not sitting(progress, interview).is_settled
    press(press(app, "end"), "yes")
    (attempt,) = progress.attempts(LOCAL)
    assert (attempt.id, attempt.way) == (attempt_id(interview, 0), "interview")
    assert (attempt.verdict, attempt.rating) == ("correct", 3)
    assert any("1 of 3 points" in m.value for m in app.markdown)
    before = len(progress.everything(LOCAL))
    again = visit("interview", {"report": interview})
    assert not again.exception
    assert any("1 of 3 points" in m.value for m in again.markdown)
    assert len(progress.everything(LOCAL)) == before


def test_time_that_runs_out_ends_the_interview(progress):
    (question, *_) = questions = numbers()
    interview = begun(progress, questions, minutes_ago=20)
    (begin,) = progress.entries(LOCAL)
    right = repr(float(variant_of(question, 0).answer))
    for minutes, position in ((5, 0), (16, 1)):
        at = begin.at + timedelta(minutes=minutes)
        progress.add(
            InterviewEntry(str(uuid.uuid4()), LOCAL, interview, at, "answer", position, right)
        )
    app = visit("interview")
    assert not app.exception
    assert any("1 of 3 points" in m.value for m in app.markdown)
    assert [a.question_id for a in progress.attempts(LOCAL)] == [question.id]
    before = len(progress.everything(LOCAL))
    visit("interview")
    assert len(progress.everything(LOCAL)) == before


def test_an_open_page_notices_that_the_time_is_over(progress, monkeypatch):
    interview = begun(progress, numbers())
    app = visit("interview")
    later = datetime.now(UTC) + timedelta(minutes=20)
    monkeypatch.setattr(interview_records, "now", lambda: later)
    app.text_input[0].set_value("1").run()
    assert not app.exception
    assert sitting(progress, interview).is_settled
    assert any("0 of 3 points" in m.value for m in app.markdown)


def test_leaving_counts_nothing(progress):
    interview = begun(progress, numbers())
    app = visit("interview")
    app.text_input[0].set_value("1").run()
    press(press(app, "leave"), "yes")
    assert progress.attempts(LOCAL) == ()
    assert progress.entries(LOCAL)[-1].value == LEFT
    app = visit("interview", {"report": interview})
    assert app.button(key="interview_start")
    assert not app.header


def test_own_words_are_ticked_in_the_report(progress):
    question = next(q for q in BANK if q.kind == "own words")
    interview = begun(progress, [question])
    app = visit("interview")
    app.text_area[0].set_value(HOSTILE)
    press(app, "end")
    assert progress.attempts(LOCAL) == ()
    app = visit("interview", {"report": interview})
    app.session_state[f"interview_{interview}_report_0"] = True
    app.run()
    assert HOSTILE in [code.value for code in app.code]
    assert not [m for m in app.markdown if "<script>" in m.value]
    app.checkbox[0].check()
    press(app, f"{interview}_0_ticks_grade")
    (attempt,) = progress.attempts(LOCAL)
    n = len(variant_of(question, 0).answer.points)
    assert (attempt.response, attempt.score) == ("0", pytest.approx(1 / n))
    app = visit("interview", {"report": interview})
    assert "Partly right" in app.expander[-1].label
    app.session_state[f"interview_{interview}_report_0"] = True
    assert any("You graded this one yourself." in m.value for m in app.run().markdown)


def test_past_interviews_are_listed_and_opened(progress):
    interview = begun(progress, numbers(), minutes_ago=100)
    app = press(visit("interview"), "new")
    button = app.button(key=f"interview_open_{interview}")
    assert "15 minutes · mid · applied · 0\N{NO-BREAK SPACE}%" in button.label
    assert press(app, f"open_{interview}").header[0].value.startswith("Interview of ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", ["[99]", "[" * 9_000, json.dumps(["1"] * 50), "x" * 20_000])
def test_whatever_a_backup_brought_is_shown(kind, value, progress):
    question = next(q for q in BANK if q.kind == kind)
    interview = begun(progress, [question])
    at = datetime.now(UTC) - timedelta(seconds=30)
    progress.add(InterviewEntry(str(uuid.uuid4()), LOCAL, interview, at, "answer", 0, value))
    app = visit("interview")
    assert not app.exception
    press(app, "end")
    if not sitting(progress, interview).is_settled:
        press(app, "yes")
    assert not app.exception


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 20, "²", ""])
def test_a_bad_link_is_a_set_up(asked, progress):
    app = visit("interview", {"report": asked, "set": asked, "minutes": asked, "role": asked})
    assert not app.exception
    assert app.button(key="interview_start")
