"""Central differences of the LSTM by hand by its parameters and by its initial states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from engine.by_hand.lstm import total_error
from engine.by_hand.lstm_example import Example
from engine.gradcheck import GradientCheck, check_gradient
from engine.types import Array


def parameter_check(example: Example, gradient: ArrayLike) -> GradientCheck:
    """A gradient by [W | b] (4, 4) beside central differences of the total error."""
    theta = np.column_stack([example.W, example.b])
    largest = np.abs(example.x).max(axis=0).tolist()
    reach = np.maximum(1.0, [*largest, abs(example.a_0), 1.0])  # of what each column multiplies

    def error(moved: Array) -> float:
        return total_error(replace(example, W=moved[:, :-1], b=moved[:, -1]))

    return _scaled(error, np.asarray(gradient, float), theta, np.tile(reach, (4, 1)))


def initial_check(example: Example, gradient: ArrayLike) -> GradientCheck:
    """A gradient by C_0 and a_0 (2,) beside central differences of the total error."""
    reach = np.array([1.0, max(1.0, float(np.abs(example.W[:, -1]).max()))])

    def error(moved: Array) -> float:
        return total_error(replace(example, c_0=float(moved[0]), a_0=float(moved[1])))

    return _scaled(error, np.asarray(gradient, float), np.array([example.c_0, example.a_0]), reach)


def _scaled(
    error: Callable[[Array], float], gradient: Array, at: Array, reach: Array
) -> GradientCheck:
    """Differences with smaller steps where an argument is multiplied by much."""
    check = check_gradient(lambda t: error(at + t / reach), gradient / reach, np.zeros_like(at))
    analytic, numeric = gradient, check.numeric * reach
    scale = np.maximum(1.0, np.maximum(np.abs(analytic), np.abs(numeric)))
    return GradientCheck(analytic, numeric, float((np.abs(analytic - numeric) / scale).max()))
