"""The mathematics of the unrolled network: reactions, a loss, and backpropagation through time."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.by_hand.rnn import half_squared_error, through_time
from engine.by_hand.unrolled import Unrolled, check_by_inputs
from engine.gradcheck import GradientCheck, check_gradient
from engine.types import Array
from pages.figures.backprop_steps import label
from pages.figures.unrolled_worked import weight_names, worked_back, worked_loss, worked_reaction
from pages.ui.lab import checked, worked


def mathematics(net: Unrolled, found: Array, lit: int) -> None:
    """What step `lit` (from 1) reacts to, found being all reactions, and how it is trained."""
    _reactions(net, found, lit)
    _training(net, lit)


def _reactions(net: Unrolled, found: Array, lit: int) -> None:
    st.markdown(f"How y at step {lit} reacts to each input, checked:")
    worked(worked_reaction(net, lit, float(found[lit - 1, 0, 0, 0])))
    check = check_by_inputs(net, found)
    of_lit = [values[lit - 1, 0, :, 0] for values in (check.analytic, check.numeric)]
    steps = [label(f"x{t}") for t in range(1, len(net.x) + 1)]
    checked(f"∂{label(f'y{lit}')}/∂x", GradientCheck(*of_lit, check.error), steps)


def _training(net: Unrolled, lit: int) -> None:
    st.markdown(
        "As a loss, half the squared error against the input one step before, which only a state "
        "that lasts can tell:"
    )
    target = np.vstack([[0.0], net.x[:-1]])
    error = half_squared_error(net.p, net.x, target, net.activation, reset=net.reset)
    worked(worked_loss(net, target, error))
    st.markdown(f"Backpropagation through time, at step {lit}:")
    worked(worked_back(net, target, lit))
    st.markdown(
        "Every step adds its share: $dW_{xh} = \\sum_t du_t x_t^\\top$, "
        "$dW_{hh} = \\sum_t du_t h_{t-1}^\\top$, $db_h = \\sum_t du_t$, "
        "$dW_{hy} = \\sum_t dy_t h_t^\\top$, $db_y = \\sum_t dy_t$."
    )
    if net.reset:
        st.markdown("Each step starts from 0, so $dW_{hh} = 0$: those weights are never trained.")
    gradient = through_time(net.p, net.x, target, net.activation, reset=net.reset)

    def loss(flat: Array) -> float:
        p = net.p.at(flat)
        return half_squared_error(p, net.x, target, net.activation, reset=net.reset)

    checked("∂E/∂θ", check_gradient(loss, gradient.flat, net.p.flat), weight_names(net.p))
