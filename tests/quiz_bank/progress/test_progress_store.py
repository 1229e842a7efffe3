"""What is answered is there: after a kill, in the queries, from several threads and processes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event

from quiz_bank.progress import Saved, Store, new_entry, open_store, taken_back
from quiz_bank.progress.connect import address
from quiz_bank.progress.schema import ATTEMPTS, CARDS, ENTRIES, MIGRATIONS, SCHEMA, VERSION

ROOT = Path(__file__).parents[3]

ADD = """
import os, signal, sys
from dataclasses import replace
from quiz_bank.progress import new_attempt, open_store
store = open_store(sys.argv[1])
for i in range(int(sys.argv[2])):
    attempt = new_attempt("losses/gradient", i, "1", "correct", 1.0)
    store.add(replace(attempt, rating=3))
sys.exit(store.problem)
"""
KILL = "os.kill(os.getpid(), signal.SIGKILL)"


def start(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT)


def later(days: float) -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=days)


def test_killing_the_process_after_an_answer_loses_nothing(path):
    assert start(ADD.replace("sys.exit(store.problem)", KILL), path, 3).wait() == -signal.SIGKILL
    store = open_store(path)
    assert store.saving
    assert [a.seed for a in store.attempts("local")] == [0, 1, 2]
    assert [c.question_id for c in store.cards("local")] == ["losses/gradient"]


def test_an_attempt_comes_back_as_it_was(store, make_attempt):
    attempt = make_attempt(1, misconception="sign", rating=None, seed=2**63 - 1, score=0.5)
    assert store.add(attempt) == Saved(1, None)
    assert store.attempts("local") == (attempt,)


def test_the_same_id_twice_is_one_attempt_and_one_review(store, make_attempt):
    store.add(make_attempt(1))
    before = store.cards("local")
    assert store.add(make_attempt(1), make_attempt(1, response="changed")) == Saved(0, None)
    assert store.attempts("local") == (make_attempt(1),)
    assert store.cards("local") == before


def test_attempts_that_arrive_late_make_the_same_card(tmp_path, make_attempt):
    attempts = [make_attempt(i, rating=1 + i % 4) for i in range(6)]
    stores = [open_store(tmp_path / name) for name in ("a", "b")]
    for attempt in attempts:
        stores[0].add(attempt)
    for attempt in reversed(attempts):
        stores[1].add(attempt)
    assert stores[0].cards("local") == stores[1].cards("local")


def test_an_attempt_without_rating_makes_no_card(store, make_attempt):
    store.add(make_attempt(1, rating=None))
    assert store.cards("local") == ()


def test_learners_never_meet(store, make_attempt):
    store.add(make_attempt(1, learner="ann"))
    assert store.add(make_attempt(1, learner="bob", score=0.0)).added == 1
    assert [a.score for a in store.attempts("ann")] == [1.0]
    assert store.best_scores("bob") == {"losses/gradient": 0.0}
    assert store.attempts("local") == store.cards("local") == store.due("local", later(1)) == ()
    assert store.last_attempt("local") is None


def test_queries_of_the_pages(store, make_attempt):
    store.add(
        make_attempt(1, question_id="a/x", score=0.5),
        make_attempt(2, question_id="a/y", score=0.0, rating=1),
        make_attempt(3, question_id="a/x", score=1.0),
        make_attempt(4, question_id="a/x", score=0.2, rating=None),
    )
    assert store.best_scores("local") == {"a/x": 1.0, "a/y": 0.0}
    assert [a.seed for a in store.attempts("local", ["a/x", "a/z"])] == [1, 3, 4]
    assert store.attempts("local", []) == ()
    assert store.last_attempt("local").seed == 4


def test_due_is_oldest_first_and_by_the_time_asked(store, make_attempt):
    store.add(
        make_attempt(2, question_id="a/late", rating=1),
        make_attempt(1, question_id="a/early", rating=1),
        make_attempt(1, id=make_attempt(9).id, question_id="a/easy", rating=4),
    )
    minute = 1 / 1440
    assert store.due("local", later(1)) == ()
    assert store.due("local", later(1 + minute)) == ("a/early",)
    assert store.due("local", later(2 + minute)) == ("a/early", "a/late")
    assert store.due("local", later(60)) == ("a/early", "a/late", "a/easy")


def test_text_is_bound_not_executed(store, make_attempt):
    nasty = "'); DROP TABLE attempts; --"
    store.add(make_attempt(1, learner=nasty, question_id=nasty, response=nasty))
    assert store.attempts(nasty, [nasty])[0].response == nasty
    assert store.due(nasty, later(999)) == (nasty,)


def together(work: Callable[[int], None], threads: int) -> None:
    running = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


@pytest.mark.parametrize("kept", ["on disk", "in memory"])
def test_threads_of_one_store(path, make_attempt, kept):
    store = open_store(path if kept == "on disk" else "sqlite://", fuzz=False)

    def answer(thread: int) -> None:
        for i in range(10):
            store.add(make_attempt(100 * thread + i, question_id=f"a/{i % 3}"))
            store.due("local", later(0))

    together(answer, 6)
    assert store.problem is None
    assert len(store.attempts("local")) == 60
    replayed = open_store("sqlite://", fuzz=False)
    replayed.add(*store.attempts("local"))
    assert replayed.cards("local") == store.cards("local")


@pytest.mark.parametrize("attempt", range(10))
def test_sessions_that_make_the_file_together(path, make_attempt, attempt):
    stores = {}

    def begin(thread: int) -> None:
        stores[thread] = open_store(path)
        stores[thread].add(make_attempt(thread))

    together(begin, 4)
    assert [store.problem for store in stores.values()] == [None] * 4
    assert len(stores[0].attempts("local")) == 4


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


def test_processes_that_start_on_one_fresh_file_together(path):
    processes = [start(ADD, path, 25) for _ in range(3)]
    assert [p.wait() for p in processes] == [0, 0, 0]
    store = open_store(path)
    replayed = open_store("sqlite://")
    replayed.add(*store.attempts("local"))
    assert len(store.attempts("local")) == 75
    assert replayed.cards("local") == store.cards("local")


def test_more_questions_than_one_query_can_name(store, make_attempt):
    few = sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999
    event.listen(store._disk, "connect", lambda c, _: c.setlimit(*few))
    attempts = [make_attempt(i, question_id=f"a/{i}", at=later(0)) for i in range(1200)]
    assert store.add(*attempts) == Saved(1200, None)
    assert len(store.cards("local")) == 1200


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


def test_the_schema_has_every_column_and_its_version(path, store):
    connection = sqlite3.connect(path)
    for table in (SCHEMA, ATTEMPTS, ENTRIES, CARDS):
        stored = {row[1] for row in connection.execute(f"PRAGMA table_info({table.name})")}
        assert stored == {c.name for c in table.columns}
    assert connection.execute("SELECT version FROM gradient_gym_schema").fetchall() == [(VERSION,)]
    connection.close()
    assert list(MIGRATIONS) == list(range(1, VERSION + 1))


def test_an_empty_file_becomes_a_database(path):
    path.touch()
    assert open_store(path).saving


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_memory_can_be_asked_for(url, make_attempt):
    store = open_store(url)
    assert store.add(make_attempt(1)) == Saved(1, None)
    assert len(store.attempts("local")) == 1


def test_what_is_undone_counts_no_more_and_stays_in_the_backup(store, make_attempt):
    first, second = make_attempt(1), make_attempt(2, rating=1, score=0.0)
    store.add(first, second)
    after_first = open_store("sqlite://", fuzz=False)
    after_first.add(first)
    assert store.add(taken_back(second)) == Saved(1, None)
    assert store.add(taken_back(second)) == Saved(0, None)
    assert store.attempts("local") == (first,)
    assert store.last_attempt("local") == first
    assert store.cards("local") == after_first.cards("local")
    assert len(store.everything("local")) == 3
    store.add(taken_back(first))
    assert store.attempts("local") == store.cards("local") == ()
    assert store.best_scores("local") == {}


def test_undoing_reaches_only_the_learner_who_undoes(store, make_attempt):
    store.add(make_attempt(1), make_attempt(1, learner="ann"))
    store.add(replace(taken_back(make_attempt(1)), learner="ann"))
    assert store.attempts("ann") == ()
    assert store.attempts("local") == (make_attempt(1),)


def test_undoing_before_the_attempt_arrives_undoes_it_too(store, make_attempt):
    store.add(taken_back(make_attempt(1)))
    store.add(make_attempt(1))
    assert store.attempts("local") == store.cards("local") == ()


def test_an_interview_comes_back_entry_by_entry(store):
    interview, other = (str(UUID(int=n)) for n in (7, 8))
    entries = [
        new_entry(interview, "begin", value='{"minutes": 15}', learner="ann"),
        new_entry(interview, "answer", 0, "0.5", learner="ann"),
        new_entry(other, "begin", learner="ann"),
        new_entry(interview, "begin", learner="bob"),
    ]
    assert store.add(*entries) == Saved(4, None)
    assert store.add(entries[1]) == Saved(0, None)
    assert store.entries("ann", interview) == tuple(entries[:2])
    assert store.entries("ann") == tuple(entries[:3])
    assert store.entries("bob", other) == ()
