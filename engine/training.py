"""Fitting a network to a table: the loop around forward, backward and step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.losses import LOSSES
from engine.network import Network
from engine.optimizers import Optimizer
from engine.types import Array


@dataclass(frozen=True, eq=False)
class Fit:
    """Parameters after the last step, and the loss (steps + 1,) before each step and at the end."""

    theta: Array
    losses: Array


def fit(
    network: Network,
    theta: Array,
    x: Array,
    y: Array,
    loss: str,
    optimizer: Optimizer,
    steps: int,
) -> Fit:
    """Full-batch descent of LOSSES[loss] over examples x (n, d) and targets y, from theta.

    A run that overflows keeps its last finite parameters; the losses from there on are NaN.
    """
    measure = LOSSES[loss]
    state = optimizer.init(theta)
    losses = np.full(steps + 1, np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps + 1):
            prediction, trace = network.forward(theta, x)
            value = measure.value(prediction, y)
            if not np.isfinite(value):
                break
            losses[step] = value
            if step == steps:
                break
            gradient = network.backward(theta, trace, measure.gradient(prediction, y))
            moved, state = optimizer.step(theta, gradient, state)
            if not np.isfinite(moved).all():
                break
            theta = moved
    return Fit(theta, losses)
