"""Any weight or number of the data may be changed: in a table, or as a list that is in the URL."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.by_hand.edit_list import Place
from engine.by_hand.edits import EDITABLE, apply_edits, editable, read_edits
from engine.by_hand.staged import Problem
from engine.by_hand.weight_conventions import Convention
from pages.figures.backprop_steps import label
from pages.figures.backprop_words import value_frame
from pages.ui.edit_field import EditField
from pages.ui.lab import choose

EDITS = EditField("backprop_edits", read_edits, "undo_edits")


def edited(problem: Problem, convention: Convention) -> Problem:
    """The problem with the numbers of a folded field, which a table of any array writes.

    A part of the field that cannot be used gets a sentence.
    """
    section = st.expander(
        "Edit any weight or number", key="backprop_tables", on_change="rerun", bind="query-params"
    )
    table = section.container()
    edits, unread = EDITS.text(
        section,
        "W1[2,3]=0.5; b2[1]=-1",
        "Written by the table, or by hand: W[input,unit], X[house,feature], Y[house,1].",
    )
    changed, left_out = apply_edits(problem, edits)
    EDITS.report(len(edits) - len(left_out), [*unread, *left_out])
    if section.open:
        with table:
            _editor(changed, convention)
    return changed


def _editor(problem: Problem, convention: Convention) -> None:
    """The table of one array of the problem, written as the convention has it."""
    names = {name: label(name) for name in EDITABLE}
    name = choose("Array", names, "backprop_array", label_visibility="collapsed")
    array = editable(problem)[name]
    frame = value_frame(name, convention, array)
    EDITS.table(name, frame, places(name, array.ndim, convention))


def places(name: str, axes: int, convention: Convention) -> Callable[[int, int], Place]:
    """Where the number in row i and column j of an array's table stands in the array."""

    def place(row: int, column: int) -> Place:
        turned = (column, row) if convention.turns(name) else (row, column)
        return name, turned[-axes:]

    return place
