"""The tables, and the steps that bring a database of any released version up to them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    TypeDecorator,
    column,
    func,
    inspect,
    literal,
    select,
    table,
)

from quiz_bank.progress.failures import VARIABLE, Unusable
from quiz_bank.progress.records import Attempt, InterviewEntry


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
ENTRIES = table(
    "interview_entries",
    *(column(f.name) for f in fields(InterviewEntry) if f.name != "at"),
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

_VERSION_2 = (
    "ALTER TABLE attempts ADD COLUMN way TEXT NOT NULL DEFAULT 'practice'",
    "ALTER TABLE attempts ADD COLUMN confidence INTEGER",
    "ALTER TABLE attempts ADD COLUMN undoes TEXT",
    "CREATE INDEX attempts_undone ON attempts (learner, undoes)",
    """CREATE TABLE interview_entries (
        learner TEXT NOT NULL, id TEXT NOT NULL, interview TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL, event TEXT NOT NULL, position INTEGER,
        value TEXT NOT NULL, PRIMARY KEY (learner, id))""",
    "CREATE INDEX interview_entries_by_interview ON interview_entries (learner, interview, at)",
)

MIGRATIONS: dict[int, tuple[str, ...]] = {1: _VERSION_1, 2: _VERSION_2}
VERSION = max(MIGRATIONS)
MIGRATING = "migrating"  # what processes that open one database at once wait for


@contextmanager
def writing(engine: Engine, *owners: str) -> Iterator[Connection]:
    """One transaction in which what it reads stays true until it commits: it holds SQLite's write
    lock from its start, on PostgreSQL a lock for each of `owners`, such as learners."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # in one order everywhere, so that two never wait for each other
            for key in sorted({_lock_key(owner) for owner in owners}):
                connection.execute(select(func.pg_advisory_xact_lock(literal(key, BigInteger))))
        yield connection


def _lock_key(owner: str) -> int:
    """The owner's number among PostgreSQL's advisory locks, which all programs share."""
    digest = hashlib.blake2b(f"gradient-gym {owner}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def schema_version(connection: Connection) -> int:
    """The version of the database, 0 when it has nothing of ours. Raises Unusable when what it has
    is another program's, damaged, or newer than this one knows."""
    tables = set(inspect(connection).get_table_names())
    if SCHEMA.name not in tables:
        if tables and connection.dialect.name == "sqlite":
            raise Unusable(f"belongs to another program; choose another file with {VARIABLE}")
        if taken := tables & {table.name for table in (ATTEMPTS, ENTRIES, CARDS)}:
            raise Unusable(
                f"already has a table {min(taken)} of another program; choose another database"
            )
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
    with writing(engine, MIGRATING) as connection:
        if engine.dialect.name == "postgresql":  # large tables take the time they need
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        for version in range(schema_version(connection) + 1, VERSION + 1):
            for statement in MIGRATIONS[version]:
                connection.exec_driver_sql(statement)
            connection.execute(SCHEMA.update().values(version=version))
