"""One browser tab as a Streamlit server sees it: it opens a page, moves controls, waits for runs.

What Chromium needs to draw is left out, so that what remains is the cost of the app.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Any, NamedTuple

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect

SECONDS_A_RUN = 30
KEPT_RUNS = 2  # a browser offers to reuse a large message for so many runs after it last came
KINDS = ("slider", "selectbox")  # in this order of preference


class PageError(Exception):
    """The page showed an exception, was not found, or did not compile."""


class Control(NamedTuple):
    """A control of the page. `states` goes through its values for ever, one after the default."""

    kind: str
    label: str
    fragment_id: str
    states: Iterator[WidgetState]


class Tab:
    """A tab on `page` with `query`, its `controls` by their id; `received` counts bytes."""

    def __init__(self, socket: ClientConnection, page: str, query: str) -> None:
        self.controls: dict[str, Control] = {}
        self.received = 0
        self._socket, self._page, self._page_hash, self._query = socket, page, "", query
        self._states: dict[str, WidgetState] = {}
        self._run = 0
        self._kept: dict[str, int] = {}  # hash of a message: the last run that used it

    def first_control(self) -> list[str]:
        """The label of the first slider, else of the first selectbox, else nothing."""
        ordered = sorted(self.controls.values(), key=lambda control: KINDS.index(control.kind))
        return [control.label for control in ordered[:1]]

    async def change(self, labels: list[str]) -> float:
        """Moves these controls to their next values, or with none of them just runs the page.

        Returns seconds to the end of the run. Raises PageError for a control that is not there.
        """
        found = {c.label: (key, c) for key, c in self.controls.items() if c.label in labels}
        if missing := set(labels) - found.keys():
            raise PageError(f"no control {missing}")
        self._states |= {key: next(control.states) for key, control in found.values()}
        return await self.run(next((c.fragment_id for _, c in found.values()), ""))

    async def run(self, fragment_id: str = "") -> float:
        """Asks for a run of the page or of a fragment; seconds to its end. Raises PageError."""
        state = ClientState(
            page_name="" if self._page_hash else self._page,
            page_script_hash=self._page_hash,
            query_string=self._query,
            fragment_id=fragment_id,
            widget_states=WidgetStates(widgets=self._states.values()),
            cached_message_hashes=self._kept,
        )
        begin = time.perf_counter()
        async with asyncio.timeout(SECONDS_A_RUN):
            await self._socket.send(BackMsg(rerun_script=state).SerializeToString())
            while not self._is_last(await self._socket.recv(decode=False)):
                pass
        seconds = time.perf_counter() - begin
        self._run += 1
        self._kept = {h: run for h, run in self._kept.items() if self._run - run <= KEPT_RUNS}
        return seconds

    def _is_last(self, raw: bytes) -> bool:
        """Takes in one message; whether it ends the run."""
        self.received += len(raw)
        message = ForwardMsg.FromString(raw)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "delta":
            if message.metadata.cacheable:
                self._kept[message.hash] = self._run
            self._find_control(message.delta)
        elif kind == "ref_hash":
            self._kept[message.ref_hash] = self._run
        elif kind == "page_not_found":
            raise PageError(f"no page {self._page!r}")
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise PageError("compile error")
            return bool(message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN)
        return False

    def _find_control(self, delta: Delta) -> None:
        kind = delta.new_element.WhichOneof("type")
        if kind == "exception" and not delta.new_element.exception.is_warning:
            raise PageError(delta.new_element.exception.message)
        if kind in KINDS:
            found = getattr(delta.new_element, kind)
            if found.id not in self.controls:
                states = _states(kind, found)
                self.controls[found.id] = Control(kind, found.label, delta.fragment_id, states)


@asynccontextmanager
async def open_tab(port: int, page: str = "", query: str = "") -> AsyncIterator[Tab]:
    """A tab on a page of the server at this port of the loopback, after its first run."""
    url = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(url, compression=None, max_size=None, ping_interval=None) as socket:
        tab = Tab(socket, page, query)
        await tab.run()
        yield tab


def _states(kind: str, control: Any) -> Iterator[WidgetState]:
    if kind == "selectbox":
        field, start, values = "string_value", control.default, list(control.options)
    elif control.type == Slider.SELECT_SLIDER:
        field, start = "string_array_value", int(control.default[0])
        values = [{"data": [option]} for option in control.options]
    else:
        low, high, step = control.min, control.max, control.step
        field, start = "double_array_value", round((control.default[0] - low) / step)
        count = round((high - low) / step) + 1
        values = [{"data": [min(high, low + k * step)]} for k in range(count)]
    later = values[start + 1 :] + values[: start + 1]
    return cycle([WidgetState(id=control.id, **{field: value}) for value in later])
