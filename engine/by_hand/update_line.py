"""The loss along one update, its tangent, and many updates in a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.by_hand.difference_steps import losses_at
from engine.by_hand.staged import PARAMETERS, Problem, backward, flat, forward
from engine.types import Array


def loss_along(problem: Problem, gradient: Array, rates: ArrayLike) -> Array:
    """J(theta - rate g) for each rate, shaped like rates; infinite or NaN where it overflows."""
    eta = np.asarray(rates, float)
    moved = problem.theta - eta.reshape(-1, 1) * gradient
    with np.errstate(over="ignore", invalid="ignore"):
        return losses_at(problem, moved).reshape(eta.shape)


def tangent(loss: float, gradient: Array, rates: ArrayLike) -> Array:
    """First-order prediction J - rate |g|^2 of the loss after one step, shaped like rates."""
    return np.asarray(loss - np.asarray(rates, float) * (gradient @ gradient))


@dataclass(frozen=True, eq=False)
class Updates:
    """Parameters (steps + 1, size) and losses (steps + 1,), the start first.

    From a divergence on both are NaN; `diverged_at` is its step, `tensor` the first stage of its
    passes that is not finite.
    """

    thetas: Array
    losses: Array
    diverged_at: int | None
    tensor: str | None


def repeat_update(problem: Problem, rate: float, steps: int) -> Updates:
    """theta <- theta - rate g, `steps` times; ends early where a stage stops being finite."""
    thetas = np.full((steps + 1, problem.theta.size), np.nan)
    losses = np.full(steps + 1, np.nan)
    theta = problem.theta
    for step in range(steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            here = problem.at(theta)
            stages = forward(here)
            stages |= backward(here, stages)
            # dA2 alone may be infinite, where a probability has rounded: nothing follows from it
            broken = [name for name, v in stages.items() if not np.isfinite(v).all()]
            if broken and broken != ["dA2"]:
                return Updates(thetas, losses, step, broken[0])
            thetas[step], losses[step] = theta, stages["J"]
            theta = theta - rate * flat(stages)
        if not np.isfinite(theta).all():
            return Updates(thetas, losses, step + 1, _first_broken(here.at(theta)))
    return Updates(thetas, losses, None, None)


def _first_broken(problem: Problem) -> str:
    return next(name for name in PARAMETERS if not np.isfinite(problem.parameters[name]).all())
