"""A recurrent network unrolled over one sequence: its states, and what its outputs react to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine.activations import ACTIVATIONS
from engine.by_hand.rnn import Weights, hidden_states, outputs, states_before, sums
from engine.gradcheck import STEP, GradientCheck
from engine.studies.jacobians import MATRICES
from engine.types import Array

SEQUENCES: dict[str, Callable[[int], Array]] = {
    "impulse": lambda steps: np.eye(1, steps)[0],
    "alternating": lambda steps: (-1.0) ** np.arange(steps),
    "wave": lambda steps: np.round(np.sin(np.pi / 3 * np.arange(steps)), 2) + 0.0,
}
"""Inputs (steps,) of one number each: a 1 and zeros, 1 and -1 in turn, a sine of six steps in two
decimals."""


def drawn(rng: np.random.Generator, units: int, radius: float, scale: float) -> Weights:
    """Weights for one input and one output: normal of standard deviation `scale`, biases a tenth
    of that, W_hh normal and scaled to the spectral radius."""
    W_hh = radius * MATRICES["normal"](rng, units)
    W_xh, W_hy, b_h = (scale * rng.normal(size=units) for _ in range(3))
    b_y = scale * rng.normal(size=1)
    return Weights(W_xh[:, None], W_hh, W_hy[None, :], b_h / 10, b_y / 10)


@dataclass(frozen=True, eq=False)
class Unrolled:
    """The network p over x (t, d); `activation` and `reset` as in `engine.by_hand.rnn`."""

    p: Weights
    x: Array
    activation: str = "tanh"
    reset: bool = False

    @cached_property
    def h(self) -> Array:
        """States (t + 1, h), the zero state h_0 first."""
        return hidden_states(self.p, self.x, self.activation, reset=self.reset)

    @cached_property
    def before(self) -> Array:
        """The state (t, h) that each step starts from."""
        return states_before(self.h, reset=self.reset)

    @cached_property
    def z(self) -> Array:
        """Pre-activations (t, h)."""
        return sums(self.p, self.x, self.before)

    @cached_property
    def slopes(self) -> Array:
        """f'(z), (t, h)."""
        return ACTIVATIONS[self.activation].df(self.z)

    @cached_property
    def y(self) -> Array:
        """Outputs (t, k)."""
        return outputs(self.p, self.h)


def outputs_by_inputs(net: Unrolled) -> Array:
    """dy_t/dx_s as (t, k, s, d), by one backward pass that takes up an output at each step.

    dy_t/dx_s = W_hy D_t W_hh D_(t-1) ... W_hh D_s W_xh with D = diag(f'(z)); 0 for s after t.
    """
    (steps, k), p = net.y.shape, net.p
    dh = np.zeros((steps, k, len(p.W_hh)))
    found = np.zeros((steps, k, *net.x.shape))
    for s in reversed(range(steps)):
        dh[s] = p.W_hy
        dz = dh * net.slopes[s]
        found[:, :, s] = dz @ p.W_xh
        dh = np.zeros_like(dh) if net.reset else dz @ p.W_hh
    return found


def differences_by_inputs(net: Unrolled) -> Array:
    """dy_t/dx_s as (t, k, s, d) by central differences: two passes for each input."""
    found = np.empty((*net.y.shape, *net.x.shape))
    for place in np.ndindex(net.x.shape):
        ends = []
        for sign in (1, -1):
            x = net.x.copy()
            x[place] += sign * STEP * max(1.0, abs(float(x[place])))
            ends.append((x[place], replace(net, x=x).y))
        (ahead, y_ahead), (behind, y_behind) = ends
        found[(..., *place)] = (y_ahead - y_behind) / (ahead - behind)
    return found


def check_by_inputs(net: Unrolled, found: Array) -> GradientCheck:
    """Reactions (t, k, s, d) beside their central differences, as `check_gradient` compares."""
    numeric = differences_by_inputs(net)
    scale = np.maximum(1.0, np.maximum(np.abs(found), np.abs(numeric)))
    return GradientCheck(found, numeric, float((np.abs(found - numeric) / scale).max()))


def at_kink(net: Unrolled, check: GradientCheck) -> bool:
    """Whether differences miss the reactions because a unit stands at a kink of its activation,
    where no derivative exists."""
    return bool(ACTIVATIONS[net.activation].kinks) and not check.passed(1e-6)
