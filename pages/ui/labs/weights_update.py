"""The views of the update: along it, all 16 numbers, the next forward pass, many epochs."""

from __future__ import annotations

import streamlit as st

from pages.figures.lstm_weights_epochs import (
    courses_alt,
    courses_figure,
    describe_epochs,
    describe_next,
    epochs_alt,
    epochs_figure,
    next_alt,
    next_table,
    outputs_figure,
)
from pages.figures.lstm_weights_update import (
    Update,
    along_alt,
    along_figure,
    describe_numbers,
    describe_update,
    numbers_alt,
    numbers_figure,
)
from pages.ui.lab import DIGITS, show
from pages.ui.look import current_look

VIEWS = {
    "along": "Loss along the update",
    "numbers": "All 16 numbers",
    "next": "Next forward pass",
    "epochs": "Epoch after epoch",
}


def draw_update(update: Update, view: str, *, revealed: bool) -> None:
    """The chosen view; before the reveal only the axes and the tangent of the first."""
    if not revealed:
        figure = along_figure(update, current_look(), revealed=False)
        show(figure, "weights_along", along_alt(update, revealed=False))
        return
    DRAW[view](update)


def _along(update: Update) -> None:
    show(along_figure(update, current_look()), "weights_along", along_alt(update))
    st.markdown(describe_update(update))


def _numbers(update: Update) -> None:
    show(numbers_figure(update, current_look()), "weights_numbers", numbers_alt(update))
    st.markdown(describe_numbers(update))


def _next(update: Update) -> None:
    show(outputs_figure(update, current_look()), "weights_next", next_alt(update))
    st.markdown(describe_next(update))


def draw_next_pass(update: Update) -> None:
    """Every value before and after; under the controls, which a phone would else have far off."""
    table = next_table(update)
    config = dict.fromkeys(table.columns[1:], DIGITS)
    st.dataframe(table, hide_index=True, width="stretch", height="content", column_config=config)


def _epochs(update: Update) -> None:
    show(epochs_figure(update, current_look()), "weights_loss", epochs_alt(update))
    st.markdown(describe_epochs(update))
    show(courses_figure(update, current_look()), "weights_courses", courses_alt(update))


DRAW = {"along": _along, "numbers": _numbers, "next": _next, "epochs": _epochs}
