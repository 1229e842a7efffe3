"""The one place that reads and writes progress. It never raises into a page: what cannot be stored
stays in memory, `problem` says so, and it is stored as soon as that works again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Select, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from quiz_bank.progress.connect import (
    FAILURES,
    VARIABLE,
    address,
    check_integrity,
    check_writable,
    connect,
    describe,
    explain,
    memory_engine,
)
from quiz_bank.progress.records import Attempt, CardState, InterviewEntry, Record, Saved
from quiz_bank.progress.schedule import review
from quiz_bank.progress.schema import ATTEMPTS, CARDS, ENTRIES, migrate, writing

T = TypeVar("T")
R = TypeVar("R", Attempt, InterviewEntry)

MAX_BOUND = 500

_CARDS = select(CARDS.c.question_id, CARDS.c.due, CARDS.c.fsrs)
_TABLES = {Attempt: ATTEMPTS, InterviewEntry: ENTRIES}

_INSERT: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def _standing(learner: str, *columns: Any) -> Select[Any]:
    """The learner's attempts, or these columns of them, without what was undone."""
    undone = select(ATTEMPTS.c.undoes).where(
        ATTEMPTS.c.learner == learner, ATTEMPTS.c.undoes.is_not(None)
    )
    return select(*(columns or ATTEMPTS.c)).where(
        ATTEMPTS.c.learner == learner,
        ATTEMPTS.c.undoes.is_(None),
        ATTEMPTS.c.id.not_in(undone),
    )


