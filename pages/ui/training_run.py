"""A training run that a visitor starts: its progress, a way to stop it, and what it has so far.

A fragment that is running cannot be interrupted by its own buttons. So a run goes on in short
pieces, and Stop is heard in between. The browser asks for each piece: it keeps what a rerun has
replaced until a script comes to its end, which one that reruns itself never does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

PIECE = 0.25  # seconds: how long a visitor waits for the picture to move, and for Stop
PAUSE = 0.1  # seconds between what is drawn and the next piece


@dataclass
class Run:
    """A run with the settings that it was started with; `steps` yields what is still to come."""

    settings: Hashable
    steps: Iterator[Any]
    records: list[Any] = field(default_factory=list)
    is_going: bool = True
    is_over: bool = False

    def advance(self) -> None:
        """The next piece, or what is left if that is less."""
        end = time.monotonic() + PIECE
        for record in self.steps:
            self.records.append(record)
            if time.monotonic() > end:
                return
        self.is_going, self.is_over = False, True


def start_training(lab: str, settings: Hashable, make: Callable[[], Iterator[Any]]) -> None:
    """Starts the lab's run anew; its first piece comes with the next `keep_training`."""
    st.session_state[f"{lab}_run"] = Run(settings, make())


def current_run(lab: str, settings: Hashable) -> Run | None:
    """The lab's run if it was started with these settings; one with others is discarded."""
    state = st.session_state
    run: Run | None = state.get(f"{lab}_run")
    if run is not None and run.settings != settings:
        state[f"{lab}_interrupted"] = run.is_going
        run = state[f"{lab}_run"] = None
    return run


def run_training(
    lab: str,
    settings: Hashable,
    make: Callable[[], Iterator[Any]],
    progress: Callable[[Any], tuple[float, str]],
    label: str = "Train",
) -> list[Any]:
    """Buttons to train, stop and go on; the records of the run with these settings so far.

    `make` starts the run; `progress(record)` gives the share done, 0 to 1, and words. Other
    settings discard the run. The lab ends with `keep_training(lab)`, after all is drawn.
    """
    run = current_run(lab, settings)
    with st.container(horizontal=True):
        st.button(
            f"{label} again" if run else label,
            key=f"{lab}_train",
            icon=":material/play_arrow:",
            on_click=start_training,
            args=(lab, settings, make),
        )
        if run and not run.is_over:
            going = run.is_going
            st.button(
                "Stop" if going else "Go on",
                key=f"{lab}_stop",
                icon=":material/stop:" if going else ":material/resume:",
                on_click=setattr,
                args=(run, "is_going", not going),
            )
    if run is None:
        return []
    if not run.is_over:
        share, words = progress(run.records[-1]) if run.records else (0.0, "Nothing done yet.")
        st.progress(min(1.0, share), words if run.is_going else f"Stopped. {words}")
    return run.records


def keep_training(lab: str) -> None:
    """The end of the lab: has the browser ask for the next piece, if a run is going.

    After a run that was discarded on its way, the whole page runs once more: a piece that was asked
    for before may come right after this run, and the browser then keeps what this run left out.
    """
    if st.session_state.pop(f"{lab}_interrupted", False):
        st.rerun()
    run: Run | None = st.session_state.get(f"{lab}_run")
    if run is None or not run.is_going:
        return
    is_drawing = True

    @st.fragment(run_every=PAUSE)
    def go_on() -> None:
        if run.is_going and not is_drawing:
            run.advance()
            st.rerun()

    go_on()
    is_drawing = False
