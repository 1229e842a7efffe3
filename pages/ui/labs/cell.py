"""Inside the cell: gates as valves that open and shut over a short sequence of words."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engine.studies.valves import (
    Step,
    gru_slopes,
    lstm_slopes,
    run_valves,
    set_weights,
    unit,
)
from engine.types import Array
from pages.figures.base import number
from pages.figures.cell import at, cell_figure
from pages.figures.cell_steps import STATES, steps_figure
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
from pages.ui.lab import drawers, lab_columns, metrics, show
from pages.ui.labs.cell_controls import Setup, cell_controls, step_key
from pages.ui.labs.cell_notes import mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict


@st.fragment
def lab() -> None:
    """Controls, the unit at one step, all steps, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        setup = cell_controls()
    steps, values = setup.steps, _values(setup)
    t, key = setup.t, step_key(len(steps))
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


def _values(setup: Setup) -> Mapping[str, Array]:
    cell = unit(setup.kind, setup.frozen)
    theta = set_weights(cell, setup.sharpness, setup.recurrent)
    return run_valves(cell, theta, setup.steps, setup.start)


def _reach(kind: str, values: Mapping[str, Array]) -> float:
    """The largest that flows in any step, 1 at least: it fills its pipe."""
    flowing = {*STATES[kind], "before", "inside"} & set(values)
    return max(1.0, *(float(abs(values[name]).max()) for name in flowing))


def _under(steps: tuple[Step, ...]) -> list[str]:
    return [step.word + (f"<br>{number(step.value, 2)}" if step.value else "") for step in steps]


def _back_and_next(t: int, n: int) -> None:
    with st.container(horizontal=True):
        for way, by, end in (("Back", -1, 1), ("Next", 1, n)):
            st.button(
                way,
                key=f"valves_{way.lower()}",
                on_click=_move,
                args=(step_key(n), t + by),
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
