"""Statistics of answers against what counting by hand gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from quiz_bank.progress.history import history_of
from quiz_bank.progress.statistics import (
    Mastery,
    calibration,
    latest_right,
    mastery,
    misconceptions_seen,
    not_put_right,
    wilson,
)
from quiz_bank.progress.weekly import LONGEST, MOST_WEEKS, time_spent, weeks

RNG = np.random.default_rng(8)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
NOW = MONDAY + timedelta(days=17, hours=3)


def row(question="a/b", day=0.0, score=1.0, **more):
    record = {
        "seed": 1,
        "tries": 1,
        "seconds": 60.0,
        "misconception": None,
        "rating": None,
        "confidence": None,
    } | more
    at = MONDAY + timedelta(days=day)
    tail = [record[n] for n in ("tries", "seconds", "misconception", "rating", "confidence")]
    return (question, record["seed"], at, score, *tail)


def history(*rows):
    return history_of(rows)


NOTHING = history()


def test_wilson_solves_its_quadratic():
    """Its ends are the shares p at which the observed share lies z standard errors from p."""
    n = RNG.integers(1, 400, 50)
    right = RNG.integers(0, n + 1)
    z = 1.959964
    for end in wilson(right, n):
        np.testing.assert_allclose((right / n - end) ** 2, z**2 * end * (1 - end) / n, atol=1e-12)


def test_wilson_knows_a_published_value_and_nothing_of_nothing():
    low, high = wilson(np.array([15, 0]), np.array([148, 0]))  # Newcombe 1998, table I, case b
    assert (low[0], high[0]) == (pytest.approx(0.0624, abs=5e-5), pytest.approx(0.1605, abs=5e-5))
    assert np.isnan([low[1], high[1]]).all()


def test_the_latest_answer_decides():
    found = history(row("a/x", 0, 0.0), row("a/y", 1), row("a/x", 2, 0.8), row("a/y", 3, 0.79))
    assert latest_right(found) == {"a/x": True, "a/y": False}
    assert latest_right(NOTHING) == {}


def test_mastery_counts_every_question_of_the_bank_once():
    groups = {"a/x": "a", "a/y": "a", "a/z": "a", "b/x": "b"}
    latest = {"a/x": True, "a/y": False, "gone/x": True}
    found = mastery(latest, {"a/x": 0.9, "a/y": 0.5, "gone/x": 1.0}, groups)
    assert list(found) == ["a", "b"]
    assert found["a"] == Mastery(3, 1, 1, 1.4)
    assert found["a"].unseen == 1
    assert found["b"] == Mastery(1, 0, 0, 0.0)


def test_weeks_begin_on_monday_and_leave_none_out():
    found = weeks(
        history(
            row(day=-0.01, score=0.0),
            row(day=0.0),
            row(day=6.99, score=0.0, seconds=100.0),
            row(day=6.995, tries=2, seconds=130.0),
            row(day=15.0, seconds=90.0),
        ),
        NOW,
    )
    assert [str(day) for day in found.starts] == [
        "2026-02-23",
        "2026-03-02",
        "2026-03-09",
        "2026-03-16",
    ]
    assert found.answers.tolist() == [1, 3, 0, 1]
    assert found.first.tolist() == [1, 2, 0, 1]
    assert found.right.tolist() == [0, 1, 0, 1]
    np.testing.assert_allclose(found.minutes, [1, 190 / 60, 0, 1.5])
    np.testing.assert_array_equal(found.seconds, [60, 80, np.nan, 90])


def test_weeks_end_now_and_go_back_two_years():
    found = weeks(history(row(day=-30_000 / 7), row(day=-700), row(day=14), row(day=400)), NOW)
    assert len(found.starts) == 103 <= MOST_WEEKS
    assert found.answers.sum() == 2
    assert weeks(NOTHING, NOW).answers.size == 0
    assert weeks(history(row(day=4000)), NOW).answers.size == 0


def test_a_second_try_takes_the_time_since_the_first():
    spent = time_spent(
        history(
            row("a/x", 0, seed=1, seconds=50.0),
            row("a/y", 0.1, seed=1, seconds=40.0),
            row("a/x", 0.2, seed=1, tries=2, seconds=80.0),
            row("a/x", 0.3, seed=2, tries=2, seconds=70.0),
            row("a/x", 0.4, seed=1, tries=1, seconds=5_000.0),
        )
    )
    np.testing.assert_array_equal(spent, [50, 40, 30, 70, LONGEST])
    assert time_spent(NOTHING).size == 0


def test_calibration_by_hand():
    sure = [0, 9, 10, 70, 70, 79, 100, 100]
    right = [0, 1, 0, 1, 0, 1, 1, 1]
    rows = [
        row(day=k, confidence=c, score=float(s))
        for k, (c, s) in enumerate(zip(sure, right, strict=True))
    ]
    found = calibration(history(*rows, row(score=0.0)))
    assert found.counts.tolist() == [2, 1, 3, 2]
    assert found.right.tolist() == [1, 0, 2, 2]
    np.testing.assert_allclose(found.confidence, [0.045, 0.1, 0.73, 1.0], rtol=1e-12)
    expected = np.mean((np.array(sure) / 100 - np.array(right)) ** 2)
    assert found.brier == pytest.approx(expected, rel=1e-12)
    assert found.answers == 8
    assert found.sure == pytest.approx(np.mean(sure) / 100, rel=1e-12)
    assert found.share_right == 5 / 8


def test_each_percent_falls_into_its_bin():
    rows = [row(day=c, confidence=c) for c in range(101)]
    assert calibration(history(*rows)).counts.tolist() == [10] * 9 + [5, 6]


def test_calibration_of_nothing():
    assert calibration(history(row())).answers == 0
    assert np.isnan(calibration(NOTHING).brier)


def test_mistakes_are_counted_and_placed():
    found = misconceptions_seen(
        history(
            row("a/x", 0, 0.0, misconception="no_sig"),
            row("a/y", 1, 0.0, misconception="no_sig"),
            row("a/y", 2, 0.0, misconception="no_sig"),
            row("a/y", 3, 0.0, misconception="loss_sign"),
            row("a/z", 4, 0.0, misconception="transposed"),
            row("a/z", 5),
        )
    )
    assert [seen.key for seen in found] == ["no_sig", "transposed", "loss_sign"]
    first = found[0]
    assert (first.times, first.questions, first.question_id) == (3, 2, "a/y")
    assert first.last == (MONDAY + timedelta(days=2)).timestamp()


def test_mistakes_since_a_time():
    rows = [row("a/x", day, 0.0, misconception="no_sig") for day in range(5)]
    since = (MONDAY + timedelta(days=3)).timestamp()
    assert [seen.times for seen in misconceptions_seen(history(*rows), since)] == [2]
    assert misconceptions_seen(NOTHING) == ()


@pytest.mark.parametrize(
    ("then", "is_left"),
    [
        (row("a/x", 5), False),
        (row("a/y", 5), False),
        (row("a/x", 5, score=0.79), True),
        (row("a/x", 5, tries=2), True),
        (row("a/z", 5), True),
        (row("a/x", 1.5), True),
    ],
    ids=["right", "another question", "wrong", "second try", "elsewhere", "before the last time"],
)
def test_a_mistake_is_put_right_by_a_later_right_first_answer(then, is_left):
    made = [row(q, day, 0.0, misconception="no_sig") for q, day in (("a/x", 1), ("a/y", 2))]
    found = history(*sorted([*made, then], key=lambda row: row[2]))
    seen = misconceptions_seen(found)
    assert not_put_right(found, seen) == (seen if is_left else ())
