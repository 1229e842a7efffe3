"""Printed formulas of the handbook's chapter on vanishing gradients, mistakes included.

Each name says which printed mistake it reproduces. The printed test scaling of dropout (H76) is a
form of `engine.layers.Dropout`, the clipping without its condition (H105) one of
`engine.clipping.CLIPPINGS`.
"""

from __future__ import annotations

import numpy as np

from engine.types import Array


def printed_xavier_variance(n_in: int, n_out: int) -> float:
    """2 / sqrt(n_in + n_out), where the variance of Xavier's weights has no root (H94)."""
    return 2 / float(np.sqrt(n_in + n_out))


def printed_residual_gradient(dy: Array, slope: Array) -> Array:
    """dE/dy F'(x), the last line for y = x + F(x): the 1 of the identity is lost (H100)."""
    return dy * slope
