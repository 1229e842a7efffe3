"""A control change of one session while another one trains a translation model on the same server.

The training tab does what a browser does: it presses the button, then asks for piece after piece.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any, NamedTuple
from urllib.parse import urlencode

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect

from tests.benchmarks.client import Tab, open_tab
from tests.benchmarks.pages import FLOOR_APP
from tests.benchmarks.server import ROOT, serving
from tests.benchmarks.table import Result

AT_MOST = 10.0  # times the floor
CHANGES, WARM_UP = 120, 10
THINKING = 0.05  # seconds between two changes
LONG = urlencode({"lab": "Train it", "train_translator_share": 100, "train_translator_epochs": 20})
OTHER = ("foundations", urlencode({"lab": "Activations"}))


class TrainingTab(Tab):
    """A tab that can press a button and asks again where fragments want to run by themselves."""

    def __init__(self, socket: Any, page: str, query: str) -> None:
        super().__init__(socket, page, query)
        self.buttons: dict[str, tuple[str, str]] = {}
        self.again: dict[str, float] = {}

    async def press(self, label: str) -> None:
        """Presses the button once."""
        key, fragment_id = self.buttons[label]
        self._states[key] = WidgetState(id=key, trigger_value=True)
        await self.run(fragment_id)
        del self._states[key]

    async def go_on(self) -> None:
        """Runs what asked to be run again, each fragment at its interval, for ever."""
        due = dict.fromkeys(self.again, 0.0)
        while due:
            fragment_id = min(due, key=due.__getitem__)
            await asyncio.sleep(max(0.0, due[fragment_id] - time.monotonic()))
            await self.run(fragment_id)
            due[fragment_id] = time.monotonic() + self.again[fragment_id]

    def _is_last(self, raw: bytes) -> bool:
        message = ForwardMsg.FromString(raw)
        if message.WhichOneof("type") == "auto_rerun":
            self.again[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        if message.WhichOneof("type") == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "button":
                self.buttons[element.button.label] = element.button.id, message.delta.fragment_id
        return super()._is_last(raw)


class Seconds(NamedTuple):
    """Of a control change: the floor app's, another session's alone, and its beside the run."""

    base: float
    alone: float
    beside: list[float]


def run() -> Result:
    with serving(FLOOR_APP) as floor, serving(ROOT / "app.py") as app:
        times = asyncio.run(measure(floor, app, "translation", LONG, "Train the model"))
    median, tail = statistics.median(times.beside), statistics.quantiles(times.beside, n=20)[-1]
    measured = f"{median / times.base:.1f} x floor, {median * 1e3:.1f} ms, p95 {tail * 1e3:.0f} ms"
    measured += f"; alone {times.alone * 1e3:.1f} ms"
    return Result(measured, f"at most {AT_MOST:.0f}", median <= AT_MOST * times.base)


async def measure(floor_port: int, app_port: int, page: str, query: str, button: str) -> Seconds:
    """The changes of the floor app, then those beside what the button of the page starts."""
    url = f"ws://127.0.0.1:{app_port}/_stcore/stream"
    async with (
        open_tab(floor_port) as floor,
        open_tab(app_port, *OTHER) as other,
        connect(url, compression=None, max_size=None, ping_interval=None) as socket,
    ):
        base = statistics.median(await changes(floor, ["Shift"]))
        alone = statistics.median(await changes(other, other.first_control()))
        training = TrainingTab(socket, page, query)
        await training.run()
        await training.press(button)
        going = asyncio.create_task(training.go_on())
        beside = await changes(other, other.first_control())
        assert not going.done(), "the run ended before the measurement"
        going.cancel()
    return Seconds(base, alone, beside)


async def changes(tab: Tab, controls: list[str]) -> list[float]:
    """Seconds of each change, with a short pause after it."""
    seconds = []
    for _ in range(WARM_UP + CHANGES):
        seconds.append(await tab.change(controls))
        await asyncio.sleep(THINKING)
    return seconds[WARM_UP:]
