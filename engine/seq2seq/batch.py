"""Sentences as numbers: what a batch holds, and how batches are cut by length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.sequence_tasks import Integers

SPECIALS = ("<pad>", "<start>", "<end>", "<unknown>")
PAD, START, END, UNKNOWN = range(len(SPECIALS))

Ids = tuple[int, ...]
Example = tuple[Ids, Ids]  # one sentence's words on both sides, without START, END and PAD


@dataclass(frozen=True, eq=False)
class Batch:
    """Source (n, s) of one length, and target (n, t): the words, END, then PAD.

    Raises ValueError for other shapes and for PAD in a source: sentences of one length share a
    batch, so that nothing needs to be masked while reading.
    """

    source: Integers
    target: Integers

    def __post_init__(self) -> None:
        shapes = self.source.shape, self.target.shape
        if any(len(shape) != 2 or not shape[1] for shape in shapes) or shapes[0][0] != shapes[1][0]:
            raise ValueError(f"expected source (n, s) and target (n, t), got {shapes}")
        if (self.source == PAD).any():
            raise ValueError("the sources of a batch have one length, so no padding")

    @cached_property
    def inputs(self) -> Integers:
        """What the decoder is fed (n, t): START, then the target up to its last word but one."""
        return np.column_stack([np.full(len(self.target), START), self.target[:, :-1]])

    @property
    def words(self) -> int:
        """The number of targets that count: words and END."""
        return int((self.target != PAD).sum())


def make_batch(examples: Sequence[Example]) -> Batch:
    """Examples with sources of one length as a batch; targets are ended and padded."""
    longest = max(len(target) for _, target in examples) + 1
    targets = np.full((len(examples), longest), PAD)
    for row, (_, target) in zip(targets, examples, strict=True):
        row[: len(target) + 1] = (*target, END)
    return Batch(np.array([source for source, _ in examples]), targets)


def cut(examples: Sequence[Example], batch_size: int) -> tuple[Batch, ...]:
    """Batches of examples of one source length, of like target lengths, in a fixed order.

    Examples with nothing on the source side are left out.
    """
    order = sorted(range(len(examples)), key=lambda k: (*map(len, examples[k]), k))
    return tuple(
        make_batch([examples[k] for k in rows])
        for length in sorted({len(source) for source, _ in examples} - {0})
        for rows in _chunks([k for k in order if len(examples[k][0]) == length], batch_size)
    )


def batch_count(examples: Sequence[Example], batch_size: int) -> int:
    """How many batches `cut` makes."""
    lengths = Counter(len(source) for source, _ in examples if source)
    return sum(-(-count // batch_size) for count in lengths.values())


def shuffled(
    examples: Sequence[Example], batch_size: int, rng: np.random.Generator
) -> tuple[Batch, ...]:
    """As `cut`, with examples of one source length in random order, and the batches as well."""
    batches = cut([examples[k] for k in rng.permutation(len(examples))], batch_size)
    return tuple(batches[k] for k in rng.permutation(len(batches)))


def _chunks(rows: Sequence[int], size: int) -> list[Sequence[int]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
