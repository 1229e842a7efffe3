"""Where progress is kept, how the database is opened, and what its failures mean in words."""

from __future__ import annotations

import os
import sqlite3
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from quiz_bank.progress.schema import SCHEMA, VERSION, Unusable, migrate

VARIABLE = "GRADIENT_GYM_DB"

# What opening, reading and writing may raise, hand-edited rows and missing drivers included.
FAILURES = (SQLAlchemyError, Unusable, OSError, ValueError, TypeError, ImportError)

_UNSAVED = (
    "Progress is not being saved: {}. Until then answers are kept in memory, and are lost when the "
    "app stops; download a backup to keep them."
)
_UNOPENED = (
    f"cannot be opened; check that it may be read and written, or choose another with {VARIABLE}"
)
_DAMAGED = "is damaged or no database; move it elsewhere and restore your last backup"
_FULL = "cannot be written, perhaps because the disk is full; free some space"
_EXPLANATIONS = {
    sqlite3.SQLITE_BUSY: "is locked by another program; close that program",
    sqlite3.SQLITE_READONLY: f"is read-only; make it writable, or choose another with {VARIABLE}",
    sqlite3.SQLITE_IOERR: _FULL,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_ERROR: _DAMAGED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


def address(target: str | Path | None) -> URL:
    """The database of `target`, a path or an SQLAlchemy URL; None means GRADIENT_GYM_DB, and
    without it a file in the user's data directory. Raises SQLAlchemyError on a malformed URL."""
    place = target or os.environ.get(VARIABLE) or user_data_path("gradient-gym") / "progress.sqlite"
    if "://" in str(place):
        return make_url(str(place))
    return URL.create("sqlite", database=str(Path(place).expanduser().absolute()))


def describe(url: URL) -> str:
    """The place in words, without a password."""
    return (_is_file(url) and url.database) or url.render_as_string()


def _is_memory(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and not _is_memory(url)


def memory_engine() -> Engine:
    """A private database in memory. Its one connection goes from thread to thread."""
    engine = create_engine(
        "sqlite://",
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        connect_args={"check_same_thread": False},
    )
    weakref.finalize(engine, engine.pool.dispose)
    migrate(engine)
    return engine


def connect(url: URL, timeout: float) -> Engine:
    """The engine of `url`; a missing folder is made. `timeout`, in seconds, is how long a locked
    SQLite file is waited for. Raises one of FAILURES."""
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise Unusable(f"is neither SQLite nor PostgreSQL; correct {VARIABLE}")
    if _is_memory(url):
        return memory_engine()
    if not _is_file(url):
        return create_engine(url, pool_pre_ping=True)
    if not str(url.database).startswith("file:"):
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    # A kept connection would go on writing into a file that was moved or deleted.
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": timeout})
    event.listen(engine, "connect", _flush_every_commit)
    return engine


def _flush_every_commit(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous=FULL")


def check_integrity(engine: Engine) -> None:
    """Raises Unusable when SQLite finds damage."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                raise Unusable(_DAMAGED)


def check_writable(engine: Engine) -> None:
    """Raises SQLAlchemyError when nothing can be written now. What it writes is taken back."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # The switch does not wait for others who open the file; whoever is next repeats it.
            with suppress(OperationalError):
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.execute(SCHEMA.update().values(version=VERSION))
        connection.rollback()


def explain(error: BaseException, place: str) -> str:
    """For the page: the place, what is wrong with it, what to do, and what holds until then."""
    if isinstance(error, Unusable):
        return _UNSAVED.format(f"{place} {error}")
    if isinstance(error, ValueError | TypeError):
        return _UNSAVED.format(f"{place} {_DAMAGED}")
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", 0) & 0xFF
    return _UNSAVED.format(f"{place} {_EXPLANATIONS.get(code, _UNOPENED)}")
