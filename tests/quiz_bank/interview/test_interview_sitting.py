"""The state of an interview is the sum of its entries, in whatever order they arrive."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz_bank.interview.plan import Item, Plan
from quiz_bank.interview.sitting import LEFT, fold
from quiz_bank.progress import InterviewEntry

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
N = 4
PLAN = Plan(15, "mid", "applied", 1, tuple(Item(f"topic/name-{k}", k) for k in range(N)))
INTERVIEW = str(uuid.UUID(int=1))
LATE = START + timedelta(hours=2)


def entry(seconds, event, position=None, value="", number=None):
    at = START + timedelta(seconds=seconds)
    name = uuid.uuid4() if number is None else uuid.UUID(int=number)
    return InterviewEntry(str(name), "local", INTERVIEW, at, event, position, value)


BEGIN = entry(0, "begin", value=PLAN.to_json(), number=7)


def folded(*entries, now=LATE):
    return fold([BEGIN, *entries], now)


@st.composite
def told(draw):
    event = draw(st.sampled_from(["visit", "answer", "flag", "unflag", "end"]))
    position = None if event == "end" else draw(st.integers(0, N + 1))
    value = draw(st.sampled_from(["", "1", "<b>", "  "])) if event == "answer" else ""
    return entry(draw(st.integers(-60, 1200)), event, position, value, draw(st.integers(8, 10**6)))


ENTRIES = st.lists(told(), max_size=25, unique_by=lambda e: e.id)


@given(ENTRIES, st.randoms(use_true_random=False), st.integers(0, 1500))
def test_the_order_of_arrival_and_repeats_change_nothing(entries, random, after):
    now = START + timedelta(seconds=after)
    mixed = [BEGIN, *entries, *entries[:3], BEGIN]
    random.shuffle(mixed)
    assert fold(mixed, now) == folded(*entries, now=now)


@given(ENTRIES, ENTRIES)
def test_what_comes_after_the_end_or_the_deadline_does_not_count(entries, more):
    sitting = folded(*entries)
    known = {e.id for e in entries}
    late = [e for e in more if e.at > sitting.closed and e.id not in known]
    again = folded(*entries, *late)
    kept = ("deadline", "ended", "answers", "flagged", "seconds", "current", "is_left")
    assert [getattr(again, name) for name in kept] == [getattr(sitting, name) for name in kept]


@given(ENTRIES)
def test_the_times_add_up_to_the_length_of_the_interview(entries):
    sitting = folded(*entries)
    assert START <= sitting.closed <= sitting.deadline == START + timedelta(minutes=15)
    assert sum(sitting.seconds) == pytest.approx((sitting.closed - START).total_seconds())
    assert min(sitting.seconds) >= 0
    assert 0 <= sitting.current < N


@given(ENTRIES)
def test_answers_and_flags_are_the_latest_that_count(entries):
    sitting = folded(*entries)
    counted = sorted(
        (e for e in entries if START <= e.at <= sitting.closed), key=lambda e: (e.at, e.id)
    )
    for place in range(N):
        answers = [e.value for e in counted if e.event == "answer" and e.position == place]
        assert sitting.answers.get(place, "") == (answers[-1].strip() if answers else "")
        flags = [e.event for e in counted if "flag" in e.event and e.position == place]
        assert (place in sitting.flagged) == (flags[-1:] == ["flag"])


@given(ENTRIES, st.integers(0, 2000))
def test_the_time_left_only_falls(entries, after):
    sitting = folded(*entries)
    now = START + timedelta(seconds=after)
    assert sitting.is_over(now) == (now >= sitting.closed)
    expected = 0 if sitting.is_over(now) else 900 - after
    assert sitting.remaining(now) == pytest.approx(expected)


def test_seconds_follow_the_visits():
    entries = [
        entry(0, "visit", 0),
        entry(30, "visit", 2),
        entry(40, "answer", 2, "x"),
        entry(100, "visit", 0),
        entry(160, "answer", 3, "y"),  # another tab answers: the learner was there
        entry(200, "end"),
    ]
    assert folded(*entries).seconds == (90, 0, 70, 40)
    running = folded(*entries[:4], now=START + timedelta(seconds=110))
    assert running.seconds == (40, 0, 70, 0)
    assert running.current == 0
    assert not running.is_settled


def test_an_interview_nobody_ends_ends_by_itself():
    sitting = folded(entry(10, "answer", 1, "x"))
    assert (sitting.ended, sitting.is_settled) == (None, False)
    assert sitting.closed == sitting.deadline
    assert sum(sitting.seconds) == 900
    late = folded(entry(10, "answer", 1, "x"), entry(5000, "end"))
    assert (late.ended, late.is_settled, late.is_left) == (None, True, False)


def test_leaving_is_an_end_that_says_so():
    assert folded(entry(10, "end", value=LEFT)).is_left
    assert not folded(entry(5, "end"), entry(10, "end", value=LEFT)).is_left
    assert not folded(entry(5000, "end", value=LEFT)).is_left


@pytest.mark.parametrize("value", ["", "{}", "[1]", "x" * 20_000, '{"minutes":15}'])
def test_without_a_readable_plan_there_is_no_interview(value):
    assert fold([entry(0, "begin", value=value), entry(5, "answer", 0, "1")], LATE) is None
    assert fold([], LATE) is None


def test_of_two_beginnings_the_first_counts():
    other = entry(60, "begin", value=PLAN.to_json().replace("15", "60"))
    assert folded(other).deadline == START + timedelta(minutes=15)
