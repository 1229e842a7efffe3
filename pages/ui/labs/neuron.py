"""One neuron: slide weights, inputs and bias, and watch the sum and the output."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.gradcheck import check_gradient
from pages.figures.base import number
from pages.figures.neuron import (
    Neuron,
    describe_neuron,
    neuron_table,
    response_alt,
    response_figure,
    waterfall_alt,
    waterfall_figure,
)
from pages.figures.update_rules import latex_number
from pages.handbook.foundations import ERRATA
from pages.handbook.model import for_lab
from pages.ui.lab import checked, drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict

LEFT, RIGHT, NOWHERE = "To the left", "To the right", "It stays"


@st.fragment
def lab() -> None:
    """Controls, the sum and the response, what they show, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        neuron = _controls()
    look = current_look()
    with picture:
        revealed = predict(
            "neuron",
            (tuple(neuron.x), tuple(neuron.w), neuron.b, neuron.rule.name),
            "With w₁ > 0, where does a larger bias move the curve of y against x₁?",
            [LEFT, RIGHT, NOWHERE],
            lambda: LEFT if neuron.w[0] > 0 else RIGHT,
        )
        left, right = st.columns(2)
        with left:
            show(waterfall_figure(neuron, look), "neuron_sum", waterfall_alt(neuron))
        with right:
            show(
                response_figure(neuron, look, without_bias=revealed),
                "neuron_response",
                response_alt(neuron, without_bias=revealed),
            )
        if revealed:
            st.markdown(describe_neuron(neuron))
    drawers(
        "neuron",
        mathematics=lambda: _mathematics(neuron),
        table=lambda: neuron_table(neuron),
        code=[Neuron, neuron.rule.f, neuron.rule.df],
        errata=for_lab(ERRATA, "neuron"),
    )


def _controls() -> Neuron:
    def number_slider(label: str, default: float, key: str) -> float:
        return st.slider(label, -3.0, 3.0, default, 0.1, key=key, bind="query-params")

    w = np.array([number_slider("Weight w₁", 1.5, "w1"), number_slider("Weight w₂", -0.8, "w2")])
    b = number_slider("Bias b", 1.0, "b")
    x = np.array([number_slider("Input x₁", 0.6, "x1"), number_slider("Input x₂", 1.0, "x2")])
    name = st.selectbox(
        "Activation",
        list(ACTIVATIONS),
        index=1,
        format_func=lambda key: ACTIVATIONS[key].name,
        key="activation",
        bind="query-params",
    )
    return Neuron(x, w, b, ACTIVATIONS[name])


def _mathematics(neuron: Neuron) -> None:
    (w1, w2), (x1, x2), b = neuron.w, neuron.x, neuron.b
    w1, w2, x1, x2, b, z, y = map(latex_number, (w1, w2, x1, x2, b, neuron.z, neuron.y))
    worked(
        [
            (r"z = w_1 x_1 + w_2 x_2 + b", rf"{w1}\cdot {x1} + {w2}\cdot {x2} + {b} = {z}"),
            (rf"y = f(z), \quad f(z) = {neuron.rule.formula}", rf"f({z}) = {y}"),
            (
                r"\frac{\partial y}{\partial w_i} = f'(z)\,x_i, \quad"
                r" \frac{\partial y}{\partial b} = f'(z)",
                rf"f'({z}) = {latex_number(float(neuron.rule.df(neuron.z)))} \text{{ times }}"
                rf" {x1},\ {x2},\ 1",
            ),
        ]
    )
    st.markdown(f"The gradient of y = {number(neuron.y)} by w₁, w₂ and b, checked:")

    def output(theta: np.ndarray) -> float:
        return Neuron(neuron.x, theta[:2], float(theta[2]), neuron.rule).y

    theta = np.append(neuron.w, neuron.b)
    gradient = neuron.rule.df(neuron.z) * np.append(neuron.x, 1.0)
    checked("∂y", check_gradient(output, gradient, theta), ["w₁", "w₂", "b"])
