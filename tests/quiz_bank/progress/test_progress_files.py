"""What holds for a SQLite file and for where it is."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from quiz_bank.progress import Saved, Store, open_store
from quiz_bank.progress.connect import address
from quiz_bank.progress.schema import VERSION


@pytest.fixture
def place(path: Path) -> Path:
    return path


def test_a_file_that_another_process_makes_while_this_one_waits(path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    opened: list[Store] = []
    thread = threading.Thread(target=lambda: opened.append(open_store(path, timeout=10)))
    thread.start()
    thread.join(0.2)
    model = open_store(path.with_name("model"))
    model.close()
    with closing(sqlite3.connect(model.place)) as made:
        for (sql,) in made.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"):
            other.execute(sql)
    other.execute("INSERT INTO gradient_gym_schema VALUES (?)", [VERSION])
    other.execute("COMMIT")
    other.close()
    thread.join()
    assert opened[0].saving


def test_where_progress_is_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIENT_GYM_DB", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert Path(address(None).database).parent == tmp_path / "gradient-gym"
    monkeypatch.setenv("GRADIENT_GYM_DB", str(tmp_path / "deep" / "er" / "x.db"))
    store = open_store()
    assert store.saving
    assert store.place == os.environ["GRADIENT_GYM_DB"]
    assert Path(store.place).exists()
    monkeypatch.setenv("GRADIENT_GYM_DB", f"sqlite:///{tmp_path}/y.db")
    assert open_store().saving
    assert (tmp_path / "y.db").exists()


def test_the_file_survives_power_cuts_and_shares(path, store):
    with store._disk.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_an_empty_file_becomes_a_database(path):
    path.touch()
    assert open_store(path).saving


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_memory_can_be_asked_for(url, make_attempt):
    store = open_store(url)
    assert store.add(make_attempt(1)) == Saved(1, None)
    assert len(store.attempts("local")) == 1


def test_more_questions_than_one_query_can_name(store, make_attempt):
    few = sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999
    event.listen(store._disk, "connect", lambda c, _: c.setlimit(*few))
    attempts = [make_attempt(i, question_id=f"a/{i}", at=make_attempt(0).at) for i in range(1200)]
    assert store.add(*attempts) == Saved(1200, None)
    assert len(store.cards("local")) == 1200
