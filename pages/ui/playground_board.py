"""The board of the playground: the network as a graph of pictures beside what it says of the plane.

Two components draw it. The scene carries the drawing code and what stays while a run trains; being
the same on every rerun, it travels once. The other carries each picture, in a few kilobytes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from engine.playground.build import Experiment
from engine.playground.course import Course
from pages.figures.base import Look
from pages.figures.playground_scene import View, picture, scene
from pages.figures.playground_told import Pick, Shown, read_pick
from pages.ui.playground_own import add_point, drawn_class
from pages.ui.playground_session import CHANGED, keep_picked, set_picked

PARTS = ("_read", "_plane", "_graph", "_hand", "")  # of the script, in this order
HAND_ON = """
export default (component) => {
  const board = (globalThis.gradientGymBoard ??= {})
  board.waiting ??= new Map()
  if (board.draw) board.draw(component)
  else board.waiting.set(component.parentElement, component)
}
"""
_SCENE = st.components.v2.component(
    "gradient_gym.playground_scene",
    js="".join(
        Path(__file__).with_name(f"playground_board{part}.js").read_text(encoding="utf-8")
        for part in PARTS
    ),
)
_PICTURE = st.components.v2.component("gradient_gym.playground_picture", js=HAND_ON)


def board(
    course: Course,
    look: Look,
    *,
    shown: Shown,
    show_test: bool,
    discrete: bool,
    key: str,
    drawing: bool = False,
    on_pick: Callable[[Pick], None] | None = None,
) -> None:
    """Draws the run at its moment; `shown` are the columns of sample.x across and up.

    What a visitor picks is pinned, or drawn where `drawing`; `on_pick` hears of it instead if it is
    given. Both happen before the rerun that the pick brings.
    """
    state, experiment = st.session_state, course.experiment
    name, bytes_of_scene = scene(experiment, look, shown)
    view = View(
        shown,
        show_test,
        discrete,
        drawing,
        str(state.get("play_weight") or ""),
        int(state.get("play_point") or 0),
        state.get(f"{key}_unit", (0, 0)),
    )
    hear = partial(_hear, key, experiment, on_pick or pin)
    _SCENE(key=f"{key}_scene", data=name.encode() + bytes_of_scene)
    _PICTURE(key=key, data=picture(course, name, view), on_pick_change=hear)


def _hear(key: str, experiment: Experiment, on_pick: Callable[[Pick], None]) -> None:
    state = st.session_state
    raw = state[key].get("pick")
    pick = read_pick(raw, experiment)
    if pick is None or raw == state.get(f"{key}_heard"):
        return
    state[f"{key}_heard"] = raw
    if pick.kind == "unit":
        state[f"{key}_unit"] = pick.unit
    on_pick(pick)


def pin(pick: Pick) -> None:
    """Sets the controls that a pick stands for, which are outside of the board's fragment."""
    st.session_state[CHANGED] = True
    set_picked()
    if pick.kind in ("weight", "bias"):
        keep_picked({"play_weight": pick.name, "play_view": "why"})
    elif pick.kind == "point":
        keep_picked({"play_point": pick.row, "play_view": "why"})
    elif pick.kind == "place":
        add_point(*pick.place, drawn_class())
