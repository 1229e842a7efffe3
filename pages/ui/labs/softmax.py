"""Softmax: logits and temperature to probabilities, and why it belongs at the output."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.activations import log_softmax, softmax, softmax_jacobian
from engine.gradcheck import check_gradient
from pages.figures.base import number
from pages.figures.softmax import (
    CLASSES,
    describe_hidden,
    describe_softmax,
    jacobian_alt,
    jacobian_figure,
    probabilities_alt,
    probabilities_figure,
    softmax_table,
)
from pages.figures.update_rules import latex_number
from pages.handbook.foundations import ERRATA
from pages.handbook.model import for_lab
from pages.ui.lab import checked, drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict

LOGITS = (2.0, 1.0, 0.0, -1.0)
SAME, SHARPER, FLATTER = "They stay the same", "They get sharper", "They get flatter"


@st.fragment
def lab() -> None:
    """Controls, probabilities, the Jacobian, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        logits = np.array(
            [
                st.slider(
                    f"Logit of {name}", -5.0, 5.0, z, 0.1, key=f"z_{name}", bind="query-params"
                )
                for name, z in zip(CLASSES, LOGITS, strict=True)
            ]
        )
        temperature = st.slider(
            "Temperature T", 0.1, 5.0, 1.0, 0.1, key="temperature", bind="query-params"
        )
    look = current_look()
    with picture:
        revealed = predict(
            "softmax",
            (tuple(logits), temperature),
            "Add 3 to every logit: what happens to the probabilities?",
            [SAME, SHARPER, FLATTER],
            lambda: _shifted(logits, temperature),
        )
        show(
            probabilities_figure(logits, temperature, look),
            "softmax_picture",
            probabilities_alt(logits, temperature),
        )
        st.markdown(describe_softmax(logits, temperature))
    if revealed:
        st.header("Why not in a hidden layer?", anchor=False)
        matrix, words = st.columns([2, 1], vertical_alignment="center")
        with matrix:
            show(
                jacobian_figure(logits, temperature, look),
                "softmax_jacobian",
                jacobian_alt(logits, temperature),
            )
        words.markdown(describe_hidden(logits, temperature))
    drawers(
        "softmax",
        mathematics=lambda: _mathematics(logits, temperature),
        table=lambda: softmax_table(logits, temperature),
        code=[softmax, log_softmax, softmax_jacobian],
        errata=for_lab(ERRATA, "softmax"),
    )


def _shifted(logits: np.ndarray, temperature: float) -> str:
    """What a common shift does, asked of the engine: compare the largest probabilities."""
    before, after = (softmax(z, temperature=temperature).max() for z in (logits, logits + 3))
    if np.isclose(before, after, rtol=1e-12):
        return SAME
    return SHARPER if after > before else FLATTER


def _mathematics(logits: np.ndarray, temperature: float) -> None:
    p = softmax(logits, temperature=temperature)
    powers = np.exp((logits - logits.max()) / temperature)
    terms = " + ".join(latex_number(v) for v in powers)
    worked(
        [
            (
                r"p_i = \frac{e^{(z_i - \max z)/T}}{\sum_j e^{(z_j - \max z)/T}}",
                rf"\frac{{{latex_number(powers[0])}}}{{{terms}}} = {latex_number(p[0])}"
                rf"\quad\text{{for {CLASSES[0]}}}",
            ),
            (
                r"\frac{\partial p_i}{\partial z_j} = \frac{1}{T}\,p_i(\delta_{ij} - p_j)",
                rf"\frac{{1}}{{{latex_number(temperature)}}}\cdot {latex_number(p[0])}"
                rf"\cdot {latex_number(1 - p[0])}"
                rf" = {latex_number(p[0] * (1 - p[0]) / temperature)}\quad (i = j = 1)",
            ),
        ]
    )
    st.markdown(f"The gradient of p({CLASSES[0]}) = {number(p[0])} by the logits, checked:")
    checked(
        "∂p₁/∂z",
        check_gradient(
            lambda z: float(softmax(z, temperature=temperature)[0]),
            softmax_jacobian(p)[0] / temperature,
            logits,
        ),
        [f"logit of {name}" for name in CLASSES],
    )
