"""Draws from a table of choices with weights, fast and the same on every machine."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Choices with weights; draw takes one with one random number."""

    __slots__ = ("_last", "cumulative", "items")

    def __init__(self, choices: Iterable[tuple[T, float]]) -> None:
        rows = [(item, weight) for item, weight in choices if weight > 0]
        self.items = tuple(item for item, _ in rows)
        self.cumulative = tuple(accumulate(weight for _, weight in rows))
        self._last = len(rows) - 1

    def draw(self, rng: Random) -> T:
        """One choice; a table without any raises IndexError."""
        place = bisect(self.cumulative, rng.random() * self.cumulative[-1])
        return self.items[min(place, self._last)]

    def __bool__(self) -> bool:
        return bool(self.items)
