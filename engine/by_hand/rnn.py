"""A plain recurrent network and its backpropagation through time, written out step by step.

Weights stand in the handbook's layout, h_t = tanh(W_xh x_t + W_hh h_(t-1) + b_h), so that code
and formula read alike. Source: Elman 1990; Werbos 1990 for the backward pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

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


def without_biases(W_xh: ArrayLike, W_hh: ArrayLike, W_hy: ArrayLike) -> Weights:
    """Weights (h, d), (h, h) and (k, h) with biases of zero."""
    x, h, y = (np.asarray(weights, float) for weights in (W_xh, W_hh, W_hy))
    return Weights(x, h, y, np.zeros(len(h)), np.zeros(len(y)))


def hidden_states(p: Weights, x: Array) -> Array:
    """States (t + 1, h) for inputs x (t, d), the zero state h_0 first."""
    h = [np.zeros(len(p.W_hh))]
    for x_t in x:
        h.append(np.tanh(p.W_xh @ x_t + p.W_hh @ h[-1] + p.b_h))
    return np.array(h)


def outputs(p: Weights, h: Array) -> Array:
    """Outputs y_t = W_hy h_t + b_y, (t, k), of states (t + 1, h) whose first has none."""
    return h[1:] @ p.W_hy.T + p.b_y


def half_squared_error(p: Weights, x: Array, target: Array) -> float:
    """Half the squared error summed over all steps, for targets (t, k)."""
    return float(np.sum((outputs(p, hidden_states(p, x)) - target) ** 2)) / 2


def through_time(p: Weights, x: Array, target: Array, *, carry: bool = True) -> Weights:
    """The gradient of `half_squared_error`, shaped like p, by backpropagation through time.

    dh_t = W_hy^T dy_t + W_hh^T du_(t+1) with du_t = dh_t (1 - h_t^2). Without `carry` the second
    term, which leads through time, is dropped.
    """
    h = hidden_states(p, x)
    dy = outputs(p, h) - target
    du = np.zeros((len(x) + 1, len(p.W_hh)))
    for t in range(len(x), 0, -1):
        later = p.W_hh.T @ du[t] if carry else 0.0
        du[t - 1] = (p.W_hy.T @ dy[t - 1] + later) * (1 - h[t] ** 2)
    du = du[:-1]
    return Weights(du.T @ x, du.T @ h[:-1], dy.T @ h[1:], du.sum(axis=0), dy.sum(axis=0))


def parameter_count(cell: str, d: int, h: int, *, peepholes: bool = False) -> int:
    """Parameters of a cell of BLOCKS with d inputs and h units, one bias vector per block.

    Peepholes are the three diagonal connections from the cell state of an LSTM to its gates (Gers
    & Schmidhuber 2000). Raises ValueError for peepholes elsewhere and KeyError for another cell.
    """
    if peepholes and cell != "LSTM":
        raise ValueError(f"{cell} has no cell state to look at")
    return BLOCKS[cell] * (h * (d + h) + h) + peepholes * 3 * h
