"""Sentences as words and back."""

from __future__ import annotations

import re
from collections.abc import Sequence

LETTERS = r"[^\W\d_]+"
WORD = re.compile(rf"\d+|{LETTERS}(?:'{LETTERS})*(?:(?<=s)')?|\S")  # numbers, words, other marks
ENDS = frozenset(".!?")  # after these, and at the start, a word has a capital of its own or none
CLOSE = frozenset(".,!?;:…")  # these follow without a space


def split(text: str) -> list[str]:
    """Words, numbers and marks in order, as they are written; "brother's" and
    "parents'" are one word each."""
    return WORD.findall(text.replace("’", "'"))


def join(tokens: Sequence[str]) -> str:
    """A sentence as one writes it: capitals where sentences start, no space before a mark."""
    text, starts = "", True
    for token in tokens:
        word = token[:1].upper() + token[1:] if starts else token
        text += word if token in CLOSE or not text else f" {word}"
        starts = token in ENDS
    return text


def starts(tokens: Sequence[str]) -> list[bool]:
    """For each token whether a sentence starts with it."""
    return [k == 0 or tokens[k - 1] in ENDS for k in range(len(tokens))]
