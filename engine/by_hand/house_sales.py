"""Houses with a price and a yes or no to predict, for networks small enough to follow by hand.

Inputs, targets and starting weights have two decimals, so what a page shows is all there is.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from engine.by_hand.staged import Problem
from engine.data import PER_BEDROOM, PER_YEAR, houses, standardize
from engine.initializers import INITIALIZERS
from engine.types import Array

FEATURES = ("bedrooms", "age", "distance")
MOST_EXAMPLES = 16
UNITS = 4


def asking_price(x: Array) -> Array:
    """What owners ask, up to a constant, in thousand dollars (n,): all but the ocean's worth.

    Houses x (n, 4) as in `engine.data.houses`. Those close to the ocean therefore sell above it.
    """
    return np.asarray(PER_BEDROOM * x[:, 0] + PER_YEAR * x[:, 1])


@cache
def sales(n: int) -> tuple[Array, dict[str, Array]]:
    """The first n of 200 houses: x (n, 3) in the order of FEATURES, and targets (n, 1) by task.

    Inputs and price are standardized over the 200. "above" is 1 for the houses whose price is
    above the asking price by more than the mean of the 200. Raises ValueError for n outside 1 to
    MOST_EXAMPLES.
    """
    if not 1 <= n <= MOST_EXAMPLES:
        raise ValueError(f"expected 1 to {MOST_EXAMPLES} examples, got {n}")
    table = houses(np.random.default_rng(0), 200)
    x = np.round(standardize(table.x[:, :3])[0], 2)[:n]
    price = np.round(standardize(table.y)[0], 2)[:n, None]
    premium = table.y - asking_price(table.x)
    above = (premium > premium.mean()).astype(float)[:n, None]
    return x, {"price": price, "above": above}


def starting_weights(seed: int) -> Array:
    """Theta (21,) of the network 3-4-1: Xavier-uniform weights, biases uniform in -0.5 to 0.5."""
    rng = np.random.default_rng(seed)
    parts = [
        INITIALIZERS["xavier_uniform"](rng, len(FEATURES), UNITS),
        rng.uniform(-0.5, 0.5, UNITS),
        INITIALIZERS["xavier_uniform"](rng, UNITS, 1),
        rng.uniform(-0.5, 0.5, 1),
    ]
    return np.round(np.concatenate([part.ravel() for part in parts]), 2)


def house_problem(task: str, hidden: str, reduction: str, n: int, seed: int) -> Problem:
    """The network 3-4-1 on the first n houses, its weights drawn by seed."""
    x, targets = sales(n)
    return Problem(task, hidden, reduction, x, targets[task], starting_weights(seed), UNITS)
