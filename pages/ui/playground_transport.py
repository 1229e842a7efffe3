"""Play, pause, step, rewind, reset: where in its run the playground stands."""

from __future__ import annotations

import streamlit as st

from engine.playground.course import Course, go_to, take_steps
from pages.figures.base import counted
from pages.ui.playground_session import CHANGED, GOAL, GOING, is_moving, keep_in_address

AT_ONCE = 0.2  # seconds that a click may take
SPEEDS = (1, 2, 5, 10, 25, 100)  # epochs from one picture to the next
SPEED = 2  # of them at first


def transport(course: Course) -> None:
    """The controls of the run."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _play_or_pause(course)
        _move("One step", "skip_next", course, _one_step)
        _move("One epoch", "fast_forward", course, _one_epoch)
        st.button(
            "Reset",
            key="play_reset",
            icon=":material/replay:",
            help="Back to the start, with the same weights.",
            on_click=_go,
            args=(course, 0),
            disabled=course.now.step == 0,
        )
        st.select_slider(
            "Epochs per picture",
            SPEEDS,
            value=SPEED,
            key="play_speed",
            bind="query-params",
            width=140,
        )


def _play_or_pause(course: Course) -> None:
    """Two buttons rather than one that toggles: while the page asks for picture after picture, one
    click can arrive twice."""
    moving = is_moving()
    st.button(
        "Pause" if moving else "Play",
        key="play_pause" if moving else "play_play",
        icon=":material/pause:" if moving else ":material/play_arrow:",
        disabled=bool(course.stopped) and not moving,
        on_click=_pause if moving else _play,
        args=(course,),
    )


def _play(course: Course) -> None:
    st.session_state[GOING] = st.session_state[CHANGED] = True


def _pause(course: Course) -> None:
    st.session_state[GOING], st.session_state[GOAL] = False, None
    st.session_state[CHANGED] = True
    keep_in_address(course)


def _move(label: str, icon: str, course: Course, on_click: object) -> None:
    st.button(
        label,
        key=f"play_{label.lower().replace(' ', '_')}",
        icon=f":material/{icon}:",
        on_click=on_click,
        args=(course,),
        disabled=bool(course.stopped) or is_moving(),
    )


def _one_step(course: Course) -> None:
    take_steps(course, 1)
    _pause(course)


def _one_epoch(course: Course) -> None:
    size = course.experiment.steps_per_epoch
    _go(course, (course.epoch + 1) * size)


def _go(course: Course, step: int) -> None:
    """Goes there at once where that is quick, else in pieces that can be stopped."""
    arrived = go_to(course, step, AT_ONCE)
    _pause(course)
    if not arrived:
        st.session_state[GOAL] = step


def rewind(course: Course) -> None:
    """Any epoch so far; while the run plays it shows where it is."""
    reached = course.reached // course.experiment.steps_per_epoch
    if is_moving() or reached == 0:
        st.slider(
            "Rewind to epoch",
            0,
            max(1, reached),
            course.epoch,
            disabled=True,
            label_visibility="hidden",  # a disabled label is too pale to read
        )
        return
    key = f"play_rewind_{reached}_{course.now.step}"
    st.slider(
        "Rewind to epoch",
        0,
        reached,
        min(course.epoch, reached),
        key=key,
        on_change=_to_epoch,
        args=(course, key),
        help=f"{counted(reached, 'epoch')} so far; every one of them can be shown again.",
    )


def _to_epoch(course: Course, key: str) -> None:
    """Goes there, unless the run moves by now: then the browser tells of a slider that is gone."""
    if not is_moving():
        _go(course, st.session_state[key] * course.experiment.steps_per_epoch)
