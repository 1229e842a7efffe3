"""A control change on every page and lab, send to end of run, against the floor app's.

Both servers have the same settings, and changes are made in turns, so that both see the same
machine. Times are those of one tab on an idle server.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from pages.ui.contents import CONTENTS
from tests.benchmarks.client import PageError, Tab, open_tab
from tests.benchmarks.server import ROOT, serving
from tests.benchmarks.table import Result

FLOOR_APP = Path(__file__).with_name("floor_app.py")
WARM_UP, CHANGES, SECONDS = 10, 60, 20
QUICK, TRAINS = 3.0, 20.0  # times the floor


class Case(NamedTuple):
    """A place in the app; `controls` are changed together, by default the first one found."""

    name: str
    page: str
    query: str
    at_most: float = QUICK
    controls: tuple[str, ...] = ()


# Layers and seed together meet no network twice in a run, so that none comes from the cache.
NEW_WEIGHTS = ("Hidden layers", "Seed of the weights")
TRAINING = Case(
    "new weights", "foundations", urlencode({"lab": "House-price network"}), TRAINS, NEW_WEIGHTS
)


def cases() -> Iterator[Case]:
    """Every page and lab, and training besides."""
    for entry in CONTENTS:
        page = "" if entry.slug == "home" else entry.slug
        for lab in entry.labs.values():
            yield Case(lab, page, urlencode({"lab": lab}))
        if not entry.labs:
            yield Case(entry.title, page, "")
    yield TRAINING


def run() -> Iterator[tuple[str, Result]]:
    with serving(FLOOR_APP) as floor, serving(ROOT / "app.py") as app:
        for case in cases():
            yield case.name, asyncio.run(measure(case, floor, app))


async def measure(case: Case, floor_port: int, app_port: int) -> Result:
    """Both medians over changes in turns, until there are enough or time is up."""
    target = f"at most {case.at_most:.0f}"
    try:
        async with (
            open_tab(floor_port) as floor,
            open_tab(app_port, case.page, case.query) as tab,
        ):
            controls = list(case.controls) or tab.first_control()
            await _in_turns(floor, tab, controls, WARM_UP)
            before = tab.received
            rounds = await _in_turns(floor, tab, controls, CHANGES)
    except (PageError, OSError) as problem:
        return Result(f"failed: {problem}", target, False)
    base, mine = map(statistics.median, zip(*rounds, strict=True))
    kilobytes = (tab.received - before) / len(rounds) / 1000
    measured = f"{mine / base:.1f} x floor, {mine * 1e3:.1f} ms, {kilobytes:.1f} kB a change"
    return Result(measured, target, mine / base <= case.at_most)


async def _in_turns(
    floor: Tab, tab: Tab, controls: list[str], count: int
) -> list[tuple[float, float]]:
    """Seconds of (floor, tab) for each change; stops early when SECONDS have passed."""
    deadline, rounds = time.monotonic() + SECONDS, []
    while len(rounds) < count and time.monotonic() < deadline:
        rounds.append((await floor.change(["Shift"]), await tab.change(controls)))
    return rounds
