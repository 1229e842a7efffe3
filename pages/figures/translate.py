"""A German sentence and what a model makes of it: words, probabilities and weights of each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np

from engine.activations import log_softmax, softmax
from engine.seq2seq import END, START, Memory
from engine.seq2seq.beam import Beam, beam_search
from engine.seq2seq.decoding import States, encode, greedy, sample
from engine.seq2seq.model import Written
from engine.sequence_tasks import Integers
from engine.translation.translator import Reading, Translator
from engine.types import Array

NAMES = {"<end>": "(end)", "<unknown>": "(unknown)", "<start>": "(start)", "<pad>": "(padding)"}
BLANK = "·"  # in place of a mark that cannot be seen
LONGEST_NAME, LONGEST_UNKNOWN = 18, 11  # letters of a word in a picture
UNKNOWN_MARK = ' <span style="font-size:10px">unknown</span>'

Output = tuple[tuple[int, ...], bool]  # the words without END, and whether END was reached


@dataclass(frozen=True)
class Decoding:
    """How words are chosen: greedy, beam (width, length penalty) or sample (temperature, seed)."""

    kind: str = "greedy"
    width: int = 4
    penalty: float = 0.6
    temperature: float = 1.0
    seed: int = 0

    @property
    def heat(self) -> float:
        """What the logits are divided by before the softmax."""
        return self.temperature if self.kind == "sample" else 1.0


@dataclass(frozen=True, eq=False)
class Translation:
    """A text as the model reads it, and each step of what it writes.

    ids: what is written, END included where it was reached; logits and probabilities (t, V), the
    latter at the decoding's temperature; memory and written: the model's own arrays.
    """

    text: str
    reading: Reading
    translator: Translator
    decoding: Decoding
    ids: tuple[int, ...]
    ended: bool
    states: States
    memory: Memory
    written: Written

    @cached_property
    def source(self) -> tuple[str, ...]:
        """The German words as they are shown; what cannot be printed is left out."""
        return tuple(
            "".join(filter(str.isprintable, word)) or BLANK for word in self.reading.tokens
        )

    @cached_property
    def unknown(self) -> frozenset[int]:
        """Places of the words that the model reads as <unknown>."""
        return frozenset(self.reading.unknown)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The English words, (end) included."""
        return tuple(self.word(k) for k in self.ids)

    @cached_property
    def english(self) -> str:
        """The translation as a sentence."""
        return self.translator.write(self.ids[:-1] if self.ended else self.ids)

    @cached_property
    def logits(self) -> Array:
        """Logits (t, V) of every step."""
        return self.written.logits[0].astype(float)

    @cached_property
    def probabilities(self) -> Array:
        """Probabilities (t, V) of every step, at the temperature of the decoding."""
        return softmax(self.logits / self.decoding.heat)

    @cached_property
    def chances(self) -> Array:
        """The probability (t,) of each word that was written."""
        return self.probabilities[np.arange(len(self.ids)), list(self.ids)]

    @cached_property
    def log_chances(self) -> Array:
        """The log-probability (t,) of each word that was written, at temperature 1."""
        return log_softmax(self.logits)[np.arange(len(self.ids)), list(self.ids)]

    @cached_property
    def log_probability(self) -> float:
        """Their sum, END included."""
        return float(self.log_chances.sum())

    @cached_property
    def weights(self) -> Array | None:
        """Attention weights (t, s); None without attention."""
        seen = self.written.seen
        return None if seen is None else seen.weights[0].astype(float)

    def word(self, k: int) -> str:
        """Word k of the English vocabulary as it is shown."""
        word = self.translator.target.words[k]
        return NAMES.get(word, word)

    def best(self, t: int, count: int) -> list[int]:
        """The most probable words at step t (from 0) with the written one, best first."""
        p = self.probabilities[t]
        first = np.argsort(-p, kind="stable")[:count].tolist()
        return first if self.ids[t] in first else [*first[:-1], self.ids[t]]


def translate(translator: Translator, text: str, decoding: Decoding) -> Translation:
    """What the translator makes of a text with at least one word."""
    reading = translator.read(text)
    ids, ended = DECODERS[decoding.kind](translator, reading.ids, decoding)
    return look_into(translator, text, reading, ids, ended, decoding)


def look_into(
    translator: Translator,
    text: str,
    reading: Reading,
    ids: tuple[int, ...],
    ended: bool,
    decoding: Decoding,
) -> Translation:
    """Feeds the decoder the words that it wrote, for the numbers of every step at once."""
    model, theta = translator.model, translator.theta
    memory = model.encode(theta, reading.ids[None])
    outputs = (*ids, END) if ended else ids
    fed = np.array([[START, *outputs[:-1]]])
    written = model.decode(theta, memory, memory.state, fed)
    states = encode(model, theta, reading.ids)
    return Translation(text, reading, translator, decoding, outputs, ended, states, memory, written)


def search(translator: Translator, source: Integers, width: int, penalty: float) -> Beam:
    """The beam search of source (s,)."""
    return beam_search(translator.model, translator.theta, source, width, penalty)


def _greedy(translator: Translator, source: Integers, decoding: Decoding) -> Output:
    decoded = greedy(translator.model, translator.theta, source)
    return decoded.ids, decoded.ended


def _beam(translator: Translator, source: Integers, decoding: Decoding) -> Output:
    best = search(translator, source, decoding.width, decoding.penalty).hypotheses[0]
    return best.ids, best.ended


def _sample(translator: Translator, source: Integers, decoding: Decoding) -> Output:
    rng = np.random.default_rng(decoding.seed)
    decoded = sample(translator.model, translator.theta, source, decoding.temperature, rng)
    return decoded.ids, decoded.ended


DECODERS: dict[str, Callable[[Translator, Integers, Decoding], Output]] = {
    "greedy": _greedy,
    "beam": _beam,
    "sample": _sample,
}


def drawn(word: str, longest: int = LONGEST_NAME) -> str:
    """A word as a picture shows it: short enough, and with no markup in it."""
    short = word if len(word) <= longest else word[: longest - 1] + "…"
    return escape(short, quote=False)


def source_names(made: Translation) -> list[str]:
    """The German words for a picture; those that are unknown say so."""
    return [
        f"<b>{drawn(word, LONGEST_UNKNOWN)}</b>{UNKNOWN_MARK}" if k in made.unknown else drawn(word)
        for k, word in enumerate(made.source)
    ]


def placed(made: Translation) -> list[str]:
    """The German words; one that comes again has its place with it: "die (4)"."""
    return [
        f"{word} ({k})" if made.source.count(word) > 1 else word
        for k, word in enumerate(made.source, 1)
    ]
