"""A learner's answers as columns: what statistics read, at once and without a record for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from engine.types import Array
from quiz_bank.progress.merging import standing
from quiz_bank.progress.schedule import PASS
from quiz_bank.progress.schema import ATTEMPTS
from quiz_bank.progress.store import Store

Revision = tuple[int, datetime | None]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_NAMES = ("question_id", "seed", "at", "score", "tries", "seconds")
_MAYBE = ("misconception", "rating", "confidence")
_COLUMNS = tuple(ATTEMPTS.c[name] for name in (*_NAMES, *_MAYBE))


@dataclass(frozen=True, eq=False)
class History:
    """The graded answers of one learner, oldest first; n of them. What was undone is left out.

    question_ids   the questions answered; `question` (n,) counts into it from 0
    misconceptions keys of the mistakes recognized; `misconception` (n,) counts into it, -1 for none
    at             (n,) seconds since 1970 in UTC
    seed, tries    (n,) of the variant, and which answer to it this was, counted from 1
    score          (n,) from 0 to 1
    seconds        (n,) since the variant was opened
    rating         (n,) FSRS's 1 to 4, 0 where the answer is no review
    confidence     (n,) from 0 to 1, NaN where it was not asked
    revision       the revision of the learner's records that it was read at
    """

    question_ids: tuple[str, ...]
    misconceptions: tuple[str, ...]
    question: Integers
    misconception: Integers
    at: Array
    seed: Integers
    tries: Integers
    score: Array
    seconds: Array
    rating: Integers
    confidence: Array
    revision: Revision = (0, None)

    def __len__(self) -> int:
        return len(self.at)

    @property
    def right(self) -> Flags:
        """(n,) whether the answer was right: it scored at least PASS, as FSRS counts it too."""
        return self.score >= PASS

    @property
    def is_first(self) -> Flags:
        """(n,) whether it was the first answer to its variant."""
        return self.tries <= 1


def revision(store: Store, learner: str) -> Revision:
    """Changes with each of the learner's records: their number and the latest time. Records are
    never changed or removed, so an equal revision of one store means equal records."""
    columns = [func.count(), func.max(ATTEMPTS.c.at)]
    query = select(*columns).where(ATTEMPTS.c.learner == learner)
    ((number, latest),) = store.rows(learner, query)
    return number, latest


def read_history(store: Store, learner: str, before: History | None = None) -> History:
    """The learner's graded answers; those that could not be read as answers are left out. Of what
    was already read `before`, nothing is read again unless something was undone or merged in."""
    now = revision(store, learner)
    if before is not None and before.revision == now:
        return before
    if before is not None and before.revision[1] is not None:
        count, latest = before.revision
        new = _rows(store, learner, ATTEMPTS.c.at > latest)
        if len(new) == now[0] - count:
            return replace(_joined(before, _graded(new)), revision=now)
    return replace(_graded(_rows(store, learner)), revision=now)


def _rows(store: Store, learner: str, *where: Any) -> list[tuple[Any, ...]]:
    query = standing(learner, *_COLUMNS, ATTEMPTS.c.verdict).where(*where)
    return store.rows(learner, query.order_by(ATTEMPTS.c.at, ATTEMPTS.c.id))


def _graded(rows: Iterable[tuple[Any, ...]]) -> History:
    return history_of(row[:-1] for row in rows if row[-1] != "invalid")


def _joined(first: History, second: History) -> History:
    """The answers of both, in this order."""
    questions = tuple(dict.fromkeys(first.question_ids + second.question_ids))
    mistakes = tuple(dict.fromkeys(first.misconceptions + second.misconceptions))
    moved = replace(
        second,
        question=_moved(second.question, second.question_ids, questions),
        misconception=_moved(second.misconception, second.misconceptions, mistakes),
    )
    names = [f.name for f in fields(History) if isinstance(getattr(first, f.name), np.ndarray)]
    columns: Any = {n: np.concatenate([getattr(first, n), getattr(moved, n)]) for n in names}
    return replace(first, question_ids=questions, misconceptions=mistakes, **columns)


def _moved(places: Integers, names: Sequence[str], into: Sequence[str]) -> Integers:
    """Places in `names` as places in `into`; -1 stays."""
    found = {name: k for k, name in enumerate(into)}
    return np.array([*(found[name] for name in names), -1], dtype=np.int64)[places]


def history_of(rows: Iterable[Sequence[Any]]) -> History:
    """The history of rows (question id, seed, time in UTC, score, tries, seconds, misconception,
    rating, confidence in percent), oldest first; the last three may be None."""
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    ids, seeds, times, scores, tries, seconds, mistakes, ratings, confidences = columns
    question_ids, question = _counted(ids)
    misconceptions, misconception = _counted(mistakes)
    return History(
        question_ids,
        misconceptions,
        question,
        misconception,
        np.array([at.timestamp() for at in times], dtype=float),
        np.array(seeds, dtype=np.int64),
        np.array(tries, dtype=np.int64),
        np.array(scores, dtype=float),
        np.array(seconds, dtype=float),
        np.array([rating or 0 for rating in ratings], dtype=np.int64),
        np.array([np.nan if c is None else c / 100 for c in confidences], dtype=float),
    )


def _counted(names: Sequence[str | None]) -> tuple[tuple[str, ...], Integers]:
    """The distinct names in order of first use, and the place of each; -1 for None."""
    distinct = {name: k for k, name in enumerate(dict.fromkeys(n for n in names if n))}
    places = [-1 if name is None else distinct[name] for name in names]
    return tuple(distinct), np.array(places, dtype=np.int64)
