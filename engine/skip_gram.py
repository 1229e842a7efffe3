"""Skip-gram with negative sampling: word vectors from telling a word's neighbors from noise.

Each word has two vectors: one as the center of a window, one as a context in another's window.
Source: Mikolov, Sutskever, Chen, Corrado & Dean 2013, sections 2.2 and 2.3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import sigmoid, softplus
from engine.batches import batches
from engine.seq2seq.embedding import lookup_gradient
from engine.sequence_tasks import Integers
from engine.types import Array

POWER = 0.75  # between drawing noise words uniformly (0) and as often as they occur (1)


class Gradients(NamedTuple):
    """Derivatives shaped like the three arguments of `loss`."""

    center: Array
    context: Array
    negatives: Array


def loss(center: ArrayLike, context: ArrayLike, negatives: ArrayLike) -> Array:
    """-ln sigmoid(context . center) - sum over k of ln sigmoid(-negative . center), shaped (...).

    center (..., d), context (..., d), negatives (..., k, d), k from 0. Raises ValueError for
    other shapes. Source: Mikolov et al. 2013, equation 4, with its sign turned.
    """
    v, u, noise = _vectors(center, context, negatives)
    near, far = _products(v, u, noise)
    return np.asarray(softplus(-near) + softplus(far).sum(axis=-1))


def gradients(center: ArrayLike, context: ArrayLike, negatives: ArrayLike) -> Gradients:
    """The derivatives of `loss`: by each product, probability minus label (1 near, 0 noise).

    Shapes as there. Raises ValueError for others.
    """
    v, u, noise = _vectors(center, context, negatives)
    near, far = _products(v, u, noise)
    pull, push = (sigmoid(near) - 1)[..., None], sigmoid(far)[..., None]
    return Gradients(
        center=pull * u + (push * noise).sum(axis=-2),
        context=pull * v,
        negatives=push * v[..., None, :],
    )


def noise_distribution(counts: ArrayLike, power: float = POWER) -> Array:
    """How probable each word is as a negative, (V,): counts to `power`, divided by their sum.

    Raises ValueError unless counts (V,) are finite, not negative, and one of them is positive.
    """
    found = _counts(counts)
    weights = np.where(found > 0, (found / found.max()) ** power, 0.0)
    return np.asarray(weights / weights.sum())


def keep_probability(counts: ArrayLike, threshold: float = 1e-5) -> Array:
    """How probable an occurrence of each word is to be kept, (V,): min(1, sqrt(t / f)).

    f is the word's share of all occurrences; a word that does not occur is kept. Thins out
    frequent words. Raises ValueError as `noise_distribution` does, and for a threshold that is not
    positive. Source: Mikolov et al. 2013, equation 5, which gives the probability to discard.
    """
    if not threshold > 0:
        raise ValueError(f"expected a threshold above 0, got {threshold}")
    found = _counts(counts)
    share = found / found.sum()
    return np.asarray(np.sqrt(threshold / np.maximum(share, threshold)))


def pairs(words: Integers, window: int) -> Integers:
    """(center, context) for all words at most `window` apart in a text (t,): (n, 2).

    Raises ValueError for a window below 1.
    """
    if window < 1:
        raise ValueError(f"expected a window of 1 or more, got {window}")
    text = np.asarray(words)
    shifts = range(1, min(window, len(text) - 1) + 1)
    ahead = [np.column_stack([text[:-shift], text[shift:]]) for shift in shifts]
    found = np.concatenate([np.empty((0, 2), text.dtype), *ahead])
    return np.concatenate([found, found[:, ::-1]])


class Trained(NamedTuple):
    """Vectors as centers and as contexts, (V, d) each, and the mean loss of a pair in each epoch
    (epochs,)."""

    centers: Array
    contexts: Array
    losses: Array


def train(
    words: Integers,
    vocabulary: int,
    rng: np.random.Generator,
    size: int = 8,
    window: int = 2,
    negatives: int = 5,
    learning_rate: float = 0.05,
    epochs: int = 30,
    batch_size: int = 16,
) -> Trained:
    """Word vectors of `size` numbers from a text (t,) of word numbers below `vocabulary`.

    Descent on the summed loss of each batch of pairs. Centers start uniform in
    (-1/2, 1/2) / size and contexts at 0, so that each pair starts at (negatives + 1) ln 2. `rng`
    draws start, batches and negatives. A run that overflows ends with its last finite vectors and
    has fewer losses. Raises ValueError for a text without pairs, other words, or a batch_size
    below 1.
    """
    text = np.asarray(words)
    found = pairs(text, window)
    if not len(found) or text.min() < 0 or text.max() >= vocabulary:
        raise ValueError(f"expected at least 2 words, numbered from 0 to {vocabulary - 1}")
    if batch_size < 1:
        raise ValueError(f"expected a batch_size of 1 or more, got {batch_size}")
    noise = noise_distribution(np.bincount(text, minlength=vocabulary))
    start = rng.uniform(-0.5, 0.5, (vocabulary, size)) / size
    run = Trained(start, np.zeros((vocabulary, size)), np.empty(0))
    for _ in range(epochs):
        total, moved = 0.0, run
        for rows in batches(rng, len(found), batch_size):
            drawn = rng.choice(vocabulary, (len(rows), negatives), p=noise)
            value, moved = _step(moved, found[rows], drawn, learning_rate)
            total += value
        if not all(np.isfinite(part).all() for part in (total, *moved[:2])):
            break
        run = moved._replace(losses=np.append(run.losses, total / len(found)))
    return run


def _step(run: Trained, chosen: Integers, drawn: Integers, rate: float) -> tuple[float, Trained]:
    """The summed loss of a batch of pairs (n, 2) with negatives (n, k), and the vectors after one
    step against its gradient; not finite after an overflow."""
    here, near = chosen.T
    with np.errstate(over="ignore", invalid="ignore"):
        vectors = run.centers[here], run.contexts[near], run.contexts[drawn]
        slopes = gradients(*vectors)
        seen = np.column_stack([near, drawn])
        by_context = np.concatenate([slopes.context[:, None], slopes.negatives], axis=1)
        total = loss(*vectors).sum()
        centers = run.centers - rate * lookup_gradient(here, slopes.center, len(run.centers))
        contexts = run.contexts - rate * lookup_gradient(seen, by_context, len(run.contexts))
    return float(total), Trained(centers, contexts, run.losses)


def _vectors(
    center: ArrayLike, context: ArrayLike, negatives: ArrayLike
) -> tuple[Array, Array, Array]:
    v, u, noise = (np.asarray(part, dtype=np.float64) for part in (center, context, negatives))
    fits = v.ndim >= 1 and u.shape == v.shape and noise.ndim == v.ndim + 1
    if not fits or (*noise.shape[:-2], noise.shape[-1]) != v.shape:
        raise ValueError(
            "expected shapes (..., d), (..., d) and (..., k, d), got"
            f" {v.shape}, {u.shape} and {noise.shape}"
        )
    return v, u, noise


def _products(v: Array, u: Array, noise: Array) -> tuple[Array, Array]:
    """context . center (...) and negative . center (..., k)."""
    return np.asarray((u * v).sum(axis=-1)), np.asarray((noise @ v[..., None])[..., 0])


def _counts(counts: ArrayLike) -> Array:
    found = np.asarray(counts, dtype=np.float64)
    if found.ndim != 1 or not np.isfinite(found).all() or (found < 0).any() or not found.any():
        raise ValueError("expected counts (V,), not negative and not all 0")
    return found
