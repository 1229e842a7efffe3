"""Pairs made ready to learn from: words as numbers, rare words left out, some pairs held out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.seq2seq.batch import SPECIALS, Example
from engine.translation.grammar import splits
from engine.translation.pairs import FEWEST_PAIRS, SentencePair
from engine.translation.translator import examples
from engine.translation.vocabulary import Vocabulary
from engine.translation.words import split

Hashes = NDArray[np.uint64]
ONE_SENTENCE = "All pairs have the same German sentence; there is nothing to hold out."
NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, eq=False)
class Numbered:
    """All n pairs with all of their words: `examples` are their ids, `rarest` (n,) how many words
    a vocabulary needs for both sides, the most frequent first, and `hashes` (n,) those of the
    German sentences without marks and capitals."""

    pairs: tuple[SentencePair, ...]
    source: Vocabulary
    target: Vocabulary
    examples: tuple[Example, ...]
    rarest: NDArray[np.integer[Any]]
    hashes: Hashes


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a model is trained on and what it is scored by.

    `training` and `held_out` are ids, `held_out_pairs` the sentences of the latter. No German
    sentence is in both. `left_out` counts pairs with a word beyond the limit; `problem` is the
    sentence that says why there is no lesson, or None.
    """

    source: Vocabulary
    target: Vocabulary
    training: tuple[Example, ...] = ()
    held_out: tuple[Example, ...] = ()
    held_out_pairs: tuple[SentencePair, ...] = ()
    left_out: int = 0
    problem: str | None = None


def number_words(pairs: Sequence[SentencePair]) -> Numbered:
    """The pairs with vocabularies of all their words."""
    sides = [[split(pair.german) for pair in pairs], [split(pair.english) for pair in pairs]]
    source, target = (Vocabulary.of(side) for side in sides)
    examples = tuple(
        (source.encode(german), target.encode(english))
        for german, english in zip(*sides, strict=True)
    )
    highest = [max(max(german), max(english)) for german, english in examples]
    rarest = np.array(highest, int) - len(SPECIALS) + 1
    hashes = np.array([_hash(pair.german) for pair in pairs], np.uint64)
    return Numbered(tuple(pairs), source, target, examples, rarest, hashes)


def make_lesson(
    numbered: Numbered, words: int, held_out: float = 0.1, seed: int = 0, share: float = 1.0
) -> Lesson:
    """The pairs whose words are all among the `words` most frequent of their side.

    A share `held_out` of the German sentences is held out, at least one, by hash and seed: pairs
    that are added later move hardly any other. Of the rest, `share` is trained on.
    """
    source, target = (_cut(full, words) for full in (numbered.source, numbered.target))
    kept = np.flatnonzero(numbered.rarest <= words)
    left_out = len(numbered.pairs) - len(kept)
    if len(kept) < FEWEST_PAIRS:
        problem = (
            f"With {words:,} words a side {len(kept)} of {len(numbered.pairs):,} pairs are left; "
            f"at least {FEWEST_PAIRS} are needed."
        )
        return Lesson(source, target, left_out=left_out, problem=problem)
    sentences, group = np.unique(mixed(numbered.hashes[kept], seed), return_inverse=True)
    if len(sentences) == 1:
        return Lesson(source, target, left_out=left_out, problem=ONE_SENTENCE)
    count = min(max(1, round(held_out * len(sentences))), len(sentences) - 1)
    train = max(1, round(share * (len(sentences) - count)))
    out, learned = kept[group < count], kept[(group >= count) & (group < count + train)]
    return Lesson(
        source,
        target,
        tuple(numbered.examples[k] for k in learned),
        tuple(numbered.examples[k] for k in out),
        tuple(numbered.pairs[k] for k in out),
        left_out,
    )


def corpus_lesson(share: float = 1.0, seed: int = 0) -> Lesson:
    """The corpus of this project: a share of its training pairs by hash and seed, and its
    validation pairs, each with a combination of words that no training pair has."""
    numbered, held_out, pairs = _corpus()
    order = np.argsort(mixed(numbered.hashes, seed), kind="stable")
    learned = order[: max(1, round(share * len(order)))]
    training = tuple(numbered.examples[k] for k in learned)
    return Lesson(numbered.source, numbered.target, training, held_out, pairs)


@cache
def _corpus() -> tuple[Numbered, tuple[Example, ...], tuple[SentencePair, ...]]:
    train, validation, _ = splits()
    numbered = number_words([SentencePair(pair.german, pair.english) for pair in train])
    pairs = tuple(SentencePair(pair.german, pair.english) for pair in validation)
    return numbered, examples(pairs, numbered.source, numbered.target), pairs


def mixed(hashes: Hashes, seed: int) -> Hashes:
    """Other hashes (n,) for every seed: the last steps of SplitMix64 (Steele et al. 2014)."""
    z = hashes + np.uint64(seed * 0x9E3779B97F4A7C15 % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _hash(sentence: str) -> int:
    letters = NO_LETTERS.sub(" ", sentence.casefold()).strip() or sentence
    return int.from_bytes(blake2b(letters.encode("utf-8", "replace"), digest_size=8).digest())


def _cut(full: Vocabulary, words: int) -> Vocabulary:
    return Vocabulary(full.words[: len(SPECIALS) + words])
