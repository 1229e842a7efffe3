"""The mathematics of the lab on notation: both gradients in numbers, and a mistake's in full."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from engine.by_hand.lstm import Step, StepGradient, gate_values, slopes
from engine.by_hand.lstm_example import GATES
from engine.by_hand.notations import Notations
from engine.gradcheck import GradientCheck
from engine.types import Array
from pages.figures.backprop_steps import result, tex
from pages.figures.base import number
from pages.figures.notation import TEX, Place, place_name, places
from pages.figures.notation_check import PARAMETERS, Check, symbol_of
from pages.ui.lab import checked, worked

FACTORS = {  # of each gate's gradient by its value, in LaTeX and as attributes
    "f": ("dC_t", "C_{t-1}", "dc", "c_prev"),
    "u": ("dC_t", r"\tilde C_t", "dc", "candidate"),
    "c": ("dC_t", r"\Gamma_u", "dc", "gate_u"),
    "o": ("da_t", r"\tanh C_t", "da", "tanh_c"),
}
RIGHT = (
    r"da_t = (a_t - y_t) + da_t^{(t+1)}",
    r"dC_t = da_t\,\Gamma_o\,(1 - \tanh^2 C_t) + dC_t^{(t+1)}",
    r"d\Gamma_o = da_t \tanh(C_t)\,\Gamma_o(1 - \Gamma_o)",
    r"d\Gamma_u = dC_t\,\tilde C_t\,\Gamma_u(1 - \Gamma_u)",
    r"d\tilde C_t = dC_t\,\Gamma_u\,(1 - \tilde C_t^2)",
    r"d\Gamma_f = dC_t\,C_{t-1}\,\Gamma_f(1 - \Gamma_f)",
    r"dC_{t-1}^{(t)} = dC_t\,\Gamma_f",
    r"da_{t-1}^{(t)} = \textstyle\sum_k d\Gamma_k\,W_{k,a}",
    r"dW_k = \textstyle\sum_t d\Gamma_{k,t}\,[x_t, a_{t-1}]",
    r"db_k = \textstyle\sum_t d\Gamma_{k,t}",
)


def notations_in_numbers(
    pairs: Notations, steps: Sequence[Step], gradients: Sequence[StepGradient], place: Place
) -> None:
    """Both gradients of one gate worked out, and all of them against central differences.

    Steps and gradients are those with the pre-activation at `place` moved, `pairs` those before.
    """
    step, gradient = steps[place[0]], gradients[place[0]]
    st.markdown(f"{place_name(place)}, at u = {number(float(step.u[place[1]]), 3)}:")
    worked(notation_lines(step, gradient, place[1]))
    rows = [place_name(p) for p in places(len(steps))]
    st.markdown("Nothing moved, by the values of gates and candidate:")
    _checked("gradient by value", _listed(pairs.by_value), _listed(pairs.numeric_by_value), rows)
    st.markdown("Nothing moved, by their pre-activations, as the post writes them:")
    _checked("gradient by u", _listed(pairs.by_u), _listed(pairs.numeric_by_u), rows)


def notation_lines(step: Step, gradient: StepGradient, row: int) -> list[tuple[str, str]]:
    """By a gate's value, the slope, and by its pre-activation: pairs of symbols and numbers."""
    gate = GATES[row]
    name = TEX[gate]
    incoming, factor, by, of = FACTORS[gate]
    found = gate_values(step.u), gradient.dvalue, slopes(step.cell), gradient.du
    value, by_value, slope, by_u = (float(a[row]) for a in found)
    inside = f"1 - {name}^2" if gate == "c" else f"{name}\\,(1 - {name})"
    numbers = f"1 - {tex(value)}^2" if gate == "c" else rf"{tex(value)}\,(1 - {tex(value)})"
    first, second = getattr(gradient, by), getattr(step.cell, of)
    return [
        (
            rf"\frac{{\partial E}}{{\partial {name}}} = {incoming}\,{factor}",
            rf"{tex(first)} \cdot {tex(second)} = {result(by_value)}",
        ),
        (
            rf"\frac{{\partial {name}}}{{\partial u}} = {inside}",
            f"{numbers} = {result(slope)}",
        ),
        (
            rf"d{name} = \frac{{\partial E}}{{\partial u}} = \frac{{\partial E}}{{\partial {name}}}"
            rf"\,\frac{{\partial {name}}}{{\partial u}}",
            rf"{tex(by_value)} \cdot {tex(slope)} = {result(by_u)}",
        ),
    ]


def mistake_in_numbers(check: Check) -> None:
    """The right rules, the number that exposes the mistake, and every gradient with it."""
    st.markdown(
        "The right rules of step $t$. What is marked $t + 1$ comes back from the next step; at the "
        "last step it is 0:"
    )
    for rule in RIGHT:
        st.latex(rule)
    names = [f"{name} {symbol_of(name)}" for name in check.labels]
    wrong, right, numeric = np.array(list(check.labels.values())).T
    st.markdown("The post's derivatives with the mistake:")
    _checked("with the mistake", wrong, numeric, names)
    st.markdown("Weights and biases with the mistake:")
    _checked("with the mistake", check.wrong.flat, check.numeric, PARAMETERS)
    st.markdown("And by the right rules:")
    _checked(
        "right",
        np.append(right, check.right.flat),
        np.append(numeric, check.numeric),
        [*names, *PARAMETERS],
    )


def _listed(values: Array) -> Array:
    return np.array([values[place] for place in places(len(values))])


def _checked(name: str, analytic: Array, numeric: Array, rows: Sequence[str]) -> None:
    checked(name, GradientCheck(analytic, numeric, 0.0), rows)
