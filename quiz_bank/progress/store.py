"""The one place that reads and writes progress. It never raises into a page: what cannot be stored
stays in memory, `problem` says so, and it is stored as soon as that works again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Select, func, select

from quiz_bank.progress.connect import (
    address,
    check_integrity,
    check_writable,
    connect,
    describe,
    memory_engine,
)
from quiz_bank.progress.failures import FAILURES, VARIABLE, explain, is_unreachable
from quiz_bank.progress.merging import MAX_BOUND, asked, merge, standing
from quiz_bank.progress.records import Attempt, CardState, InterviewEntry, Record, Saved
from quiz_bank.progress.rules import is_id, is_name
from quiz_bank.progress.schema import ATTEMPTS, CARDS, ENTRIES, migrate

T = TypeVar("T")
R = TypeVar("R", Attempt, InterviewEntry)

# Seconds between tries to store what is pending that nobody asked for, and how many times longer
# than its failure lasted a server that cannot be reached is left alone, up to a limit.
PAUSE, REST, LONGEST_REST, SLOW = 1.0, 10, 30.0, 0.5

_CARDS = select(CARDS.c.question_id, CARDS.c.due, CARDS.c.fsrs)


class Store:
    """Progress of any number of learners; safe across threads and processes.

    place    where progress is kept, in words
    problem  why it is not being kept there, None when it is
    """

    def __init__(self, target: str | Path | URL | None, fuzz: bool, timeout: float) -> None:
        self.place = VARIABLE
        self.problem: str | None = None
        self._target, self._fuzz, self._timeout = target, fuzz, timeout
        self._lock = threading.RLock()
        self._pending: list[Record] = []
        self._memory = memory_engine()
        self._disk: Engine | None = None
        self._failed_at = self._rest = 0.0
        self.retry()

    @property
    def saving(self) -> bool:
        """Whether answers reach the database; otherwise they last until the app stops."""
        return self.problem is None

    def retry(self) -> str | None:
        """Store what is pending, after opening the database again; returns the problem if there
        is one. Adding and reading do this by themselves."""
        with self._lock:
            began = time.monotonic()
            try:
                self._working_engine()
            except FAILURES as error:
                self._failed(error, began)
            return self.problem

    def add(self, *records: Record) -> Saved:
        """Keep records and the cards they change, in one transaction that has been committed when
        this returns. A record whose id the learner already has changes nothing."""
        with self._lock:
            if not self._is_left_alone():
                began = time.monotonic()
                try:
                    return Saved(merge(self._working_engine(), records, self._fuzz), None)
                except FAILURES as error:
                    self._failed(error, began)
            return Saved(self._keep_in_memory(records), self.problem)

    def attempts(
        self, learner: str, question_ids: Iterable[str] | None = None
    ) -> tuple[Attempt, ...]:
        """The learner's attempts, oldest first, without what was undone; only those at
        `question_ids` when given."""
        query = standing(learner).order_by(ATTEMPTS.c.at, ATTEMPTS.c.id)
        if question_ids is None:
            return self._records(learner, Attempt, query)
        wanted = set(filter(is_name, question_ids))
        if len(wanted) <= MAX_BOUND:
            query = query.where(ATTEMPTS.c.question_id.in_(wanted))
        found = self._records(learner, Attempt, query)
        return tuple(attempt for attempt in found if attempt.question_id in wanted)

    def entries(self, learner: str, interview: str | None = None) -> tuple[InterviewEntry, ...]:
        """The entries of the learner's mock interviews, or of one of them, oldest first."""
        query = select(ENTRIES).where(ENTRIES.c.learner == asked(learner))
        if interview is not None:
            if not is_id(interview):
                return ()
            query = query.where(ENTRIES.c.interview == interview)
        return self._records(learner, InterviewEntry, query.order_by(ENTRIES.c.at, ENTRIES.c.id))

    def everything(self, learner: str) -> tuple[Record, ...]:
        """All the learner's records, what was undone and what undid it included: for a backup."""
        return self._read(learner, partial(_everything, learner))

    def best_scores(self, learner: str) -> dict[str, float]:
        """The best score of each question the learner has answered; 1.0 is answered right."""
        best = standing(learner, ATTEMPTS.c.question_id, func.max(ATTEMPTS.c.score))
        query = best.group_by(ATTEMPTS.c.question_id)
        return self._read(learner, lambda c: {row[0]: row[1] for row in c.execute(query)})

    def last_attempt(self, learner: str) -> Attempt | None:
        """The learner's latest attempt: where to continue. None before the first."""
        latest = standing(learner).order_by(ATTEMPTS.c.at.desc(), ATTEMPTS.c.id.desc()).limit(1)
        return next(iter(self._records(learner, Attempt, latest)), None)

    def cards(self, learner: str) -> tuple[CardState, ...]:
        """The learner's cards, the one due first first."""
        query = _CARDS.where(CARDS.c.learner == asked(learner))
        cards = self._read(learner, lambda c: [CardState(*row) for row in c.execute(query)])
        return tuple(sorted(cards, key=lambda card: (card.due, card.question_id)))

    def due(self, learner: str, by: datetime) -> tuple[str, ...]:
        """Ids of the questions due at `by` (UTC) or before, the longest due first."""
        query = select(CARDS.c.question_id).where(CARDS.c.learner == asked(learner))
        query = query.where(CARDS.c.due <= by).order_by(CARDS.c.due, CARDS.c.question_id)
        return tuple(row[0] for row in self.rows(learner, query))

    def rows(self, learner: str, query: Select[Any]) -> list[tuple[Any, ...]]:
        """The rows of a query over the learner's records, as plain tuples: to read many at once."""
        return self._read(learner, lambda c: [tuple(row) for row in c.execute(query)])

    def close(self) -> None:
        """Let go of the database. The store must not be used afterwards."""
        for engine in filter(None, (self._disk, self._memory)):
            engine.dispose()

    def _working_engine(self) -> Engine:
        """The database, opened again and with all that was pending when there was a problem."""
        if self._disk is None or self.problem:
            engine = self._open()
            merge(engine, self._pending, self._fuzz)
            self._pending = []
            self.problem = None
            return engine
        return self._disk

    def _open(self) -> Engine:
        previous, self._disk = self._disk, None
        url = address(self._target)
        self.place = describe(url)
        engine = previous or connect(url, self._timeout)
        check_integrity(engine)
        migrate(engine)
        self._disk = engine  # from here on it can be read, even when it cannot be written
        check_writable(engine)
        return engine

    def _keep_in_memory(self, records: Sequence[Record]) -> int:
        for learner in {r.learner for r in records if not self._is_pending(r.learner)}:
            # Not by `_read`: if that stored what is pending, these records would not be among it.
            known = self._read_now(learner, partial(_everything, learner))
            merge(self._memory, known, self._fuzz)
        added = merge(self._memory, records, self._fuzz)
        self._pending = [*self._pending, *records]
        return added

    def _failed(self, error: BaseException, began: float) -> None:
        """`began` is time.monotonic() when what failed was begun."""
        self.problem = explain(error, self.place)
        self._failed_at = time.monotonic()
        took = self._failed_at - began
        slow = is_unreachable(error) and took > SLOW
        self._rest = min(REST * took, LONGEST_REST) if slow else 0.0

    def _is_left_alone(self, least: float = 0.0) -> bool:
        """Whether the database failed so lately that to ask again would only keep pages waiting."""
        since = time.monotonic() - self._failed_at
        return self.problem is not None and since < max(least, self._rest)

    def _try_again(self) -> None:
        with self._lock:  # whoever waited here for another's try does not repeat it
            if self.problem and not self._is_left_alone(PAUSE):
                self.retry()

    def _is_pending(self, learner: str) -> bool:
        return any(r.learner == learner for r in self._pending)

    def _read(self, learner: str, query: Callable[[Connection], T]) -> T:
        if self.problem:
            self._try_again()
        return self._read_now(learner, query)

    def _read_now(self, learner: str, query: Callable[[Connection], T]) -> T:
        disk, began = self._disk, time.monotonic()
        if disk is not None and not self._is_pending(learner) and not self._is_left_alone():
            try:
                with disk.connect() as connection:
                    return query(connection)
            except FAILURES as error:
                self._failed(error, began)
        with self._memory.connect() as connection:
            return query(connection)

    def _records(self, learner: str, kind: Callable[..., R], query: Select[Any]) -> tuple[R, ...]:
        return self._read(learner, lambda c: _made(c, kind, query))


def _made(connection: Connection, kind: Callable[..., R], query: Select[Any]) -> tuple[R, ...]:
    return tuple(kind(**row) for row in connection.execute(query).mappings())


def _everything(learner: str, connection: Connection) -> tuple[Record, ...]:
    attempts = select(ATTEMPTS).where(ATTEMPTS.c.learner == asked(learner))
    entries = select(ENTRIES).where(ENTRIES.c.learner == asked(learner))
    return (
        *_made(connection, Attempt, attempts.order_by(ATTEMPTS.c.at, ATTEMPTS.c.id)),
        *_made(connection, InterviewEntry, entries.order_by(ENTRIES.c.at, ENTRIES.c.id)),
    )


def open_store(
    target: str | Path | URL | None = None, *, fuzz: bool = True, timeout: float = 2.0
) -> Store:
    """The store at `target`, a path or an SQLAlchemy URL of SQLite or PostgreSQL; by default at
    GRADIENT_GYM_DB, else in a file in the user's data directory. Never raises: see `Store.problem`.

    fuzz     spread the due dates of questions learned together
    timeout  seconds that a locked file, or a table or learner locked on a server, is waited for
    """
    return Store(target, fuzz, timeout)
