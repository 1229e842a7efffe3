"""A store that cannot be written says so, leaves the file alone, and the session goes on."""

from __future__ import annotations

import hashlib
import resource
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from quiz_bank.progress import Store, export, open_store
from quiz_bank.progress.schema import VERSION


@pytest.fixture
def place(path: Path) -> Path:
    return path


def read_only(path: Path) -> str:
    return f"sqlite:///file:{path}?mode=ro&uri=true"


def run(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@contextmanager
def locked(path: Path, how: str = "IMMEDIATE") -> Iterator[None]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"BEGIN {how}")
    try:
        yield
    finally:
        connection.rollback()
        connection.close()


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow: the write fails in the operating system, for root too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def goes_on(store: Store, attempt) -> None:
    """An answer is taken, seen in every query and in the backup, and reported as not saved."""
    saved = store.add(attempt)
    assert saved.added == 1
    assert saved.problem == store.problem
    assert not store.saving
    assert attempt in store.attempts(attempt.learner)
    assert store.last_attempt(attempt.learner) is not None
    assert attempt.question_id in store.best_scores(attempt.learner)
    assert attempt.question_id in store.due(attempt.learner, attempt.at.replace(year=2090))
    assert attempt.id.encode() in export(store, attempt.learner)


def content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make_corrupt(path: Path) -> None:
    path.write_text("my diary " * 1000)


def make_damaged(path: Path) -> None:
    """A database of ours with its pages overwritten in the middle."""
    shutil.copy(_filled(path.with_name("whole")), path)
    data = bytearray(path.read_bytes())
    data[4096:12288] = b"\x5a" * 8192
    path.write_bytes(data)


def make_newer(path: Path) -> None:
    shutil.copy(_filled(path.with_name("whole")), path)
    run(path, f"UPDATE gradient_gym_schema SET version = {VERSION + 1}", "DROP TABLE cards")


def make_nonsense_version(path: Path) -> None:
    shutil.copy(_filled(path.with_name("whole")), path)
    run(path, "UPDATE gradient_gym_schema SET version = 'two'")


def make_no_version(path: Path) -> None:
    shutil.copy(_filled(path.with_name("whole")), path)
    run(path, "DELETE FROM gradient_gym_schema")


def make_foreign(path: Path) -> None:
    run(path, "CREATE TABLE recipes (name TEXT)", "INSERT INTO recipes VALUES ('bread')")


def _filled(path: Path) -> Path:
    store = open_store(path)
    store.add()
    store.close()
    assert store.saving
    return path


REFUSED = {
    make_corrupt: "is damaged or no database",
    make_damaged: "is damaged",
    make_newer: "was written by a newer Gradient Gym",
    make_nonsense_version: "is damaged",
    make_no_version: "is damaged",
    make_foreign: "belongs to another program",
}


@pytest.mark.parametrize(
    ("spoil", "words"), REFUSED.items(), ids=lambda v: getattr(v, "__name__", "")
)
def test_a_file_that_is_not_ours_to_write_is_left_as_it_is(path, make_attempt, spoil, words):
    spoil(path)
    before, names = content(path), sorted(p.name for p in path.parent.iterdir())
    store = open_store(path)
    assert f"{path} {words}" in store.problem
    goes_on(store, make_attempt(1))
    goes_on(store, make_attempt(2))
    store.close()
    assert content(path) == before
    assert sorted(p.name for p in path.parent.iterdir()) == names


@pytest.mark.parametrize("kind", ["a folder", "under a file", "under a missing device"])
def test_a_place_that_cannot_be_opened(tmp_path, make_attempt, kind):
    (tmp_path / "file").write_text("here")
    place = {
        "a folder": tmp_path,
        "under a file": tmp_path / "file" / "progress.sqlite",
        "under a missing device": Path("/proc/none/progress.sqlite"),
    }[kind]
    store = open_store(place)
    assert f"{place} cannot be opened" in store.problem
    goes_on(store, make_attempt(1))
    assert (tmp_path / "file").read_text() == "here"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://u:secret@host/db", "neither SQLite nor PostgreSQL"),
        ("postgresql+nothing://u:secret@host/db", "cannot be opened"),
        ("postgresql://u:secret@host:port/db", "GRADIENT_GYM_DB"),
        ("://", "GRADIENT_GYM_DB"),
        ("sqlite://host/x", "cannot be"),
    ],
)
def test_an_address_that_cannot_be_used(make_attempt, url, words):
    store = open_store(url)
    assert words in store.problem
    assert "secret" not in store.problem + store.place
    goes_on(store, make_attempt(1))


