"""Scores of translations from counts that add up: BLEU, how sure it is, and groups by length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.types import Array

ORDERS = 4  # BLEU counts n-grams of 1 to 4 tokens
RESAMPLES = 200
LEVEL = 0.95  # of the intervals
TOKENS, WANTED, RIGHT, SENTENCES = 2 * ORDERS, 2 * ORDERS + 1, 2 * ORDERS + 2, 2 * ORDERS + 3
"""Where counts hold the tokens of the translation, those of the reference, the sentences that are
exactly right, and all; before them come matched and all n-grams of each order."""

Tokens = Sequence[str]


def ngrams(tokens: Tokens, order: int) -> Counter[tuple[str, ...]]:
    """How often each run of `order` tokens occurs."""
    return Counter(tuple(tokens[k : k + order]) for k in range(len(tokens) - order + 1))


def count(translation: Tokens, reference: Tokens) -> Array:
    """The counts (12,) of one sentence; those of many are their sum.

    An n-gram matches at most as often as the reference has it (Papineni et al. 2002, section 2.1).
    """
    counts = np.zeros(SENTENCES + 1)
    right = list(translation) == list(reference)
    for k in range(ORDERS):
        whole = max(0, len(translation) - k)
        counts[k] = whole if right else _matched(translation, reference, k + 1)
        counts[ORDERS + k] = whole
    counts[TOKENS:] = len(translation), len(reference), right, 1
    return counts


def _matched(translation: Tokens, reference: Tokens, order: int) -> int:
    return (ngrams(translation, order) & ngrams(reference, order)).total()


def precisions(counts: Array) -> Array:
    """Share of matched n-grams (..., 4) by counts (..., 12), smoothed; NaN for an order without
    n-grams.

    The k-th order without a match counts 1 / 2^k of a match, as sacrebleu does by default (Chen &
    Cherry 2014, method 3).
    """
    matched, whole = counts[..., :ORDERS], counts[..., ORDERS : 2 * ORDERS]
    missed = (matched == 0) & (whole > 0)
    shares = np.where(missed, 0.5 ** np.cumsum(missed, axis=-1), matched)
    return np.divide(shares, whole, out=np.full_like(shares, np.nan), where=whole > 0)


def brevity_penalty(counts: Array) -> Array:
    """exp(1 - r / c), 0 to 1, where c tokens are fewer than the r of the reference, else 1 (...)"""
    c, r = counts[..., TOKENS], counts[..., WANTED]
    ratio = np.divide(r, c, out=np.full_like(c, np.inf), where=c > 0)
    return np.asarray(np.exp(np.minimum(0.0, 1 - ratio)))


def bleu_score(counts: Array) -> Array:
    """BLEU (...), 0 to 100: brevity penalty times the geometric mean of the precisions.

    By counts (..., 12). Orders without n-grams are left out of the mean, which sacrebleu calls
    effective order; without any match it is 0.
    """
    p = precisions(counts)
    orders = np.isfinite(p).sum(-1)
    logs = np.where(np.isfinite(p), np.log(np.where(np.isfinite(p), p, 1.0)), 0.0).sum(-1)
    score = 100 * brevity_penalty(counts) * np.exp(logs / np.maximum(orders, 1))
    return np.where(counts[..., :ORDERS].any(-1), np.minimum(score, 100.0), 0.0)


def exactly_right(counts: Array) -> Array:
    """Sentences (...) with every token as in the reference, in percent."""
    return np.asarray(100 * counts[..., RIGHT] / counts[..., SENTENCES])


def tokens_right(counts: Array) -> Array:
    """Tokens (...) that the reference has too, wherever it has them, in percent."""
    whole = counts[..., TOKENS]
    return 100 * np.divide(counts[..., 0], whole, out=np.zeros_like(whole), where=whole > 0)


MEASURES: dict[str, Callable[[Array], Array]] = {
    "bleu": bleu_score,
    "right": exactly_right,
    "tokens": tokens_right,
}
"""Each gives a value from 0 to 100 by counts (..., 12), of a sentence or summed over many."""


def resampled(counts: Array, rng: np.random.Generator, resamples: int = RESAMPLES) -> Array:
    """Sums (resamples, ...) of counts (n, ...) over n sentences drawn with replacement.

    The bootstrap (Efron 1979), for BLEU by Koehn (2004). All that share the first axis are drawn
    together, so that differences of models are of the same sentences.
    """
    n = len(counts)
    drawn = rng.integers(n, size=(resamples, n)) + n * np.arange(resamples)[:, None]
    times = np.bincount(drawn.ravel(), minlength=resamples * n).reshape(resamples, n)
    return np.tensordot(times.astype(float), counts, 1)


def interval(values: Array) -> Array:
    """Lower and upper end (2, ...) of what lies in the middle of values (resamples, ...)."""
    return np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)


def length_groups(lengths: NDArray[np.int_], fewest: int) -> list[tuple[int, int]]:
    """Ranges of lengths, first and last, with at least `fewest` sentences each, in order.

    Gathered from the longest down; what is left over joins the shortest group. One group if there
    are fewer sentences in all, none without sentences.
    """
    groups: list[tuple[int, int]] = []
    gathered, last = 0, 0
    for length, n in sorted(Counter(lengths.tolist()).items(), reverse=True):
        last, gathered = (last, gathered + n) if gathered else (length, n)
        if gathered >= fewest:
            groups.append((length, last))
            gathered = 0
    if gathered:
        end = groups.pop()[1] if groups else last
        groups.append((int(lengths.min()), end))
    return groups[::-1]
