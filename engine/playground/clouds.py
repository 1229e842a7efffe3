"""Points of the plane with classes or values: the data sets that the playground draws.

The plane is -REACH to REACH in both coordinates. Every cloud takes (rng, n, noise, classes) and
gives x (n, 2) and y (n,): class numbers from 0, or values. Noise is 0 to 0.5; what it carries past
an edge of the plane comes back from it like light from a mirror.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.types import Array

REACH = 6.0
TURNS = 3.5 * np.pi  # angle along the one arm of a spiral; k arms turn by 1/sqrt(k) of it each
BUMPS = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))

Drawn = tuple[Array, Array]


@dataclass(frozen=True)
class Cloud:
    """A law to draw points from; `classes` are the numbers of classes it can have, () for a number
    to predict."""

    name: str
    draw: Callable[[np.random.Generator, int, float, int], Drawn]
    classes: tuple[int, ...] = (2,)


def _turns(n: int, classes: int) -> Array:
    return np.arange(n, dtype=np.float64) % classes


def moved(rng: np.random.Generator, x: Array, sd: float) -> Array:
    """Points x (n, 2) with normal noise, mirrored at the edges of the plane."""
    return inside(x + rng.normal(0, sd, x.shape))


def inside(x: Array) -> Array:
    """Coordinates mirrored at -REACH and REACH as often as they pass them."""
    return np.asarray(REACH - np.abs((x + REACH) % (4 * REACH) - 2 * REACH))


def circle(rng: np.random.Generator, n: int, noise: float, classes: int) -> Drawn:
    """Rings around the center, class 0 the disk in the middle."""
    y = _turns(n, classes)
    radius = (y + rng.uniform(0, 0.75, n)) * 5 / classes
    angle = rng.uniform(0, 2 * np.pi, n)
    x = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return moved(rng, x, 2 * noise), y


def xor(rng: np.random.Generator, n: int, noise: float, classes: int) -> Drawn:
    """Class 1 where the coordinates differ in sign; a gap of 0.3 on either side of the axes."""
    x = rng.uniform(-5, 5, (n, 2))
    x += np.where(x > 0, 0.3, -0.3)
    y = (x[:, 0] * x[:, 1] < 0).astype(np.float64)
    return moved(rng, x, 2 * noise), y


def gaussians(rng: np.random.Generator, n: int, noise: float, classes: int) -> Drawn:
    """Normal clouds evenly around the center, of sd 0.6 without noise: six just touch."""
    y = _turns(n, classes)
    angle = np.pi / 4 + 2 * np.pi * y / classes
    center = 3 * np.column_stack([np.cos(angle), np.sin(angle)])
    return moved(rng, center, 0.6 + 4 * noise), y


def spiral(rng: np.random.Generator, n: int, noise: float, classes: int) -> Drawn:
    """Arms that wind around each other, one per class (Lang & Witbrock 1988)."""
    y = _turns(n, classes)
    along = rng.uniform(0.04, 1, n)
    angle = along * TURNS / classes**0.5 + 2 * np.pi * y / classes
    x = 5.2 * along[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
    return moved(rng, x, 1.2 * noise), y


def moons(rng: np.random.Generator, n: int, noise: float, classes: int) -> Drawn:
    """Two half circles that reach into each other."""
    y = _turns(n, 2)
    angle = rng.uniform(0, np.pi, n)
    side = 1 - 2 * y
    x = np.column_stack([side * (3 * np.cos(angle) - 1.5), side * (3 * np.sin(angle) - 0.75)])
    return moved(rng, x, 1.5 * noise), y


def checkerboard(rng: np.random.Generator, n: int, noise: float, classes: int) -> Drawn:
    """Squares of side 3 whose class grows by one to the right and upward."""
    x = rng.uniform(-REACH, REACH, (n, 2))
    y = np.floor((x + REACH) / 3).sum(axis=1) % classes
    return moved(rng, x, noise), y


def plane(rng: np.random.Generator, n: int, noise: float, classes: int) -> Drawn:
    """(x1 + x2) / 10 plus noise: what a network without hidden units can fit."""
    x = rng.uniform(-REACH, REACH, (n, 2))
    return x, x.sum(axis=1) / 10 + rng.normal(0, noise, n)


def bumps(rng: np.random.Generator, n: int, noise: float, classes: int) -> Drawn:
    """Six bumps of height 1 and -1 in turn, each falling off like a normal density of sd 1.4."""
    x = rng.uniform(-REACH, REACH, (n, 2))
    centers = np.array(BUMPS)
    far = ((x[:, None, :] - centers[:, :2]) ** 2).sum(axis=2)
    return x, np.exp(-far / (2 * 1.4**2)) @ centers[:, 2] + rng.normal(0, noise, n)


CURVES: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "sine": ("3 sin(x₁)", lambda x: 3 * np.sin(x)),
    "cubic": ("x₁³/18 − x₁", lambda x: x**3 / 18 - x),
    "absolute": ("|x₁| − 2", lambda x: np.abs(x) - 2),
    "parabola": ("x₁²/6 − 2", lambda x: x**2 / 6 - 2),
    "step": ("3 sign(x₁)", lambda x: 3 * np.sign(x)),
    "line": ("x₁/2 + 1", lambda x: x / 2 + 1),
}
"""Curves f for "above or below f(x)": how each is written, and the function."""


def curve(key: str) -> Callable[[np.random.Generator, int, float, int], Drawn]:
    """Class 1 above CURVES[key], with noise on the height after the class is given."""
    f = CURVES[key][1]

    def draw(rng: np.random.Generator, n: int, noise: float, classes: int) -> Drawn:
        x = rng.uniform(-REACH, REACH, (n, 2))
        y = (x[:, 1] > f(x[:, 0])).astype(np.float64)
        return inside(x + rng.normal(0, 2 * noise, (n, 2)) * [0, 1]), y

    return draw


UP_TO_SIX = (2, 3, 4, 5, 6)
CLOUDS: dict[str, Cloud] = {
    "circle": Cloud("Circle", circle, UP_TO_SIX),
    "xor": Cloud("XOR", xor),
    "gaussians": Cloud("Gaussians", gaussians, UP_TO_SIX),
    "spiral": Cloud("Spiral", spiral, UP_TO_SIX),
    "moons": Cloud("Moons", moons),
    "checkerboard": Cloud("Checkerboard", checkerboard, UP_TO_SIX),
    "sine": Cloud("Sine boundary", curve("sine")),
    "curve": Cloud("Above or below f(x)", curve("sine")),
    "plane": Cloud("Plane", plane, ()),
    "bumps": Cloud("Gaussian bumps", bumps, ()),
}