class Store:
    """Progress of any number of learners; safe across threads and processes.

    place    where progress is kept, in words
    problem  why it is not being kept there, None when it is
    """

    def __init__(self, target: str | Path | None, fuzz: bool, timeout: float) -> None:
        self.place = VARIABLE
        self.problem: str | None = None
        self._target, self._fuzz, self._timeout = target, fuzz, timeout
        self._lock = threading.RLock()
        self._pending: list[Record] = []
        self._memory = memory_engine()
        self._disk: Engine | None = None
        self.retry()

    @property
    def saving(self) -> bool:
        """Whether answers reach the database; otherwise they last until the app stops."""
        return self.problem is None

    def retry(self) -> str | None:
        """Store what is pending, after opening the database again; returns the problem if there
        is one. `add` does this by itself."""
        with self._lock:
            try:
                self._working_engine()
            except FAILURES as error:
                self.problem = explain(error, self.place)
            return self.problem

    def add(self, *records: Record) -> Saved:
        """Keep records and the cards they change, in one transaction that has been committed when
        this returns. A record whose id the learner already has changes nothing."""
        with self._lock:
            try:
                return Saved(self._write(self._working_engine(), records), None)
            except FAILURES as error:
                self.problem = explain(error, self.place)
            return Saved(self._keep_in_memory(records), self.problem)

    def attempts(
        self, learner: str, question_ids: Iterable[str] | None = None
    ) -> tuple[Attempt, ...]:
        """The learner's attempts, oldest first, without what was undone; only those at
        `question_ids` when given."""
        query = _standing(learner)
        if question_ids is not None:
            query = query.where(ATTEMPTS.c.question_id.in_(list(question_ids)))
        return self._records(learner, Attempt, query.order_by(ATTEMPTS.c.at, ATTEMPTS.c.id))

    def entries(self, learner: str, interview: str | None = None) -> tuple[InterviewEntry, ...]:
        """The entries of the learner's mock interviews, or of one of them, oldest first."""
        query = select(ENTRIES).where(ENTRIES.c.learner == learner)
        if interview is not None:
            query = query.where(ENTRIES.c.interview == interview)
        return self._records(learner, InterviewEntry, query.order_by(ENTRIES.c.at, ENTRIES.c.id))

    def everything(self, learner: str) -> tuple[Record, ...]:
        """All the learner's records, what was undone and what undid it included: for a backup."""
        query = select(ATTEMPTS).where(ATTEMPTS.c.learner == learner)
        attempts = self._records(learner, Attempt, query.order_by(ATTEMPTS.c.at, ATTEMPTS.c.id))
        return (*attempts, *self.entries(learner))

    def best_scores(self, learner: str) -> dict[str, float]:
        """The best score of each question the learner has answered; 1.0 is answered right."""
        best = _standing(learner, ATTEMPTS.c.question_id, func.max(ATTEMPTS.c.score))
        query = best.group_by(ATTEMPTS.c.question_id)
        return self._read(learner, lambda c: {row[0]: row[1] for row in c.execute(query)})

    def last_attempt(self, learner: str) -> Attempt | None:
        """The learner's latest attempt: where to continue. None before the first."""
        latest = _standing(learner).order_by(ATTEMPTS.c.at.desc(), ATTEMPTS.c.id.desc()).limit(1)
        return next(iter(self._records(learner, Attempt, latest)), None)

    def cards(self, learner: str) -> tuple[CardState, ...]:
        """The learner's cards, the one due first first."""
        return self._cards(learner, _CARDS.where(CARDS.c.learner == learner))

    def due(self, learner: str, by: datetime) -> tuple[str, ...]:
        """Ids of the questions due at `by` (UTC) or before, the longest due first."""
        query = _CARDS.where(CARDS.c.learner == learner, CARDS.c.due <= by)
        return tuple(card.question_id for card in self._cards(learner, query))

    def close(self) -> None:
        """Let go of the database. The store must not be used afterwards."""
        for engine in filter(None, (self._disk, self._memory)):
            engine.dispose()

    def _working_engine(self) -> Engine:
        """The database, opened again and with all that was pending when there was a problem."""
        if self._disk is None or self.problem:
            engine = self._open()
            self._write(engine, self._pending)
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
            self._write(self._memory, self.everything(learner))
        added = self._write(self._memory, records)
        self._pending = [*self._pending, *records]
        return added

    def _is_pending(self, learner: str) -> bool:
        return any(r.learner == learner for r in self._pending)

    def _read(self, learner: str, query: Callable[[Connection], T]) -> T:
        if self._disk is not None and not self._is_pending(learner):
            try:
                with self._disk.connect() as connection:
                    return query(connection)
            except FAILURES as error:
                self.problem = explain(error, self.place)
        with self._memory.connect() as connection:
            return query(connection)

    def _cards(self, learner: str, query: Select[Any]) -> tuple[CardState, ...]:
        by_due = query.order_by(CARDS.c.due, CARDS.c.question_id)
        return self._read(learner, lambda c: tuple(CardState(*row) for row in c.execute(by_due)))

    def _records(self, learner: str, kind: Callable[..., R], query: Select[Any]) -> tuple[R, ...]:
        return self._read(learner, lambda c: tuple(kind(**r) for r in c.execute(query).mappings()))

    def _write(self, engine: Engine, records: Sequence[Record]) -> int:
        if not records:
            return 0
        learners = {r.learner for r in records}
        with writing(engine, *learners) as connection:
            added = sum(_insert(connection, kind, records) for kind in _TABLES)
            for learner in learners:
                self._rebuild_cards(connection, learner, _reviewed(learner, records))
        return added

    def _rebuild_cards(self, connection: Connection, learner: str, question_ids: set[str]) -> None:
        query = (
            _standing(learner, ATTEMPTS.c.question_id, ATTEMPTS.c.at, ATTEMPTS.c.rating)
            .where(ATTEMPTS.c.rating.is_not(None))
            .order_by(ATTEMPTS.c.question_id, ATTEMPTS.c.at, ATTEMPTS.c.id)
        )
        outdated = delete(CARDS).where(CARDS.c.learner == learner)
        if len(question_ids) <= MAX_BOUND:  # else all: that costs time and changes nothing
            query = query.where(ATTEMPTS.c.question_id.in_(question_ids))
            outdated = outdated.where(CARDS.c.question_id.in_(question_ids))
        cards = [
            {"learner": learner, **vars(review(question_id, [row[1:] for row in rows], self._fuzz))}
            for question_id, rows in groupby(connection.execute(query), lambda row: row[0])
        ]
        connection.execute(outdated)
        if cards:
            connection.execute(insert(CARDS), cards)


def _insert(connection: Connection, kind: type, records: Iterable[Record]) -> int:
    """Adds the records of this kind; returns how many were new."""
    rows = [vars(r) for r in records if isinstance(r, kind)]
    if not rows:
        return 0
    statement = _INSERT[connection.dialect.name](_TABLES[kind]).on_conflict_do_nothing()
    return connection.execute(statement, rows).rowcount


def _reviewed(learner: str, records: Iterable[Record]) -> set[str]:
    """Questions whose card the records change."""
    return {
        r.question_id
        for r in records
        if isinstance(r, Attempt) and r.learner == learner and (r.rating or r.undoes)
    }


def open_store(
    target: str | Path | None = None, *, fuzz: bool = True, timeout: float = 2.0
) -> Store:
    """The store at `target`, a path or an SQLAlchemy URL of SQLite or PostgreSQL; by default at
    GRADIENT_GYM_DB, else in a file in the user's data directory. Never raises: see `Store.problem`.

    fuzz     spread the due dates of questions learned together
    timeout  seconds that a locked file is waited for
    """
    return Store(target, fuzz, timeout)
