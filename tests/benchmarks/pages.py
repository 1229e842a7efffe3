"""A control change on every page and lab, send to end of run, against the floor app's.

Both servers have the same settings and take turns, so that both see the same machine. A turn is
ten changes long: a server that idles between changes answers later, and one that waits for a slow
lab would idle longer, which made the floor look slow exactly where a lab is.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from websockets.exceptions import WebSocketException

from pages.ui.contents import CONTENTS
from tests.benchmarks.client import PageError, Tab, open_tab
from tests.benchmarks.server import ROOT, serving
from tests.benchmarks.table import Result

FLOOR_APP = Path(__file__).with_name("floor_app.py")
TURN, TURNS = 10, 6  # one turn more goes first, to warm up
SECONDS = 20  # a case with slower changes gets fewer turns
QUICK, TRAINS = 3.0, 20.0  # times the floor
PLAYGROUND = "playground"  # whose controls train


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
    "Network, new weights",
    "foundations",
    urlencode({"lab": "House-price network"}),
    TRAINS,
    NEW_WEIGHTS,
)


def cases() -> Iterator[Case]:
    """Every page and lab, and training besides."""
    for entry in CONTENTS:
        page = "" if entry.slug == "home" else entry.slug
        for lab in entry.labs.values():
            yield Case(lab, page, urlencode({"lab": lab}))
        if not entry.labs:
            yield Case(f"{entry.slug} page", page, "", TRAINS if page == PLAYGROUND else QUICK)
    yield TRAINING


def run() -> Iterator[tuple[str, Result]]:
    with serving(FLOOR_APP) as floor, serving(ROOT / "app.py") as app:
        for case in cases():
            yield case.name, asyncio.run(measure(case, floor, app))


async def measure(case: Case, floor_port: int, app_port: int) -> Result:
    """The medians of both, and the bytes of a change; a page that fails is a result too."""
    target = f"at most {case.at_most:.0f}"
    try:
        async with (
            open_tab(floor_port) as floor,
            open_tab(app_port, case.page, case.query) as tab,
        ):
            controls = list(case.controls) or tab.first_control()
            if "lab=" in case.query and not controls:
                raise PageError("the lab has no control")
            await _turn(floor, ["Shift"])
            await _turn(tab, controls)
            before = tab.received
            base, mine = await _in_turns(floor, tab, controls)
            kilobytes = (tab.received - before) / len(mine) / 1000
    except (PageError, WebSocketException, OSError) as problem:  # a timeout is an OSError
        return Result(f"failed: {problem!r}", target, False)
    seconds = statistics.median(mine)
    ratio = seconds / statistics.median(base)
    changed = " and ".join(controls) or "whole page"
    measured = f"{ratio:.1f} x floor, {seconds * 1e3:.1f} ms, {kilobytes:.1f} kB: {changed}"
    return Result(measured, target, ratio <= case.at_most)


async def _in_turns(floor: Tab, tab: Tab, controls: list[str]) -> tuple[list[float], list[float]]:
    """Seconds of each change in either tab."""
    deadline = time.monotonic() + SECONDS
    base: list[float] = []
    mine: list[float] = []
    while len(mine) < TURNS * TURN and time.monotonic() < deadline:
        base += await _turn(floor, ["Shift"])
        mine += await _turn(tab, controls)
    return base, mine


async def _turn(tab: Tab, controls: list[str]) -> list[float]:
    return [await tab.change(controls) for _ in range(TURN)]
