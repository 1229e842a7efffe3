"""Augmentation: more examples from the same ones, by changes that leave their labels true.

What is true to the labels depends on the law behind them: a mirror image keeps the label of a
symmetric law and falsifies that of another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.types import Array

Augment = Callable[[np.random.Generator, Array], Array]  # new inputs, shaped like x; labels stay


@dataclass(frozen=True)
class Noise:
    """Normal noise of standard deviation `sd` on every entry of x (n, d)."""

    sd: float = 0.1

    def __call__(self, rng: np.random.Generator, x: Array) -> Array:
        return np.asarray(x + self.sd * rng.normal(size=x.shape))


@dataclass(frozen=True)
class Mirror:
    """Each example of x (n, d) mirrored with probability 1/2: the sign of `column` turned."""

    column: int = 0

    def __call__(self, rng: np.random.Generator, x: Array) -> Array:
        mirrored = x.copy()
        mirrored[rng.random(len(x)) < 0.5, self.column] *= -1
        return mirrored


@dataclass(frozen=True)
class MirrorPictures:
    """Each picture of x (n, rows * width), row after row, mirrored left to right as in `Mirror`."""

    width: int

    def __call__(self, rng: np.random.Generator, x: Array) -> Array:
        pictures = x.reshape(len(x), -1, self.width)
        turned = rng.random(len(x)) < 0.5
        return np.where(turned[:, None, None], pictures[:, :, ::-1], pictures).reshape(x.shape)


@dataclass(frozen=True)
class Both:
    """One augmentation after the other."""

    first: Augment
    second: Augment

    def __call__(self, rng: np.random.Generator, x: Array) -> Array:
        return self.second(rng, self.first(rng, x))


AUGMENTATIONS: dict[str, Callable[[float], Augment]] = {
    "noise": Noise,
    "mirror": lambda sd: Mirror(),
    "both": lambda sd: Both(Noise(sd), Mirror()),
}
"""By name, from the standard deviation of the noise."""


def noisy_squared_error(x: Array, y: Array, w: Array, sd: float) -> float:
    """The mean over all noise of the mean squared error of the line x @ w: x (n, d), y (n,).

    Noise on the inputs of a line is ridge with sd^2 (Bishop 1995): (y - x @ w)^2 + sd^2 w @ w.
    """
    return float(((y - x @ w) ** 2).mean() + sd**2 * w @ w)


def noisy_squared_error_gradient(x: Array, y: Array, w: Array, sd: float) -> Array:
    """-2 / n x^T (y - x @ w) + 2 sd^2 w, shaped like w (d,)."""
    return np.asarray(-2 / len(y) * x.T @ (y - x @ w) + 2 * sd**2 * w)
