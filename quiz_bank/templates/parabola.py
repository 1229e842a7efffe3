"""The one-dimensional loss that questions about single optimizer steps start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.optimizers import Optimizer
from engine.types import Array
from quiz_bank.templates.draws import INTEGERS, distinct, one
from quiz_bank.templates.latex import factor, number, signed


@dataclass(frozen=True)
class Parabola:
    """The loss J = a/2 (theta - c)^2 and a start theta that is not its minimum."""

    a: float
    c: float
    theta: float

    @property
    def gradient(self) -> float:
        """J'(theta) = a (theta - c)."""
        return self.a * (self.theta - self.c)

    def value(self, theta: Array) -> float:
        """J(theta)."""
        return float(self.a / 2 * (theta - self.c) ** 2)

    @property
    def formula(self) -> str:
        """J as LaTeX."""
        return rf"J(\theta) = \tfrac{{{number(self.a)}}}{{2}} (\theta {signed(-self.c)})^2"

    @property
    def gradient_line(self) -> str:
        """The first line of each worked solution."""
        return rf"""Gradient: $g = J'(\theta) = {number(self.a)}\,(\theta {signed(-self.c)}) =
{number(self.a)} \cdot {factor(self.theta - self.c)} = {number(self.gradient)}$."""


def parabola(rng: np.random.Generator) -> Parabola:
    """A parabola of small numbers."""
    c, theta = distinct(rng, INTEGERS, 2)
    return Parabola(one(rng, (3.0, 5.0, 7.0)), float(c), float(theta))


def advance(optimizer: Optimizer, theta: Any, gradient: Any, state: Any) -> tuple[Any, Any]:
    """The new theta and state; floats or arrays, as the rule takes both."""
    return optimizer.step(theta, gradient, state)


def moved(optimizer: Optimizer, theta: Any, gradient: Any, state: Any) -> Any:
    """The new theta alone."""
    return optimizer.step(theta, gradient, state)[0]
