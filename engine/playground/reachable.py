"""How well examples can be told apart: by a line, and by their neighbors, which can bend."""

from __future__ import annotations

import numpy as np

from engine.activations import softmax
from engine.data import standardize
from engine.types import Array

ROWS = 400  # looked at, evenly spread over the examples
NEIGHBORS = 5
RIDGE = 1e-3  # keeps the weights finite where a line separates the classes
ROUNDS = 15  # of Newton's method


def line_quality(x: Array, y: Array, is_classification: bool) -> float:
    """The share of examples x (n, d) that logistic regression puts in the right class (n,), or R²
    of the least squares line for values y (n,). Its loss is the lowest of a line, which the share
    right need not be."""
    x, y = _some(x, y)
    design = np.column_stack([np.ones(len(x)), x])
    if not is_classification:
        return _r2(y, design @ np.linalg.lstsq(design, y)[0])
    found = _logistic(design, y.astype(int))
    return float(np.mean(found == y))


def neighbor_quality(x: Array, y: Array, is_classification: bool) -> float:
    """The same for the vote, or the mean, of each example's NEIGHBORS nearest others."""
    x, y = _some(x, y)
    squares = (x**2).sum(axis=1)
    far = squares[:, None] + squares - 2 * x @ x.T
    np.fill_diagonal(far, np.inf)
    k = min(NEIGHBORS, len(x) - 1)
    near = y[np.argpartition(far, k - 1, axis=1)[:, :k]]
    if not is_classification:
        return _r2(y, near.mean(axis=1))
    votes = (near[:, :, None] == np.arange(y.max() + 1)).sum(axis=1)
    return float(np.mean(votes.argmax(axis=1) == y))


def _some(x: Array, y: Array) -> tuple[Array, Array]:
    """At most ROWS of the examples, standardized."""
    rows = np.linspace(0, len(x) - 1, min(ROWS, len(x))).astype(int)
    return standardize(x[rows])[0], y[rows]


def _r2(y: Array, found: Array) -> float:
    spread = float(((y - y.mean()) ** 2).sum())
    return 1 - float(((y - found) ** 2).sum()) / spread if spread else float("nan")


def _logistic(design: Array, y: Array) -> Array:
    """The class (n,) that multinomial logistic regression gives each row of the design (n, d)."""
    target = np.eye(int(y.max()) + 1)[y]
    n, classes = target.shape
    w = np.zeros((design.shape[1], classes))
    for _ in range(ROUNDS):
        p = softmax(design @ w)
        slope = design.T @ (p - target) / n + RIDGE * w
        bend = np.eye(classes) * p[:, :, None] - p[:, :, None] * p[:, None, :]
        pairs = (design[:, :, None] * design[:, None, :]).reshape(n, -1)
        d = len(w)
        hessian = (pairs.T @ bend.reshape(n, -1) / n).reshape(d, d, classes, classes)
        square = hessian.transpose(0, 2, 1, 3).reshape(w.size, w.size) + RIDGE * np.eye(w.size)
        w = w - np.linalg.solve(square, slope.ravel()).reshape(w.shape)
    return np.asarray(np.argmax(design @ w, axis=1))
