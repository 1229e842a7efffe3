"""Augmentation's formulas with the current numbers: a mirrored example, and noise as ridge."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.augmentation import Noise, noisy_squared_error, noisy_squared_error_gradient
from engine.gradcheck import check_gradient
from engine.studies.augmentation_study import Classifier
from engine.types import Array
from pages.figures.base import number
from pages.figures.update_rules import latex_number
from pages.ui.lab import checked, worked


def augmentation_mathematics(plain: Classifier, sd: float) -> None:
    """The formulas with the first example's numbers, and the gradient checked."""
    x, y = plain.examples.x, plain.examples.y[:, 0]
    w = np.linalg.lstsq(x, y)[0]
    point = x[0]
    st.markdown(
        "An augmentation draws $(x', y)$ for $(x, y)$ anew in every step: noise adds "
        r"$\varepsilon \sim N(0, s^2)$ to each entry, the mirror turns the sign of $x_1$. "
        "The first example, mirrored:"
    )
    worked(
        [
            (
                r"x' = (-x_1,\ x_2)",
                rf"({-point[0]:.4g},\ {point[1]:.4g})",
            ),
        ]
    )
    st.markdown("For a line and squared error, noise on the inputs is ridge with $s^2$:")
    fit, penalty = noisy_squared_error(x, y, w, 0.0), sd**2 * float(w @ w)
    worked(
        [
            (
                r"\mathbb{E}\,\tfrac1n\|y - (X+\varepsilon)w\|^2"
                r" = \tfrac1n\|y - Xw\|^2 + s^2\|w\|^2",
                rf"{latex_number(fit)} + {latex_number(penalty)}"
                rf" = {latex_number(noisy_squared_error(x, y, w, sd))}",
            )
        ]
    )
    measured = _measured_error(x, y, w, sd)
    st.markdown(
        f"2,000 draws of the noise give {number(measured)} at these least-squares weights. "
        "Its gradient by the weights, checked:"
    )
    checked(
        "gradient",
        check_gradient(
            lambda v: noisy_squared_error(x, y, v, sd),
            noisy_squared_error_gradient(x, y, w, sd),
            w,
        ),
        ["w₁", "w₂"],
    )


def _measured_error(x: Array, y: Array, w: Array, sd: float) -> float:
    """Mean squared error over 2,000 noisy copies of the examples."""
    copies = Noise(sd)(np.random.default_rng(0), np.tile(x, (2_000, 1)))
    return float(((np.tile(y, 2_000) - copies @ w) ** 2).mean())
