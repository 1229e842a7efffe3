"""How the step of a central difference trades truncation against rounding."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.by_hand.staged import Problem, forward
from engine.types import Array


def losses_at(problem: Problem, thetas: Array) -> Array:
    """The loss J (k,) of a problem at each of the parameter vectors (k, size)."""
    cases = {
        slot.name: thetas[:, slot.span].reshape(-1, *slot.shape)
        for own in problem.network.slots
        for slot in own
    }
    return np.asarray(forward(problem, cases)["J"])


def parameter_differences(problem: Problem, steps: ArrayLike) -> Array:
    """Central differences (len(steps), size) of J by every parameter, one row for each step h.

    A parameter moves by the same h whatever its size, so that the rows show what h alone does.
    """
    h = np.asarray(steps, float)
    size = problem.theta.size
    bumps = h[:, None, None] * np.eye(size)
    above, below = problem.theta + bumps, problem.theta - bumps
    rise = losses_at(problem, above.reshape(-1, size)) - losses_at(problem, below.reshape(-1, size))
    moved = np.diagonal(above - below, axis1=1, axis2=2)
    return np.asarray(rise.reshape(len(h), size) / moved)
