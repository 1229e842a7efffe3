"""Inside the cell: gates as valves that open and shut over a short sequence of words."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engine.studies.valves import (
    Step,
    gru_slopes,
    lstm_slopes,
    read_sequence,
    run_valves,
    set_weights,
    unit,
)
from engine.types import Array
from pages.figures.base import number
from pages.figures.cell import at, cell_figure
from pages.figures.cell_steps import GATES, STATES, steps_figure
from pages.figures.cell_words import (
    FATES,
    STATE,
    cell_alt,
    cell_table,
    describe_cell,
    fate,
    left_of_first,
    moment,
    percent,
    question,
    spelled,
    steps_alt,
)
from pages.figures.gate_look import PARTS
from pages.handbook.model import for_lab
from pages.handbook.sequences import ERRATA
from pages.ui.lab import choose, drawers, lab_columns, metrics, show
from pages.ui.labs.cell_notes import Setup, mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict

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


@st.fragment
def lab() -> None:
    """Controls, the unit at one step, all steps, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        setup = _controls()
    steps, values = setup.steps, _values(setup)
    t, key = setup.t, _step_key(len(steps))
    now, look = moment(values, t), current_look()
    title = f"step {t} of {len(steps)}<br><b>{spelled(steps[t - 1])}</b>"
    with picture:
        revealed = predict(
            "cell",
            setup,
            question(setup.kind, now),
            FATES,
            lambda: fate(setup.kind, now),
        )
        show(
            cell_figure(setup.kind, now, t, title, _reach(setup.kind, values), look, revealed),
            "cell_valves",
            cell_alt(setup.kind, now, t, revealed),
        )
        _back_and_next(t, len(steps))
        if revealed:
            st.markdown(describe_cell(setup.kind, steps[t - 1], values, t, setup.frozen))
        show(
            steps_figure(setup.kind, _under(steps), values, t, look, revealed),
            "cell_rows",
            steps_alt(setup.kind, steps, values, revealed),
            on_select=lambda: _go(key),
            selection_mode="points",
        )
    if revealed:
        _metrics(setup, values)
    drawers(
        "cell",
        mathematics=lambda: mathematics(setup, now),
        table=lambda: cell_table(setup.kind, steps, values),
        code=[set_weights, run_valves, lstm_slopes if setup.kind == "LSTM" else gru_slopes],
        errata=for_lab(ERRATA, "cell"),
    )


def _controls() -> Setup:
    kind = choose("Cell", KINDS, "cell_kind")
    steps = _sequence()
    t = st.slider(
        "Step",
        1,
        max(len(steps), 2),
        FIRST_STEP,
        key=_step_key(len(steps)),
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
        st.error(f"{reason} The last sequence that could be read is shown.", icon=":material/edit:")
    return state.get("cell_read") or read_sequence(next(iter(STORIES.values())))


def _values(setup: Setup) -> Mapping[str, Array]:
    cell = unit(setup.kind, setup.frozen)
    theta = set_weights(cell, setup.sharpness, setup.recurrent)
    return run_valves(cell, theta, setup.steps, setup.start)


def _reach(kind: str, values: Mapping[str, Array]) -> float:
    """The largest state of all steps, 1 at least: it fills its pipe."""
    return max(1.0, *(float(abs(values[name]).max()) for name in (*STATES[kind], "before")))


def _under(steps: tuple[Step, ...]) -> list[str]:
    return [step.word + (f"<br>{number(step.value, 2)}" if step.value else "") for step in steps]


def _step_key(n: int) -> str:
    return f"cell_step_{n}"


def _back_and_next(t: int, n: int) -> None:
    with st.container(horizontal=True):
        for way, by, end in (("Back", -1, 1), ("Next", 1, n)):
            st.button(
                way,
                key=f"valves_{way.lower()}",
                on_click=_move,
                args=(_step_key(n), t + by),
                disabled=t == end,
                icon=f":material/arrow_{'back' if by < 0 else 'forward'}:",
            )


def _move(key: str, t: int) -> None:
    st.session_state[key] = t


def _go(key: str) -> None:
    if points := st.session_state["cell_rows"].selection.points:
        st.session_state[key] = int(points[0]["x"])


def _metrics(setup: Setup, values: Mapping[str, Array]) -> None:
    t, state = setup.t, PARTS[STATE[setup.kind]]
    figures = {
        f"{state.name.capitalize()} {at(state.symbol, t)}": number(
            values[STATE[setup.kind]][t - 1], 4
        ),
        f"Kept of {at(state.symbol, 1)}": percent(left_of_first(setup.kind, values, t)),
    }
    if setup.kind == "LSTM":
        figures[f"Hidden state {at('h', t)}"] = number(values["h"][t - 1], 4)
    metrics(figures)
