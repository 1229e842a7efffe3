"""Words as vectors: rows of a matrix, and what a row's words send back to it."""

from __future__ import annotations

import numpy as np

from engine.sequence_tasks import Integers
from engine.types import Array


def lookup(E: Array, ids: Integers) -> Array:
    """The rows of E (words, d) for ids (...): (..., d)."""
    return np.asarray(E[ids])


def lookup_gradient(ids: Integers, dy: Array, words: int) -> Array:
    """The derivative by E (words, d) from dy (..., d): each row sums over where its word stands."""
    flat, rows = ids.ravel(), dy.reshape(-1, dy.shape[-1])
    order = np.argsort(flat, kind="stable")
    present, starts = np.unique(flat[order], return_index=True)
    dE = np.zeros((words, rows.shape[1]), rows.dtype)
    dE[present] = np.add.reduceat(rows[order], starts)
    return dE
