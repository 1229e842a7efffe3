"""Decision stumps, the weak learners of erratum H80: many samples at once, one stump for each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.types import Array

THRESHOLDS = np.linspace(0.05, 0.95, 19)


class Stumps(NamedTuple):
    """Step functions, one per sample: `left` up to the threshold, `right` beyond it; each (k,)."""

    threshold: Array
    left: Array
    right: Array

    def values(self, at: Array) -> Array:
        """Their values (k, m) at inputs (m,) or, one row for each, (k, m)."""
        beyond = at > self.threshold[:, None]
        return np.where(beyond, self.right[:, None], self.left[:, None])


def fit_stumps(x: Array, y: Array) -> Stumps:
    """The stump of least squared error on each sample x, y (k, n)."""
    below = x[:, None, :] <= THRESHOLDS[:, None]
    count, total = below.sum(axis=-1), (below @ y[..., None])[..., 0]
    rest, n = y.sum(axis=-1, keepdims=True) - total, x.shape[-1]
    left, right = total / np.maximum(count, 1), rest / np.maximum(n - count, 1)
    explained = np.where((count > 0) & (count < n), total * left + rest * right, -np.inf)
    best = explained.argmax(axis=-1)
    chosen = np.arange(len(x)), best
    return Stumps(THRESHOLDS[best], left[chosen], right[chosen])


def bagged(x: Array, y: Array, rows: Array, at: Array) -> Array:
    """The mean, (k, m), of stumps on the bootstrap `rows` (k, b, n) of each sample x, y (k, n)."""
    k, b, n = rows.shape
    drawn = (np.take_along_axis(part[:, None], rows, axis=2).reshape(-1, n) for part in (x, y))
    return fit_stumps(*drawn).values(at).reshape(k, b, -1).mean(axis=1)


def boosted(x: Array, y: Array, rounds: int, rate: float, at: Array) -> Array:
    """The sum, (k, m), of stumps each fitted to what those before it left over (Friedman 2001)."""
    left_over, total = y.copy(), np.zeros((len(x), at.size))
    for _ in range(rounds):
        stumps = fit_stumps(x, left_over)
        left_over -= rate * stumps.values(x)
        total += rate * stumps.values(at)
    return total
