"""Recall and forgetting against FSRS's own cards and curve."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from fsrs import Card, Rating, Scheduler

from quiz_bank.progress.forgetting import recall_ahead, recall_at, recall_seen
from quiz_bank.progress.history import history_of
from quiz_bank.progress.schedule import review

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCHEDULER = Scheduler(enable_fuzzing=False)
DECAY = -SCHEDULER.parameters[20]
FACTOR = 0.9 ** (1 / DECAY) - 1  # FSRS-6: recall is 90 % after as many days as the stability


def card(question_id, *reviews):
    return review(question_id, [(START + timedelta(days=d), r) for d, r in reviews], fuzz=False)


CARDS = (card("a/x", (0, 3), (3, 3), (12, 4)), card("a/y", (0, 1), (5, 3)))


def history(*reviews):
    rows = [
        (question, 1, START + timedelta(days=day), 1.0, 1, 60.0, None, rating, None)
        for question, day, rating in sorted(reviews, key=lambda r: r[1])
    ]
    return history_of(rows)


def test_recall_is_the_curve_at_whole_days():
    at = START + timedelta(days=20, hours=5)
    for found, last in zip(CARDS, (12, 5), strict=True):
        curve = (1 + FACTOR * (20 - last) / found.fsrs["stability"]) ** DECAY
        assert recall_at([found], at)[found.question_id] == pytest.approx(curve, rel=1e-12)


def test_recall_ahead_is_the_mean_and_falls():
    now = START + timedelta(days=15)
    found = recall_ahead(CARDS, now, [0, 10, 90])
    assert found[1] == pytest.approx(
        np.mean(list(recall_at(CARDS, now + timedelta(days=10)).values())), rel=1e-12
    )
    assert 1 >= found[0] > found[1] > found[2] > 0
    with pytest.raises(ValueError, match="no cards"):
        recall_ahead([], now, [0])


def test_reviews_are_binned_with_what_was_predicted_before_each():
    reviews = [("a/x", 0, 3), ("a/x", 1.5, 3), ("a/x", 4.6, 1), ("a/y", 0, 3), ("a/y", 3.2, 2)]
    found = recall_seen(history(*reviews))
    assert found.first.tolist() == [1, 3]
    assert found.last.tolist() == [1, 3]
    assert found.counts.tolist() == [1, 2]
    assert found.recalled.tolist() == [1, 1]
    assert (found.reviews, found.same_day) == (3, 0)
    expected = []
    for earlier, day in (((0, 1.5), 4.6), ((0,), 3.2)):
        card = Card(card_id=1)
        for moment in earlier:
            card, _ = SCHEDULER.review_card(card, Rating.Good, START + timedelta(days=moment))
        expected.append(SCHEDULER.get_card_retrievability(card, START + timedelta(days=day)))
    assert found.predicted[1] == pytest.approx(np.mean(expected), rel=1e-12)


def test_the_same_day_is_in_no_bin_and_the_last_bin_has_no_end():
    found = recall_seen(history(("a/x", 0, 3), ("a/x", 0.5, 3), ("a/x", 400, 1), ("b/x", 3, 3)))
    assert (found.same_day, found.reviews) == (1, 1)
    assert (found.first.tolist(), found.recalled.tolist()) == ([399], [0])


@pytest.mark.parametrize("reviews", [(), (("a/x", 0, 3),), (("a/x", 0, None), ("a/x", 9, None))])
def test_without_a_second_review_there_is_nothing_to_count(reviews):
    found = recall_seen(history(*reviews))
    assert (found.reviews, found.same_day, found.days.size) == (0, 0, 0)


def test_who_forgets_as_fsrs_says_is_measured_as_predicted():
    rng = np.random.default_rng(4)
    reviews = []
    for k in range(300):
        known, day = None, float(k % 7)
        for _ in range(6):
            at = START + timedelta(days=day)
            recall = SCHEDULER.get_card_retrievability(known, at) if known else 0.7
            rating = 3 if rng.random() < recall else 1
            reviews.append((f"a/{k}", day, rating))
            known, _ = SCHEDULER.review_card(known or Card(card_id=k), Rating(rating), at)
            day += float(rng.integers(1, 60))
    found = recall_seen(history(*reviews))
    assert found.reviews == 1500
    spread = np.sqrt(found.predicted * (1 - found.predicted) / found.counts)
    assert (np.abs(found.recalled / found.counts - found.predicted) < 4 * spread).all()
