"""How records enter a database: each once, whatever arrives first, with the cards they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from quiz_bank.progress.records import Attempt, InterviewEntry, Record
from quiz_bank.progress.rules import is_name
from quiz_bank.progress.schedule import review
from quiz_bank.progress.schema import ATTEMPTS, CARDS, ENTRIES, writing

MAX_BOUND = 500  # values that one query names

_TABLES = {Attempt: ATTEMPTS, InterviewEntry: ENTRIES}

_COUNTED = {"preserve_rowcount": True}
_INSERT: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def asked(learner: str) -> str:
    """The learner as a query may name one: "", whose records there are none, for what no learner
    can be called and a database might not even take."""
    return learner if is_name(learner) else ""


def standing(learner: str, *columns: Any) -> Select[Any]:
    """The learner's attempts, or these columns of them, without what was undone."""
    undo = ATTEMPTS.alias("undo")
    is_undone = select(undo.c.id).where(
        undo.c.learner == ATTEMPTS.c.learner, undo.c.undoes == ATTEMPTS.c.id
    )
    return select(*(columns or ATTEMPTS.c)).where(
        ATTEMPTS.c.learner == asked(learner), ATTEMPTS.c.undoes.is_(None), ~is_undone.exists()
    )


def merge(engine: Engine, records: Sequence[Record], fuzz: bool) -> int:
    """Adds the records that are not there yet and rebuilds the cards they change, in one
    transaction; returns how many were new. Raises what the database raises."""
    if not records:
        return 0
    learners = {r.learner for r in records}
    with writing(engine, *learners) as connection:
        added = sum(_insert(connection, kind, records) for kind in _TABLES)
        for learner in learners:
            _rebuild_cards(connection, learner, _reviewed(connection, learner, records), fuzz)
    return added


def _rebuild_cards(
    connection: Connection, learner: str, question_ids: set[str], fuzz: bool
) -> None:
    query = (
        standing(learner, ATTEMPTS.c.question_id, ATTEMPTS.c.at, ATTEMPTS.c.rating)
        .where(ATTEMPTS.c.rating.is_not(None))
        .order_by(ATTEMPTS.c.question_id, ATTEMPTS.c.at, ATTEMPTS.c.id)
    )
    outdated = delete(CARDS).where(CARDS.c.learner == learner)
    if len(question_ids) <= MAX_BOUND:  # else all: that costs time and changes nothing
        query = query.where(ATTEMPTS.c.question_id.in_(question_ids))
        outdated = outdated.where(CARDS.c.question_id.in_(question_ids))
    cards = [
        {"learner": learner, **vars(review(question_id, [row[1:] for row in rows], fuzz))}
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
    return connection.execute(statement, rows, execution_options=_COUNTED).rowcount


def _reviewed(connection: Connection, learner: str, records: Iterable[Record]) -> set[str]:
    """Questions whose card the records change: those asked, and those of the attempts undone,
    whatever the record that undoes says."""
    own = [r for r in records if isinstance(r, Attempt) and r.learner == learner]
    undone = [r.undoes for r in own if r.undoes]
    query = select(ATTEMPTS.c.question_id).where(ATTEMPTS.c.learner == learner)
    changed = {r.question_id for r in own if r.rating and not r.undoes}
    for start in range(0, len(undone), MAX_BOUND):
        some = query.where(ATTEMPTS.c.id.in_(undone[start : start + MAX_BOUND]))
        changed.update(connection.scalars(some))
    return changed
