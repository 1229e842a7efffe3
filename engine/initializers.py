"""Starting weights: the variance that keeps signals and gradients from fading or exploding.

Every initializer takes (rng, n_in, n_out) and returns float64 weights W of shape (n_in, n_out),
for y = x @ W + b with x (n, n_in).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.types import Array

Initializer = Callable[[np.random.Generator, int, int], Array]


def zeros(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """All 0. Variance 0: every hidden unit stays a copy of the others, so nothing is learned."""
    return np.zeros((n_in, n_out))


def small_normal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Normal with sd 0.01, so variance 1e-4 at any width (Krizhevsky et al. 2012, section 5)."""
    return rng.normal(0, 0.01, (n_in, n_out))


def unit_normal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Standard normal, variance 1: a layer multiplies the signal's mean square by n_in."""
    return rng.normal(0, 1, (n_in, n_out))


def xavier_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Uniform with variance 2 / (n_in + n_out) (Glorot & Bengio 2010, equation 16)."""
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_in, n_out))


def xavier_normal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Normal with variance 2 / (n_in + n_out) (Glorot & Bengio 2010, equation 12)."""
    return rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))


def he_uniform(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Uniform with variance 2 / n_in, for ReLU layers (He et al. 2015, equation 10)."""
    limit = np.sqrt(6 / n_in)
    return rng.uniform(-limit, limit, (n_in, n_out))


def he_normal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Normal with variance 2 / n_in, for ReLU layers (He et al. 2015, equation 10)."""
    return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))


def orthogonal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Random orthonormal columns, or rows if n_out > n_in; variance 1 / max(n_in, n_out).

    Saxe, McClelland & Ganguli 2014. Uniform over such matrices: the QR factors of a normal
    matrix, with the signs of R's diagonal moved into Q (Mezzadri 2007, section 5).
    """
    q, r = np.linalg.qr(rng.normal(size=(max(n_in, n_out), min(n_in, n_out))))
    columns = q * np.sign(np.diag(r))
    return np.asarray(columns if n_in >= n_out else columns.T)


INITIALIZERS: dict[str, Initializer] = {
    "zeros": zeros,
    "small_normal": small_normal,
    "unit_normal": unit_normal,
    "xavier_uniform": xavier_uniform,
    "xavier_normal": xavier_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "orthogonal": orthogonal,
}
