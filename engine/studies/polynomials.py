"""Polynomials fitted to noisy points: one flexible model of every degree, and its ridge penalty.

The basis is that of Legendre, scaled to mean square 1 over [-1, 1]: its columns are nearly
orthogonal on points spread over the interval, where powers of x would be nearly parallel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.legendre import legvander
from numpy.typing import ArrayLike

from engine.types import Array

MAX_DEGREE = 15


@dataclass(frozen=True)
class Law:
    """What the points follow before noise: f maps inputs in [-1, 1] to targets of order 1."""

    name: str
    formula: str
    f: Callable[[Array], Array]


LAWS: dict[str, Law] = {
    "sine": Law("Sine", r"\sin(1.5\,\pi x)", lambda x: np.asarray(np.sin(1.5 * np.pi * x))),
    "cubic": Law("Cubic", r"2x^3 - 1.2x", lambda x: np.asarray(2 * x**3 - 1.2 * x)),
    "step": Law("Step", r"0.8\,\mathrm{sign}(x)", lambda x: np.asarray(0.8 * np.sign(x))),
}


def legendre(x: ArrayLike, degree: int) -> Array:
    """Basis functions sqrt(2k + 1) P_k(x), k = 0 to degree; x (...,) gives (..., degree + 1).

    They are orthonormal for inputs uniform in [-1, 1] (Legendre 1785), and the first is 1.
    """
    values = legvander(np.asarray(x, np.float64), degree)
    return np.asarray(values * np.sqrt(2 * np.arange(degree + 1) + 1))


def ridge_objective(c: ArrayLike, design: Array, y: Array, ridge: float) -> float:
    """Mean squared error of design (n, k) @ c (k,) plus ridge times the sum of squares of c[1:].

    The first coefficient is the bias and is left out (Hoerl & Kennard 1970).
    """
    c = np.asarray(c, np.float64)
    return float(np.mean((design @ c - y) ** 2) + ridge * np.sum(c[1:] ** 2))


def ridge_gradient(c: ArrayLike, design: Array, y: Array, ridge: float) -> Array:
    """2 design^T (design c - y) / n + 2 ridge c, without the last term for the bias; shape (k,)."""
    c = np.asarray(c, np.float64)
    penalty = 2 * ridge * c
    penalty[0] = 0.0
    return np.asarray(2 * design.T @ (design @ c - y) / len(y) + penalty)


def ridge_fit(design: Array, y: Array, ridge: float, n: int | None = None) -> Array:
    """Coefficients (..., k) that minimize `ridge_objective` for designs (..., n, k), y (..., n).

    Solved as least squares of [design; sqrt(n ridge) I] against [y; 0], so that no product with
    the transpose squares the condition number. Where several are lowest, the shortest of them.
    `n` replaces the number of rows where these stand for more of them.
    """
    k = design.shape[-1]
    root = np.sqrt((n or design.shape[-2]) * ridge) * np.diag([0.0, *np.ones(k - 1)])
    zeros = np.zeros((*y.shape[:-1], k))
    rows = np.concatenate([design, np.broadcast_to(root, (*zeros.shape, k))], axis=-2)
    return np.asarray(
        (np.linalg.pinv(rows) @ np.concatenate([y, zeros], axis=-1)[..., None])[..., 0]
    )


def fit_degrees(x: ArrayLike, y: ArrayLike, ridge: float) -> Array:
    """Ridge fits of every degree to sets of points x, y (sets, n), inputs in [-1, 1].

    Returns coefficients (MAX_DEGREE + 1, sets, MAX_DEGREE + 1); row d holds degree d, zero beyond.
    One QR decomposition keeps of each set what every degree needs, in as many rows as columns.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    k = MAX_DEGREE + 1
    q, r = np.linalg.qr(legendre(x, MAX_DEGREE))
    kept = (y[:, None, :] @ q)[:, 0]
    coefficients = np.zeros((k, len(x), k))
    for degree in range(k):
        design = r[..., : degree + 1]
        coefficients[degree, :, : degree + 1] = ridge_fit(design, kept, ridge, x.shape[-1])
    return coefficients


def predict(coefficients: Array, x: ArrayLike) -> Array:
    """Values (..., m) of polynomials with coefficients (..., k) at inputs x (m,)."""
    return np.asarray(coefficients @ legendre(x, coefficients.shape[-1] - 1).T)
