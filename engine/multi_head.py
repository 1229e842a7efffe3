"""Multi-head attention on batches: heads side by side, each on its own share of the width.

A boolean mask says which keys a query may see (True) and broadcasts to (n, h, t, s): (t, s) for
`causal_mask`, (n, 1, 1, s) for `padding_mask`; two masks are joined by &.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats
from engine.by_hand.attention import attention_weights, context, masked
from engine.initializers import INITIALIZERS, Initializer
from engine.seq2seq.attention import by_rows, sum_of_products
from engine.types import Array, Grads, Views


def padding_mask(lengths: ArrayLike, s: int) -> Array:
    """Which of s keys are words and not padding, (n, 1, 1, s) booleans, for sentences of these
    lengths (n,), each from 0 to s. Raises ValueError otherwise."""
    sizes = np.asarray(lengths)
    if sizes.ndim != 1 or not ((sizes >= 0) & (sizes <= s)).all():
        raise ValueError(f"expected a list of lengths from 0 to {s}, got {sizes.tolist()}")
    return np.asarray(np.arange(s) < sizes[:, None, None, None])


def split_heads(x: ArrayLike, heads: int) -> Array:
    """(n, t, d) as (n, heads, t, d / heads): head i gets the i-th share of the columns."""
    floats = as_floats(x)
    n, t, d = floats.shape
    if heads < 1 or d % heads:
        raise ValueError(f"{heads} heads cannot share {d} columns evenly")
    return floats.reshape(n, t, heads, d // heads).swapaxes(1, 2)


def join_heads(x: Array) -> Array:
    """(n, h, t, d_k) as (n, t, h d_k): the heads' outputs next to each other."""
    n, heads, t, size = x.shape
    return x.swapaxes(1, 2).reshape(n, t, heads * size)


class Heads(NamedTuple):
    """Queries (n, h, t, d_k), keys (n, h, s, d_k) and values (n, h, s, d_v) by head, their
    scores (n, h, t, s), minus infinity where masked, weights (n, h, t, s), which sum to 1 over
    s, and contexts (n, h, t, d_v)."""

    q: Array
    k: Array
    v: Array
    scores: Array
    weights: Array
    contexts: Array


def attend_heads(q: Array, k: Array, v: Array, allowed: ArrayLike | None = None) -> Heads:
    """Scaled dot-product attention of every head, softmax(q k^T / sqrt(d_k)) v.

    Raises ValueError for a mask that is not boolean or does not fit, and for a query that may
    see no key. Source: Vaswani et al. 2017, equation 1.
    """
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(k.shape[-1])
    if allowed is not None:
        scores = masked(scores, _fitting(allowed, scores.shape))
    weights = attention_weights(scores)
    return Heads(q, k, v, scores, weights, context(weights, v))


def _fitting(allowed: ArrayLike, shape: tuple[int, ...]) -> Array:
    may = np.asarray(allowed)
    if may.dtype != bool:
        raise ValueError(f"expected a mask of True (may be seen) and False, got {may.dtype}")
    try:
        return np.broadcast_to(may, shape)
    except ValueError:
        raise ValueError(f"a mask {may.shape} does not fit scores (n, h, t, s) {shape}") from None


def attend_heads_back(seen: Heads, dcontexts: Array) -> tuple[Array, Array, Array]:
    """Derivatives by q, k and v from those by the contexts. A key that may not be seen has the
    weight 0, so nothing comes back to it."""
    q, k, v, a = seen.q, seen.k, seen.v, seen.weights
    da = dcontexts @ v.swapaxes(-1, -2)
    ds = a * (da - (a * da).sum(axis=-1, keepdims=True)) / np.sqrt(k.shape[-1])
    return ds @ k, ds.swapaxes(-1, -2) @ q, a.swapaxes(-1, -2) @ dcontexts


class MultiHeadCache(NamedTuple):
    """Inputs x_q (n, t, d) and x_kv (n, s, d), the heads with their weights (n, h, t, s), and
    the heads' contexts joined (n, t, d)."""

    x_q: Array
    x_kv: Array
    seen: Heads
    joined: Array

    @property
    def weights(self) -> Array:
        """How much each query takes from each key, (n, h, t, s)."""
        return self.seen.weights


