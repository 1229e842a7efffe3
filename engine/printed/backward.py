"""The formulas of the handbook's chapter on training as printed, to set beside the right ones.

Each name says which printed mistake it reproduces. Arrays have examples as columns, as in the
handbook: X (n_in, m), W (n_in, n_out), Z and A (n_out, m).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import sigmoid
from engine.types import Array


def printed_affine(weights: ArrayLike, x: ArrayLike, bias: ArrayLike = 0.0) -> Array:
    """W X + b as the prose says, where the formula has the transpose of W (H23).

    Raises ValueError where the shapes do not fit; for a square W it is silently another map.
    """
    return np.asarray(np.asarray(weights, float) @ np.asarray(x, float) + np.asarray(bias, float))


def printed_cross_entropy(a: ArrayLike, y: ArrayLike) -> Array:
    """-(Y log A + (1 - Y) log(1 - A)) of each example, for any Y and without a sum (H24, H25).

    For Y outside [0, 1], a price for instance, it has no lower bound. A in (0, 1).
    """
    p, target = np.asarray(a, float), np.asarray(y, float)
    return np.asarray(-(target * np.log(p) + (1 - target) * np.log(1 - p)))


def printed_sigmoid(z: ArrayLike) -> Array:
    """1 / (1 - e^Z), the first of two printed sigmoids: undefined at 0, outside (0, 1) (H31)."""
    return np.asarray(1 / (1 - np.exp(np.asarray(z, float))))


def printed_sigmoid_inverse(z: ArrayLike) -> Array:
    """(1 - e^-Z)^-1, said to equal the first and in truth 1 minus it (H31)."""
    return np.asarray(1 / (1 - np.exp(-np.asarray(z, float))))


def printed_slope(z: ArrayLike) -> Array:
    """-(-1) / (1 - e^Z)^2 (-1) e^Z, the first line printed for the slope of the sigmoid (H32)."""
    e = np.exp(np.asarray(z, float))
    return np.asarray(1 / (1 - e) ** 2 * (-1) * e)


def printed_slope_factored(z: ArrayLike) -> Array:
    """1 / (1 - e^Z) times e^Z / (1 - e^Z), the next line, of the opposite sign (H32)."""
    e = np.exp(np.asarray(z, float))
    return np.asarray(1 / (1 - e) * e / (1 - e))


def printed_output_gradient(z: ArrayLike, y: ArrayLike) -> Array:
    """dA times A (1 - A), which the handbook never simplifies to A - Y (H33).

    NaN where the sigmoid rounds to 0 or 1 on the wrong side: there it is infinity times 0.
    """
    a, target = sigmoid(np.asarray(z, float)), np.asarray(y, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        da = -target / a + (1 - target) / (1 - a)
        return np.asarray(da * a * (1 - a))


def printed_bias_gradient(dz: ArrayLike) -> Array:
    """dZ itself, (n_out, m), where the bias (n_out, 1) needs its mean over the m examples (H36)."""
    return np.array(dz, float)
