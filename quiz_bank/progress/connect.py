"""Where progress is kept, and how the database is opened and looked over."""

from __future__ import annotations

import os
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import NullPool, QueuePool

from quiz_bank.progress.failures import DAMAGED, VARIABLE, Unusable
from quiz_bank.progress.schema import SCHEMA, VERSION, migrate

# All that the hosts of PostgreSQL print as the start of an address.
_DRIVER = "postgresql+psycopg"
_SPELLINGS = ("postgres", "postgresql", "postgresql+psycopg2", _DRIVER)

# Seconds. A server that is gone is noticed, and none of our transactions keeps others waiting.
_CONNECT, _SILENCE, _IDLE = 5, 15, 60
_STATEMENT = 30

# What the client library is told unless the address says otherwise. A pooler between us and the
# server may hand every transaction to another connection, which knows no statement prepared before.
_CLIENT = {
    "connect_timeout": _CONNECT,
    "keepalives_idle": _SILENCE,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 1000 * _SILENCE,
    "prepare_threshold": None,
    "client_encoding": "utf8",
}

# One pool for all sessions of the process; a server commonly takes 100 connections of everybody.
_POOL = {"pool_size": 5, "max_overflow": 5, "pool_timeout": 5, "pool_recycle": 1800}


def address(target: str | Path | URL | None) -> URL:
    """The database of `target`, a path or an SQLAlchemy URL; None means GRADIENT_GYM_DB, and
    without it a file in the user's data directory. Raises Unusable on a malformed URL."""
    place = target or os.environ.get(VARIABLE) or user_data_path("gradient-gym") / "progress.sqlite"
    if isinstance(place, URL) or "://" in str(place):
        return _with_driver(_url(place))
    return URL.create("sqlite", database=str(Path(place).expanduser().absolute()))


def _url(place: str | Path | URL) -> URL:
    try:
        return make_url(place if isinstance(place, URL) else str(place))
    except (ArgumentError, ValueError):
        raise Unusable("is no address of a database: give a path or an SQLAlchemy URL") from None


def _with_driver(url: URL) -> URL:
    return url.set(drivername=_DRIVER) if url.drivername in _SPELLINGS else url


def describe(url: URL) -> str:
    """The place in words, without the user's name or a password."""
    if url.get_backend_name() == "postgresql":
        host = url.host or url.query.get("host") or "this computer"
        port = f":{url.port}" if url.port else ""
        return f"the PostgreSQL database {url.database or '(default)'} at {host}{port}"
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
    """The engine of `url`; a missing folder is made. `timeout`, in seconds, is how long what others
    have locked is waited for. Raises one of FAILURES."""
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise Unusable(f"is neither SQLite nor PostgreSQL; correct {VARIABLE}")
    if _is_memory(url):
        return memory_engine()
    return _file_engine(url, timeout) if _is_file(url) else _server_engine(url, timeout)


def _file_engine(url: URL, timeout: float) -> Engine:
    if not str(url.database).startswith("file:"):
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    # A kept connection would go on writing into a file that was moved or deleted.
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": timeout})
    event.listen(engine, "connect", _flush_every_commit)
    return engine


def _flush_every_commit(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous=FULL")


def _server_engine(url: URL, timeout: float) -> Engine:
    """Reads that wait for a learner's lock must see what was written before it was free, so each
    statement sees the newest rows, whatever the server's own default is."""
    engine = create_engine(
        url,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={k: v for k, v in _CLIENT.items() if k not in url.query},
        **_POOL,
    )

    settings = {
        "lock_timeout": _milliseconds(timeout),
        "statement_timeout": _milliseconds(_STATEMENT),
        "idle_in_transaction_session_timeout": _milliseconds(_IDLE),
        "datestyle": "ISO",
    }
    event.listen(engine, "connect", lambda connection, _: _set(connection, settings))
    weakref.finalize(engine, engine.pool.dispose)
    return engine


def _milliseconds(seconds: float) -> str:
    return f"{max(1, round(1000 * seconds))}ms"


def _set(connection: Any, settings: dict[str, str]) -> None:
    for setting in settings.items():
        connection.execute("SELECT set_config(%s, %s, false)", setting)
    connection.commit()


def check_integrity(engine: Engine) -> None:
    """Raises Unusable when SQLite finds damage."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                raise Unusable(DAMAGED)


def check_writable(engine: Engine) -> None:
    """Raises SQLAlchemyError when nothing can be written now. What it writes is taken back."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # The switch does not wait for others who open the file; whoever is next repeats it.
            with suppress(OperationalError):
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.execute(SCHEMA.update().values(version=VERSION))
        connection.rollback()
