"""A control change of one session while another one trains a translation model on the same server.

The training tab does what a browser does: it presses the button, then asks for piece after piece.
"""

from __future__ import annotations

import asyncio
import statistics
from typing import Any
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
    """A tab that can press a button and asks again where a fragment wants to run by itself."""

    def __init__(self, socket: Any, page: str, query: str) -> None:
        super().__init__(socket, page, query)
        self.buttons: dict[str, tuple[str, str]] = {}
        self.again: tuple[str, float] | None = None

    async def press(self, label: str) -> None:
        """Presses the button once."""
        key, fragment_id = self.buttons[label]
        self._states[key] = WidgetState(id=key, trigger_value=True)
        await self.run(fragment_id)
        del self._states[key]

    async def go_on(self) -> None:
        """Runs what asked to be run again, for ever."""
        while self.again is not None:
            fragment_id, interval = self.again
            await asyncio.sleep(interval)
            await self.run(fragment_id)

    def _is_last(self, raw: bytes) -> bool:
        message = ForwardMsg.FromString(raw)
        if message.WhichOneof("type") == "auto_rerun":
            self.again = message.auto_rerun.fragment_id, message.auto_rerun.interval
        if message.WhichOneof("type") == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "button":
                self.buttons[element.button.label] = element.button.id, message.delta.fragment_id
        return super()._is_last(raw)


def run() -> Result:
    with serving(FLOOR_APP) as floor, serving(ROOT / "app.py") as app:
        return asyncio.run(measure(floor, app))


async def measure(floor_port: int, app_port: int) -> Result:
    """The changes of the floor app, then those beside the training."""
    url = f"ws://127.0.0.1:{app_port}/_stcore/stream"
    async with (
        open_tab(floor_port) as floor,
        open_tab(app_port, *OTHER) as other,
        connect(url, compression=None, max_size=None, ping_interval=None) as socket,
    ):
        base = statistics.median(await changes(floor, ["Shift"]))
        alone = statistics.median(await changes(other, other.first_control()))
        training = TrainingTab(socket, "translation", LONG)
        await training.run()
        await training.press("Train the model")
        going = asyncio.create_task(training.go_on())
        beside = await changes(other, other.first_control())
        assert not going.done(), "the training ended before the measurement"
        going.cancel()
    median, tail = statistics.median(beside), statistics.quantiles(beside, n=20)[-1]
    measured = f"{median / base:.1f} x floor, {median * 1e3:.1f} ms, p95 {tail * 1e3:.0f} ms; "
    measured += f"alone {alone * 1e3:.1f} ms"
    return Result(measured, f"at most {AT_MOST:.0f}", median <= AT_MOST * base)


async def changes(tab: Tab, controls: list[str]) -> list[float]:
    """Seconds of each change, with a short pause after it."""
    seconds = []
    for _ in range(WARM_UP + CHANGES):
        seconds.append(await tab.change(controls))
        await asyncio.sleep(THINKING)
    return seconds[WARM_UP:]
