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
    points = np.full((epochs * -(-n // batch_size) + 1, 2), np.nan)
    x, y = map(float, np.asarray(start, float))
    points[0] = x, y
    state_x, state_y = optimizer.init(x), optimizer.init(y)
    diverged_at = None
    for step, means in enumerate(_batch_means(problem, batch_size, epochs, rng), 1):
        xx, xy, yy, xt, yt = means
        dx, dy = xx * x + xy * y - xt, xy * x + yy * y - yt
        x, state_x = optimizer.step(x, dx, state_x)
        y, state_y = optimizer.step(y, dy, state_y)
        if not (abs(x) <= BOUND and abs(y) <= BOUND):
            diverged_at = step
            break
        points[step] = x, y
    return Path(
        points,
        surface.value(points),
        diverged_at,
        None if diverged_at is None else "point",
        optimizer,
        surface,
    )


def _batch_means(
    problem: LeastSquares, batch_size: int, epochs: int, rng: np.random.Generator
) -> Iterator[list[float]]:
    """Each batch's means of x1 x1, x1 x2, x2 x2, x1 y and x2 y, from which its gradient is two
    sums: a hundred times faster than a matrix product for each single example."""
    (a, b), target = problem.design.T, problem.target
    products = np.column_stack([a * a, a * b, b * b, a * target, b * target])
    for _ in range(epochs):
        yield from _grouped(products, list(batches(rng, len(target), batch_size)))


def _grouped(products: Array, groups: list[NDArray[np.intp]]) -> list[list[float]]:
    starts = np.cumsum([0, *(len(rows) for rows in groups[:-1])])
    sizes = np.array([[len(rows)] for rows in groups])
    means: list[list[float]] = (
        np.add.reduceat(products[np.concatenate(groups)], starts) / sizes
    ).tolist()
    return means
