"""Several app processes on one database: a kill loses nothing, and nothing is counted twice."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from quiz_bank.progress import open_store, taken_back

ROOT = Path(__file__).parents[3]

ADD = """
import os, signal, sys
from dataclasses import replace
from quiz_bank.progress import new_attempt, open_store
store = open_store(sys.argv[1], timeout=30)
for i in range(int(sys.argv[2])):
    attempt = new_attempt("losses/gradient", i, "1", "correct", 1.0)
    store.add(replace(attempt, rating=3))
sys.exit(store.problem)
"""
KILL = "os.kill(os.getpid(), signal.SIGKILL)"

# Adds or undoes as the numbers of a JSON list say, once every process is ready to; prints how many
# records were new. -n undoes n.
SERVE = """
import json, sys
from datetime import UTC, datetime, timedelta
from uuid import UUID
from quiz_bank.progress import Attempt, open_store, taken_back
place, learner, numbers = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
store = open_store(place, fuzz=False, timeout=30)
start = datetime(2026, 3, 1, tzinfo=UTC)
def attempt(n):
    return Attempt(str(UUID(int=n)), learner, f"a/{n % 3}", n, start + timedelta(hours=n), "1",
                   "correct", 1.0, rating=1 + n % 4)
print("ready", flush=True)
sys.stdin.readline()
added = 0
for n in numbers:
    added += store.add(attempt(n) if n > 0 else taken_back(attempt(-n))).added
print(added)
sys.exit(store.problem)
"""


def start(code: str, *arguments: object, **pipes: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, text=True, **pipes)


def serve(place: object, *work: tuple[str, list[int]]) -> list[int]:
    """What processes that work at the same time print; each is (learner, numbers)."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    running = [start(SERVE, place, name, json.dumps(numbers), **pipes) for name, numbers in work]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    printed = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * len(running)
    return [int(text) for text in printed]


def rebuilt(records) -> object:
    """The cards that follow from the records alone."""
    fresh = open_store("sqlite://", fuzz=False)
    fresh.add(*records)
    return fresh.cards("local")


def test_killing_the_process_after_an_answer_loses_nothing(place, opened):
    assert start(ADD.replace("sys.exit(store.problem)", KILL), place, 3).wait() == -signal.SIGKILL
    store = opened(place)
    assert store.saving
    assert [a.seed for a in store.attempts("local")] == [0, 1, 2]
    assert [c.question_id for c in store.cards("local")] == ["losses/gradient"]


def test_processes_that_start_on_one_fresh_place_together(place, opened):
    processes = [start(ADD, place, 25) for _ in range(3)]
    assert [p.wait() for p in processes] == [0, 0, 0]
    store = opened(place, fuzz=False)
    assert len(store.attempts("local")) == 75
    assert {a.seed for a in store.attempts("local")} == set(range(25))


@pytest.mark.parametrize("seed", range(3))
def test_two_processes_serve_one_learner(place, seed, opened):
    """Both add some of the same answers, and take back what the other adds meanwhile."""
    rng = random.Random(seed)
    shared, undone = list(range(1, 61)), [-n for n in range(10, 40)]
    one, other = [*shared, *undone], [*shared, *range(61, 91), *undone[::2]]
    rng.shuffle(one)
    rng.shuffle(other)
    counted = serve(place, ("local", one), ("local", other))
    store = opened(place, fuzz=False)
    assert sum(counted) == len(store.everything("local")) == 90 + 30
    left = {UUID(a.id).int for a in store.attempts("local")}
    assert left == {*range(1, 10), *range(40, 91)}
    assert len(store.cards("local")) == 3
    assert store.cards("local") == rebuilt(store.everything("local"))


def test_two_processes_serve_two_learners_with_equal_ids(place, opened):
    numbers = list(range(1, 31))
    assert serve(place, ("local", [*numbers, -5]), ("ann", [*numbers[::-1], -6])) == [31, 31]
    store = opened(place, fuzz=False)
    left = {name: {a.seed for a in store.attempts(name)} for name in ("local", "ann")}
    assert left == {"local": set(numbers) - {5}, "ann": set(numbers) - {6}}


def test_two_stores_see_each_others_answers_at_once(place, make_attempt, opened):
    one, other = (opened(place, fuzz=False) for _ in range(2))
    for number in range(1, 11):
        one.add(make_attempt(2 * number, rating=1))
        other.add(make_attempt(2 * number + 1))
        assert one.attempts("local") == other.attempts("local")
        assert one.cards("local") == other.cards("local")
    one.add(taken_back(make_attempt(5)))
    assert 5 not in {a.seed for a in other.attempts("local")}
    assert other.cards("local") == rebuilt(other.everything("local"))
