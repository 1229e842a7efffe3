"""What theory says about descent on a quadratic: where it is stable and how fast it can be.

Eigenvalues are those of the Hessian; L is the largest, mu the smallest, L / mu the condition
number. Momentum is meant in its accumulate form. A contraction is the factor per step by which the
distance to the minimum shrinks in the long run; below 1 is convergence.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array


class Best(NamedTuple):
    """The hyperparameters with the smallest contraction, and that contraction."""

    learning_rate: float
    beta: float
    contraction: float


def gd_limit(curvature: ArrayLike) -> Array:
    """The rate 2 / L from which gradient descent no longer converges."""
    return 2 / np.asarray(curvature, np.float64)


def momentum_limit(curvature: ArrayLike, beta: ArrayLike) -> Array:
    """The rate 2 (1 + beta) / L from which momentum no longer converges, 0 <= beta < 1."""
    return 2 * (1 + np.asarray(beta, np.float64)) / np.asarray(curvature, np.float64)


def best_gd(eigenvalues: ArrayLike) -> Best:
    """Rate 2 / (L + mu), contraction (L - mu) / (L + mu) (Nesterov 2004, theorem 2.1.15)."""
    mu, largest = _extremes(eigenvalues)
    return Best(2 / (largest + mu), 0.0, (largest - mu) / (largest + mu))


def best_momentum(eigenvalues: ArrayLike) -> Best:
    """Rate (2 / (sqrt L + sqrt mu))^2, contraction sqrt(beta) (Polyak 1964, section 3)."""
    mu, largest = (value**0.5 for value in _extremes(eigenvalues))
    contraction = (largest - mu) / (largest + mu)
    return Best((2 / (largest + mu)) ** 2, contraction**2, contraction)


def contraction(learning_rate: ArrayLike, beta: ArrayLike, eigenvalues: ArrayLike) -> Array:
    """Spectral radius of the momentum iteration; beta = 0 is gradient descent.

    Shape: learning_rate and beta broadcast together; eigenvalues (k,). Each eigenvalue gives the
    two roots of z^2 - (1 + beta - eta lambda) z + beta = 0, and the largest modulus counts.
    """
    eta, beta = (np.asarray(value, float)[..., None] for value in (learning_rate, beta))
    half = (1 + beta - eta * np.asarray(eigenvalues, float)) / 2
    root = np.sqrt((half**2 - beta).astype(complex))
    modulus: Array = np.maximum(np.abs(half + root), np.abs(half - root)).max(axis=-1)
    return modulus


def _extremes(eigenvalues: ArrayLike) -> tuple[float, float]:
    values = np.asarray(eigenvalues, float)
    if values.min() <= 0:
        raise ValueError(f"a minimum needs positive eigenvalues, got {values.tolist()}")
    return float(values.min()), float(values.max())
