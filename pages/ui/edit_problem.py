"""Any weight or number of the data may be changed: in a table, or as a list that is in the URL."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from engine.by_hand.edits import (
    EDITABLE,
    Edits,
    Place,
    apply_edits,
    editable,
    merged,
    read_edits,
    refusal,
    write_edits,
)
from engine.by_hand.staged import Problem
from engine.by_hand.weight_conventions import Convention
from pages.figures.backprop_steps import label
from pages.figures.backprop_words import value_frame
from pages.figures.base import counted
from pages.ui.lab import choose

FIELD = "backprop_edits"
ROUND = "backprop_editors"  # a table is made anew after each edit: what it showed is in the field
REFUSED = "backprop_refused"
MOST_SENTENCES = 3


def edited(problem: Problem, convention: Convention) -> Problem:
    """The problem with the numbers of a folded field, which a table of any array writes.

    A part of the field that cannot be used gets a sentence.
    """
    section = st.expander(
        "Edit any weight or number", key="backprop_tables", on_change="rerun", bind="query-params"
    )
    table = section.container()
    text = section.text_input(
        "Edited numbers",
        key=FIELD,
        bind="query-params",
        placeholder="W1[2,3]=0.5; b2[1]=-1",
        help="Written by the table, or by hand: W[input,unit], X[house,feature], Y[house,1].",
    )
    edits, unread = read_edits(text or "")
    changed, left_out = apply_edits(problem, edits)
    refused = st.session_state.pop(REFUSED, [])
    for sentence in [*refused, *unread, *left_out][:MOST_SENTENCES]:
        st.warning(sentence, icon=":material/edit_off:")
    if text:
        with st.container(horizontal=True, vertical_alignment="center"):
            used = counted(len(edits) - len(left_out), "number")
            st.markdown(f"{used} edited.", width="content")
            st.button("Undo all edits", key="undo_edits", on_click=_keep, args=({},))
    if section.open:
        with table:
            _editor(changed, convention)
    return changed


def _editor(problem: Problem, convention: Convention) -> None:
    """The table of one array of the problem, written as the convention has it."""
    names = {name: label(name) for name in EDITABLE}
    name = choose("Array", names, "backprop_array", label_visibility="collapsed")
    array = editable(problem)[name]
    _table(name, value_frame(name, convention, array), array.ndim, convention)


def _table(name: str, frame: pd.DataFrame, axes: int, convention: Convention) -> None:
    key = f"edit_{name}_{st.session_state.setdefault(ROUND, 0)}"
    st.data_editor(
        frame,
        key=key,
        width="stretch",
        column_config={"_index": st.column_config.Column(disabled=True)},
        on_change=partial(_take, key, name, list(frame.columns), axes, convention),
    )


def _take(key: str, name: str, columns: Sequence[str], axes: int, convention: Convention) -> None:
    """Moves what was typed into a table over to the field, or says why not."""
    cells: list[tuple[Place, object]] = []
    for row, changes in st.session_state[key]["edited_rows"].items():
        for column, value in changes.items():
            place = int(row), columns.index(column)
            turned = place[::-1] if convention.turns(name) else place
            cells.append(((name, turned[-axes:]), value))
    reasons = [refusal(place, value) for place, value in cells]
    good = [
        (place, float(value))
        for (place, value), reason in zip(cells, reasons, strict=True)
        if reason is None
    ]
    edits, _ = read_edits(st.session_state.get(FIELD) or "")
    _keep(merged(edits, good))
    st.session_state[REFUSED] = [reason for reason in reasons if reason]


def _keep(edits: Edits) -> None:
    st.session_state[FIELD] = write_edits(edits)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
