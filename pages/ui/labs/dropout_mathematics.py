"""Dropout's formulas with the current numbers, and its gradient checked under one mask."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.gradcheck import check_gradient
from engine.layers import DROPOUT_FORMS
from engine.studies.dropout_study import Ensemble, SmallNet
from engine.types import Array
from pages.figures.base import number
from pages.figures.dropout import FORM_NAMES, Example
from pages.figures.update_rules import latex_number
from pages.ui.lab import checked, worked


def dropout_mathematics(
    net: SmallNet, theta: Array, full: Array, example: Example, ensemble: Ensemble
) -> None:
    """Mask, mean and gradient with the numbers of one example, whose activations are `full`."""
    keep, (in_training, in_evaluation) = 1 - net.rate, DROPOUT_FORMS[net.form](1 - net.rate)
    unit = int(np.argmax(np.abs(full)))
    a, factor = latex_number(full[unit]), latex_number(example.factor[unit])
    st.markdown(
        r"Mask $r^{(i)}_j \sim \mathrm{Bernoulli}(1-p)$, one per example $i$ and unit $j$. "
        f"{FORM_NAMES[net.form]}: kept units times $c$ = {number(in_training, 3)} in training, "
        f"all units times {number(in_evaluation, 3)} in evaluation. Unit {unit + 1}:"
    )
    worked(
        [
            (
                rf"\tilde a_{unit + 1} = c\,r_{unit + 1}\,a_{unit + 1}",
                rf"{factor}\cdot {a} = {latex_number(example.factor[unit] * full[unit])}",
            ),
            (
                rf"\mathbb{{E}}[\tilde a_{unit + 1}] = c\,(1-p)\,a_{unit + 1}",
                rf"{latex_number(in_training)}\cdot {latex_number(keep)}\cdot {a}"
                rf" = {latex_number(in_training * keep * full[unit])}",
            ),
            (
                r"\mathrm{mean} = \sum_{r} P(r)\,\hat y(r),\quad P(r) = (1-p)^{|r|}\,p^{\,6-|r|}",
                rf"{ensemble.mean:.4g}\quad\text{{over {len(ensemble.outputs)} masks}}",
            ),
        ]
    )
    st.markdown(
        "Backward, the same mask and factor: "
        r"$\partial\hat y/\partial a_j = c\,r_j\,\partial\hat y/\partial\tilde a_j$, checked with "
        "this mask held:"
    )
    tail = theta[net.head.size :]
    checked(
        "∂ŷ/∂a",
        check_gradient(
            lambda h: float(net.tail.forward(tail, (h * example.factor)[None])[0][0, 0]),
            example.gradients[1],
            full,
        ),
        [f"unit {j + 1}, {'kept' if k else 'dropped'}" for j, k in enumerate(example.kept)],
    )
    if not (full * example.factor).any():
        st.markdown(
            "Every unit passes on 0 here, so the next ReLU stands on its kink, where the central "
            "difference is the mean of two slopes."
        )
    st.markdown(
        r"For a linear model, squared error averaged over all masks of inverted dropout is ridge: "
        r"$\|y - Xw\|^2 + \frac{p}{1-p}\,w^\top \mathrm{diag}(X^\top X)\,w$."
    )
