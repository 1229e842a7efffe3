"""The one place that reads and writes progress. It never raises into a page: what cannot be stored
stays in memory, `problem` says so, and it is stored as soon as that works again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Select, func, select
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
from quiz_bank.progress.records import Attempt, CardState, Saved
from quiz_bank.progress.schedule import review
from quiz_bank.progress.schema import ATTEMPTS, CARDS, migrate, writing

T = TypeVar("T")

MAX_BOUND = 500

_CARDS = select(CARDS.c.question_id, CARDS.c.due, CARDS.c.fsrs)

_INSERT: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


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
        self._pending: list[Attempt] = []
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

    def add(self, *attempts: Attempt) -> Saved:
        """Keep attempts and the cards they change, in one transaction that has been committed when
        this returns. An attempt whose id the learner already has changes nothing."""
        with self._lock:
            try:
                return Saved(self._write(self._working_engine(), attempts), None)
            except FAILURES as error:
                self.problem = explain(error, self.place)
            return Saved(self._keep_in_memory(attempts), self.problem)

    def attempts(
        self, learner: str, question_ids: Iterable[str] | None = None
    ) -> tuple[Attempt, ...]:
        """The learner's attempts, oldest first; only those at `question_ids` when given."""
        query = select(ATTEMPTS).where(ATTEMPTS.c.learner == learner)
        if question_ids is not None:
            query = query.where(ATTEMPTS.c.question_id.in_(list(question_ids)))
        query = query.order_by(ATTEMPTS.c.at, ATTEMPTS.c.id)
        return self._read(
            learner, lambda c: tuple(Attempt(**r) for r in c.execute(query).mappings())
        )

    def best_scores(self, learner: str) -> dict[str, float]:
        """The best score of each question the learner has answered; 1.0 is answered right."""
        query = (
            select(ATTEMPTS.c.question_id, func.max(ATTEMPTS.c.score))
            .where(ATTEMPTS.c.learner == learner)
            .group_by(ATTEMPTS.c.question_id)
        )
        return self._read(learner, lambda c: {row[0]: row[1] for row in c.execute(query)})

    def last_attempt(self, learner: str) -> Attempt | None:
        """The learner's latest attempt: where to continue. None before the first."""
        query = (
            select(ATTEMPTS)
            .where(ATTEMPTS.c.learner == learner)
            .order_by(ATTEMPTS.c.at.desc(), ATTEMPTS.c.id.desc())
            .limit(1)
        )

        def latest(connection: Connection) -> Attempt | None:
            row = connection.execute(query).mappings().first()
            return None if row is None else Attempt(**row)

        return self._read(learner, latest)

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

    def _keep_in_memory(self, attempts: Sequence[Attempt]) -> int:
        for learner in {a.learner for a in attempts if not self._is_pending(a.learner)}:
            self._write(self._memory, self.attempts(learner))
        added = self._write(self._memory, attempts)
        self._pending = [*self._pending, *attempts]
        return added

    def _is_pending(self, learner: str) -> bool:
        return any(a.learner == learner for a in self._pending)

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

    def _write(self, engine: Engine, attempts: Sequence[Attempt]) -> int:
        if not attempts:
            return 0
        insert = _INSERT[engine.dialect.name](ATTEMPTS).on_conflict_do_nothing()
        with writing(engine) as connection:
            added = connection.execute(insert, [vars(a) for a in attempts]).rowcount
            for learner in {a.learner for a in attempts}:
                rated = {a.question_id for a in attempts if a.learner == learner and a.rating}
                self._rebuild_cards(connection, learner, rated)
        return added

    def _rebuild_cards(self, connection: Connection, learner: str, question_ids: set[str]) -> None:
        query = (
            select(ATTEMPTS.c.question_id, ATTEMPTS.c.at, ATTEMPTS.c.rating)
            .where(ATTEMPTS.c.learner == learner, ATTEMPTS.c.rating.is_not(None))
            .order_by(ATTEMPTS.c.question_id, ATTEMPTS.c.at, ATTEMPTS.c.id)
        )
        if len(question_ids) <= MAX_BOUND:  # else all: that costs time and changes nothing
            query = query.where(ATTEMPTS.c.question_id.in_(question_ids))
        cards = [
            {"learner": learner, **vars(review(question_id, [row[1:] for row in rows], self._fuzz))}
            for question_id, rows in groupby(connection.execute(query), lambda row: row[0])
        ]
        if cards:
            insert = _INSERT[connection.dialect.name](CARDS)
            changed = {"due": insert.excluded.due, "fsrs": insert.excluded.fsrs}
            key = ["learner", "question_id"]
            connection.execute(
                insert.on_conflict_do_update(index_elements=key, set_=changed), cards
            )


def open_store(
    target: str | Path | None = None, *, fuzz: bool = True, timeout: float = 2.0
) -> Store:
    """The store at `target`, a path or an SQLAlchemy URL of SQLite or PostgreSQL; by default at
    GRADIENT_GYM_DB, else in a file in the user's data directory. Never raises: see `Store.problem`.

    fuzz     spread the due dates of questions learned together
    timeout  seconds that a locked file is waited for
    """
    return Store(target, fuzz, timeout)
