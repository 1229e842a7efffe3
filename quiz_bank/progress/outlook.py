"""What is coming: when a question is back after each rating, and how many are due each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from quiz_bank.progress.records import Attempt, CardState
from quiz_bank.progress.schedule import review

RATINGS: Mapping[int, str] = {1: "Again", 2: "Hard", 3: "Good", 4: "Easy"}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNITS = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"))


def outlook(
    question_id: str, history: Iterable[Attempt], at: datetime, fuzz: bool = True
) -> dict[int, datetime]:
    """When the question is due, in UTC, after a review at `at` with each rating from 1 to 4.

    `history` holds the attempts at the question so far; `at` must carry UTC and be the time that
    the attempt is kept with, for the spread of due dates follows from it.
    """
    reviews = sorted((a.at, a.id, a.rating) for a in history if a.rating is not None)
    past = [(moment, rating) for moment, _, rating in reviews]
    return {r: review(question_id, [*past, (at, r)], fuzz).due for r in RATINGS}


def wait_in_words(wait: timedelta) -> str:
    """A wait in its largest whole unit, such as "10 minutes" or "4 days"; at least a minute."""
    unit, noun = next(((u, n) for u, n in UNITS if wait >= u), UNITS[-1])
    count = max(1, round(wait / unit))
    return f"{count} {noun}{'s' * (count > 1)}"


def begin_of_day(now: datetime, zone: tzinfo) -> datetime:
    """The last midnight of the learner's time zone, in UTC."""
    local = now.astimezone(zone)
    return datetime(local.year, local.month, local.day, tzinfo=zone).astimezone(UTC)


def coming(cards: Iterable[CardState], now: datetime, zone: tzinfo, weeks: int) -> dict[date, int]:
    """How many of the cards are due on each day, from today to the Sunday that ends the last of
    `weeks` weeks, this one included, in the learner's time zone. What is overdue is due today."""
    today = now.astimezone(zone).date()
    due = Counter(max(today, card.due.astimezone(zone).date()) for card in cards)
    return {day: due[day] for day in days_ahead(today, weeks)}


def days_ahead(today: date, weeks: int) -> Sequence[date]:
    """The days from today to the end, a Sunday, of the last of `weeks` calendar weeks."""
    return [today + timedelta(days=k) for k in range(7 * weeks - today.weekday())]
