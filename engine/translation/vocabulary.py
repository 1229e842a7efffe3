"""The words that a model knows, by number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.seq2seq.batch import SPECIALS, UNKNOWN, Ids
from engine.translation.words import starts


@dataclass(frozen=True)
class Vocabulary:
    """Words by id; the first four are marks: padding, start, end, and any unknown word.

    Raises ValueError for words that do not start with the marks or are not unique.
    """

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.words[: len(SPECIALS)] != SPECIALS:
            raise ValueError(f"a vocabulary starts with {', '.join(SPECIALS)}")
        if len(set(self.words)) < len(self.words):
            raise ValueError("each word of a vocabulary stands there once")

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]], limit: int | None = None) -> Vocabulary:
        """The words of these sentences, the most frequent first, at most `limit` of them."""
        frequent = sorted(count(sentences).items(), key=lambda item: (-item[1], item[0]))
        return cls((*SPECIALS, *(word for word, _ in frequent[:limit])))

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def ids(self) -> dict[str, int]:
        """The id of each word."""
        return {word: k for k, word in enumerate(self.words)}

    def encode(self, tokens: Sequence[str]) -> Ids:
        """The ids of a sentence's tokens, UNKNOWN for what is none of the words.

        A word at the start is looked up in small letters first: its capital says nothing there.
        """
        return tuple(
            self._find(token, first) for token, first in zip(tokens, starts(tokens), strict=True)
        )

    def decode(self, ids: Iterable[int]) -> list[str]:
        """The words of ids."""
        return [self.words[k] for k in ids]

    def _find(self, token: str, is_first: bool) -> int:
        small, capital = token.lower(), token.capitalize()
        forms = (small, token, capital) if is_first else (token, small, capital)
        return next((self.ids[form] for form in forms if form in self.ids), UNKNOWN)


def count(sentences: Sequence[Sequence[str]]) -> Counter[str]:
    """How often each word occurs. A first word counts in small letters if it occurs so within a
    sentence, or never with a capital there."""
    inside: Counter[str] = Counter()
    first: Counter[str] = Counter()
    for tokens in sentences:
        for token, is_first in zip(tokens, starts(tokens), strict=True):
            (first if is_first else inside)[token] += 1
    counts = Counter(inside)
    for token, times in first.items():
        small = token.lower()
        counts[token if small not in inside and token in inside else small] += times
    return counts
