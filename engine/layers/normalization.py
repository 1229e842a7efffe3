"""Batch norm and layer norm: the same formula, over the examples and over the features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.initializers import Initializer
from engine.layers.base import EVALUATION, Layer, Pass
from engine.types import Array, Grads, Views


class Statistics(NamedTuple):
    """Mean and variance per feature, each (d,)."""

    mean: Array
    variance: Array


class Normalized(NamedTuple):
    """What a norm leaves for its backward pass: x_hat (n, d), the root sd that divided it, and the
    mean and biased variance of the batch, None where x was normalized by running statistics."""

    x_hat: Array
    sd: Array
    batch: Statistics | None


@dataclass(frozen=True)
class BatchNorm(Layer):
    """y = gamma x_hat + beta, each feature normalized over the batch (Ioffe & Szegedy 2015).

    x and y (n, d). In training x_hat uses the mean and the biased variance of the batch; a batch of
    one has x_hat = 0. In evaluation it uses the memory, the running statistics, which start at mean
    0 and variance 1 and move by `momentum` with each training pass toward the batch's mean and
    unbiased variance, as in PyTorch; a batch of one has no variance and leaves it.
    """

    d: int
    momentum: float = 0.1
    epsilon: float = 1e-5

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"gamma": (self.d,), "beta": (self.d,)}

    def initialize(self, rng: np.random.Generator, scheme: str | Initializer) -> dict[str, Array]:
        return {"gamma": np.ones(self.d), "beta": np.zeros(self.d)}

    def forward(self, p: Views, x: Array, run: Pass = EVALUATION) -> tuple[Array, Normalized]:
        batch = Statistics(x.mean(axis=0), x.var(axis=0)) if run.training else None
        mean, variance = batch or run.memory or self._start()
        sd = np.sqrt(variance + self.epsilon)
        x_hat = (x - mean) / sd
        return p["gamma"] * x_hat + p["beta"], Normalized(x_hat, sd, batch)

    def backward(self, p: Views, cache: Normalized, dy: Array) -> tuple[Array, Grads]:
        x_hat, sd, batch = cache
        gradients = {"gamma": (dy * x_hat).sum(axis=0), "beta": dy.sum(axis=0)}
        dx_hat = dy * p["gamma"]
        return (dx_hat / sd if batch is None else _centered(dx_hat, x_hat, 0) / sd), gradients

    def remember(self, memory: Statistics | None, cache: Normalized) -> Statistics:
        mean, variance = memory or self._start()
        n = len(cache.x_hat)
        if cache.batch is None:
            return Statistics(mean, variance)
        moved = mean + self.momentum * (cache.batch.mean - mean)
        if n == 1:
            return Statistics(moved, variance)
        unbiased = cache.batch.variance * n / (n - 1)
        return Statistics(moved, variance + self.momentum * (unbiased - variance))

    def _start(self) -> Statistics:
        return Statistics(np.zeros(self.d), np.ones(self.d))


@dataclass(frozen=True)
class LayerNorm(Layer):
    """y = gamma x_hat + beta, each example normalized over its features (Ba, Kiros & Hinton 2016).

    x and y (n, d). Training and evaluation are the same, whatever the batch.
    """

    d: int
    epsilon: float = 1e-5

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"gamma": (self.d,), "beta": (self.d,)}

    def initialize(self, rng: np.random.Generator, scheme: str | Initializer) -> dict[str, Array]:
        return {"gamma": np.ones(self.d), "beta": np.zeros(self.d)}

    def forward(self, p: Views, x: Array, run: Pass = EVALUATION) -> tuple[Array, Normalized]:
        sd = np.sqrt(x.var(axis=1, keepdims=True) + self.epsilon)
        x_hat = (x - x.mean(axis=1, keepdims=True)) / sd
        return p["gamma"] * x_hat + p["beta"], Normalized(x_hat, sd, None)

    def backward(self, p: Views, cache: Normalized, dy: Array) -> tuple[Array, Grads]:
        x_hat, sd, _ = cache
        gradients = {"gamma": (dy * x_hat).sum(axis=0), "beta": dy.sum(axis=0)}
        return _centered(dy * p["gamma"], x_hat, 1) / sd, gradients


def _centered(dx_hat: Array, x_hat: Array, axis: int) -> Array:
    """dx times sd: mean and variance depend on every entry of the axis, so two parts drop out."""
    mean = dx_hat.mean(axis=axis, keepdims=True)
    along = (dx_hat * x_hat).mean(axis=axis, keepdims=True)
    return np.asarray(dx_hat - mean - x_hat * along)
