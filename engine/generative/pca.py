"""Principal components: what no linear autoencoder can do better than (Baldi & Hornik 1989)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats
from engine.types import Array


def principal_axes(x: ArrayLike) -> tuple[Array, Array]:
    """The eigenvectors of the covariance of x (n, d) as rows (d, d), and their variances (d,),
    the largest first. The covariance divides by n.

    Raises ValueError for x that is not (n, d) with at least one row.
    """
    rows = _rows(x)
    centered = rows - rows.mean(axis=0)
    variances, axes = np.linalg.eigh(centered.T @ centered / len(rows))
    return axes.T[::-1], np.maximum(variances[::-1], 0)


def projection(x: ArrayLike, k: int) -> Array:
    """The points x (n, d) projected onto the plane through their mean along the first k principal
    axes: (n, d), the best reconstruction from k numbers per point by an affine map.

    Raises ValueError for k outside 0..d.
    """
    rows = _rows(x)
    if not 0 <= k <= rows.shape[1]:
        raise ValueError(f"expected 0 to {rows.shape[1]} numbers per point, got {k}")
    axes, mean = principal_axes(rows)[0][:k], rows.mean(axis=0)
    return np.asarray(mean + (rows - mean) @ axes.T @ axes)


def least_errors(x: ArrayLike) -> Array:
    """For k = 0, ..., d numbers per point, the least mean squared length of x minus its
    reconstruction: (d + 1,), the sum of the variances that are left out."""
    _, variances = principal_axes(x)
    return np.append(np.cumsum(variances[::-1])[::-1], 0.0)


def _rows(x: ArrayLike) -> Array:
    rows = as_floats(x)
    if rows.ndim != 2 or not len(rows):
        raise ValueError(f"expected x of shape (n, d) with n of 1 or more, got {rows.shape}")
    return rows
