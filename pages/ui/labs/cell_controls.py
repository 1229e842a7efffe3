"""The controls of the cell lab: which unit, which words, what holds its gates, and the step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from engine.studies.valves import Step, read_sequence
from pages.figures.cell_steps import GATES
from pages.figures.gate_look import PARTS
from pages.ui.lab import choose

KINDS = {"LSTM": "LSTM", "GRU": "GRU"}
STORIES = {
    "Store, hold, read, erase": "store 0.8, hold -0.9, hold 0.5, read, erase, read",
    "Store again and again": "store 0.8, store -0.6, store 0.3, read",
    "A long hold": "store 1.5, hold -2, hold 2, hold -2, hold 2, hold -2, hold 2, hold -2, read",
    "Read twice": "store 0.8, read, hold -0.9, read, hold",
    "Reset and start anew": "store 0.8, hold, erase, store -0.6, hold 0.9, read",
    "Add up": "store 0.5, add 0.5, add 0.5, add -0.3, read",
}
OWN = "Your own words"
FREE = "free"
HELD = (FREE, *(f"{k / 10:g}" for k in range(11)))
FIRST_STEP = 2
RECURRENT = {"LSTM": 0.0, "GRU": 1.0}


@dataclass(frozen=True)
class Setup:
    """What the controls say: cell, sequence, step from 1, weights, first state, frozen gates."""

    kind: str
    steps: tuple[Step, ...]
    t: int
    sharpness: float
    recurrent: float
    start: float
    frozen: Mapping[str, float]


def cell_controls() -> Setup:
    """All controls of the lab."""
    kind = choose("Cell", KINDS, "cell_kind")
    steps = _sequence()
    t = st.slider(
        "Step",
        1,
        max(len(steps), 2),
        FIRST_STEP,
        key=step_key(len(steps)),
        bind="query-params",
        disabled=len(steps) == 1,
    )
    sharpness = st.slider(
        "Sharpness s of the gates",
        0.0,
        10.0,
        6.0,
        0.5,
        key="cell_sharpness",
        bind="query-params",
        help="A word puts +s on the gates that it opens and −s on those that it shuts.",
    )
    with st.expander("Freeze gates"):
        held = {gate: _held(kind, gate) for gate in GATES[kind]}
    with st.expander("Weight and start"):
        recurrent = st.slider(
            "Weight u of h in the candidate",
            -2.0,
            2.0,
            RECURRENT[kind],
            0.1,
            key=f"cell_u_{kind.lower()}",
            bind="query-params",
        )
        start = st.slider(
            "Start of the state", -2.0, 2.0, 0.0, 0.1, key="cell_start", bind="query-params"
        )
    frozen = {gate: float(value) for gate, value in held.items() if value != FREE}
    return Setup(kind, steps, min(t, len(steps)), sharpness, recurrent, start, frozen)


def _held(kind: str, gate: str) -> str:
    part = PARTS[gate]
    label = f"{part.name.capitalize()} {part.symbol}"
    key = f"cell_frozen_{gate}"
    return st.select_slider(label, HELD, FREE, key=key, bind="query-params")


def _sequence() -> tuple[Step, ...]:
    """The steps of the chosen story, or of the visitor's own words as far as they can be read."""
    story = st.selectbox("Sequence", [*STORIES, OWN], key="cell_story", bind="query-params")
    if story != OWN:
        return read_sequence(STORIES[story])
    text = st.text_input(
        "Words",
        next(iter(STORIES.values())),
        key="cell_words",
        bind="query-params",
        max_chars=200,
        help="store, add, hold, read or erase, each with a value that comes in (else 0).",
    )
    state = st.session_state
    try:
        state["cell_read"] = read_sequence(text or "")
    except ValueError as reason:
        kept = "last sequence that could be read" if "cell_read" in state else "first of the list"
        st.error(f"{reason} The {kept} is shown.", icon=":material/edit:")
    return state.get("cell_read") or read_sequence(next(iter(STORIES.values())))


def step_key(n: int) -> str:
    """The key of the step in a sequence of n, whose slider has a range of its own."""
    return f"cell_step_{n}"
