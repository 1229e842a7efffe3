"""The tables, and the steps that bring a database of any released version up to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    TypeDecorator,
    column,
    inspect,
    select,
    table,
)

from quiz_bank.progress.records import Attempt


class Unusable(Exception):
    """The database can be read, and must be left alone; the message says why and what to do."""


class UTCDateTime(TypeDecorator[datetime]):
    """A datetime that carries UTC on every database; SQLite itself keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


SCHEMA = table("gradient_gym_schema", column("version"))
ATTEMPTS = table(
    "attempts",
    *(column(f.name) for f in fields(Attempt) if f.name != "at"),
    column("at", UTCDateTime),
)
CARDS = table(
    "cards",
    column("learner"),
    column("question_id"),
    column("due", UTCDateTime),
    column("fsrs", JSON),
)

# A released statement is never edited: later versions add a step.
_VERSION_1 = (
    "CREATE TABLE gradient_gym_schema (version INTEGER NOT NULL)",
    "INSERT INTO gradient_gym_schema (version) VALUES (0)",
    """CREATE TABLE attempts (
        learner TEXT NOT NULL, id TEXT NOT NULL, question_id TEXT NOT NULL, seed BIGINT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL, response TEXT NOT NULL, verdict TEXT NOT NULL,
        score DOUBLE PRECISION NOT NULL, hints INTEGER NOT NULL, tries INTEGER NOT NULL,
        seconds DOUBLE PRECISION NOT NULL, misconception TEXT, rating INTEGER,
        PRIMARY KEY (learner, id))""",
    "CREATE INDEX attempts_by_question ON attempts (learner, question_id, at)",
    "CREATE INDEX attempts_by_time ON attempts (learner, at)",
    """CREATE TABLE cards (
        learner TEXT NOT NULL, question_id TEXT NOT NULL, due TIMESTAMP WITH TIME ZONE NOT NULL,
        fsrs JSON NOT NULL, PRIMARY KEY (learner, question_id))""",
    "CREATE INDEX cards_by_due ON cards (learner, due)",
)


def _create(connection: Connection) -> None:
    for statement in _VERSION_1:
        connection.exec_driver_sql(statement)


MIGRATIONS: dict[int, Callable[[Connection], None]] = {1: _create}
VERSION = max(MIGRATIONS)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that holds SQLite's write lock from its start, so what it reads stays true
    until it commits."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def schema_version(connection: Connection) -> int:
    """The version of the database, 0 when it is empty. Raises Unusable when it is not ours."""
    tables = inspect(connection).get_table_names()
    if SCHEMA.name not in tables:
        if tables and connection.dialect.name == "sqlite":
            raise Unusable("belongs to another program; choose another file with GRADIENT_GYM_DB")
        return 0
    version = connection.scalar(select(SCHEMA.c.version))
    if not isinstance(version, int) or version < 1:
        raise Unusable("is damaged; move it elsewhere and restore your last backup")
    if version > VERSION:
        raise Unusable(
            f"was written by a newer Gradient Gym (schema {version}, this one knows {VERSION}); "
            "update the program"
        )
    return version


def migrate(engine: Engine) -> None:
    """Bring the database to VERSION in one transaction; does nothing, and needs no write access,
    when it is there. Raises Unusable, or what the database raises."""
    with engine.connect() as connection:
        if schema_version(connection) == VERSION:
            return
    with writing(engine) as connection:
        for version in range(schema_version(connection) + 1, VERSION + 1):
            MIGRATIONS[version](connection)
            connection.execute(SCHEMA.update().values(version=version))
