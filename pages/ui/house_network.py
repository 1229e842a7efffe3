"""The controls of the network 3-4-1 that the labs of chapter 3 share."""

from __future__ import annotations

import streamlit as st

from engine.activations import ACTIVATIONS
from engine.by_hand.house_sales import MOST_EXAMPLES
from pages.ui.lab import choose

HIDDEN = ("sigmoid", "tanh", "relu")


def house_controls(lab: str, houses: int) -> tuple[str, str, str, int, int]:
    """Arguments of `house_problem`: task and batch in sight, the rest folded.

    Keys start with `lab`; `houses` is the size of the batch at first.
    """
    task = choose(
        "Target",
        {"price": "Price", "above": "Yes or no"},
        f"{lab}_task",
        help="The price with half the squared error, or whether the house sold above the asking "
        "price with the cross-entropy.",
    )
    n = st.slider(
        "One house or a batch",
        1,
        MOST_EXAMPLES,
        houses,
        key=f"{lab}_batch",
        bind="query-params",
        help="How many houses go through the network together; at 1 every matrix has one row, or "
        "one column, of examples.",
    )
    with st.expander("Loss, activation, weights"):
        reduction = choose(
            "Loss over the batch", {"mean": "Mean", "sum": "Sum"}, f"{lab}_reduction"
        )
        hidden = st.selectbox(
            "Hidden activation",
            HIDDEN,
            format_func=lambda key: ACTIVATIONS[key].name,
            key=f"{lab}_hidden",
            bind="query-params",
        )
        seed = st.slider("Seed of the weights", 0, 20, 0, key=f"{lab}_seed", bind="query-params")
    return task, hidden, reduction, n, seed
