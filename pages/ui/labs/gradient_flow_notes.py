"""The derivations under the gradient flow lab: products of Jacobians, and entries checked."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.gradcheck import GradientCheck, check_gradient
from engine.recurrent import Flow
from engine.studies.sequence_flow import (
    OPEN,
    Setting,
    build_cell,
    draw_inputs,
    draw_weights,
    exploding_factor,
    last_by_state,
    rest_difference,
)
from pages.figures.base import counted, number
from pages.figures.gradient_flow import GATES, Norms
from pages.figures.gradient_flow_words import CELLS
from pages.figures.update_rules import latex_number
from pages.ui.lab import checked, worked

CHECKED_STEPS = 5  # farther back, a difference has fewer digits
DECADES = 30  # the state of the LSTM that explodes starts at 10^-DECADES, next to rest


def mathematics(setting: Setting, norms: Norms) -> None:
    """The chain rule through time of each cell, constant gates, and central differences."""
    st.markdown(
        "From step T back to step t, one Jacobian per step multiplies the next, later steps on the "
        "left; for an LSTM it is that of h and C together:"
    )
    st.latex(
        r"\frac{\partial h_T}{\partial h_t} = \prod_{k=t+1}^{T}"
        r"\frac{\partial h_k}{\partial h_{k-1}}"
    )
    st.markdown(
        r"RNN: $\partial h_k/\partial h_{k-1} = U^\top$ with each row times the slope $f'(u_k)$. "
        r"LSTM: along the cell state the factor is $f_k$, and further paths lead through "
        r"$h_{k-1}$ and the gates. GRU: $z_k$, and further paths through $r_k$, $z_k$ and the "
        "candidate. What is drawn is the spectral norm, the most that any direction is stretched; "
        r"for $\partial C_T/\partial C_t$ the state $h_t = o_t \tanh C_t$ moves along, except at "
        r"t = 0, where $h_0$ is given separately."
    )
    steps = setting.steps
    st.markdown("Constant forget gates, along the cell state alone:")
    worked(
        [
            (
                rf"\prod_{{k=1}}^{{T}} f_k \quad\text{{with all }} f_k = {gate:g}",
                rf"{gate:g}^{{{steps}}} = {latex_number(norms.free[name][0])}",
            )
            for name, gate in GATES.items()
        ]
    )
    _checks(setting)


def _checks(setting: Setting) -> None:
    back = min(setting.steps, CHECKED_STEPS)
    st.markdown(
        f"The first unit of the last h by every unit of the state {counted(back, 'step')} earlier, "
        "which is moved up and down for the central difference:"
    )
    for kind in CELLS:
        if kind == "RNN" and setting.activation == "relu" and setting.input_scale == 0:
            st.markdown(
                "RNN: without inputs every unit stands at the kink of ReLU, where there is no "
                "slope; the engine takes 0."
            )
            continue
        check = _check(kind, setting, back)
        rows = [f"h, unit {k + 1}" for k in range(setting.hidden)]
        if kind == "LSTM":
            rows += [f"C, unit {k + 1}" for k in range(setting.hidden)]
        st.markdown(f"**{kind}**")
        checked(f"∂h_T of the {kind}", check, rows)


def _check(kind: str, setting: Setting, back: int) -> GradientCheck:
    cell, theta = build_cell(kind, setting), draw_weights(kind, setting)
    last, slopes, state = last_by_state(cell, theta, draw_inputs(setting), back)
    return check_gradient(last, slopes, state)


def explosion_mathematics(weight: float, forget: float, steps: int, flow: Flow) -> None:
    """The factor of one step, its power, and the central difference of the whole run."""
    st.markdown(
        f"At rest, C = h = 0, all inputs are 0 and the gates stand still: f = {forget:g}, and "
        f"i = o = σ({OPEN:g})."
    )
    gate = 1 / (1 + np.exp(-OPEN))
    factor = exploding_factor(weight, forget)
    worked(
        [
            (
                r"\frac{\partial C_t}{\partial C_{t-1}} = f + i\,w\,o",
                rf"{forget:g} + {latex_number(gate)}\cdot {latex_number(weight)}\cdot "
                rf"{latex_number(gate)} = {latex_number(factor)}",
            ),
            (
                r"\left|\frac{\partial C_T}{\partial C_0}\right| = |f + i\,w\,o|^T",
                rf"{latex_number(abs(factor))}^{{{steps}}} = {latex_number(abs(factor) ** steps)}",
            ),
        ]
    )
    difference = rest_difference(weight, forget, steps, 10.0**-DECADES)
    st.markdown(
        rf"Run forward from $C_0 = \pm 10^{{-{DECADES}}}$ with $h_0 = o \tanh C_0$, the central "
        rf"difference of $C_{{{steps}}}$ by $C_0$ is **{number(difference)}**."
    )
    if not np.isclose(difference, factor**steps, rtol=1e-6):
        st.markdown(
            "It falls short of the power: over so many steps even this start grows until tanh "
            "bends, and a run has no room left to explode in. The gradient at rest has no such end."
        )
