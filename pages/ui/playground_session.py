"""The visitor's run: kept while the settings stay, trained anew when they change.

The run is a function of the settings and the step. So when a setting changes, the page goes to the
same step of the other run, from the same starting weights: what one sees is what that setting does.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Container
from typing import Any

import streamlit as st

from engine.playground.build import build
from engine.playground.course import Course, go_to, play, start_course
from engine.playground.data import OwnTable
from engine.playground.settings import Settings

COURSE, GOING, GOAL, STEP = "play_course", "play_going", "play_goal", "play_step"
CHANGED = "play_changed"  # what is drawn outside of the fragment has to be drawn again
PIECE = 0.02  # seconds of training between two pictures: other sessions wait no longer
PAUSE = 0.05  # seconds from one picture to the next, as the browser asks for them
CLOSER_PAUSE = 0.3  # the same for the closer look
REDRAWN = "play_redrawn"  # the whole page runs again by itself: no visitor asked for it
PICKED, WHILE = "play_picked", 1.0  # seconds
FARTHEST = 1_000_000  # steps that a link can ask for


def current_course(settings: Settings, own: OwnTable | None) -> Course:
    """The run of these settings; a new one is to go to the step that was shown, or that the
    address names. Raises ValueError as `build` does."""
    state = st.session_state
    identity = (settings, digest(own))
    known: tuple[Any, Course] | None = state.get(COURSE)
    if known is not None and known[0] == identity:
        return known[1]
    course = start_course(build(settings, own))
    shown = _asked() if known is None else state.get(GOAL) or known[1].now.step
    state[GOAL] = shown if shown else None
    state[COURSE] = identity, course
    return course


def to_the_start() -> None:
    """Forgets the run, so that the next one begins at its start and not at the step shown."""
    for name in (COURSE, GOING, GOAL):
        st.session_state.pop(name, None)
    if STEP in st.query_params:
        del st.query_params[STEP]


def _asked() -> int:
    """The step that the address names; 0 where it names none that can be reached."""
    text = st.query_params.get(STEP, "")
    if not (text.isascii() and text.isdigit()):
        return 0
    return int(text) if len(text) < len(str(FARTHEST)) else FARTHEST


def digest(own: OwnTable | None) -> str:
    """What tells a visitor's table from another; empty for none."""
    if own is None:
        return ""
    told = repr((own.names, own.labels, own.target)).encode()
    return hashlib.sha256(told + own.x.tobytes() + own.y.tobytes()).hexdigest()


def keep_picked(values: dict[str, Any]) -> None:
    """Sets controls from a callback, against the browser too, which may ask for the next picture
    before it knows of that: see `set_picked`."""
    picked, _ = st.session_state.get(PICKED, ({}, 0.0))
    st.session_state[PICKED] = picked | values, time.monotonic() + WHILE
    st.session_state.update(values)


def set_picked(theirs: Container[str] = ()) -> None:
    """Sets what callbacks set once more, where the browser said otherwise. That is old news, except
    of `theirs`: controls that the visitor can have changed since; those are only held for a while.
    """
    state = st.session_state
    picked, until = state.get(PICKED, ({}, 0.0))
    if time.monotonic() > until:
        picked = {key: value for key, value in picked.items() if key not in theirs}
        state[PICKED] = picked, until
    state.update({key: value for key, value in picked.items() if state.get(key) != value})


def set_all_picked() -> None:
    """The same for a run of the whole page: where the browser asked for it, the visitor can have
    changed any control."""
    picked, _ = st.session_state.get(PICKED, ({}, 0.0))
    set_picked(() if st.session_state.pop(REDRAWN, False) else picked)


def redraw() -> None:
    """Runs the whole page from within a fragment."""
    st.session_state[REDRAWN] = True
    st.rerun()


def redraw_if_changed() -> None:
    """Runs the whole page where a callback within a fragment changed more than the fragment."""
    if st.session_state.pop(CHANGED, False):
        redraw()


def is_moving() -> bool:
    """Whether the run plays, or is on its way to a step."""
    return bool(st.session_state.get(GOING)) or st.session_state.get(GOAL) is not None


def go_on(course: Course, epochs: int) -> None:
    """A piece of the way: toward the goal if there is one, else some epochs further."""
    state = st.session_state
    if state.get(GOAL) is not None:
        if go_to(course, state[GOAL], PIECE):
            state[GOAL] = None
    elif state.get(GOING):
        play(course, epochs, PIECE)
        state[GOING] = not course.stopped
    if not is_moving():
        keep_in_address(course)


def keep_in_address(course: Course) -> None:
    """Writes the step shown into the address, or takes it out where that is the start."""
    if course.now.step:
        st.query_params[STEP] = str(course.now.step)
    elif STEP in st.query_params:
        del st.query_params[STEP]
