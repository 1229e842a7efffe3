"""Descent on batches of examples: full batch, mini-batch and one at a time are one loop."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.descent import BOUND, Path
from engine.least_squares import LeastSquares
from engine.optimizers import Optimizer
from engine.surfaces import Surface
from engine.types import Array


def batches(rng: np.random.Generator, n: int, batch_size: int) -> Iterator[NDArray[np.intp]]:
    """The row numbers of one epoch's batches: every example once, in a fresh random order.

    The last batch is smaller where batch_size does not divide n.
    """
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


def passes(n: int, batch_size: int, epochs: int) -> Array:
    """Passes over the data made before each update and after the last, (updates + 1,)."""
    within = np.minimum(np.arange(batch_size, n + batch_size, batch_size), n) / n
    return np.append(0.0, (np.arange(epochs)[:, None] + within).ravel())


def descend_on_batches(
    optimizer: Optimizer,
    problem: LeastSquares,
    surface: Surface,
    start: ArrayLike,
    batch_size: int,
    epochs: int,
    rng: np.random.Generator,
) -> Path:
    """The path of one update per batch over `epochs` passes; its values are the full loss.

    `surface` is that of the problem. As in `descend`, divergence ends the run and is told by the
    path. Raises ValueError for a batch_size outside 1 to n.
    """
    n = len(problem.target)
    if not 1 <= batch_size <= n:
        raise ValueError(f"batch_size must lie in 1 to {n}, got {batch_size}")
    updates = epochs * -(-n // batch_size)
    points = np.full((updates + 1, 2), np.nan)
    theta = points[0] = np.asarray(start, float)
    state = optimizer.init(theta)
    rows = (batch for _ in range(epochs) for batch in batches(rng, n, batch_size))
    diverged_at = None
    for step, batch in enumerate(rows, 1):
        theta, state = optimizer.step(theta, problem.gradient(theta, batch), state)
        if not (np.abs(theta) <= BOUND).all():
            diverged_at = step
            break
        points[step] = theta
    return Path(
        points,
        surface.value(points),
        diverged_at,
        None if diverged_at is None else "point",
        optimizer,
        surface,
    )
