"""What the failures of a database mean: in words, with what to do, and without a password."""

from __future__ import annotations

import re
import sqlite3

from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

VARIABLE = "GRADIENT_GYM_DB"


class Unusable(Exception):
    """The database can be read, and must be left alone; the message says why and what to do."""


# What opening, reading and writing may raise, hand-edited rows and missing drivers included.
FAILURES = (SQLAlchemyError, Unusable, OSError, ValueError, TypeError, ImportError)

_UNSAVED = (
    "Progress is not being saved: {}. Until then answers are kept in memory, and are lost when the "
    "app stops; download a backup to keep them."
)
_UNOPENED = (
    f"cannot be opened; check that it may be read and written, or choose another with {VARIABLE}"
)
DAMAGED = "is damaged or no database; move it elsewhere and restore your last backup"
_FULL = "cannot be written, perhaps because the disk is full; free some space"
_LOCKED = "is locked by another program; close that program"
_READ_ONLY = f"is read-only; make it writable, or choose another with {VARIABLE}"
_SQLITE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _FULL,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_ERROR: DAMAGED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}

_UNREACHED = "cannot be reached; check that it runs, and its address"
_NO_HOST = "cannot be found: no computer has that name; correct its address"
_NO_ENTRY = "refuses the user name or the password; correct its address"
_NO_DATABASE = "does not exist on its server; create it, or correct its address"
_NO_RIGHT = "does not let this user read, write and create tables; grant these rights"
_NO_CONNECTION = "has no connection to spare; close other programs that use it"
_SLOW = "takes too long to answer; wait, or look at what else it is doing"
_RESTARTING = "is starting or stopping; wait until it is back"
_ALTERED = "lacks a table or a column; restore your last backup into another"

# PostgreSQL's SQLSTATE, or the class that its first two characters are.
_POSTGRESQL = {
    "08": _UNREACHED,
    "22": DAMAGED,
    "22P05": "cannot keep every character; create it with the encoding UTF8",
    "25006": _READ_ONLY,
    "28": _NO_ENTRY,
    "3D000": _NO_DATABASE,
    "3F000": "has no schema that this user may write into; grant that, or correct its address",
    "42501": _NO_RIGHT,
    "42703": _ALTERED,
    "42P01": _ALTERED,
    "42P07": "has a table of another program under a name of ours; choose another database",
    "53100": _FULL,
    "53300": _NO_CONNECTION,
    "55P03": _LOCKED,
    "57014": _SLOW,
    "57P": _RESTARTING,
    "XX": DAMAGED,
}

# A connection that was never made has no SQLSTATE, only what the client library says.
_UNCONNECTED = {
    r"failed to resolve host|could not translate host": _NO_HOST,
    r"password|role .* does not exist|pg_hba": _NO_ENTRY,
    r"database .* does not exist": _NO_DATABASE,
    r"too many (clients|connections)|connection slots": _NO_CONNECTION,
    r"starting up|shutting down|recovery mode": _RESTARTING,
    r"invalid connection option|invalid .* value": "has an address with a mistake; correct it",
}


def explain(error: BaseException, place: str) -> str:
    """For the page: the place, what is wrong with it, what to do, and what holds until then."""
    return _UNSAVED.format(f"{place} {_reason(error)}")


def is_unreachable(error: BaseException) -> bool:
    """Whether the error comes from a server, rather than from a file, that did not answer."""
    return isinstance(error, OperationalError) and _is_postgresql(error.orig)


def _is_postgresql(cause: BaseException | None) -> bool:
    return type(cause).__module__.startswith("psycopg")


def _reason(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    if isinstance(error, Unusable):
        return str(error)
    if isinstance(error, NoConnection):
        return _NO_CONNECTION
    state = getattr(cause, "sqlstate", None) or ""
    if isinstance(error, ValueError | TypeError) or (isinstance(error, DataError) and not state):
        return DAMAGED
    if _is_postgresql(cause):
        return _postgresql_reason(state, str(cause))
    return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, _UNOPENED)


def _postgresql_reason(state: str, message: str) -> str:
    known = (_POSTGRESQL.get(state[:length]) for length in (5, 3, 2))
    if state:
        return next(filter(None, known), _UNOPENED)
    said = (words for pattern, words in _UNCONNECTED.items() if re.search(pattern, message))
    return next(said, _UNREACHED)
