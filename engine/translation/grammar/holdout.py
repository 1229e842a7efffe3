"""Splits that hold out combinations: words all seen in training, together only in testing."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from engine.translation.grammar.pair import Pair
from engine.translation.grammar.sampler import corpus

TEST_SHARE = 0.0255
VALIDATION_SHARE = 0.028
SEEN = 15  # times that every word of a held-out sentence must occur in training
_WORD = re.compile(r"[\w']+")


class Splits(NamedTuple):
    """Training pairs, and held-out pairs with a combination that training never has."""

    train: tuple[Pair, ...]
    validation: tuple[Pair, ...]
    test: tuple[Pair, ...]


@cache
def held_out(combination: str) -> str:
    """ "test", "validation" or "train", by a hash of the combination."""
    place = int.from_bytes(sha256(combination.encode()).digest()[:8], "big") / 2**64
    if place < TEST_SHARE:
        return "test"
    return "validation" if place < TEST_SHARE + VALIDATION_SHARE else "train"


def split_of(pair: Pair) -> str:
    """Where a pair belongs: held-out combinations of both kinds leave it out ("neither")."""
    found = {held_out(combination) for combination in pair.combinations} - {"train"}
    return "neither" if len(found) == 2 else next(iter(found), "train")


def words(pair: Pair) -> list[str]:
    """The words of both sentences, German ones marked, without punctuation."""
    return [f"de:{word}" for word in _WORD.findall(pair.german)] + _WORD.findall(pair.english)


@cache
def splits(size: int = 36_000, seed: int = 0) -> Splits:
    """The corpus in three parts; a held-out pair with a word rare in training is dropped."""
    parts: dict[str, list[Pair]] = {"train": [], "validation": [], "test": [], "neither": []}
    for pair in corpus(size, seed):
        parts[split_of(pair)].append(pair)
    counts = Counter(word for pair in parts["train"] for word in words(pair))

    def known(pair: Pair) -> bool:
        return all(counts[word] >= SEEN for word in words(pair))

    return Splits(
        tuple(parts["train"]),
        tuple(pair for pair in parts["validation"] if known(pair)),
        tuple(pair for pair in parts["test"] if known(pair)),
    )
