"""The post's table 2.1 to 1.4.1, row by row: shown, or typed and graded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from engine.by_hand.lstm import total_error
from engine.by_hand.lstm_edits import numbers
from engine.by_hand.lstm_example import Example
from engine.by_hand.lstm_labels import BY_NAME, LABELS, Label, Term, label_values
from engine.by_hand.lstm_nudges import central_differences, check_labels, nudged_errors
from pages.figures.base import number
from pages.figures.derivation import derivation_alt, derivation_figure
from pages.figures.derivation_typed import (
    describe_recurrent,
    describe_typed,
    forward_table,
    typed_cells,
    typed_table,
)
from pages.figures.derivation_words import (
    Values,
    describe_row,
    rows_table,
    short,
    worked_row,
)
from pages.handbook.lstm_post import ERRATA
from pages.handbook.model import for_lab
from pages.ui.derivation_answers import NAMES, answers, first_blank
from pages.ui.edit_lstm import edited_example
from pages.ui.lab import DIGITS, checked, choose, drawers, lab_columns, metrics, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict
from quiz_bank.grading.results import StageGrade

ROW = "derivation_row"
MODE = "derivation_mode"
MODES = {"reveal": "Reveal it", "type": "Type it"}
FIRST_ROW = {"reveal": "2.3.3", "type": "2.1"}  # revealed: with all four of the question
GATE_ROWS = {
    "2.2.2": "Output gate Γo",
    "2.3.1": "Update gate Γu",
    "2.3.2": "Candidate C̃",
    "2.3.3": "Forget gate Γf",
}


@st.fragment
def lab() -> None:
    """Controls, the boxes, the row in full, all rows so far, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        mode = choose("Each row", MODES, MODE, on_change=_switched)
        row = st.select_slider(
            "Row" if mode == "type" else "Up to row",
            NAMES,
            FIRST_ROW[mode],
            key=ROW,
            bind="query-params",
        )
        field = st.container()
    with picture:
        pictures, editing = st.container(), st.container()
    with editing:
        example = edited_example()
    values, differences = label_values(example), central_differences(example)
    grades: tuple[StageGrade, ...] = ()
    solved = True
    if mode == "type":
        with field:
            grades = answers(row, example)
            solved = st.toggle("Show this row", key="derivation_show", bind="query-params")
            solved = solved or grades[NAMES.index(row)].counts
    so_far = LABELS[: NAMES.index(row) + 1]
    typing = mode == "type"
    shown = {label.name: short(values[label.name]) for label in so_far}
    with pictures:
        revealed = _asked((mode, row), example, values)
        cells = typed_cells(grades) if typing else shown
        _picture(cells if revealed else {}, row if revealed else None)
        _back_and_next(row)
        if revealed:
            said = describe_row(BY_NAME[row], values, differences)
            st.markdown(describe_typed(grades) if typing else said)
    if revealed:
        st.header(f"Row {row} in full", anchor=False)
        if solved:
            _worked([BY_NAME[row]] if typing else so_far, values, differences)
        else:
            st.markdown(
                "Its rule, its numbers and its check stand here once it is right, or when you "
                "turn on **Show this row**."
            )
        if typing:
            _given_and_typed(example, grades)
        _metrics(example, values, differences)
    drawers(
        "derivation",
        mathematics=lambda: _mathematics(values, differences),
        table=lambda: rows_table(LABELS, values, differences),
        code=[Term, Label.value, nudged_errors, central_differences],
        errata=for_lab(ERRATA, "derivation"),
    )


def _asked(settings: tuple[str, str], example: Example, values: Values) -> bool:
    """The prediction; whether the values may be drawn."""
    return predict(
        "derivation",
        (*settings, *(tuple(array.ravel()) for array in numbers(example).values())),
        "At step 2, which of the four pre-activations moves the total error most when it "
        "moves a little?",
        list(GATE_ROWS.values()),
        lambda: GATE_ROWS[max(GATE_ROWS, key=lambda name: abs(values[name]))],
    )


def _picture(cells: Mapping[str, str], current: str | None) -> None:
    show(
        derivation_figure(cells, current, current_look()),
        "derivation_boxes",
        derivation_alt(cells, current),
        on_select=_go,
        selection_mode="points",
    )


def _switched() -> None:
    """Typing begins at the first row without a value; the way back stays at the row."""
    row = st.session_state[ROW]
    st.session_state[ROW] = first_blank(row) if st.session_state[MODE] == "type" else row


def _go() -> None:
    if points := st.session_state["derivation_boxes"].selection.points:
        st.session_state[ROW] = points[0]["customdata"]


def _back_and_next(row: str) -> None:
    """Under the boxes, so that on a phone both stay in sight."""
    ways = (("Back", -1, NAMES[0], "arrow_back"), ("Next", 1, NAMES[-1], "arrow_forward"))
    with st.container(horizontal=True):
        for way, by, end, icon in ways:
            st.button(
                way,
                key=f"rows_{way.lower()}",
                on_click=_move,
                args=(by,),
                disabled=row == end,
                icon=f":material/{icon}:",
            )


def _move(by: int) -> None:
    k = NAMES.index(st.session_state[ROW]) + by
    st.session_state[ROW] = NAMES[min(max(k, 0), len(NAMES) - 1)]


def _worked(labels: Sequence[Label], values: Values, differences: Values) -> None:
    """The rule of the last of these rows with its numbers, and the check of all."""
    left, right = st.columns(2, gap="large")
    with left:
        worked([worked_row(labels[-1], values)])
    with right:
        st.dataframe(
            rows_table(labels, values, differences).drop(columns="derivative by"),
            hide_index=True,
            width="stretch",
            height="content",
            column_config={
                "value": DIGITS,
                "central difference": DIGITS,
                "error": st.column_config.NumberColumn(format="%.1e"),
            },
        )


def _given_and_typed(example: Example, grades: Sequence[StageGrade]) -> None:
    """What the rules take from the forward pass, and the learner's rows so far."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**Given**, from the forward pass. {describe_recurrent(example)}")
        st.dataframe(
            forward_table(example),
            hide_index=True,
            width="stretch",
            height="content",
            column_config={"step 1": DIGITS, "step 2": DIGITS},
        )
    with right:
        st.markdown("**Your rows so far**")
        st.dataframe(typed_table(grades), hide_index=True, width="stretch", height="content")


def _metrics(example: Example, values: Values, differences: Values) -> None:
    errors = rows_table(LABELS, values, differences)["error"]
    metrics(
        {
            "Total error E": number(total_error(example)),
            f"Largest error of the {len(LABELS)} derivatives": number(errors.max(), 2),
        }
    )


def _mathematics(values: Values, differences: Values) -> None:
    st.markdown(
        "All rows in the order of the way back. As in the post, dΓ and dC̃ are by pre-activations, "
        "what stands inside σ and tanh. A small (2) marks what comes back through step 2 alone; "
        "rows 1.1 and 1.2.1 add it to what step 1 has of its own."
    )
    worked(worked_row(label, values) for label in LABELS)
    st.markdown("Each checked by moving that value alone in the forward pass:")
    checked(
        "dE",
        check_labels(LABELS, values, differences),
        [f"{label.name} · {label.words}" for label in LABELS],
    )
