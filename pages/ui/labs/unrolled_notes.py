"""The mathematics of the unrolled network: reactions, a loss, and backpropagation through time."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.by_hand.rnn import half_squared_error, through_time
from engine.by_hand.unrolled import Unrolled, at_kink
from engine.gradcheck import GradientCheck, check_gradient
from engine.types import Array
from pages.figures.backprop_steps import label
from pages.figures.unrolled_worked import (
    is_end,
    weight_names,
    worked_back,
    worked_loss,
    worked_reaction,
)
from pages.ui.lab import checked, worked

SHARES = r"""\begin{aligned}
dW_{xh} &= \textstyle\sum_t dz_t x_t^\top & db_h &= \textstyle\sum_t dz_t \\
dW_{hh} &= \textstyle\sum_t dz_t h_{t-1}^\top \\
dW_{hy} &= \textstyle\sum_t dy_t h_t^\top & db_y &= \textstyle\sum_t dy_t
\end{aligned}"""


def mathematics(net: Unrolled, check: GradientCheck, lit: int) -> None:
    """What step `lit` (from 1) reacts to, from a check of all reactions, and how it is trained."""
    _reactions(net, check, lit)
    _training(net, lit)


def _reactions(net: Unrolled, check: GradientCheck, lit: int) -> None:
    st.markdown(
        f"How y at step {lit} reacts to each input, the slopes $f'(z_t)$ on the diagonal of $D_t$:"
    )
    worked(worked_reaction(net, lit, float(check.analytic[lit - 1, 0, 0, 0])))
    of_lit = [values[lit - 1, 0, :, 0] for values in (check.analytic, check.numeric)]
    steps = [label(f"x{t}") for t in range(1, len(net.x) + 1)]
    checked(f"∂{label(f'y{lit}')}/∂x", GradientCheck(*of_lit, check.error), steps)
    if at_kink(net, check):
        st.markdown("A unit stands at its kink, where a derivative does not exist.")


def _training(net: Unrolled, lit: int) -> None:
    st.markdown(
        "As a loss, half the squared error against the input one step before, which only a state "
        "that lasts can tell: $dy_t = y_t - x_{t-1}$ with $x_0 = 0$."
    )
    target = np.vstack([[0.0], net.x[:-1]])
    error = half_squared_error(net.p, net.x, target, net.activation, reset=net.reset)
    worked(worked_loss(net, target, error))
    st.markdown(f"Backpropagation through time, at step {lit}:")
    worked(worked_back(net, target, lit))
    if is_end(net, lit):
        why = "The reset cuts the path from later steps" if net.reset else "No step comes later"
        st.markdown(f"{why}: the term $W_{{hh}}^\\top dz_{{{lit + 1}}}$ is left out.")
    st.markdown("Every step adds its share:")
    st.latex(SHARES)
    if net.reset:
        st.markdown("Each step starts from 0, so $dW_{hh} = 0$: those weights are never trained.")
    gradient = through_time(net.p, net.x, target, net.activation, reset=net.reset)

    def loss(flat: Array) -> float:
        p = net.p.at(flat)
        return half_squared_error(p, net.x, target, net.activation, reset=net.reset)

    checked("∂E/∂θ", check_gradient(loss, gradient.flat, net.p.flat), weight_names(net.p))
