"""Printed formulas on recurrent networks as they compute, mistakes included.

They stand beside the right ones of `engine.by_hand.lstm` and `engine.by_hand.rnn`. Each name says
which printed form it reproduces; errata B are the blog post's, errata H the handbook's.
"""

from __future__ import annotations

import numpy as np

from engine.by_hand.lstm import (
    CANDIDATE,
    OUTPUT,
    Cell,
    Step,
    StepGradient,
    cell,
    gate_values,
    slopes,
)
from engine.by_hand.lstm_example import Example
from engine.by_hand.rnn import Weights
from engine.gradcheck import numerical_gradient
from engine.types import Array


def printed_output_by_gate(s: Cell) -> float:
    """da/dGamma_o as printed: tanh(C) Gamma_o (1 - Gamma_o), which is da/du_o (B04)."""
    return s.tanh_c * s.gate_o * (1 - s.gate_o)


def printed_gate_by_itself(s: Cell) -> float:
    """dGamma_u/dGamma_u as printed: Gamma_u (1 - Gamma_u), which is dGamma_u/du_u (B05)."""
    return s.gate_u * (1 - s.gate_u)


def printed_candidate_by_itself(s: Cell) -> float:
    """dC~/dC~ as printed: 1 - C~^2, which is dC~/du_c (B06)."""
    return 1 - s.candidate**2


def printed_candidate_gradient(dc: Array, gate_u: Array, candidate: Array) -> Array:
    """dE/dC~ as printed, without brackets: dC Gamma_u 1 - C~^2 (B07). Any shapes that fit."""
    return np.asarray(dc * gate_u * 1 - candidate**2)


def printed_path_through_output_gate(example: Example, step: Step, da: float) -> float:
    """dE/da_prev by the printed chain dE/da da/dC dC/dGamma_o dGamma_o/da_prev (B10).

    The cell state does not contain the output gate, so the third factor and the product are 0.
    """
    s = step.cell
    a_by_c, gate_by_a = s.gate_o * (1 - s.tanh_c**2), slopes(s)[OUTPUT] * example.W[OUTPUT, -1]
    c_by_gate = numerical_gradient(lambda v: cell(v, s.c_prev).c, gate_values(step.u))[OUTPUT]
    return float(da * a_by_c * c_by_gate * gate_by_a)


def printed_share_of_candidate(example: Example, gradient: StepGradient) -> Array:
    """The candidate's share in da_prev as printed: dC~ times the whole row, (3,) (B11)."""
    return np.asarray(gradient.du[CANDIDATE] * example.W[CANDIDATE])


def printed_gate_by_weights(step: Step) -> Array:
    """dGamma_u/dW_u as printed: [x, a_prev] (3,), which is du_u/dW_u (B16)."""
    return step.xa


def printed_hidden_states(p: Weights, x: Array) -> Array:
    """States (t + 1, h) by the listing that sets the state to zero inside its loop (H111)."""
    h = [np.zeros(len(p.W_hh))]
    for x_t in x:
        state = np.zeros(len(p.W_hh))
        h.append(np.tanh(p.W_xh @ x_t + p.W_hh @ state + p.b_h))
    return np.array(h)
