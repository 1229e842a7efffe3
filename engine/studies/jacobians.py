"""Products of Jacobians: what happens to a gradient on its way back through a recurrence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.activations import Elementwise
from engine.initializers import orthogonal
from engine.types import Array

PRECISIONS: dict[str, type[np.floating]] = {
    "float32": np.float32,
    "float16": np.float16,
    "float64": np.float64,
}


def spectral_radius(w: Array) -> float:
    """The largest absolute eigenvalue of w (n, n)."""
    return float(np.abs(np.linalg.eigvals(w)).max())


def _scaled_normal(rng: np.random.Generator, n: int) -> Array:
    w = rng.normal(size=(n, n))
    return w / spectral_radius(w)


def _shift(rng: np.random.Generator, n: int) -> Array:
    """Upper triangular: every eigenvalue is 1, and a singular value lies far above it."""
    return np.asarray(np.eye(n) + np.triu(rng.normal(size=(n, n)), 1))


MATRICES: dict[str, Callable[[np.random.Generator, int], Array]] = {
    "normal": _scaled_normal,
    "orthogonal": lambda rng, n: orthogonal(rng, n, n),
    "triangular": _shift,
}
"""Matrices (n, n) of spectral radius 1, to be multiplied by the one that is wanted."""


@dataclass(frozen=True, eq=False)
class Recurrence:
    """h_t = f(h_(t-1) @ w): states h (n,), weights w (n, n)."""

    w: Array
    rule: Elementwise

    def forward(self, h0: Array, steps: int) -> tuple[Array, Array]:
        """States (steps + 1, n), h0 first, and pre-activations z (steps, n)."""
        h, states, sums = h0, [h0], []
        for _ in range(steps):
            z = h @ self.w
            h = self.rule.f(z)
            sums.append(z)
            states.append(h)
        return np.array(states), np.array(sums).reshape(steps, len(h0))

    def backward(self, z: Array, dh: Array, precision: str = "float64") -> Array:
        """Gradients (steps + 1, n) with respect to every state, given dh at the last one.

        The products are taken in the given precision, so they may overflow to inf or round to 0.
        """
        kind = PRECISIONS[precision]
        w, slopes = self.w.astype(kind), self.rule.df(z).astype(kind)
        gradients = [dh.astype(kind)]
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for slope in slopes[::-1]:
                gradients.append((gradients[-1] * slope) @ w.T)
        return np.array(gradients[::-1])


def lengths(gradients: Array) -> Array:
    """Norm of each gradient (steps + 1,), taken in float64; inf once an entry has overflowed."""
    wide = gradients.astype(np.float64)
    lost = np.logical_not(np.isfinite(wide).all(axis=1))
    kept = np.where(lost[:, np.newaxis], 0.0, wide)
    return np.where(lost, np.inf, np.sqrt(np.sum(kept**2, axis=1)))


def overflow(norms: Array) -> int | None:
    """After how many factors the gradient is no longer finite; None where it never happens."""
    lost = np.flatnonzero(~np.isfinite(norms[::-1]))
    return int(lost[0]) if lost.size else None


def underflow(norms: Array) -> int | None:
    """After how many factors the gradient is exactly 0; None where it never happens."""
    gone = np.flatnonzero(norms[::-1] == 0)
    return int(gone[0]) if gone.size else None


def growth(norms: Array) -> float:
    """Factor per step between the last gradient and the first, in the geometric mean.

    nan without steps, or where the product has overflowed or is 0.
    """
    steps = len(norms) - 1
    if steps == 0 or not np.isfinite(norms).all() or norms[0] == 0:
        return float("nan")
    return float((norms[0] / norms[-1]) ** (1 / steps))
