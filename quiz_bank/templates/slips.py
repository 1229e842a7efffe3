"""Typical mistakes as broken rules: put one into a program to compute the answer it leads to.

Each table maps a misconception's key to the rule that replaces the right one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import ACTIVATIONS, Elementwise
from engine.types import Array

ErrorRule = Callable[[ArrayLike, ArrayLike], Array]

SIGMOID, TANH, RELU = ACTIVATIONS["sigmoid"], ACTIVATIONS["tanh"], ACTIVATIONS["relu"]

SIGMOID_SLIPS: dict[str, Elementwise] = {
    "no_sig": replace(SIGMOID, df=np.ones_like),
    "sig_plus": replace(SIGMOID, df=lambda z: SIGMOID.f(z) * (1 + SIGMOID.f(z))),
    "sig_at_a": replace(SIGMOID, df=lambda z: SIGMOID.df(SIGMOID.f(z))),
}
TANH_SLIPS: dict[str, Elementwise] = {
    "no_sig": replace(TANH, df=np.ones_like),
    "tanh_deriv": replace(TANH, df=lambda z: 1 - TANH.f(z)),
    "sig_at_a": replace(TANH, df=lambda z: TANH.df(TANH.f(z))),
}


def error(prediction: ArrayLike, target: ArrayLike) -> Array:
    """The derivative of half the squared error: prediction minus target."""
    return np.asarray(np.subtract(prediction, target))


ERROR_SLIPS: dict[str, ErrorRule] = {
    "loss_sign": lambda prediction, target: error(target, prediction),
    "loss_factor2": lambda prediction, target: 2 * error(prediction, target),
}
