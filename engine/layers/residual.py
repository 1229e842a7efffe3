"""The residual connection: a branch of layers beside the identity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.initializers import Initializer
from engine.layers.base import EVALUATION, Layer, Pass
from engine.types import Array, Grads, Views


@dataclass(frozen=True)
class Residual(Layer):
    """y = x + scale F(x), F being the layers of `branch` in order (He et al. 2016, equation 1).

    x and y (n, d); the branch keeps the width. Parameter k of the branch's layer number m is named
    "k.m". The memory is that of the branch, layer by layer. Raises ValueError for an empty branch,
    and in `forward` for a branch that changes the shape.
    """

    branch: tuple[Layer, ...]
    scale: float = 1.0

    def __post_init__(self) -> None:
        if not self.branch:
            raise ValueError("a residual connection needs at least one layer in its branch")

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return self._named([layer.shapes() for layer in self.branch])

    def initialize(self, rng: np.random.Generator, scheme: str | Initializer) -> dict[str, Array]:
        return self._named([layer.initialize(rng, scheme) for layer in self.branch])

    def forward(self, p: Views, x: Array, run: Pass = EVALUATION) -> tuple[Array, list[Any]]:
        memories = run.memory or [None] * len(self.branch)
        y, caches = x, []
        for k, (layer, memory) in enumerate(zip(self.branch, memories, strict=True)):
            y, cache = layer.forward(self._own(p, k), y, replace(run, memory=memory))
            caches.append(cache)
        if y.shape != x.shape:
            raise ValueError(f"expected a branch that keeps the shape {x.shape}, got {y.shape}")
        return x + self.scale * y, caches

    def backward(self, p: Views, caches: list[Any], dy: Array) -> tuple[Array, Grads]:
        upstream, gradients = self.scale * dy, []
        for k in reversed(range(len(self.branch))):
            upstream, own = self.branch[k].backward(self._own(p, k), caches[k], upstream)
            gradients.append(own)
        return dy + upstream, self._named(gradients[::-1])

    def remember(self, memory: Any, caches: list[Any]) -> tuple[Any, ...]:
        memories = memory or [None] * len(self.branch)
        steps = zip(self.branch, memories, caches, strict=True)
        return tuple(layer.remember(before, cache) for layer, before, cache in steps)

    def _named(self, values: list[Any]) -> dict[str, Any]:
        return {f"{key}.{k + 1}": v for k, own in enumerate(values) for key, v in own.items()}

    def _own(self, p: Views, k: int) -> dict[str, Array]:
        return {key: np.asarray(p[f"{key}.{k + 1}"]) for key in self.branch[k].shapes()}
