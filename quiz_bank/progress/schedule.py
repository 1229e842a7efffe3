"""When to ask again: from an attempt to FSRS's rating, from all ratings of a question to its card.

A card is always rebuilt from the attempts, so two devices that hold the same attempts agree on it,
in whatever order these arrived.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from fsrs import Card, Rating, Scheduler

from quiz_bank.progress.records import Attempt, CardState

PASS = 0.8
EASY_RUN = 3
SHORTEST_FUZZED_DAYS = 3

_SCHEDULER = Scheduler(enable_fuzzing=False)


def rating_for(
    history: Sequence[Attempt], attempt: Attempt, expected_seconds: float
) -> Rating | None:
    """FSRS's rating of `attempt`, None when it is no review.

    history           the learner's earlier attempts at this question, oldest first
    expected_seconds  an answer within this time is fast

    The first graded attempt at a variant decides; of the later ones only a right second try is
    a review, so that one mistake is not counted twice.
    """
    if attempt.verdict == "invalid":
        return None
    wrong = attempt.verdict == "shown" or attempt.score < PASS
    if attempt.tries > 1:
        return None if wrong or attempt.tries > 2 else Rating.Hard
    if wrong:
        return Rating.Again
    if attempt.hints or attempt.score < 1:
        return Rating.Hard
    return Rating.Easy if _is_easy_run(history, attempt, expected_seconds) else Rating.Good


def _is_easy_run(history: Sequence[Attempt], attempt: Attempt, expected_seconds: float) -> bool:
    graded = [a for a in history if a.verdict != "invalid"] + [attempt]
    run = graded[-EASY_RUN:]
    seeds = [a.seed for a in graded]
    return len(run) == EASY_RUN and all(
        a.score == 1
        and not a.hints
        and a.tries == 1
        and a.seconds <= expected_seconds
        and seeds.count(a.seed) == 1
        for a in run
    )


def review(
    question_id: str, reviews: Iterable[tuple[datetime, int]], fuzz: bool = True
) -> CardState:
    """The card of a question after `reviews`, pairs (UTC time, rating 1 to 4), oldest first.

    `fuzz` moves intervals of three days or more by about a day and 5 %, so that questions learned
    together do not stay together. Raises ValueError when there are no reviews.
    """
    card = Card(card_id=zlib.crc32(question_id.encode()), due=datetime.min.replace(tzinfo=UTC))
    for at, rating in reviews:
        card, _ = _SCHEDULER.review_card(card, Rating(rating), at)
    if card.last_review is None:
        raise ValueError(f"no review of {question_id!r}")
    if fuzz:
        card.due += timedelta(days=_fuzz_days(card, (card.due - card.last_review).days))
    return CardState(question_id, card.due, dict(card.to_dict()))


def _fuzz_days(card: Card, interval_days: int) -> int:
    # The package draws its fuzz from the global generator: a rebuilt card would move.
    if interval_days < SHORTEST_FUZZED_DAYS:
        return 0
    share = zlib.crc32(f"{card.card_id} {card.last_review}".encode()) / 2**32
    return round((2 * share - 1) * (1 + 0.05 * interval_days))
