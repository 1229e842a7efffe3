"""A plain recurrent network and its backpropagation through time, written out step by step.

Weights stand in the handbook's layout, h_t = f(W_xh x_t + W_hh h_(t-1) + b_h), so that code and
formula read alike. `activation` is a key of ACTIVATIONS. With `reset` the state is set to zero
before every step, as in the handbook's listing (H111). Source: Elman 1990; Werbos 1990 for the
backward pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import ACTIVATIONS
from engine.types import Array

BLOCKS = {"RNN": 1, "GRU": 3, "LSTM": 4}  # affine maps of [x, h] in one cell


@dataclass(frozen=True, eq=False)
class Weights:
    """Parameters of the network, or their gradients: W_xh (h, d), W_hh (h, h), W_hy (k, h)."""

    W_xh: Array
    W_hh: Array
    W_hy: Array
    b_h: Array
    b_y: Array

    @property
    def size(self) -> int:
        """The number of parameters."""
        return sum(values.size for values in vars(self).values())

    @property
    def flat(self) -> Array:
        """All parameters (size,), field by field."""
        return np.concatenate([values.ravel() for values in vars(self).values()])

    def at(self, flat: Array) -> Weights:
        """Weights of the same shapes with other numbers (size,)."""
        ends = np.cumsum([values.size for values in vars(self).values()])
        parts = np.split(flat, ends[:-1])
        shapes = (values.shape for values in vars(self).values())
        return Weights(*(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)))


def without_biases(W_xh: ArrayLike, W_hh: ArrayLike, W_hy: ArrayLike) -> Weights:
    """Weights (h, d), (h, h) and (k, h) with biases of zero."""
    x, h, y = (np.asarray(weights, float) for weights in (W_xh, W_hh, W_hy))
    return Weights(x, h, y, np.zeros(len(h)), np.zeros(len(y)))


def hidden_states(p: Weights, x: Array, activation: str = "tanh", *, reset: bool = False) -> Array:
    """States (t + 1, h) for inputs x (t, d), the zero state h_0 first."""
    f = ACTIVATIONS[activation].f
    h: list[Array] = [np.zeros(len(p.W_hh))]
    for x_t in x:
        before = h[0] if reset else h[-1]
        h.append(f(p.W_xh @ x_t + p.W_hh @ before + p.b_h))
    return np.array(h)


def states_before(h: Array, *, reset: bool = False) -> Array:
    """The state (t, h) that each step starts from, of states (t + 1, h)."""
    return np.zeros_like(h[1:]) if reset else h[:-1]


def sums(p: Weights, x: Array, before: Array) -> Array:
    """Pre-activations z_t = W_xh x_t + W_hh h_(t-1) + b_h, (t, h)."""
    return np.asarray(x @ p.W_xh.T + before @ p.W_hh.T + p.b_h)


def outputs(p: Weights, h: Array) -> Array:
    """Outputs y_t = W_hy h_t + b_y, (t, k), of states (t + 1, h) whose first has none."""
    return h[1:] @ p.W_hy.T + p.b_y


def half_squared_error(
    p: Weights, x: Array, target: Array, activation: str = "tanh", *, reset: bool = False
) -> float:
    """Half the squared error summed over all steps, for targets (t, k)."""
    y = outputs(p, hidden_states(p, x, activation, reset=reset))
    return float(np.sum((y - target) ** 2)) / 2


def state_gradients(p: Weights, slopes: Array, dy: Array, *, carry: bool = True) -> Array:
    """dh_t = W_hy^T dy_t + W_hh^T (dh_(t+1) f'(z_(t+1))), (t, h).

    slopes f'(z) (t, h) and dy (t, k) are of every step. Without `carry` the second term, which
    leads through time, is dropped.
    """
    dh = dy @ p.W_hy
    for t in range(len(dh) - 2, -1, -1):
        if carry:
            dh[t] += p.W_hh.T @ (dh[t + 1] * slopes[t + 1])
    return np.asarray(dh)


def through_time(
    p: Weights,
    x: Array,
    target: Array,
    activation: str = "tanh",
    *,
    reset: bool = False,
    carry: bool = True,
) -> Weights:
    """The gradient of `half_squared_error`, shaped like p, by backpropagation through time.

    Without `carry` the term that leads through time is dropped, which is right only with `reset`.
    """
    h = hidden_states(p, x, activation, reset=reset)
    before, dy = states_before(h, reset=reset), outputs(p, h) - target
    slopes = ACTIVATIONS[activation].df(sums(p, x, before))
    dz = state_gradients(p, slopes, dy, carry=carry and not reset) * slopes
    return Weights(dz.T @ x, dz.T @ before, dy.T @ h[1:], dz.sum(axis=0), dy.sum(axis=0))


def parameter_count(cell: str, d: int, h: int, *, peepholes: bool = False, biases: int = 1) -> int:
    """Parameters of a cell of BLOCKS with d inputs and h units.

    Every block has `biases` bias vectors: one here, two in PyTorch. Peepholes are the three
    diagonal connections from the cell state of an LSTM to its gates (Gers & Schmidhuber 2000).
    Raises ValueError for peepholes elsewhere and KeyError for another cell.
    """
    if peepholes and cell != "LSTM":
        raise ValueError(f"{cell} has no cell state to look at")
    return BLOCKS[cell] * (h * (d + h) + biases * h) + peepholes * 3 * h
