"""The affine layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.initializers import INITIALIZERS, Initializer
from engine.layers.base import EVALUATION, Layer, Pass
from engine.types import Array, Grads, Views


@dataclass(frozen=True)
class Dense(Layer):
    """Affine map y = x @ W + b. Shapes: x (n, d_in), W (d_in, d_out), b (d_out,), y (n, d_out)."""

    d_in: int
    d_out: int

    def __post_init__(self) -> None:
        if min(self.d_in, self.d_out) < 1:
            raise ValueError(f"a dense layer needs sizes of 1 or more, not {self.d_in, self.d_out}")

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"W": (self.d_in, self.d_out), "b": (self.d_out,)}

    def initialize(self, rng: np.random.Generator, scheme: str | Initializer) -> dict[str, Array]:
        draw = INITIALIZERS[scheme] if isinstance(scheme, str) else scheme
        return {"W": draw(rng, self.d_in, self.d_out), "b": np.zeros(self.d_out)}

    def forward(self, p: Views, x: Array, run: Pass = EVALUATION) -> tuple[Array, Array]:
        return x @ p["W"] + p["b"], x

    def backward(self, p: Views, x: Array, dy: Array) -> tuple[Array, Grads]:
        return dy @ p["W"].T, {"W": x.T @ dy, "b": dy.sum(axis=0)}
