"""Diagonal Gaussians as an encoder puts them out: their divergence from the standard normal law,
and samples that can be differentiated."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats
from engine.types import Array


def kl_to_standard(mu: ArrayLike, log_variance: ArrayLike) -> Array:
    """KL(N(mu, sigma^2) || N(0, 1)) in nats, summed over the last axis: (n, k) gives (n,).

    sum (mu^2 + sigma^2 - 1 - log sigma^2) / 2, never negative (Kingma & Welling 2014, appendix B).
    Raises ValueError for shapes that differ.
    """
    m, s = _pair(mu, log_variance)
    with np.errstate(over="ignore"):  # a variance too large for a float has an infinite divergence
        return np.asarray(np.sum(m**2 + np.expm1(s) - s, axis=-1) / 2)


def kl_gradients(mu: ArrayLike, log_variance: ArrayLike) -> tuple[Array, Array]:
    """The derivatives of the divergence with respect to mu and to the log variance: mu and
    (sigma^2 - 1) / 2, each shaped like mu."""
    m, s = _pair(mu, log_variance)
    with np.errstate(over="ignore"):
        return m, np.asarray(np.expm1(s) / 2)


def reparameterized(mu: ArrayLike, log_variance: ArrayLike, noise: ArrayLike) -> Array:
    """The sample z = mu + sigma noise, with sigma = exp(log_variance / 2): a function of mu and
    sigma once the standard normal noise is drawn (Kingma & Welling 2014, section 2.4)."""
    m, s = _pair(mu, log_variance)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(m + np.exp(s / 2) * _like(m, noise))


def reparameterized_gradients(
    log_variance: ArrayLike, noise: ArrayLike, dz: ArrayLike
) -> tuple[Array, Array]:
    """The gradients of a loss with respect to mu and to the log variance, from dz, its gradient at
    the sample: dz and dz sigma noise / 2."""
    d, s = _pair(dz, log_variance)
    with np.errstate(over="ignore", invalid="ignore"):
        return d, np.asarray(d * np.exp(s / 2) * _like(d, noise) / 2)


def _pair(one: ArrayLike, other: ArrayLike) -> tuple[Array, Array]:
    first = as_floats(one)
    return first, _like(first, other)


def _like(first: Array, other: ArrayLike) -> Array:
    second = as_floats(other)
    if first.shape != second.shape or first.ndim == 0:
        raise ValueError(f"expected arrays of one shape, got {first.shape} and {second.shape}")
    return second
