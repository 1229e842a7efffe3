"""The weight gradient as one product over the steps, and what updates with it do to the loss."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from engine.by_hand.lstm import (
    StepGradient,
    backward,
    forward,
    total_error,
    updated,
    weight_gradient,
)
from engine.by_hand.lstm_example import EXAMPLE, Example
from engine.by_hand.lstm_updates import (
    Epochs,
    first_order,
    loss_along,
    repeat_update,
    stacked,
)
from engine.gradcheck import numerical_gradient
from pages.figures.base import number
from pages.figures.lstm_weights import (
    COLUMNS,
    COUNTED_NAMES,
    GATE_NAMES,
    KINDS,
    LAST,
    MEAN,
    SUM,
    Stacked,
    describe_stacked,
    entry_alt,
    entry_figure,
    entry_lines,
    gradient_table,
    nearest,
    stacked_alt,
    stacked_figure,
)
from pages.figures.lstm_weights_update import Update, numbers_table
from pages.handbook.lstm_post import ERRATA
from pages.handbook.model import for_lab
from pages.ui.edit_lstm import edited_example
from pages.ui.lab import choose, drawers, lab_columns, metrics, show, worked
from pages.ui.labs.weights_mathematics import mathematics
from pages.ui.labs.weights_update import VIEWS, draw_next_pass, draw_update
from pages.ui.look import current_look
from pages.ui.predict import predict

FORMS = {"matrix": "Matrix", "entry": "One entry"}
FACTORS = (*(float(f"{d}e{p}") for p in range(-1, 4) for d in (1, 2, 3, 5, 7)), 1e4)
MOST_EPOCHS, FIRST_EPOCHS = 200, 50


@st.fragment
def lab() -> None:
    """The stacked product with its controls, the update with its own, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        settings = _product_controls()
    with picture:
        pictures, editing = st.container(), st.container()
    with editing:
        example = edited_example()
    steps = forward(example)
    gradients = backward(example, steps)
    dW, db = weight_gradient(gradients)
    form, *followed = settings
    product = Stacked(*stacked(steps, gradients), *followed)
    with pictures:
        revealed = predict(
            "weights",
            (settings, _numbers(example)),
            "The same weights serve steps 1 and 2. Which is ∂E/∂W, the gradient of the total "
            "error with respect to them?",
            [LAST, MEAN, SUM],
            lambda: nearest(product, _numeric(example)),
        )
        _draw_product(product, form, revealed=revealed)
    if revealed:
        _key_numbers(gradients[0], dW, db)
    st.header("The update", anchor=False)
    update = _update(example, dW, db, revealed=revealed)
    drawers(
        "weights",
        mathematics=lambda: mathematics(product, update, steps, gradients),
        table=lambda: _table(product, update),
        code=[stacked, weight_gradient, updated, loss_along, first_order, repeat_update],
        errata=for_lab(ERRATA, "weights"),
    )


def _key_numbers(first: StepGradient, dW: np.ndarray, db: np.ndarray) -> None:
    norm = float(np.hypot(np.linalg.norm(dW), np.linalg.norm(db)))
    metrics(
        {
            "∂E/∂C₀, the initial cell state": number(first.dc_prev, 6),
            "∂E/∂a₀, the initial output": number(first.da_prev, 6),
            "Norm of the gradient, all 16": number(norm),
        }
    )


def _table(product: Stacked, update: Update) -> pd.DataFrame:
    """Every parameter: each step's share, gradient, and what the update makes of it."""
    shares = gradient_table(product).drop(columns="gradient")
    return shares.merge(numbers_table(update), on="parameter")


def _product_controls() -> tuple[str, str, str, int, int]:
    form = choose("Written as", FORMS, "weights_form", wrap=True)
    kind = choose("Gradient by", KINDS, "weights_kind", wrap=True)
    counted = st.selectbox(
        "Steps",
        list(COUNTED_NAMES),
        format_func=COUNTED_NAMES.__getitem__,
        key="weights_steps",
        bind="query-params",
    )
    gates = list(GATE_NAMES.values())
    gate = st.selectbox("Row, the gate", gates, index=2, key="weights_gate", bind="query-params")
    source = COLUMNS[0]
    if kind == "weights":
        source = st.selectbox(
            "Column, the input", COLUMNS, key="weights_input", bind="query-params"
        )
    return form, kind, counted, gates.index(gate), COLUMNS.index(source)


def _draw_product(product: Stacked, form: str, *, revealed: bool) -> None:
    """The product or one entry's terms, and what it says."""
    draw, words = (stacked_figure, stacked_alt) if form == "matrix" else (entry_figure, entry_alt)
    show(
        draw(product, current_look(), revealed=revealed),
        f"weights_{form}",
        words(product, revealed=revealed),
    )
    if revealed:
        worked(entry_lines(product))
        st.markdown(describe_stacked(product))


def _update(example: Example, dW: np.ndarray, db: np.ndarray, *, revealed: bool) -> Update:
    """The update's controls and pictures."""
    picture, controls = lab_columns()
    with controls:
        view, rate, taken = _update_controls(example.learning_rate)
    at_rate = replace(example, learning_rate=rate)
    epochs = MOST_EPOCHS if view == "epochs" else 0  # only there are they seen
    update = Update(at_rate, dW, db, _many(at_rate, epochs), taken)
    with picture:
        draw_update(update, view, revealed=revealed)
    if revealed and view == "next":
        draw_next_pass(update)
    return update


def _update_controls(alpha: float) -> tuple[str, float, int]:
    """The view, the rate and the epochs taken."""
    view = st.selectbox(
        "Show",
        list(VIEWS),
        format_func=VIEWS.__getitem__,
        key="weights_view",
        bind="query-params",
    )
    factor = st.select_slider(
        "Rate, as a multiple of α",
        FACTORS,
        1.0,
        format_func=lambda factor: f"{factor:g}",
        key="weights_rate",
        bind="query-params",
        help=f"α is {number(EXAMPLE.learning_rate)} in the post; it is one of the numbers that "
        "can be edited.",
    )
    st.markdown(f"α = {number(alpha)}, rate used **{number(factor * alpha)}**.")
    taken = FIRST_EPOCHS
    if view == "epochs":
        taken = st.slider(
            "Epochs taken", 1, MOST_EPOCHS, taken, key="weights_epochs", bind="query-params"
        )
    return view, factor * alpha, taken


def _numbers(example: Example) -> tuple[float, ...]:
    """All numbers of the example, for a cache and for what has changed."""
    arrays = example.W, example.b, example.x, example.y
    rest = example.a_0, example.c_0, example.learning_rate
    return (*(v for array in arrays for v in array.ravel().tolist()), *rest)


@st.cache_resource(max_entries=128, show_spinner=False, hash_funcs={Example: _numbers})
def _many(example: Example, epochs: int) -> Epochs:
    return repeat_update(example, epochs)


def _numeric(example: Example) -> np.ndarray:
    return numerical_gradient(lambda W: total_error(replace(example, W=W)), example.W)
