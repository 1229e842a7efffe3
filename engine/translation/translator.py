"""A model with its words: text in, text out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.seq2seq import UNKNOWN, Seq2Seq
from engine.seq2seq.batch import Example
from engine.seq2seq.decoding import greedy, greedy_batch
from engine.sequence_tasks import Integers
from engine.translation.vocabulary import Vocabulary
from engine.translation.words import join, split
from engine.types import Array


class Reading(NamedTuple):
    """A text as the model sees it: tokens as they were written, ids (s,), and where unknown ones
    stand."""

    tokens: tuple[str, ...]
    ids: Integers
    unknown: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Translator:
    """An encoder-decoder, its theta (size,), and the words of both sides."""

    model: Seq2Seq
    theta: Array
    source: Vocabulary
    target: Vocabulary

    def read(self, text: str) -> Reading:
        """A text's tokens and their ids."""
        tokens = split(text)
        ids = self.source.encode(tokens)
        unknown = tuple(k for k, word in enumerate(ids) if word == UNKNOWN)
        return Reading(tuple(tokens), np.array(ids, int), unknown)

    def write(self, ids: Iterable[int]) -> str:
        """The sentence of these ids."""
        return join(self.target.decode(ids))

    def translate(self, text: str) -> str:
        """The greedy translation of a text; nothing for nothing."""
        reading = self.read(text)
        if not len(reading.ids):
            return ""
        return self.write(greedy(self.model, self.theta, reading.ids).ids)

    def translate_all(self, texts: Sequence[str]) -> list[str]:
        """As `translate` for many texts, those of one length together."""
        readings = [self.read(text).ids for text in texts]
        outputs = [""] * len(texts)
        for length in sorted({len(ids) for ids in readings} - {0}):
            rows = [k for k, ids in enumerate(readings) if len(ids) == length]
            sources = np.array([readings[k] for k in rows])
            for k, ids in zip(rows, greedy_batch(self.model, self.theta, sources), strict=True):
                outputs[k] = self.write(ids)
        return outputs


def examples(
    pairs: Iterable[tuple[str, str]], source: Vocabulary, target: Vocabulary
) -> tuple[Example, ...]:
    """Pairs of sentences as ids."""
    return tuple((source.encode(split(a)), target.encode(split(b))) for a, b in pairs)
