"""The progress page of a learner with 20,000 answers against the floor app: a run of the whole page
for each view, and the first run after each new answer."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from pages.ui.progress_views import NAMES
from quiz_bank.loader import load_bank
from quiz_bank.progress import LOCAL, Attempt, new_attempt, open_store
from tests.benchmarks.client import Tab, open_tab
from tests.benchmarks.pages import FLOOR_APP
from tests.benchmarks.server import ROOT, serving
from tests.benchmarks.table import Result

ANSWERS = 20_000
DAYS = 400
TURN, TURNS = 10, 4
AT_MOST = 10.0  # times the floor


def answers(count: int, now: datetime) -> list[Attempt]:
    """Answers to every question of the bank over DAYS days, with ratings and confidences."""
    rng = np.random.default_rng(20)
    ids = [question.id for question in load_bank()]
    ages = np.sort(rng.uniform(0, DAYS, count))[::-1]
    right = rng.random(count) < 0.8
    return [
        Attempt(
            id=str(uuid.UUID(int=k)),
            learner=LOCAL,
            question_id=ids[k % len(ids)],
            seed=k,
            at=now - timedelta(days=float(ages[k])),
            response="[0.5, 1]",
            verdict="correct" if right[k] else "incorrect",
            score=float(right[k]),
            seconds=60.0,
            misconception=None if right[k] or k % 2 else "no_sig",
            rating=3 if right[k] else 1,
            confidence=int(rng.integers(4, 11)) * 10,
        )
        for k in range(count)
    ]


def run() -> Iterator[tuple[str, Result]]:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "progress.sqlite"
        store = open_store(database)
        store.add(*answers(ANSWERS, datetime.now(UTC)))
        store.close()
        with serving(FLOOR_APP) as floor, serving(ROOT / "app.py", database) as app:
            for name in NAMES.values():
                yield f"progress: {name}", asyncio.run(_measure(name, floor, app))
            yield "progress: new answer", asyncio.run(_after_an_answer(floor, app, database))


async def _measure(view: str, floor_port: int, app_port: int) -> Result:
    query = urlencode({"progress_view": view})
    async with open_tab(floor_port) as floor, open_tab(app_port, "progress", query) as tab:
        await _turn(floor, ["Shift"])
        await _turn(tab, [])
        base: list[float] = []
        mine: list[float] = []
        for _ in range(TURNS):
            base += await _turn(floor, ["Shift"])
            mine += await _turn(tab, [])
    return _result(base, mine)


async def _turn(tab: Tab, controls: list[str]) -> list[float]:
    return [await tab.change(controls) for _ in range(TURN)]


async def _after_an_answer(floor_port: int, app_port: int, database: Path) -> Result:
    store = open_store(database)
    async with open_tab(floor_port) as floor, open_tab(app_port, "progress") as tab:
        base, mine = await _turn(floor, ["Shift"]), []
        for k in range(TURN):
            store.add(new_attempt("basics/neuron", k, "1", "correct", 1.0))
            base += [await floor.change(["Shift"])]
            mine += [await tab.change([])]
    store.close()
    return _result(base, mine)


def _result(base: list[float], mine: list[float]) -> Result:
    seconds = statistics.median(mine)
    ratio = seconds / statistics.median(base)
    measured = f"{ratio:.1f} x floor, {seconds * 1e3:.1f} ms for {ANSWERS:,} answers"
    return Result(measured, f"at most {AT_MOST:.0f}", ratio <= AT_MOST)
