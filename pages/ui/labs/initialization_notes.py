"""The derivations under the initializations lab: variances, and theory's recursion."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.diagnostics import Signals
from engine.schemes import SCHEMES
from engine.studies.initialization_table import LANDMARKS
from engine.studies.signal_propagation import Expected
from pages.figures.initializations import landmark_table
from pages.figures.update_rules import latex_number
from pages.ui.lab import worked

WIDTH = 100
UNEQUAL = (300, 100)  # a layer whose two variances cannot both be kept


@st.cache_data(max_entries=1, show_spinner="Running the reference networks")
def _landmarks() -> dict[str, float]:
    return {mark.name: mark.ratio(0) for mark in LANDMARKS}


def mathematics(activation: str, scheme: str, signals: Signals, expected: Expected) -> None:
    """The variances, theory's recursion beside what was measured, and reference networks."""
    _variances(scheme)
    _recursion(activation, scheme, signals, expected)
    st.markdown("Reference networks with standard normal inputs, seed 0:")
    st.dataframe(landmark_table(_landmarks()), hide_index=True, width="stretch")


def _variances(scheme: str) -> None:
    """The formulas at this width: Xavier's two forms, He's, the printed one and the chosen one."""
    n, uniform, he = WIDTH, SCHEMES["xavier_uniform"], SCHEMES["he_normal"]
    right, wrong = uniform.variance(n, n), SCHEMES["printed_xavier"].variance(n, n)
    chosen = SCHEMES[scheme]
    st.markdown(
        f"A layer of {n} inputs and {n} outputs. Xavier's variance, as a uniform and as a normal "
        "distribution with mean 0; what counts is the variance, not the law:"
    )
    bound = latex_number(float(np.sqrt(3 * right)))
    total = rf"{n} + {n}"
    worked(
        [
            (
                r"U(-b, b),\quad b = \sqrt{\frac{6}{n_{\mathrm{in}} + n_{\mathrm{out}}}}",
                rf"\sqrt{{6 / ({total})}} = {bound}",
            ),
            (
                r"N(0, \sigma^2),\quad"
                r"\sigma = \sqrt{\frac{2}{n_{\mathrm{in}} + n_{\mathrm{out}}}}",
                rf"\sqrt{{2 / ({total})}} = {latex_number(float(np.sqrt(right)))}",
            ),
            (
                rf"\mathrm{{Var}}(W) = \frac{{b^2}}{{3}} = \sigma^2 = {uniform.formula}",
                rf"2 / ({total}) = {latex_number(right)}",
            ),
            (
                rf"\text{{as printed: }} \mathrm{{Var}} = {SCHEMES['printed_xavier'].formula}",
                rf"2 / \sqrt{{{total}}} = {latex_number(wrong)}",
            ),
            (
                rf"\text{{He, for ReLU: }} \mathrm{{Var}} = {he.formula}",
                rf"2 / {n} = {latex_number(he.variance(n, n))}",
            ),
            (
                r"\text{He, uniform: } b = \sqrt{\frac{6}{n_{\mathrm{in}}}}",
                rf"\sqrt{{6 / {n}}} = {latex_number(float(np.sqrt(6 / n)))}",
            ),
            (
                rf"\text{{chosen: }} n_{{\mathrm{{in}}}} \mathrm{{Var}}(W) = "
                rf"n_{{\mathrm{{in}}}} \cdot {chosen.formula}",
                rf"{n} \cdot {latex_number(chosen.variance(n, n))}"
                rf" = {latex_number(chosen.gain(n))}",
            ),
        ]
    )
    n_in, n_out = UNEQUAL
    shared = uniform.variance(n_in, n_out)
    st.markdown(
        r"Forward, $n_{\mathrm{in}} \mathrm{Var}(W) = 1$ keeps the variance; backward, "
        r"$n_{\mathrm{out}} \mathrm{Var}(W) = 1$ does. Both hold only for $n_{\mathrm{in}} = "
        rf"n_{{\mathrm{{out}}}}$: with {n_in} inputs and {n_out} outputs Xavier's mean of the two "
        f"gives {n_in * shared:g} forward and {n_out * shared:g} backward. The derivation takes a "
        "slope of 1 at 0, which tanh has; a sigmoid's is ¼, so its gradients shrink all the same."
    )


def _recursion(activation: str, scheme: str, signals: Signals, expected: Expected) -> None:
    """Theory's two lines with the numbers of the last layer, beside what was measured."""
    gain = SCHEMES[scheme].gain(WIDTH)
    before, after = expected.mean_squares[-2:]
    measured = float((signals.activations[-1] ** 2).mean())
    norms = signals.gradient_norms
    st.markdown(
        f"For {ACTIVATIONS[activation].name} and a wide layer, theory follows the mean square q of "
        "the activations and the factor χ of the gradient's mean square, with z normal of variance "
        "s² = n Var(W) q before the layer. The last layer, measured on one draw of the weights:"
    )
    squared = (norms[-2] / norms[-1]) ** 2
    worked(
        [
            (
                r"s^2 = n \mathrm{Var}(W)\,q_{l-1}",
                rf"{latex_number(gain)} \cdot {latex_number(before)}"
                rf" = {latex_number(gain * before)}",
            ),
            (
                r"q_l = \mathbb E\big[f(z)^2\big]",
                rf"{latex_number(after)}\quad (\text{{measured }} {latex_number(measured)})",
            ),
            (
                r"\chi_l = n \mathrm{Var}(W)\,\mathbb E\big[f'(z)^2\big]",
                rf"{latex_number(expected.factors[-1])}"
                rf"\quad (\text{{measured }} {latex_number(squared)})",
            ),
            (
                r"\frac{\lVert\partial E/\partial h_0\rVert}{\lVert\partial E/\partial h_L\rVert}"
                r" = \sqrt{\prod_{l=1}^{L} \chi_l}",
                rf"{latex_number(expected.gradient_norms[0])}"
                rf"\quad (\text{{measured }} {latex_number(signals.ratio)})",
            ),
        ]
    )
