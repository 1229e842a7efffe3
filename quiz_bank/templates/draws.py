"""Draws of the small friendly numbers that questions are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array

T = TypeVar("T")

HALVES = (-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0)
TENTHS = (-0.9, -0.7, -0.6, -0.4, -0.3, 0.3, 0.4, 0.6, 0.7, 0.9)
SMALL = (-0.6, -0.4, -0.3, -0.2, 0.2, 0.3, 0.4, 0.6)
INTEGERS = (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0)
ODD = (3.0, 5.0, 7.0, 9.0)
RATES = (0.1, 0.2, 0.05, 0.3)


def one(rng: np.random.Generator, values: Sequence[float]) -> float:
    """One of the values."""
    return float(rng.choice(values))


def several(rng: np.random.Generator, values: Sequence[float], *shape: int) -> Array:
    """An array of that shape, each entry one of the values."""
    return rng.choice(np.array(values), size=shape)


def distinct(rng: np.random.Generator, values: Sequence[float], count: int) -> Array:
    """A (count,) array of the values, no two alike."""
    return rng.choice(np.array(values), size=count, replace=False)


def until(draw: Callable[[], T], good: Callable[[T], bool]) -> T:
    """The first of the draws that is good."""
    return next(filter(good, iter(draw, None)))


def keeps_digits(terms: ArrayLike) -> bool:
    """Whether the terms of a sum cancel so little that it bears their rounding to the five digits
    that are printed: by a third of the tolerance at most."""
    return bool(np.abs(np.sum(terms)) >= 0.2 * np.sum(np.abs(terms)))
