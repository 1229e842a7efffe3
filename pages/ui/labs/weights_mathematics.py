"""The mathematics of weights and update: the sum over steps, the update, all differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from engine.by_hand.lstm import Step, StepGradient
from engine.by_hand.lstm_checks import initial_check, parameter_check
from engine.by_hand.lstm_example import Example
from pages.figures.backprop_steps import result, tex
from pages.figures.latex_lines import joined
from pages.figures.lstm_weights import Stacked, entry_lines, matrix_tex, parameter_names
from pages.figures.lstm_weights_update import Update
from pages.ui.lab import checked, worked

INITIAL = ("C_0", "a_0")


def mathematics(
    product: Stacked, update: Update, steps: Sequence[Step], gradients: Sequence[StepGradient]
) -> None:
    """Formulas with the current numbers, then every gradient beside its central difference."""
    st.markdown(
        "A row of weights stands in the pre-activation of its gate at both steps. A column of DZ "
        "is $du$ at one step, the gradients by the pre-activations; the post writes $d\\Gamma$."
    )
    st.latex(r"dW = \sum_t du_t\,[x_t, a_{t-1}] = DZ \cdot XA")
    st.latex(r"db = \sum_t du_t")
    worked(entry_lines(replace(product, counted="both")))
    st.markdown("Step 1 plus step 2 is the whole, as matrices:")
    for line in matrix_tex(product):
        st.latex(line)
    st.markdown("The initial states get a gradient too; nothing updates them here:")
    worked(_initial(gradients[0], steps[0].cell.gate_f, update.example))
    st.markdown("The update of the entry that is followed, and what first order says of the loss:")
    worked(_update_lines(product, update))
    st.markdown("All gradients, checked:")
    check = parameter_check(update.example, np.column_stack([update.dW, update.db]))
    checked("∂E/∂θ", check, parameter_names())
    states = initial_check(update.example, [gradients[0].dc_prev, gradients[0].da_prev])
    checked("gradient", states, INITIAL)


def _initial(first: StepGradient, gate_f: float, example: Example) -> list[tuple[str, str]]:
    shares = [
        rf"{tex(float(du))}\cdot {tex(float(w))}"
        for du, w in zip(first.du, example.W[:, -1], strict=True)
    ]
    return [
        (
            r"\frac{\partial E}{\partial C_0} = dC_1\,\Gamma_{f,1}",
            rf"{tex(first.dc)}\cdot {tex(gate_f)} = {result(first.dc_prev)}",
        ),
        (
            r"\frac{\partial E}{\partial a_0} = \sum_g du_{g,1}\,W_g[3]",
            rf"{joined(shares, '+')} \\ & = {result(first.da_prev)}",
        ),
    ]


def _update_lines(product: Stacked, update: Update) -> list[tuple[str, str]]:
    row, column = product.gate, product.source if product.kind == "weights" else 3
    old = float(np.column_stack([update.example.W, update.example.b])[row, column])
    gradient = float(update.gradient[row, column])
    name = parameter_names()[4 * row + column]
    square = float(np.sum(update.gradient**2))
    return [
        (
            rf"{name}^{{\text{{new}}}} = {name} - \text{{rate}}\cdot d{name}",
            rf"{tex(old)} - {tex(update.rate)}\cdot {tex(gradient)}"
            rf" = {_long(old - update.rate * gradient)}",
        ),
        (
            r"\Delta E \approx -\text{rate}\,\left(\lVert dW\rVert^2 + \lVert db\rVert^2\right)",
            rf"-{tex(update.rate)}\cdot {tex(square)} = {result(-update.rate * square)}",
        ),
        (
            r"\Delta E = E(W^{\text{new}}, b^{\text{new}}) - E(W, b)",
            rf"{_long(update.after)} - {_long(update.before)}"
            rf" = {result(update.after - update.before)}",
        ),
    ]


def _long(value: float) -> str:
    """Eight digits, so that a small difference can be followed."""
    return f"{value:.8g}" if np.isfinite(value) else tex(value)
