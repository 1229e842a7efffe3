"""One target word: dense layer, softmax and cross-entropy, forward and back, at any vocabulary.

`engine.by_hand.head_chain` multiplies the factors one by one for three words. Here they are joined,
p - y, and everything keeps its digits also where the model is nearly sure of the label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.activations import softmax, softmax_jacobian
from engine.gradcheck import GradientCheck, numerical_gradient
from engine.types import Array

Places = Sequence[tuple[int, int]]


@dataclass(frozen=True, eq=False)
class WordStep:
    """A dense layer z = v W + b with softmax and cross-entropy, for one word of k.

    vector v (h,), W (h, k), b (k,) or None for a layer without, and the label's number. All else
    follows: logits z (k,), probabilities p (k,), the error in nats, and its derivatives by z, v and
    W. Source: Bridle 1990.
    """

    vector: Array
    W: Array
    b: Array | None
    label: int

    @cached_property
    def z(self) -> Array:
        """Logits (k,)."""
        return dense(self.vector, self.W, self.b)

    @cached_property
    def p(self) -> Array:
        """Probabilities (k,)."""
        return softmax(self.z)

    @cached_property
    def error(self) -> float:
        """-ln p of the label, in nats."""
        return float(cross_entropies(self.z, self.label))

    @cached_property
    def dz(self) -> Array:
        """p - y (k,). At the label it is minus the sum of the others, which 1 - p would round."""
        gradient = self.p.copy()
        gradient[self.label] = -np.delete(self.p, self.label).sum()
        return gradient

    @cached_property
    def dvector(self) -> Array:
        """What goes back to the layers before: W (p - y), shaped (h,)."""
        return np.asarray(self.W @ self.dz)

    @cached_property
    def dW(self) -> Array:
        """The outer product of v and p - y, shaped (h, k); the bias has p - y itself."""
        return np.outer(self.vector, self.dz)

    @property
    def stretch(self) -> float:
        """|v|^2, and 1 more with a bias: a step of rate 1 moves the logits by -stretch (p - y)."""
        return float(self.vector @ self.vector) + (self.b is not None)

    @property
    def squared_norm(self) -> float:
        """|dW|^2 + |db|^2: the slope of the error along a step, by its rate."""
        return self.stretch * float(self.dz @ self.dz)


def dense(vector: Array, W: Array, b: Array | None) -> Array:
    """Logits (k,) of v (h,), W (h, k) and b (k,) or None."""
    z = vector @ W
    return np.asarray(z if b is None else z + b)


def cross_entropies(z: Array, label: int) -> Array:
    """-ln softmax(z) of the label for logits (..., k), shaped (...); exact down to the smallest."""
    top, own = z.max(axis=-1), z[..., label]
    rest = np.exp(np.delete(z, label, axis=-1) - top[..., None]).sum(axis=-1)
    return np.asarray(top - own + np.log1p(rest + np.expm1(own - top)))


def sgd_step(step: WordStep, rate: float) -> WordStep:
    """The same word after one step of gradient descent on W and b alone."""
    b = None if step.b is None else step.b - rate * step.dz
    return WordStep(step.vector, step.W - rate * step.dW, b, step.label)


def errors_after(step: WordStep, rates: Array) -> Array:
    """The error after `sgd_step` at each rate (n,), shaped (n,)."""
    return cross_entropies(step.z - step.stretch * np.outer(rates, step.dz), step.label)


def smoothed_gradient(step: WordStep, smoothing: float) -> Array:
    """p - y (k,) where the label has 1 - s + s/k and every other word s/k (Szegedy et al. 2016)."""
    gradient = step.dz - smoothing / len(step.p)
    gradient[step.label] += smoothing
    return gradient


def jacobian_of(step: WordStep, words: Sequence[int]) -> Array:
    """dp/dz among these words alone (n, n); with all of them, each row sums to 0."""
    return softmax_jacobian(step.p[list(words)])


def vector_check(step: WordStep) -> GradientCheck:
    """`dvector` beside central differences in every entry of the vector."""
    numeric = numerical_gradient(
        lambda v: _error_change(step, dense(v, step.W, step.b)), step.vector
    )
    return _check(step.dvector, numeric)


def weight_check(step: WordStep, places: Places) -> GradientCheck:
    """Entries (row, column) of dW beside central differences; both (n,)."""
    rows, columns = np.array(places).T

    def change(weights: Array) -> float:
        W = np.array(step.W, np.float64)
        W[rows, columns] = weights
        return _error_change(step, dense(step.vector, W, step.b))

    return _check(step.dW[rows, columns], numerical_gradient(change, step.W[rows, columns]))


def logit_check(step: WordStep, words: Sequence[int]) -> GradientCheck:
    """Entries of p - y beside central differences in the logits of these words; both (n,)."""
    own = list(words)

    def change(logits: Array) -> float:
        z = step.z.copy()
        z[own] = logits
        return _error_change(step, z)

    return _check(step.dz[own], numerical_gradient(change, step.z[own]))


def relative_error(check: GradientCheck) -> float:
    """The length of the difference by that of the longer of both gradients; 0 where both are 0."""
    longest = max(map(float, map(np.linalg.norm, (check.analytic, check.numeric))))
    return float(np.linalg.norm(check.analytic - check.numeric)) / longest if longest else 0.0


def _error_change(step: WordStep, z: Array) -> float:
    """By how much the error changes as the logits become z (k,): ln sum p exp(dz) - dz of the
    label, which a difference of two errors near 0 would round away."""
    moved = z - step.z
    return float(np.log1p(step.p @ np.expm1(moved - moved[step.label])))


def _check(analytic: Array, numeric: Array) -> GradientCheck:
    scale = np.maximum(1.0, np.maximum(np.abs(analytic), np.abs(numeric)))
    return GradientCheck(analytic, numeric, float(np.max(np.abs(analytic - numeric) / scale)))
