"""A training run that a visitor starts: its progress, a way to stop it, and what it has so far.

A fragment that is running cannot be interrupted by its own buttons. So a run goes on in short
pieces, a rerun of the fragment between one and the next, and Stop is heard in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

PIECE = 0.25  # seconds: how long a visitor waits for the picture to move, and for Stop


@dataclass
class Run:
    """A run with the settings that it was started with; `steps` yields what is still to come."""

    settings: Hashable
    steps: Iterator[Any]
    records: list[Any] = field(default_factory=list)
    is_going: bool = True
    is_over: bool = False


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
    key = f"{lab}_run"
    run: Run | None = st.session_state.get(key)
    if run is not None and run.settings != settings:
        run = st.session_state[key] = None
    if run is not None and run.is_going:
        _one_piece(run)
    with st.container(horizontal=True):
        st.button(
            f"{label} again" if run else label,
            key=f"{lab}_train",
            icon=":material/play_arrow:",
            on_click=lambda: st.session_state.update({key: Run(settings, make())}),
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
    if run.records and not run.is_over:
        share, words = progress(run.records[-1])
        st.progress(min(1.0, share), words if run.is_going else f"Stopped. {words}")
    return run.records


def keep_training(lab: str) -> None:
    """The end of the lab: goes on with its run, if one is going."""
    run: Run | None = st.session_state.get(f"{lab}_run")
    if run is None or not run.is_going:
        return
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # what ran was the whole page, as after a change of the theme
        st.rerun()


def _one_piece(run: Run) -> None:
    end = time.monotonic() + PIECE
    for record in run.steps:
        run.records.append(record)
        if time.monotonic() > end:
            return
    run.is_going, run.is_over = False, True
