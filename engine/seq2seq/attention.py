"""Attention: where a decoder's state looks in what the encoder has read.

A score says how well a state h (d,) fits a place m (d,) of the memory; softmax over the places
makes weights of the scores, and the context is the memory's mean under them. The vector
tanh([context, h] W_c) then predicts the word (Luong et al. 2015, equations 5 and 7).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import numpy as np

from engine.activations import softmax
from engine.types import Array, Grads, Views

Shapes = dict[str, tuple[int, ...]]


class Score(ABC):
    """How h (n, t, d) is compared with m (n, s, d)."""

    @abstractmethod
    def shapes(self, d: int) -> Shapes:
        """The shapes of what the score learns, by name."""

    @abstractmethod
    def forward(self, p: Views, h: Array, m: Array) -> tuple[Array, Any]:
        """Scores (n, t, s), and what `backward` needs."""

    @abstractmethod
    def backward(
        self, p: Views, h: Array, m: Array, cache: Any, de: Array
    ) -> tuple[Array, Array, Grads]:
        """Derivatives by h, by m and by the parameters, from those by the scores (n, t, s)."""


class Dot(Score):
    """e = h m (Luong et al. 2015, equation 8)."""

    def shapes(self, d: int) -> Shapes:
        return {}

    def forward(self, p: Views, h: Array, m: Array) -> tuple[Array, Any]:
        return h @ m.swapaxes(1, 2), None

    def backward(
        self, p: Views, h: Array, m: Array, cache: Any, de: Array
    ) -> tuple[Array, Array, Grads]:
        return de @ m, de.swapaxes(1, 2) @ h, {}


class General(Score):
    """e = h W_a m (Luong et al. 2015, equation 8)."""

    def shapes(self, d: int) -> Shapes:
        return {"W_a": (d, d)}

    def forward(self, p: Views, h: Array, m: Array) -> tuple[Array, Any]:
        q = by_rows(h, p["W_a"])
        return q @ m.swapaxes(1, 2), q

    def backward(
        self, p: Views, h: Array, m: Array, cache: Any, de: Array
    ) -> tuple[Array, Array, Grads]:
        dq = de @ m
        return by_rows(dq, p["W_a"].T), de.swapaxes(1, 2) @ cache, {"W_a": sum_of_products(h, dq)}


class Additive(Score):
    """e = tanh(h W_h + m W_m) v_a (Bahdanau et al. 2015, appendix A.1.2)."""

    def shapes(self, d: int) -> Shapes:
        return {"W_h": (d, d), "W_m": (d, d), "v_a": (d,)}

    def forward(self, p: Views, h: Array, m: Array) -> tuple[Array, Any]:
        u = by_rows(h, p["W_h"])[:, :, None] + by_rows(m, p["W_m"])[:, None]
        np.tanh(u, out=u)
        return u @ p["v_a"], u

    def backward(
        self, p: Views, h: Array, m: Array, cache: Any, de: Array
    ) -> tuple[Array, Array, Grads]:
        u = cache
        da = de[..., None] * (p["v_a"] * (1 - u**2))
        by_h, by_m = da.sum(axis=2), da.sum(axis=1)
        grads = {
            "W_h": sum_of_products(h, by_h),
            "W_m": sum_of_products(m, by_m),
            "v_a": de.reshape(-1) @ u.reshape(-1, u.shape[-1]),
        }
        return by_rows(by_h, p["W_h"].T), by_rows(by_m, p["W_m"].T), grads


ATTENTIONS: dict[str, Score] = {"dot": Dot(), "general": General(), "additive": Additive()}


class Attended(NamedTuple):
    """Weights (n, t, s), the memory's mean under them beside the state (n, t, 2 d), the vector
    that they become (n, t, d), and the score's own cache."""

    weights: Array
    joined: Array
    vector: Array
    cache: Any


def attend(score: Score, p: Views, h: Array, m: Array) -> Attended:
    """What a state h (n, t, d) takes from the memory m (n, s, d)."""
    e, cache = score.forward(p, h, m)
    weights = softmax(e)
    joined = np.concatenate([weights @ m, h], axis=2)
    return Attended(weights, joined, np.tanh(by_rows(joined, p["W_c"])), cache)


def attend_back(
    score: Score, p: Views, h: Array, m: Array, seen: Attended, dvector: Array
) -> tuple[Array, Array, Grads]:
    """Derivatives by h, by m and by the parameters, from those by the vector (n, t, d)."""
    d = h.shape[2]
    dz = dvector * (1 - seen.vector**2)
    djoined = by_rows(dz, p["W_c"].T)
    dcontext, dh = djoined[..., :d], djoined[..., d:]
    dweights = dcontext @ m.swapaxes(1, 2)
    w = seen.weights
    de = w * (dweights - (w * dweights).sum(axis=2, keepdims=True))
    by_h, by_m, grads = score.backward(p, h, m, seen.cache, de)
    dm = w.swapaxes(1, 2) @ dcontext + by_m
    return dh + by_h, dm, grads | {"W_c": sum_of_products(seen.joined, dz)}


def by_rows(x: Array, W: Array) -> Array:
    """x W for x (n, t, a) and W (a, b), as one matrix product: (n, t, b)."""
    return np.asarray((x.reshape(-1, x.shape[2]) @ W).reshape(*x.shape[:2], -1))


def sum_of_products(x: Array, dy: Array) -> Array:
    """The sum of x^T dy over (n, t, a) and (n, t, b), as one matrix product: (a, b)."""
    return np.asarray(x.reshape(-1, x.shape[-1]).T @ dy.reshape(-1, dy.shape[-1]))
