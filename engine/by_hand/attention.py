"""One attention head by hand: scores, weights and context, and every gradient of the way back.

Queries stand in rows Q (t, d) or alone q (d,); keys K (s, d) and values V (s, v) in rows. Weights
sum to 1 over the keys, the last axis. No batches and no loops, so that code and formula read
alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import softmax
from engine.types import Array


def dot_scores(q: ArrayLike, K: ArrayLike) -> Array:
    """Scores q . k_j, (s,), or (t, s) for queries Q. Source: Luong, Pham & Manning 2015."""
    return np.asarray(np.asarray(q, float) @ np.asarray(K, float).T)


def scaled_dot_scores(q: ArrayLike, K: ArrayLike) -> Array:
    """Scores q . k_j / sqrt(d), (s,), or (t, s) for queries Q. Source: Vaswani et al. 2017."""
    return np.asarray(dot_scores(q, K) / np.sqrt(np.shape(K)[-1]))


def general_scores(q: ArrayLike, W: ArrayLike, K: ArrayLike) -> Array:
    """Scores q^T W k_j, (s,), or (t, s) for queries Q (t, m), with W (m, d).

    Source: Luong, Pham & Manning 2015.
    """
    return dot_scores(np.asarray(q, float) @ np.asarray(W, float), K)


def additive_scores(q: ArrayLike, K: ArrayLike, W: ArrayLike, U: ArrayLike, v: ArrayLike) -> Array:
    """Scores v . tanh(W q + U k_j), (s,), or (t, s) for queries Q (t, m).

    W (n, m) and U (n, d) bring query and keys to n numbers, which v (n,) weighs.
    Source: Bahdanau, Cho & Bengio 2015.
    """
    from_query = np.asarray(q, float) @ np.asarray(W, float).T
    from_keys = np.asarray(K, float) @ np.asarray(U, float).T
    return np.asarray(np.tanh(from_query[..., None, :] + from_keys) @ np.asarray(v, float))


def causal_mask(t: int) -> Array:
    """Which keys each of t positions may read, (t, t) booleans: itself and those before it."""
    return np.tri(t, dtype=bool)


def masked(scores: ArrayLike, allowed: ArrayLike) -> Array:
    """The scores, minus infinity where reading is not `allowed` (booleans of the same shape).

    Raises ValueError when a query may read no key at all: its weights would not be numbers.
    """
    may = np.asarray(allowed, dtype=bool)
    if not may.any(axis=-1).all():
        raise ValueError("expected at least one key that may be read for each query")
    return np.where(may, np.asarray(scores, float), -np.inf)


def attention_weights(scores: ArrayLike) -> Array:
    """Softmax of the scores over the keys, the last axis; shaped like `scores`."""
    return softmax(scores, axis=-1)


def context(weights: ArrayLike, V: ArrayLike) -> Array:
    """Weighted sums of the values, (v,), or (t, v) for weights (t, s)."""
    return np.asarray(np.asarray(weights, float) @ np.asarray(V, float))


@dataclass(frozen=True, eq=False)
class Attended:
    """The values of one head: scores (t, s), weights (t, s) and contexts (t, v)."""

    scores: Array
    weights: Array
    context: Array


def attend(Q: ArrayLike, K: ArrayLike, V: ArrayLike, *, causal: bool = False) -> Attended:
    """Scaled dot-product attention, softmax(Q K^T / sqrt(d)) V.

    With `causal`, position i reads keys 1 to i only; then Q and K have as many rows. Raises
    ValueError otherwise. Source: Vaswani et al. 2017, equation 1.
    """
    scores = scaled_dot_scores(Q, K)
    if causal:
        if scores.shape[0] != scores.shape[-1]:
            raise ValueError(f"expected as many queries as keys, got scores {scores.shape}")
        scores = masked(scores, causal_mask(len(scores)))
    weights = attention_weights(scores)
    return Attended(scores, weights, context(weights, V))


def score_gradient(weights: ArrayLike, V: ArrayLike, dcontext: ArrayLike) -> Array:
    """Derivatives by the scores, a_i (v_i . d - sum_j a_j v_j . d), shaped like the weights.

    dcontext d (v,) or (t, v) is the derivative by the context. The sum is the mean of v_j . d
    under the weights: a score gains only by what its value is better than the mean.
    """
    a = np.asarray(weights, float)
    by_weight = dot_scores(dcontext, V)
    return np.asarray(a * (by_weight - (a * by_weight).sum(axis=-1, keepdims=True)))


@dataclass(frozen=True, eq=False)
class Gradients:
    """Derivatives of a loss by the scores (t, s), queries (t, d), keys (s, d), values (s, v)."""

    scores: Array
    queries: Array
    keys: Array
    values: Array


def attend_backward(
    Q: ArrayLike, K: ArrayLike, V: ArrayLike, weights: ArrayLike, dcontext: ArrayLike
) -> Gradients:
    """The way back through `attend`, from dcontext (t, v), with the weights (t, s) it returned.

    A masked score has the weight 0, so its derivative is 0 as well. `scores` is the derivative by
    the scaled scores.
    """
    q, k, a = (np.atleast_2d(np.asarray(x, float)) for x in (Q, K, weights))
    d = np.atleast_2d(np.asarray(dcontext, float))
    ds = score_gradient(a, V, d)
    scale = np.sqrt(k.shape[-1])
    return Gradients(ds, ds @ k / scale, ds.T @ q / scale, a.T @ d)


def dot_backward(q: ArrayLike, M: ArrayLike, dcontext: ArrayLike) -> tuple[Array, Array]:
    """Derivatives by the query (d,) and by the memory (s, d), for dot scores without a scale.

    The memory M holds keys and values in one, as encoder states do, so two paths meet in it:
    a_i d through the context and (dE/ds_i) q through the scores. Source: Luong, Pham & Manning
    2015 for the forward pass.
    """
    query, memory, d = (np.asarray(x, float) for x in (q, M, dcontext))
    weights = attention_weights(dot_scores(query, memory))
    ds = score_gradient(weights, memory, d)
    return ds @ memory, np.outer(weights, d) + np.outer(ds, query)


def general_backward(
    q: ArrayLike, W: ArrayLike, K: ArrayLike, dscores: ArrayLike
) -> tuple[Array, Array, Array]:
    """Derivatives by q (m,), W (m, d) and K (s, d) from those by general scores (s,)."""
    query, weight, keys, ds = (np.asarray(x, float) for x in (q, W, K, dscores))
    pooled = ds @ keys
    return weight @ pooled, np.outer(query, pooled), np.outer(ds, query @ weight)


def additive_backward(
    q: ArrayLike, K: ArrayLike, W: ArrayLike, U: ArrayLike, v: ArrayLike, dscores: ArrayLike
) -> tuple[Array, Array, Array, Array, Array]:
    """Derivatives by q (m,), K (s, d), W (n, m), U (n, d) and v (n,) from those by additive
    scores (s,)."""
    query, keys, W_q, W_k, weigh, ds = (np.asarray(x, float) for x in (q, K, W, U, v, dscores))
    h = np.tanh(W_q @ query + keys @ W_k.T)
    dz = np.outer(ds, weigh) * (1 - h**2)
    from_query = dz.sum(axis=0)
    return W_q.T @ from_query, dz @ W_k, np.outer(from_query, query), dz.T @ keys, ds @ h
