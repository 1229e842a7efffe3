"""Numerical gradients: the independent witness against which every derivative here is checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array

STEP = float(np.cbrt(np.finfo(float).eps))  # balances O(h^2) truncation against O(eps/h) rounding


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """An analytic and a numeric gradient of the same shape, and the error between them.

    `error` is the largest |a - n| / max(1, |a|, |n|) over the entries; nan if any entry is nan.
    """

    analytic: Array
    numeric: Array
    error: float

    def passed(self, tolerance: float = 1e-7) -> bool:
        """Whether the error is at most `tolerance`; never for nan."""
        return self.error <= tolerance


def numerical_gradient(f: Callable[[Array], float], theta: ArrayLike) -> Array:
    """Central-difference gradient of scalar f at theta, shaped like theta.

    Calls f 2 * theta.size times, each time with a new float64 array; theta is not modified.
    The step is STEP * max(1, |theta_i|), so large parameters move by more than their rounding.
    """
    point = np.array(theta, dtype=np.float64)
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        step = STEP * max(1.0, abs(float(point[index])))
        above, below = point.copy(), point.copy()
        above[index] += step
        below[index] -= step
        gradient[index] = (f(above) - f(below)) / (above[index] - below[index])
    return gradient


def check_gradient(
    f: Callable[[Array], float],
    gradient: ArrayLike | Callable[[Array], ArrayLike],
    theta: ArrayLike,
) -> GradientCheck:
    """Compare `gradient` (an array, or a function of theta) with central differences of f at theta.

    Raises ValueError when the gradient is not shaped like theta.
    """
    point = np.array(theta, dtype=np.float64)
    analytic = np.array(gradient(point.copy()) if callable(gradient) else gradient, dtype=float)
    if analytic.shape != point.shape:
        raise ValueError(f"expected a gradient of shape {point.shape}, got {analytic.shape}")
    numeric = numerical_gradient(f, point)
    scale = np.maximum(1.0, np.maximum(np.abs(analytic), np.abs(numeric)))
    error = np.max(np.abs(analytic - numeric) / scale, initial=0.0)
    return GradientCheck(analytic, numeric, float(error))
