"""Answers by week: how many, how many right at first, and the time they took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from engine.types import Array
from quiz_bank.progress.history import History, Integers

DAY, WEEK = 86_400.0, 604_800.0
MONDAY = 4 * DAY  # the first Monday since 1970 began
MOST_WEEKS = 104
LONGEST = 1_800.0  # seconds that an answer counts at most: who takes longer has left


@dataclass(frozen=True, eq=False)
class Weeks:
    """A row per week from the first with an answer to this one, m of them, at most MOST_WEEKS.

    starts         (m,) Mondays, 0:00 UTC, as numpy days
    answers, first (m,) answers, and those that were the first to their variant
    right          (m,) of the first answers, those that were right
    minutes        (m,) spent on answers, each counted as LONGEST at most
    seconds        (m,) median time of a first answer, NaN where there is none
    """

    starts: NDArray[np.datetime64]
    answers: Integers
    first: Integers
    right: Integers
    minutes: Array
    seconds: Array


def weeks(history: History, now: datetime) -> Weeks:
    """The weeks up to `now`. Answers dated later, as by a wrong clock, are left out."""
    number = np.floor((history.at - MONDAY) / WEEK).astype(np.int64)
    last = int((now.timestamp() - MONDAY) // WEEK)
    kept = (number <= last) & (number > last - MOST_WEEKS)
    begin = int(number[kept].min()) if kept.any() else last + 1
    place, m = number[kept] - begin, last + 1 - begin
    first, right = history.is_first[kept], history.right[kept]
    spent = time_spent(history)[kept]
    times = history.seconds[kept]
    medians = [_median(times[(place == week) & first]) for week in range(m)]
    days = np.array((np.arange(begin, last + 1) * WEEK + MONDAY) // DAY, dtype="datetime64[D]")
    return Weeks(
        days,
        np.bincount(place, minlength=m),
        np.bincount(place[first], minlength=m),
        np.bincount(place[first & right], minlength=m),
        np.asarray(np.bincount(place, spent / 60, minlength=m), dtype=float),
        np.array(medians, dtype=float),
    )


def _median(values: Array) -> float:
    return float(np.median(values)) if values.size else float("nan")


def time_spent(history: History) -> Array:
    """Seconds (n,) that each answer took by itself: for a further answer to the same variant, the
    time since the answer before. LONGEST at most."""
    order = np.lexsort((history.at, history.seed, history.question))
    question, seed = history.question[order], history.seed[order]
    tries, seconds = history.tries[order], history.seconds[order]
    again = (np.diff(question) == 0) & (np.diff(seed) == 0)
    again &= (np.diff(tries) > 0) & (np.diff(seconds) >= 0)
    own = seconds.copy()
    own[1:][again] = np.diff(seconds)[again]
    spent = np.empty_like(own)
    spent[order] = np.minimum(own, LONGEST)
    return spent