@dataclass(frozen=True)
class MultiHead:
    """y = [head_1 ... head_h] W_O + b_O, each head attending in its own d / h columns of
    x_q W_Q + b_Q, x_kv W_K + b_K and x_kv W_V + b_V (Vaswani et al. 2017, section 3.2.2).

    Self-attention has x_kv = x_q. All four projections are (d, d). Raises ValueError when the
    heads cannot share d columns evenly.
    """

    d: int
    heads: int

    def __post_init__(self) -> None:
        if self.d < 1 or self.heads < 1 or self.d % self.heads:
            raise ValueError(f"{self.heads} heads cannot share {self.d} columns evenly")

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of the parameters by name, in the order they lie in theta."""
        weights = {f"W_{name}": (self.d, self.d) for name in "QKVO"}
        return weights | {f"b_{name}": (self.d,) for name in "QKVO"}

    def initialize(
        self, rng: np.random.Generator, scheme: str | Initializer = "xavier_uniform"
    ) -> dict[str, Array]:
        """Starting values by name: weights by the scheme, biases 0."""
        draw = INITIALIZERS[scheme] if isinstance(scheme, str) else scheme
        return {
            name: draw(rng, self.d, self.d) if name.startswith("W") else np.zeros(self.d)
            for name in self.shapes()
        }

    def forward(
        self, p: Views, x_q: ArrayLike, x_kv: ArrayLike, allowed: ArrayLike | None = None
    ) -> tuple[Array, MultiHeadCache]:
        """Output (n, t, d) for x_q (n, t, d) and x_kv (n, s, d), and what `backward` takes.

        Raises ValueError for inputs of other shapes, for a mask that does not fit, and for a
        query that may see no key.
        """
        reads, read = self.checked(x_q), self.checked(x_kv)
        if len(reads) != len(read):
            raise ValueError(f"expected batches of one size, got {len(reads)} and {len(read)}")
        q, k, v = (
            split_heads(by_rows(x, p[f"W_{name}"]) + p[f"b_{name}"], self.heads)
            for name, x in zip("QKV", (reads, read, read), strict=True)
        )
        seen = attend_heads(q, k, v, allowed)
        joined = join_heads(seen.contexts)
        y = by_rows(joined, p["W_O"]) + p["b_O"]
        return y, MultiHeadCache(reads, read, seen, joined)

    def backward(self, p: Views, cache: MultiHeadCache, dy: Array) -> tuple[Array, Array, Grads]:
        """Derivatives by x_q (n, t, d), by x_kv (n, s, d) and by the parameters, from dy
        (n, t, d). Where x_q and x_kv are one input, its derivative is the sum of both."""
        dcontexts = split_heads(by_rows(dy, p["W_O"].T), self.heads)
        dq, dk, dv = map(join_heads, attend_heads_back(cache.seen, dcontexts))
        grads = {
            "W_Q": sum_of_products(cache.x_q, dq),
            "W_K": sum_of_products(cache.x_kv, dk),
            "W_V": sum_of_products(cache.x_kv, dv),
            "W_O": sum_of_products(cache.joined, dy),
        }
        arriving = zip("QKVO", (dq, dk, dv, dy), strict=True)
        grads |= {f"b_{name}": np.asarray(d.sum(axis=(0, 1))) for name, d in arriving}
        dx_kv = by_rows(dk, p["W_K"].T) + by_rows(dv, p["W_V"].T)
        return by_rows(dq, p["W_Q"].T), dx_kv, grads

    def multiplications(self, t: int, s: int) -> int:
        """How many products t queries and s keys take: four projections, scores, weighted sums.
        The softmax and the scale are left out."""
        return 2 * (t + s) * self.d**2 + 2 * t * s * self.d

    def checked(self, x: ArrayLike) -> Array:
        """The input as floats. Raises ValueError unless it is (n, t, d) and not empty."""
        floats = as_floats(x)
        if floats.ndim != 3 or floats.shape[2] != self.d or not floats.size:
            raise ValueError(f"expected an input of shape (n, t, {self.d}), got {floats.shape}")
        return floats
