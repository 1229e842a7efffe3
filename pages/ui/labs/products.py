"""Products of Jacobians: a gradient sent back through a recurrence of many steps."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.activations import ACTIVATIONS
from engine.gradcheck import check_gradient
from engine.studies.jacobians import MATRICES, PRECISIONS, Recurrence, growth, overflow
from engine.types import Array
from pages.figures.base import number
from pages.figures.products import (
    Backward,
    backward_pass,
    describe_products,
    direction,
    fate,
    pace,
    products_alt,
    products_figure,
    products_table,
    until_overflow,
)
from pages.figures.update_rules import latex_number
from pages.handbook.exploding_gradients import ERRATA
from pages.handbook.model import for_lab
from pages.ui.lab import checked, choose, drawers, lab_columns, metrics, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict

RULES = ("linear", "tanh", "relu")
KINDS = {"normal": "Random", "orthogonal": "Orthogonal", "triangular": "Triangular"}
CHECKED_STEPS = 8  # farther back, a difference of two losses has no digits left


@st.fragment
def lab() -> None:
    """Controls, the length over time, what it says, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        settings = _controls()
    run, h0 = _run(*settings)
    look = current_look()
    with picture:
        revealed = predict(
            "products",
            settings,
            f"With spectral radius {settings[0]:g}, what becomes of a gradient's length over "
            f"{settings[1]} steps back? Up to a factor of 10 counts as kept.",
            ["It vanishes", "It keeps its size", "It explodes"],
            lambda: fate(run.norms),
        )
        figure = products_figure(run, look)
        show(
            figure if revealed else figure.frame_only(),
            "products_picture",
            products_alt(run) if revealed else "Axes for the length of the gradient over time.",
        )
        if revealed:
            st.markdown(describe_products(run))
    if revealed:
        metrics(_figures(run))
    drawers(
        "products",
        mathematics=lambda: _mathematics(run, h0),
        table=lambda: products_table(run),
        code=[Recurrence, growth, overflow],
        errata=for_lab(ERRATA, "products"),
    )


def _controls() -> tuple[float, int, str, str, str, int, int]:
    radius = st.slider("Spectral radius ρ", 0.5, 2.0, 1.1, 0.01, key="radius", bind="query-params")
    steps = st.slider("Time steps T", 1, 150, 50, key="products_steps", bind="query-params")
    rule = choose("Activation", {r: ACTIVATIONS[r].name for r in RULES}, "products_rule", wrap=True)
    kind = choose("Weights", KINDS, "products_weights", wrap=True)
    precision = choose("Precision", {name: name for name in PRECISIONS}, "precision", wrap=True)
    with st.expander("Size and seed"):
        units = st.slider("Units", 2, 32, 16, key="products_units", bind="query-params")
        seed = st.slider("Seed", 0, 20, 0, key="products_seed", bind="query-params")
    return radius, steps, rule, kind, precision, units, seed


def _run(
    radius: float, steps: int, rule: str, kind: str, precision: str, units: int, seed: int
) -> tuple[Backward, Array]:
    rng = np.random.default_rng(seed)
    w = radius * MATRICES[kind](rng, units)
    h0 = 0.1 * rng.normal(size=units)
    return backward_pass(Recurrence(w, ACTIVATIONS[rule]), h0, steps, precision), h0


def _figures(run: Backward) -> dict[str, str]:
    """The growth, the bound on one step, and how far the growth is from overflow."""
    factor = pace(run)
    return {
        "Growth per step": "none left" if np.isnan(factor) else number(factor, 4),
        "Largest singular value": number(float(np.linalg.norm(run.recurrence.w, 2)), 4),
        f"Factors until {run.precision} overflows": until_overflow(run),
    }


def _mathematics(run: Backward, h0: Array) -> None:
    steps = min(run.steps, CHECKED_STEPS)
    short = backward_pass(run.recurrence, h0, steps, "float64")
    st.markdown("Each step back multiplies by the Jacobian of one step:")
    worked(
        [
            (
                r"\frac{\partial L}{\partial h_{t-1}} = \left(\frac{\partial L}{\partial h_t}"
                r"\odot f'(z_t)\right) W^\top",
                rf"\text{{length }} {latex_number(run.norms[-2])}"
                rf"\quad\text{{after one step, from }} {latex_number(run.norms[-1])}",
            ),
            (
                r"\left\lVert\frac{\partial L}{\partial h_0}\right\rVert \le"
                r"\left(\max|f'|\ \sigma_{\max}(W)\right)^T",
                rf"{latex_number(float(np.linalg.norm(run.recurrence.w, 2)))}^{{{run.steps}}}",
            ),
        ]
    )
    st.markdown(
        "Eigenvalues decide the pace in the long run; singular values bound each single step. "
        f"The gradient by $h_0$ over the first {steps} steps, checked:"
    )
    ends = direction(len(h0))
    checked(
        "∂L/∂h₀",
        check_gradient(
            lambda h: float(run.recurrence.forward(h, steps)[0][-1] @ ends),
            short.gradients[0],
            h0,
        ),
        [f"unit {k + 1}" for k in range(len(h0))],
    )
