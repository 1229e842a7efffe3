"""The rating table of the grading rules, and cards that depend on the attempts alone."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Card, Rating, Scheduler

from quiz_bank.progress import rating_for
from quiz_bank.progress.schedule import review

EXPECTED = 60.0
START = datetime(2026, 3, 1, 12, tzinfo=UTC)

RATINGS = [
    ({"verdict": "incorrect", "score": 0.0}, Rating.Again),
    ({"verdict": "partial", "score": 0.79}, Rating.Again),
    ({"verdict": "shown", "score": 0.0, "tries": 0}, Rating.Again),
    ({"verdict": "shown", "score": 1.0}, Rating.Again),
    ({"verdict": "incorrect", "score": 0.0, "hints": 2}, Rating.Again),
    ({"verdict": "partial", "score": 0.8}, Rating.Hard),
    ({"verdict": "partial", "score": 0.99}, Rating.Hard),
    ({"hints": 1}, Rating.Hard),
    ({"tries": 2}, Rating.Hard),
    ({"tries": 2, "verdict": "partial", "score": 0.9}, Rating.Hard),
    ({}, Rating.Good),
    ({"seconds": 3600.0}, Rating.Good),
    ({"tries": 2, "verdict": "incorrect", "score": 0.0}, None),
    ({"tries": 2, "verdict": "shown", "score": 0.0}, None),
    ({"tries": 3}, None),
    ({"verdict": "invalid", "score": 0.0}, None),
]


@pytest.mark.parametrize(("changes", "rating"), RATINGS)
def test_rating_of_a_first_meeting(make_attempt, changes, rating):
    assert rating_of([], make_attempt(9, **changes)) is rating


def rating_of(history, attempt):
    return rating_for(history, attempt, EXPECTED)


def test_three_fast_right_answers_on_unseen_seeds_are_easy(make_attempt):
    history = [make_attempt(1), make_attempt(2, seconds=EXPECTED)]
    assert rating_of(history, make_attempt(3, seconds=EXPECTED)) is Rating.Easy
    assert rating_of(history[:1], make_attempt(3)) is Rating.Good


def test_an_unreadable_answer_does_not_break_the_run(make_attempt):
    unreadable = make_attempt(3, verdict="invalid", score=0.0)
    history = [make_attempt(1), make_attempt(2), unreadable]
    assert rating_of(history, make_attempt(4)) is Rating.Easy


@pytest.mark.parametrize(
    "changes",
    [
        {"seconds": 60.1},
        {"hints": 1},
        {"tries": 2},
        {"score": 0.9, "verdict": "partial"},
        {"seed": 3},
        {"seed": 1},
    ],
)
def test_a_flaw_in_the_run_is_not_easy(make_attempt, changes):
    history = [make_attempt(1), make_attempt(2, **changes)]
    assert rating_of(history, make_attempt(3)) is Rating.Good


def test_a_seed_seen_long_ago_is_not_unseen(make_attempt):
    history = [make_attempt(4, seed=4), make_attempt(1), make_attempt(2)]
    assert rating_of(history, make_attempt(5, seed=4)) is Rating.Good
    assert rating_of(history, make_attempt(5, seed=5)) is Rating.Easy


@pytest.mark.parametrize("ratings", [[3], [1], [3, 3, 3], [4, 1, 2, 3], [1, 1, 4, 3, 2, 3]])
def test_card_is_what_fsrs_makes_of_the_ratings(ratings):
    reviews = [(START + timedelta(days=3 * i), rating) for i, rating in enumerate(ratings)]
    card, scheduler = Card(card_id=1), Scheduler(enable_fuzzing=False)
    for at, rating in reviews:
        card, _ = scheduler.review_card(card, Rating(rating), at)
    state = review("a/b", reviews, fuzz=False)
    assert state.due == card.due
    assert {**state.fsrs, "card_id": 1} == card.to_dict()
    assert Card.from_dict(dict(state.fsrs)).due == state.due


def test_fuzz_is_the_same_each_time_and_spreads_questions():
    reviews = [(START, 4), (START + timedelta(days=9), 4)]
    exact = review("a/b", reviews, fuzz=False).due
    interval = (exact - reviews[-1][0]).days
    assert interval > 20
    shifts = {(review(f"a/{i}", reviews).due - exact).days for i in range(200)}
    assert len(shifts) > 4
    assert max(map(abs, shifts)) <= 1 + 0.05 * interval + 0.5
    assert review("a/b", reviews) == review("a/b", reviews)


def test_short_intervals_are_not_fuzzed():
    assert review("a/b", [(START, 1)]) == review("a/b", [(START, 1)], fuzz=False)


def test_no_review_is_no_card():
    with pytest.raises(ValueError, match="no review"):
        review("a/b", [])


def test_cards_stay_finite_through_years_of_reviews():
    reviews = [(START + timedelta(days=i), 4) for i in range(2000)]
    assert review("a/b", reviews).due.year < 2200


def test_a_card_needs_no_clock(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("FSRS drew a card id from the clock"))
    assert review("a/b", [(START, 3)]).due > START
