"""Held-out sentences with the translations of both models, counted once, chosen and grouped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.studies.translation_scores import (
    MEASURES,
    SENTENCES,
    count,
    interval,
    length_groups,
    resampled,
)
from engine.translation.shipped import HeldOut
from engine.types import Array
from pages.figures.bleu import tokens

NAMES = {"bottleneck": "without attention", "attention": "with attention"}
LONG, SHORT = 12, 6  # words: from here on a sentence is long, up to here short
FEW = 10  # of fewer sentences there is no interval


@dataclass(frozen=True, eq=False)
class Compared:
    """The same sentences by both models, in the order of NAMES.

    `outputs` holds a translation per model and sentence, `lengths` (n,) the German words, and
    `counts` (n, 2, 12) what the measures are made of.
    """

    german: tuple[str, ...]
    references: tuple[str, ...]
    outputs: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    lengths: NDArray[np.int_]
    counts: Array

    def __len__(self) -> int:
        return len(self.german)

    def take(self, rows: Sequence[int]) -> Compared:
        """Some of the sentences, in this order."""
        columns = (self.german, self.references, self.outputs, self.kinds)
        texts = (tuple(column[k] for k in rows) for column in columns)
        chosen = np.array(rows, int)
        return Compared(*texts, self.lengths[chosen], self.counts[chosen])


def compare(tested: Mapping[str, Sequence[HeldOut]]) -> Compared:
    """Both models' translations side by side, counted; sentences that only one has are left out.

    `tested` has them by the names of NAMES.
    """
    first, second = (tested[name] for name in NAMES)
    others = {(row.german, row.reference): row for row in second}
    rows = [(row, others[row[:2]]) for row in first if row[:2] in others]
    counts = []
    for pair in rows:
        wanted = tokens(pair[0].reference)
        counts.append([count(tokens(row.output), wanted) for row in pair])
    return Compared(
        tuple(row.german for row, _ in rows),
        tuple(row.reference for row, _ in rows),
        tuple((row.output, other.output) for row, other in rows),
        tuple(row.kind for row, _ in rows),
        np.array([word_count(row.german) for row, _ in rows], int),
        np.array(counts).reshape(-1, len(NAMES), SENTENCES + 1),
    )


def word_count(text: str) -> int:
    """The words of a sentence; punctuation marks are none."""
    return sum(any(letter.isalnum() for letter in token) for token in tokens(text))


def select(compared: Compared, kind: str | None, most: int | None) -> Compared:
    """At most so many sentences of a kind, drawn at random but always the same; shortest first."""
    rows = [k for k, own in enumerate(compared.kinds) if kind in (None, own)]
    drawn = np.random.default_rng(0).permutation(len(rows))[:most]
    chosen = [rows[k] for k in drawn]
    return compared.take(sorted(chosen, key=lambda k: (compared.lengths[k], k)))


class Scores(NamedTuple):
    """Of sentences in groups (g,): how many, and of each model (g, 2) the value of a measure and
    its interval (2, g, 2); `difference` is with minus without attention (g,), its interval (2, g).
    """

    sentences: NDArray[np.int_]
    values: Array
    ends: Array
    difference: Array
    sure: Array


def score(compared: Compared, groups: Sequence[tuple[int, int]], measure: str) -> Scores:
    """A measure of each group of lengths, first to last, with bootstrap intervals."""
    of = MEASURES[measure]
    rng = np.random.default_rng(0)
    sentences, values, ends, sure = [], [], [], []
    for first, last in groups:
        inside = (first <= compared.lengths) & (compared.lengths <= last)
        counts = compared.counts[inside]
        drawn = of(resampled(counts, rng))
        sentences.append(len(counts))
        values.append(of(counts.sum(0)))
        ends.append(interval(drawn))
        sure.append(interval(drawn[:, 1] - drawn[:, 0]))
    shown = np.array(values).reshape(-1, len(NAMES))
    return Scores(
        np.array(sentences, int),
        shown,
        np.array(ends).reshape(-1, 2, len(NAMES)).swapaxes(0, 1),
        shown[:, 1] - shown[:, 0],
        np.array(sure).reshape(-1, 2).T,
    )


def by_length(
    compared: Compared, fewest: int, measure: str
) -> tuple[list[tuple[int, int]], Scores]:
    """The groups of lengths with at least so many sentences each, and their scores."""
    groups = length_groups(compared.lengths, fewest)
    return groups, score(compared, groups, measure)


def ends_of_scale(compared: Compared) -> list[tuple[int, int]]:
    """The short and the long sentences, as ranges of lengths; only those that there are."""
    if not len(compared):
        return []
    ranges = [(int(compared.lengths.min()), SHORT), (LONG, int(compared.lengths.max()))]
    return [(first, last) for first, last in ranges if first <= last]
