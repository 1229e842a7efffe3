"""A database of every released version becomes today's, whole, on SQLite and on PostgreSQL.

A new version adds its dump to `released/`: what that version's program wrote, as SQL.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from quiz_bank.progress import open_store
from quiz_bank.progress.schema import MIGRATIONS, VERSION

ROOT = Path(__file__).parents[3]
RELEASED = Path(__file__).parent / "released"
VERSIONS = range(1, VERSION + 1)

Run = Callable[..., list[tuple]]

OPEN = """
import sys
from quiz_bank.progress import open_store
print("ready", flush=True)
sys.stdin.readline()
sys.exit(open_store(sys.argv[1], timeout=30).problem)
"""


def statements(version: int) -> list[str]:
    """Those of the dump. A statement ends with a semicolon at the end of a line."""
    text = (RELEASED / f"version_{version}.sql").read_text(encoding="utf-8")
    text = re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)
    return [part.strip() for part in text.split(";\n") if part.strip()]


def words(statement: str) -> str:
    return " ".join(statement.split())


@pytest.fixture
def run(request, place) -> Run:
    """Runs SQL on the place, beside the store."""
    if isinstance(place, Path):
        return lambda *sql: run_on_file(place, *sql)
    cluster = request.getfixturevalue("cluster")
    return lambda *sql: cluster.run("SET TIME ZONE 'UTC'", "SET datestyle = 'ISO'", *sql, url=place)


def run_on_file(path: Path, *sql: str) -> list[tuple]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return [connection.execute(statement).fetchall() for statement in sql][-1]


def rows(run: Run, table: str, columns: str) -> list[tuple]:
    return sorted(run(f"SELECT {columns} FROM {table}"))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_released_statement_is_never_edited(version):
    steps = [words(s) for number in range(1, version + 1) for s in MIGRATIONS[number]]
    assert [words(s) for s in statements(version)][: len(steps)] == steps


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_lost(place, run, opened, version):
    run(*statements(version))
    columns = "learner, id, question_id, seed, at, response, verdict, score, hints, tries, seconds"
    before = rows(run, "attempts", columns), rows(run, "cards", "learner, question_id, due")
    store = opened(place, fuzz=False)
    assert store.saving, store.problem
    after = rows(run, "attempts", columns), rows(run, "cards", "learner, question_id, due")
    assert after == before
    assert run("SELECT version FROM gradient_gym_schema") == [(VERSION,)]
    replayed = open_store("sqlite://", fuzz=False)
    replayed.add(*store.everything("local"), *store.everything("ann"))
    for learner in ("local", "ann"):
        assert store.cards(learner) == replayed.cards(learner) != ()
        assert store.attempts(learner) == replayed.attempts(learner) != ()


def test_version_1_is_read_as_it_was_meant(place, run, opened):
    run(*statements(1))
    attempts = opened(place).attempts("local")
    assert [UUID(a.id).int for a in attempts] == [1, 2, 3, 4, 5]
    assert {(a.way, a.confidence, a.undoes) for a in attempts} == {("practice", None, None)}
    assert attempts[0].at.isoformat() == "2026-03-02T12:00:00.123456+00:00"
    assert attempts[1].response == 'it\'s; -- "quoted"'
    assert attempts[2].seed == 2**63 - 1


def test_version_2_is_read_as_it_was_meant(place, run, opened):
    run(*statements(2))
    store = opened(place)
    assert [UUID(a.id).int for a in store.attempts("local")] == [1, 2, 3, 4]
    assert [e.event for e in store.entries("local")] == ["begin", "answer", "end"]
    assert store.attempts("local")[1].confidence == 70


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_migrated_takes_new_answers(place, run, opened, make_attempt, version):
    run(*statements(version))
    store = opened(place)
    assert store.add(make_attempt(8, rating=1)).problem is None
    assert UUID(opened(place).last_attempt("local").id).int == 8


@pytest.mark.parametrize("version", VERSIONS)
def test_processes_that_migrate_together(place, run, opened, version):
    run(*statements(version))
    before = rows(run, "attempts", "learner, id, at")
    command = [sys.executable, "-c", OPEN, str(place)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(3)]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    for process in started:
        process.communicate("go\n")
    assert [process.returncode for process in started] == [0, 0, 0]
    assert rows(run, "attempts", "learner, id, at") == before
    assert run("SELECT version FROM gradient_gym_schema") == [(VERSION,)]


def test_a_migration_that_fails_half_way_leaves_the_old_version(place, run, opened, make_attempt):
    run(*statements(1), "CREATE TABLE interview_entries (name TEXT)")
    store = opened(place)
    assert not store.saving
    assert store.add(make_attempt(8)).added == 1
    assert run("SELECT version FROM gradient_gym_schema") == [(1,)]
    assert len(run("SELECT * FROM attempts")[0]) == 13
    run("DROP TABLE interview_entries")
    assert store.retry() is None
    assert [UUID(a.id).int for a in store.attempts("local")] == [1, 2, 3, 4, 5, 8]


def test_a_newer_schema_is_refused_and_left_alone(place, run, opened, make_attempt):
    run(*statements(VERSION), f"UPDATE gradient_gym_schema SET version = {VERSION + 1}")
    before = rows(run, "attempts", "learner, id")
    store = opened(place)
    for words in (
        f"was written by a newer Gradient Gym (schema {VERSION + 1}",
        "update the program",
    ):
        assert words in store.problem
    assert store.add(make_attempt(8)).added == 1
    assert store.attempts("local") == (make_attempt(8),)
    assert rows(run, "attempts", "learner, id") == before


@pytest.mark.parametrize(
    "spoil", ["DELETE FROM gradient_gym_schema", "UPDATE gradient_gym_schema SET version = -1"]
)
def test_a_version_that_says_nothing_is_refused(place, run, opened, spoil):
    run(*statements(VERSION), spoil)
    assert "is damaged" in opened(place).problem
