"""Losses with a cliff: the same weight applied T times makes a plain turn into a wall.

Each is a surface of two parameters, so the rules of `descend` run on it; `clipped` gives the same
surface with a gradient that has been clipped.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from engine.clipping import CLIPPINGS
from engine.surfaces import Surface

TARGET = 0.7
MINIMUM_W = 2.5  # the minima of the unit are a curve; this is where the marked one lies
EACH_ITS_OWN = (slice(0, 1), slice(1, 2))  # two parameters, two layers


def _sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)) by tanh, which neither floats nor arrays overflow."""
    return 0.5 * (1 + (math.tanh if isinstance(x, float) else np.tanh)(0.5 * x))


def _outputs(w: Any, b: Any, steps: int) -> list[Any]:
    """sigma(x_0), ..., sigma(x_T) of x_t = w sigma(x_(t-1)) + b from x_0 = 0."""
    outputs = [_sigmoid(0.0 * w)]
    for _ in range(steps):
        outputs.append(_sigmoid(w * outputs[-1] + b))
    return outputs


def unit_loss(w: Any, b: Any, steps: int) -> Any:
    """(sigma(x_T) - 0.7)^2, floats or arrays of one shape (Pascanu et al. 2013, figure 6)."""
    return (_outputs(w, b, steps)[-1] - TARGET) ** 2


def unit_gradient(w: Any, b: Any, steps: int) -> tuple[Any, Any]:
    """Its derivatives by w and b, by backpropagation through the T steps."""
    outputs = _outputs(w, b, steps)
    last = outputs[-1]
    dx = 2 * (last - TARGET) * last * (1 - last)
    dw, db = 0.0 * w, 0.0 * b
    for before in outputs[-2::-1]:
        dw, db = dw + dx * before, db + dx
        dx = dx * w * before * (1 - before)
    return dw, db


def unit_minimum(steps: int, w: float = MINIMUM_W) -> tuple[float, float]:
    """The point (w, b) at this w where the loss is 0, by bisection: the output rises with b."""
    low, high = -10.0, 10.0
    for _ in range(80):
        middle = (low + high) / 2
        above = _outputs(w, middle, steps)[-1] > TARGET
        low, high = (low, middle) if above else (middle, high)
    return w, high


def unit(steps: int = 50) -> Surface:
    """One sigmoid unit that feeds itself for so many steps: flat on both sides of its cliff."""
    return Surface(
        name="unit",
        label="Recurrent unit",
        formula=rf"\left(\sigma(x_{{{steps}}}) - {TARGET}\right)^2,\ "
        r"x_t = w\,\sigma(x_{t-1}) + b,\ x_0 = 0",
        f=lambda w, b: unit_loss(w, b, steps),
        df=lambda w, b: unit_gradient(w, b, steps),
        minima=np.array([unit_minimum(steps)]),
        minimum_value=0.0,
        x_range=(2.0, 8.0),
        y_range=(-5.0, 0.0),
        start=(6.0, -3.8),
    )


def chain(steps: int = 50) -> Surface:
    """The same weight w multiplied so many times, then a: a plain with two walls that only rise."""

    def gradient(w: Any, a: Any) -> tuple[Any, Any]:
        power = w**steps
        error = a * power - 1
        return error * a * steps * w ** (steps - 1), error * power

    return Surface(
        name="chain",
        label="Chain of weights",
        formula=rf"\tfrac12\left(a\,w^{{{steps}}} - 1\right)^2",
        f=lambda w, a: 0.5 * (a * w**steps - 1) ** 2,
        df=gradient,
        minima=np.array([[1.0, 1.0]]),
        minimum_value=0.0,
        x_range=(0.5, 1.5),
        y_range=(-1.0, 2.0),
        start=(1.2, 0.8),
    )


CLIFFS: dict[str, Callable[[int], Surface]] = {"unit": unit, "chain": chain}


def clipped(surface: Surface, rule: str, limit: float) -> Surface:
    """The surface whose gradient, at one point, is clipped by CLIPPINGS[rule]; its values stay.

    Each of the two parameters counts as a layer.
    """

    def gradient(x: float, y: float) -> tuple[float, float]:
        raw = np.array(surface.df(x, y), float)
        dx, dy = CLIPPINGS[rule](raw, limit, EACH_ITS_OWN).tolist()
        return dx, dy

    return replace(surface, df=gradient)
