"""Small pictures of bars and outlines: classes that only a combination of edges tells apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.types import Array

Mask = NDArray[np.bool_]

SIDE = 12  # pixels; a picture is a row of SIDE * SIDE numbers
REACH = 4  # a shape covers the pixels up to this far from its center, so it is 9 pixels wide
MIDDLE = SIDE // 2 - 1  # row and column of the usual center, from 0
SHIFT = 1  # its center lies up to this far from there, in either direction


def horizontal(dy: Array, dx: Array) -> Mask:
    """A bar from left to right."""
    return np.asarray(dy == 0)


def vertical(dy: Array, dx: Array) -> Mask:
    """A bar from top to bottom."""
    return np.asarray(dx == 0)


def cross(dy: Array, dx: Array) -> Mask:
    """Both bars."""
    return np.asarray((dy == 0) | (dx == 0))


def square(dy: Array, dx: Array) -> Mask:
    """An outline of two horizontal and two vertical edges."""
    return np.asarray(np.maximum(np.abs(dy), np.abs(dx)) == REACH)


def circle(dy: Array, dx: Array) -> Mask:
    """A ring of radius REACH."""
    return np.asarray(np.abs(np.hypot(dy, dx) - REACH) < 0.5)


def triangle(dy: Array, dx: Array) -> Mask:
    """An outline with its base below and its tip above."""
    sides = np.abs(2 * np.abs(dx) - (dy + REACH)) <= 1
    return np.asarray(sides | (dy == REACH))


SHAPES: dict[str, Callable[[Array, Array], Mask]] = {
    "horizontal bar": horizontal,
    "vertical bar": vertical,
    "cross": cross,
    "square": square,
    "circle": circle,
    "triangle": triangle,
}


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures x (n, 144), row by row, with the number of the class of each in SHAPES, y (n,)."""

    x: Array
    y: NDArray[np.intp]


def draw(name: str, row: float, column: float) -> Array:
    """A noiseless picture (12, 12) of SHAPES[name] centered there: 1 on the shape, 0 elsewhere."""
    dy, dx = np.indices((SIDE, SIDE)) - np.array([row, column]).reshape(2, 1, 1)
    within = np.maximum(np.abs(dy), np.abs(dx)) <= REACH
    return np.asarray(SHAPES[name](dy, dx) & within, dtype=np.float64)


def pictures(rng: np.random.Generator, n: int, noise: float) -> Pictures:
    """n pictures, the classes in turn, at random places, plus normal noise with sd `noise`.

    The center lies in row and column 4, 5 or 6 (from 0), so a shape never leaves the picture.
    """
    y = np.arange(n) % len(SHAPES)
    rows, columns = rng.integers(0, 2 * SHIFT + 1, (2, n))
    return Pictures(_clean()[y, rows, columns] + rng.normal(0, noise, (n, SIDE * SIDE)), y)


@cache
def _clean() -> Array:
    """Every noiseless picture: (classes, rows of the center, columns of the center, 144)."""
    places = range(MIDDLE - SHIFT, MIDDLE + SHIFT + 1)
    drawn = [[[draw(name, r, c).ravel() for c in places] for r in places] for name in SHAPES]
    return np.array(drawn)
