"""What one sees of the run: its controls, the board, and the numbers of this moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from engine.playground.course import Course
from engine.playground.data import DRAWN
from engine.playground.run import score
from pages.figures.base import number
from pages.ui.look import current_look
from pages.ui.playground_board import board
from pages.ui.playground_controls import RATES
from pages.ui.playground_session import CHANGED, GOAL, go_on, is_moving, redraw_if_changed
from pages.ui.playground_transport import transport

DRAWN_ONCE = "play_drawn"


def stage(course: Course) -> None:
    """One picture of the run, after the piece of training that leads to it."""
    redraw_if_changed()
    moved = is_moving()
    if moved and st.session_state.get(DRAWN_ONCE):
        go_on(course, int(st.session_state.get("play_speed", 1)))
    st.session_state[DRAWN_ONCE] = True
    transport(course)
    _told(course)
    _board(course)
    _numbers(course)
    if moved and not is_moving():
        st.rerun()  # the whole page: how often this runs by itself is said there


def _told(course: Course) -> None:
    """Why the run stands still, with what helps where it diverged, or how far it is on its way."""
    goal = st.session_state.get(GOAL)
    if goal is not None:
        share = min(1.0, course.now.step / goal)
        st.progress(share, f"On the way to step {goal:,}: now at step {course.now.step:,}.")
    elif course.now.diverged is not None:
        _diverged(course)
    elif course.stopped:
        st.info(course.stopped, icon=":material/flag:")


def _diverged(course: Course) -> None:
    rate = course.experiment.settings.rate
    smaller = [choice for choice in RATES if choice <= rate / 5] or [RATES[0]]
    st.warning(
        f"{course.stopped} A number became too large to be held; what is shown is the last step "
        "before that.",
        icon=":material/warning:",
    )
    with st.container(horizontal=True):
        st.button(
            f"Learning rate {smaller[-1]:g} instead of {rate:g}",
            key="play_smaller_rate",
            on_click=_change,
            args=({"play_rate": smaller[-1]},),
        )
        st.button(
            "Clip the gradient to length 1",
            key="play_clip_it",
            on_click=_change,
            args=({"play_clip": "norm", "play_limit": 1.0},),
            disabled=course.experiment.settings.clip == "norm",
        )


def _change(values: dict[str, Any]) -> None:
    """Sets controls, which are outside of the fragment: the whole page runs again."""
    st.session_state.update(values)
    st.session_state[CHANGED] = True


def _board(course: Course) -> None:
    state, sample = st.session_state, course.experiment.sample
    board(
        course,
        current_look(),
        shown=shown_columns(course),
        show_test=bool(state.get("play_show_test")),
        discrete=bool(state.get("play_discrete")),
        drawing=course.experiment.settings.data == DRAWN,
        key="play_board",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.toggle("Test points", key="play_show_test", bind="query-params")
        st.toggle("Discretize", key="play_discrete", bind="query-params")
        if sample.is_table and len(sample.names) > 2:
            _column("Across", "play_across", sample.names, 0)
            _column("Up", "play_up", sample.names, 1)


def _column(label: str, key: str, names: Sequence[str], default: int) -> None:
    """Which column of a table an axis shows; kept by its place, since names are the visitor's."""
    st.selectbox(
        label, range(len(names)), default, format_func=names.__getitem__, key=key, width=180
    )


def shown_columns(course: Course) -> tuple[int, int]:
    """The columns across and up; two different ones even where the same was chosen twice."""
    last = len(course.experiment.sample.names) - 1
    across = min(st.session_state.get("play_across", 0), last)
    up = min(st.session_state.get("play_up", 1), last)
    return (across, up) if across != up else (across, 0 if across else 1)


def _numbers(course: Course) -> None:
    """Step, losses and accuracy or R² of the moment that is shown."""
    now = score(course.experiment, course.now)
    name = "accuracy" if course.experiment.is_classification else "R²"
    values = {
        "Epoch": f"{course.epoch:,}",
        "Step": f"{course.now.step:,}",
        "Training loss": number(now.training_loss, 3),
        "Test loss": number(now.test_loss, 3),
        f"Training {name}": number(now.training_quality, 3),
        f"Test {name}": number(now.test_quality, 3),
    }
    with st.container(horizontal=True, key="play_numbers"):
        for label, value in values.items():
            st.metric(label, value, width="content")
