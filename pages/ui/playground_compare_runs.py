"""Runs beside the one on the board: asked for on a button, trained in pieces, kept by settings.

The browser asks for each piece, and only the progress is drawn again: the controls are heard in
between, and so are other sessions.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import streamlit as st

from engine.playground.compare import Outcome, Progress, compared
from engine.playground.data import OwnTable
from engine.playground.settings import Settings
from pages.ui.playground_session import digest, redraw

PIECE = 0.04  # seconds of training between two looks at the controls
PAUSE = 0.08  # seconds from one piece to the next
KEPT = 48  # outcomes at most, three sweeps
RUN, OUTCOMES = "play_compare_run", "play_compare_outcomes"
INTERRUPTED = "play_compare_interrupted"

Key = tuple[Settings, int, str]


@dataclass
class Run:
    """A run on its way: the outcomes that it is to make, by key, and how far it is."""

    keys: tuple[Key, ...]
    steps: Iterator[Progress]
    kept: dict[Key, Outcome]
    share: float = 0.0
    finished: int = 0
    is_going: bool = field(default=True)

    def advance(self) -> None:
        """The next piece, or what is left if that is less; what is finished is kept."""
        end = time.monotonic() + PIECE
        for progress in self.steps:
            self._keep(progress)
            if time.monotonic() > end:
                return
        self.is_going = False

    def _keep(self, progress: Progress) -> None:
        self.share = progress.share
        for outcome in progress.done[self.finished :]:
            self.kept[self.keys[self.finished]] = outcome
            self.finished += 1
        while len(self.kept) > KEPT:
            del self.kept[next(iter(self.kept))]


def outcomes_of(
    runs: Sequence[Settings], epochs: int, own: OwnTable | None, label: str
) -> list[Outcome] | None:
    """The outcomes of these runs, in order; None until all are there, with a button to get them.

    To be called in a fragment, after everything that is to be seen meanwhile.
    """
    state = st.session_state
    if state.pop(INTERRUPTED, False):
        redraw()  # a piece asked for before may come late, and bring back what is gone
    kept: dict[Key, Outcome] = state.setdefault(OUTCOMES, {})
    keys = [(run, epochs, digest(own) if run.data == "own" else "") for run in runs]
    missing = tuple(dict.fromkeys(key for key in keys if not _touch(kept, key)))
    run = _current(missing)
    if not missing:
        return [kept[key] for key in keys]
    if run is None:
        st.button(
            label,
            key="play_compare_start",
            icon=":material/play_arrow:",
            on_click=_start,
            args=(missing, epochs, own, kept),
        )
        return None
    st.button("Stop", key="play_compare_stop", icon=":material/stop:", on_click=_stop)
    _keep_going(run)
    return None


def _touch(kept: dict[Key, Outcome], key: Key) -> bool:
    """Whether the outcome is there; it is then the last to be given up."""
    if key not in kept:
        return False
    kept[key] = kept.pop(key)
    return True


def _current(missing: tuple[Key, ...]) -> Run | None:
    """The run on its way if it makes what is missing; another one is discarded."""
    run: Run | None = st.session_state.get(RUN)
    if run is None or (missing and set(missing) <= set(run.keys)):
        return run
    st.session_state[RUN] = None
    if run.is_going:
        st.session_state[INTERRUPTED] = True
        redraw()
    return None


def _start(
    keys: tuple[Key, ...], epochs: int, own: OwnTable | None, kept: dict[Key, Outcome]
) -> None:
    for key in list(kept)[: max(0, len(kept) + len(keys) - KEPT)]:
        del kept[key]
    steps = compared([settings for settings, _, _ in keys], epochs, own)
    st.session_state[RUN] = Run(keys, steps, kept)


def _stop() -> None:
    st.session_state[RUN] = None
    st.session_state[INTERRUPTED] = True


def _keep_going(run: Run) -> None:
    """Has the browser ask for one piece after the other; the whole page follows the last one."""
    is_drawing = True

    @st.fragment(run_every=PAUSE)
    def piece() -> None:
        if st.session_state.get(RUN) is not run:
            return
        if not is_drawing:
            run.advance()
        st.progress(min(1.0, run.share), f"{run.finished} of {len(run.keys)} runs are finished.")
        if not run.is_going:
            redraw()

    piece()
    is_drawing = False