def test_read_only_shows_what_is_there_and_keeps_the_rest_in_memory(path, store, make_attempt):
    store.add(make_attempt(1))
    store.close()
    before = content(path)
    reader = open_store(read_only(path))
    assert f"{path} is read-only" in reader.problem
    assert reader.attempts("local") == (make_attempt(1),)
    goes_on(reader, make_attempt(2))
    assert reader.attempts("local") == (make_attempt(1), make_attempt(2))
    assert content(path) == before


def test_a_file_that_turns_read_only_and_back(path, store, make_attempt):
    """File modes do not stop root; the connection's own query_only does."""
    store.add(make_attempt(1))

    def forbid(connection, _):
        connection.execute("PRAGMA query_only = ON")

    event.listen(store._disk, "connect", forbid)
    goes_on(store, make_attempt(2))
    goes_on(store, make_attempt(3))
    assert "is read-only" in store.problem
    assert len(open_store(path).attempts("local")) == 1
    event.remove(store._disk, "connect", forbid)
    assert store.retry() is None
    assert len(open_store(path).attempts("local")) == 3


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_lock_at_the_start(path, store, make_attempt, how):
    store.add(make_attempt(1))
    with locked(path, how):
        late = open_store(path, timeout=0.05)
        assert f"{path} is locked by another program" in late.problem
        goes_on(late, make_attempt(2))
    assert late.add(make_attempt(3)).problem is None
    assert late.saving
    assert len(store.attempts("local")) == 3


def test_a_lock_in_mid_session(path, store, make_attempt):
    store.add(make_attempt(1))
    with locked(path):
        goes_on(store, make_attempt(2))
        goes_on(store, make_attempt(3, learner="ann"))
        assert store.add(make_attempt(2)).added == 0
        assert store.attempts("local") == (make_attempt(1), make_attempt(2))
    assert store.add(make_attempt(4)).problem is None
    again = open_store(path)
    assert [a.seed for a in again.attempts("local")] == [1, 2, 4]
    assert [a.seed for a in again.attempts("ann")] == [3]
    assert again.cards("local") == store.cards("local")


def test_a_disk_that_fills_up_and_is_cleared(path, store, make_attempt):
    store.add(make_attempt(1))
    with full_disk():
        goes_on(store, make_attempt(2))
        goes_on(store, make_attempt(3))
        assert "disk is full" in store.problem
    assert store.retry() is None
    assert store.saving
    assert [a.seed for a in open_store(path).attempts("local")] == [1, 2, 3]


def test_a_full_disk_at_the_start(path, make_attempt):
    with full_disk():
        store = open_store(path)
        assert "disk is full" in store.problem
        goes_on(store, make_attempt(1))
    assert store.add(make_attempt(2)).problem is None
    assert len(open_store(path).attempts("local")) == 2


def test_sqlites_own_word_for_a_full_disk(path, store, make_attempt):
    event.listen(store._disk, "connect", lambda c, _: c.execute("PRAGMA max_page_count = 1"))
    for number in range(1, 40):
        if store.add(make_attempt(number, response="x" * 1000)).problem:
            break
    assert "disk is full" in store.problem
    assert len(store.attempts("local")) == number


def test_a_file_that_is_taken_away_and_brought_back(path, store, make_attempt):
    store.add(make_attempt(1))
    away = path.rename(path.with_name("away"))
    path.mkdir()
    assert store.attempts("local") == ()
    assert not store.saving
    goes_on(store, make_attempt(2))
    path.rmdir()
    away.rename(path)
    assert store.retry() is None
    assert len(store.attempts("local")) == 2


def test_a_deleted_file_is_made_again(path, store, make_attempt):
    store.add(make_attempt(1))
    path.unlink()
    store.add(make_attempt(2))
    assert store.add(make_attempt(3)).problem is None
    assert [a.seed for a in open_store(path).attempts("local")] == [2, 3]


def test_rows_edited_by_hand_do_not_reach_the_page(path, store, make_attempt):
    store.add(make_attempt(1))
    for column, value in {"at": "'soon'", "score": "7", "rating": "'good'", "id": "x'ff'"}.items():
        spoiled = path.with_name(f"{column}.sqlite")
        shutil.copy(path, spoiled)
        run(spoiled, f"UPDATE attempts SET {column} = {value}")
        other = open_store(spoiled)
        assert other.attempts("local") == ()
        assert f"{spoiled} is damaged" in other.problem
        assert other.add(make_attempt(2, question_id="a/other")).added == 1
