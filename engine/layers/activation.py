"""The elementwise layer."""

from __future__ import annotations

from dataclasses import dataclass

from engine.activations import ACTIVATIONS, Elementwise
from engine.layers.base import EVALUATION, Layer, Pass
from engine.types import Array, Grads, Views


@dataclass(frozen=True)
class Activation(Layer):
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

    def forward(self, p: Views, x: Array, run: Pass = EVALUATION) -> tuple[Array, Array]:
        return self.rule.f(x), x

    def backward(self, p: Views, x: Array, dy: Array) -> tuple[Array, Grads]:
        return dy * self.rule.df(x), {}
