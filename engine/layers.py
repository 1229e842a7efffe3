"""Layers: pairs of a forward and a backward rule over named views of one flat parameter vector.

A layer holds sizes only. Parameters come in as views `p`, and what the backward rule needs to
know of the forward pass travels in the cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from engine.activations import ACTIVATIONS, Elementwise
from engine.initializers import INITIALIZERS
from engine.types import Array, Grads, Views


class Layer(Protocol):
    """What a network asks of a layer."""

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter by its short name, in the order they lie in theta."""

    def initialize(self, rng: np.random.Generator, scheme: str) -> dict[str, Array]:
        """Starting values of the parameters; `scheme` is a key of INITIALIZERS."""

    def forward(self, p: Views, x: Array) -> tuple[Array, Any]:
        """The output and the cache that `backward` takes; x is not modified."""

    def backward(self, p: Views, cache: Any, dy: Array) -> tuple[Array, Grads]:
        """The gradient with respect to x, and the gradients of the parameters by short name."""


@dataclass(frozen=True)
class Dense:
    """Affine map y = x @ W + b. Shapes: x (n, d_in), W (d_in, d_out), b (d_out,), y (n, d_out)."""

    d_in: int
    d_out: int

    def __post_init__(self) -> None:
        if min(self.d_in, self.d_out) < 1:
            raise ValueError(f"a dense layer needs sizes of 1 or more, not {self.d_in, self.d_out}")

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"W": (self.d_in, self.d_out), "b": (self.d_out,)}

    def initialize(self, rng: np.random.Generator, scheme: str) -> dict[str, Array]:
        return {"W": INITIALIZERS[scheme](rng, self.d_in, self.d_out), "b": np.zeros(self.d_out)}

    def forward(self, p: Views, x: Array) -> tuple[Array, Array]:
        return x @ p["W"] + p["b"], x

    def backward(self, p: Views, x: Array, dy: Array) -> tuple[Array, Grads]:
        return dy @ p["W"].T, {"W": x.T @ dy, "b": dy.sum(axis=0)}


@dataclass(frozen=True)
class Activation:
    """An elementwise activation as a layer: x, y, dx and dy have one shape.

    `kind` is a key of ACTIVATIONS or a record such as leaky_relu(0.2).
    Raises ValueError for an unknown key.
    """

    kind: str | Elementwise

    def __post_init__(self) -> None:
        if isinstance(self.kind, str) and self.kind not in ACTIVATIONS:
            raise ValueError(f"unknown activation {self.kind!r}; known: {', '.join(ACTIVATIONS)}")

    @property
    def rule(self) -> Elementwise:
        """The record with f and df."""
        return ACTIVATIONS[self.kind] if isinstance(self.kind, str) else self.kind

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {}

    def initialize(self, rng: np.random.Generator, scheme: str) -> dict[str, Array]:
        return {}

    def forward(self, p: Views, x: Array) -> tuple[Array, Array]:
        return self.rule.f(x), x

    def backward(self, p: Views, x: Array, dy: Array) -> tuple[Array, Grads]:
        return dy * self.rule.df(x), {}
