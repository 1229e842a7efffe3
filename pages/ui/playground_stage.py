"""What one sees of the run: its controls, the board, and the numbers of this moment."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any
from zlib import crc32

import streamlit as st

from engine.playground.course import Course
from engine.playground.cure import steady_rate
from engine.playground.data import DRAWN
from engine.playground.run import score
from pages.figures.base import number
from pages.ui.look import current_look
from pages.ui.playground_board import board
from pages.ui.playground_fields import RATES
from pages.ui.playground_session import (
    CHANGED,
    GOAL,
    GOING,
    go_on,
    is_moving,
    keep_picked,
    redraw,
    redraw_if_changed,
    set_picked,
)
from pages.ui.playground_transport import SPEED, rewind, transport

DRAWN_ONCE = "play_drawn"


def stage(course: Course) -> None:
    """One picture of the run, after the piece of training that leads to it."""
    set_picked()
    redraw_if_changed()
    moved = is_moving()
    if moved and st.session_state.get(DRAWN_ONCE):
        go_on(course, int(st.session_state.get("play_speed", SPEED)))
    st.session_state[DRAWN_ONCE] = True
    transport(course)
    _told(course)
    _board(course)
    rewind(course)
    _numbers(course)
    if moved and not is_moving():
        redraw()  # how often this runs by itself is said there


def _told(course: Course) -> None:
    """Why the run stands still, with what helps where it diverged, or how far it is on its way."""
    goal = st.session_state.get(GOAL)
    if goal is not None:
        share = min(1.0, course.now.step / goal)
        st.progress(share, f"On the way to step {goal:,}: now at step {course.now.step:,}.")
    elif course.diverged is not None:
        _diverged(course)
    elif course.stopped:
        st.info(course.stopped, icon=":material/flag:")
        st.button("Go on without this rule", key="play_go_on", on_click=_without_rules)


def _without_rules() -> None:
    _change({"play_stop_epochs": 0.0, "play_stop_loss": 0.0, "play_patience": 0.0})
    st.session_state[GOING] = True


def _diverged(course: Course) -> None:
    rate, steady = course.experiment.settings.rate, steady_rate(course.experiment)
    smaller = [choice for choice in RATES if choice <= steady] or [RATES[0]]
    st.warning(
        f"{course.stopped} Its numbers grow beyond all bounds; what is shown is the step before.",
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
    keep_picked(values)
    st.session_state[CHANGED] = True


def _board(course: Course) -> None:
    state, sample = st.session_state, course.experiment.sample
    is_drawn = course.experiment.settings.data == DRAWN
    board(
        course,
        current_look(),
        shown=shown_columns(course),
        show_test=bool(state.get("play_show_test")) or is_drawn,
        discrete=bool(state.get("play_discrete")),
        drawing=is_drawn,
        key="play_board",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not is_drawn:  # all that is drawn is shown
            st.toggle("Test points", key="play_show_test", bind="query-params")
        st.toggle("Discretize", key="play_discrete", bind="query-params")
        if sample.is_table and len(sample.names) > 2:
            _column("Across", sample.names, 0)
            _column("Up", sample.names, 1)


def _column(label: str, names: Sequence[str], default: int) -> None:
    """Which column of a table an axis shows, by its place."""
    st.selectbox(
        label,
        range(len(names)),
        default,
        format_func=names.__getitem__,
        key=_key(label, names),
        width=180,
    )


def shown_columns(course: Course) -> tuple[int, int]:
    """The columns across and up; two different ones even where the same was chosen twice."""
    names = course.experiment.sample.names
    across, up = (
        st.session_state.get(_key(axis, names), place)
        for place, axis in enumerate(("Across", "Up"))
    )
    return (across, up) if across != up else (across, 0 if across else 1)


def _key(axis: str, names: Sequence[str]) -> str:
    """Another for each table: what was chosen for one means nothing for the next."""
    return f"play_axis_{axis}_{crc32(repr(names).encode())}"


def _numbers(course: Course) -> None:
    """Step, losses and accuracy or R² of the moment that is shown."""
    now = score(course.experiment, course.now)
    is_share = course.experiment.is_classification
    rows = {
        "Training": (now.training_loss, now.training_quality),
        "Test": (now.test_loss, now.test_quality),
    }
    lines = [
        f"| Epoch {course.epoch:,}, step {course.now.step:,} | Loss "
        f"| {'Accuracy' if is_share else 'R²'} |",
        "|:--|--:|--:|",
    ]
    for name, (loss, quality) in rows.items():
        lines.append(f"| {name} | {number(loss, 3)} | {_quality(quality, is_share)} |")
    st.markdown("\n".join(lines), width="content")


def _quality(quality: float, is_share: bool) -> str:
    """Accuracy in percent, or R²; a dash where all values are alike and R² says nothing."""
    if isnan(quality):
        return "–"
    return f"{quality:.1%}" if is_share else number(quality, 3)
