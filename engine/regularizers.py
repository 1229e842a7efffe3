"""Penalties on weights: value, gradient, and the proximal step that finds exact zeros.

Strength is lambda. L2 is (lambda / 2) sum w^2, whose gradient is lambda w, as `weight_decay` of
PyTorch; written as lambda sum w^2 the same number is twice as strong. Biases are left out by the
caller. All functions work elementwise on arrays of any shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array


class Regularizer(Protocol):
    """A penalty; `gradient` is a subgradient where |w| has a kink, with 0 at w = 0."""

    @property
    def strength(self) -> float: ...
    def value(self, w: ArrayLike) -> float: ...
    def gradient(self, w: ArrayLike) -> Array: ...
    def prox(self, v: ArrayLike, step: float) -> Array: ...


def soft_threshold(v: ArrayLike, threshold: ArrayLike) -> Array:
    """sign(v) max(|v| - threshold, 0): moves v toward 0 and stops there (Donoho 1995)."""
    v = np.asarray(v, np.float64)
    moved = np.sign(v) * np.maximum(np.abs(v) - threshold, 0.0)
    return np.asarray(moved + 0.0)  # no negative zero


@dataclass(frozen=True)
class L2:
    """(lambda / 2) sum w^2 (Hoerl & Kennard 1970; Krogh & Hertz 1991)."""

    strength: float

    def value(self, w: ArrayLike) -> float:
        """The penalty of all entries of w."""
        return self.strength / 2 * float(np.sum(np.square(w)))

    def gradient(self, w: ArrayLike) -> Array:
        """lambda w."""
        return self.strength * np.asarray(w, np.float64)

    def prox(self, v: ArrayLike, step: float) -> Array:
        """The w that minimizes penalty(w) + |w - v|^2 / (2 step): v / (1 + step lambda)."""
        return np.asarray(v, np.float64) / (1 + step * self.strength)


@dataclass(frozen=True)
class L1:
    """lambda sum |w| (Tibshirani 1996)."""

    strength: float

    def value(self, w: ArrayLike) -> float:
        """The penalty of all entries of w."""
        return self.strength * float(np.sum(np.abs(w)))

    def gradient(self, w: ArrayLike) -> Array:
        """A subgradient: lambda sign(w), 0 at w = 0."""
        return self.strength * np.sign(np.asarray(w, np.float64))

    def prox(self, v: ArrayLike, step: float) -> Array:
        """The w that minimizes penalty(w) + |w - v|^2 / (2 step): exact zeros near v = 0."""
        return soft_threshold(v, step * self.strength)


@dataclass(frozen=True)
class ElasticNet:
    """lambda (r sum |w| + (1 - r) / 2 sum w^2), 0 <= r <= 1 (Zou & Hastie 2005).

    The ratio r = 1 is L1 and r = 0 is L2.
    """

    strength: float
    ratio: float = 0.5

    @property
    def parts(self) -> tuple[L1, L2]:
        """The two penalties that it is the sum of."""
        return L1(self.strength * self.ratio), L2(self.strength * (1 - self.ratio))

    def value(self, w: ArrayLike) -> float:
        """The penalty of all entries of w."""
        return sum(part.value(w) for part in self.parts)

    def gradient(self, w: ArrayLike) -> Array:
        """A subgradient: lambda (r sign(w) + (1 - r) w)."""
        l1, l2 = self.parts
        return np.asarray(l1.gradient(w) + l2.gradient(w))

    def prox(self, v: ArrayLike, step: float) -> Array:
        """The w that minimizes penalty(w) + |w - v|^2 / (2 step): threshold, then shrink."""
        l1, l2 = self.parts
        return l2.prox(l1.prox(v, step), step)


REGULARIZERS: dict[str, type[L1] | type[L2] | type[ElasticNet]] = {
    "l2": L2,
    "l1": L1,
    "elastic_net": ElasticNet,
}


def decay(w: ArrayLike, learning_rate: float, weight_decay: float) -> Array:
    """Decoupled weight decay, w (1 - eta lambda), beside a step (Loshchilov & Hutter 2019).

    With plain gradient steps it equals the gradient of L2; with Adam, which rescales that, not.
    """
    return np.asarray(w, np.float64) * (1 - learning_rate * weight_decay)
