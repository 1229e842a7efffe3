"""How fast things are forgotten: what FSRS predicts, and what the reviews showed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

import numpy as np
from fsrs import Card, Rating

from engine.types import Array
from quiz_bank.progress.history import History, Integers
from quiz_bank.progress.records import CardState
from quiz_bank.progress.schedule import _SCHEDULER as SCHEDULER

EDGES = (1, 2, 4, 8, 16, 32, 64, 128)  # first day of each bin; the last has no end
KEPT_CARDS = 1_000

Review = tuple[int, float, bool]  # whole days since the review before, FSRS's recall, recalled


def recall_at(cards: Iterable[CardState], at: datetime) -> dict[str, float]:
    """FSRS's probability (Ye 2024, FSRS-6) that each card is recalled at `at` (UTC), by question
    id. FSRS counts whole days since the last review."""
    return {card.question_id: SCHEDULER.get_card_retrievability(_card(card), at) for card in cards}


def _card(card: CardState) -> Card:
    return Card.from_dict(cast(Any, dict(card.fsrs)))


def recall_ahead(cards: Sequence[CardState], now: datetime, days: Sequence[int]) -> Array:
    """The mean probability of recall of all cards so many days from `now` without any review,
    shape as `days`. Raises ValueError when there are no cards."""
    if not cards:
        raise ValueError("no cards")
    tables = [list(recall_at(cards, now + timedelta(days=ahead)).values()) for ahead in days]
    return np.array([sum(values) / len(values) for values in tables])


@dataclass(frozen=True, eq=False)
class Recall:
    """Reviews by the whole days since the review before, b bins that hold any.

    first, last       (b,) days of the bin's first and last review in it
    days              (b,) mean
    counts, recalled  (b,) reviews, and those answered with more than Again
    predicted         (b,) mean of what FSRS predicted for these same reviews
    same_day          reviews less than a day after the one before, which are in no bin
    """

    first: Integers
    last: Integers
    days: Array
    counts: Integers
    recalled: Integers
    predicted: Array
    same_day: int

    @property
    def reviews(self) -> int:
        """Reviews in all bins."""
        return int(self.counts.sum())


def recall_seen(history: History) -> Recall:
    """What was recalled, and what had been predicted, by days since the review before."""
    every = [review for one in _by_question(history) for review in _replayed(one)]
    days = np.array([review[0] for review in every], dtype=np.int64)
    table = np.array([review[1:] for review in every], dtype=float).reshape(len(every), 2)
    place = np.searchsorted(EDGES, days, side="right") - 1
    bins = [days[place == k] for k in range(len(EDGES))]
    held = [k for k, members in enumerate(bins) if members.size]
    return Recall(
        np.array([bins[k].min() for k in held], dtype=np.int64),
        np.array([bins[k].max() for k in held], dtype=np.int64),
        np.array([bins[k].mean() for k in held], dtype=float),
        np.array([bins[k].size for k in held], dtype=np.int64),
        np.array([table[place == k, 1].sum() for k in held], dtype=np.int64),
        np.array([table[place == k, 0].mean() for k in held], dtype=float),
        int(np.count_nonzero(place < 0)),
    )


def _by_question(history: History) -> Iterable[tuple[tuple[float, int], ...]]:
    """The reviews (time, rating) of each question, oldest first."""
    rated = np.flatnonzero(history.rating)
    grouped: dict[int, list[tuple[float, int]]] = {}
    for k in rated[np.argsort(history.question[rated], kind="stable")]:
        grouped.setdefault(int(history.question[k]), []).append(
            (float(history.at[k]), int(history.rating[k]))
        )
    return map(tuple, grouped.values())


@lru_cache(maxsize=KEPT_CARDS)
def _replayed(reviews: tuple[tuple[float, int], ...]) -> tuple[Review, ...]:
    """All but the first of one question's reviews. Kept: a new answer changes one question."""
    card = Card(card_id=0, due=datetime.min.replace(tzinfo=UTC))
    found: list[Review] = []
    for seconds, rating in reviews:
        at = datetime.fromtimestamp(seconds, UTC)
        if card.last_review is not None:
            days = max(0, (at - card.last_review).days)
            found.append((days, SCHEDULER.get_card_retrievability(card, at), rating > Rating.Again))
        card, _ = SCHEDULER.review_card(card, Rating(rating), at)
    return tuple(found)
