"""What the grammar produces: one German sentence with its one English translation."""

from __future__ import annotations

from typing import NamedTuple


class Pair(NamedTuple):
    """A sentence and its translation, as one writes them.

    kind is a key of KINDS; combinations names the pairs of words that a split may hold out
    ("trinken+Kaffee"), always by dictionary form, in the order in which they were built.
    """

    german: str
    english: str
    kind: str
    combinations: tuple[str, ...]
