"""Tasks that need memory: what is asked for lies many steps behind.

Symbols come as one-hot rows. The nets of a task are compared with one that does not look at its
input and always gives the answer of the lowest expected loss: `chance` is that one's score.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.types import Array

Integers = NDArray[np.integer[Any]]

LETTERS = ("A", "B", "C", "D")  # what is to be remembered
DISTRACTORS = ("w", "x", "y", "z")
COPIED = 3  # letters of a copy task
SHOWN = 10  # values of a sine that are shown
ANGLES = 0.2, 0.6  # radians per step of a sine
NEAR_SUM, NEAR_SINE = 0.04, 0.1  # errors below these count as right


class Sequences(NamedTuple):
    """Inputs x (n, t, d) and targets y (n, a), classes or values, for the a steps `asked` (a,),
    counted from 0."""

    x: Array
    y: Array | Integers
    asked: Integers


@dataclass(frozen=True)
class SequenceTask:
    """A task: `make(rng, n, length)` draws n sequences.

    `inputs` and `outputs` name the columns of x and of an answer. `loss` is a key of LOSSES.
    `score(answers (n, a, k), y (n, a))` is the share of right answers; `chance` and `blind_loss`
    are score and loss without a look at the input. `shortest` is the least length.
    """

    name: str
    make: Callable[[np.random.Generator, int, int], Sequences]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    loss: str
    score: Callable[[Array, Array | Integers], float]
    chance: float
    blind_loss: float
    shortest: int
    source: str

    @property
    def has_classes(self) -> bool:
        """Whether an answer is one of the outputs; otherwise it is a number."""
        return self.loss == "cross_entropy"


def first_symbol(rng: np.random.Generator, n: int, length: int) -> Sequences:
    """A letter, then `length` distractors; at the last of them the letter is asked for.

    x (n, length + 1, 8), y (n, 1) in 0..3. ValueError for a length below 1.
    """
    _at_least(length, 1)
    letters = rng.integers(len(LETTERS), size=(n, 1))
    distractors = len(LETTERS) + rng.integers(len(DISTRACTORS), size=(n, length))
    symbols = np.hstack([letters, distractors])
    return Sequences(_one_hot(symbols, 8), letters, np.array([length]))


def copy_memory(rng: np.random.Generator, n: int, length: int) -> Sequences:
    """Three letters, `length` - 1 blanks, a signal, then three blanks at which the letters are
    asked for in their order.

    x (n, length + 6, 6), y (n, 3) in 0..3. ValueError for a length below 1.
    """
    _at_least(length, 1)
    blank, signal = len(LETTERS), len(LETTERS) + 1
    symbols = np.full((n, length + 2 * COPIED), blank)
    symbols[:, :COPIED] = rng.integers(len(LETTERS), size=(n, COPIED))
    symbols[:, COPIED + length - 1] = signal
    asked = np.arange(COPIED + length, 2 * COPIED + length)
    return Sequences(_one_hot(symbols, signal + 1), symbols[:, :COPIED], asked)


def adding(rng: np.random.Generator, n: int, length: int) -> Sequences:
    """`length` numbers in [0, 1), two of them marked, one in each half; their sum is asked for at
    the last step.

    x (n, length, 2), y (n, 1) in [0, 2). ValueError for a length below 2.
    """
    _at_least(length, 2)
    x = np.zeros((n, length, 2))
    x[..., 0] = rng.random((n, length))
    half, rows = length // 2, np.arange(n)
    for marked in (rng.integers(half, size=n), rng.integers(half, length, size=n)):
        x[rows, marked, 1] = 1.0
    return Sequences(x, (x[..., 0] * x[..., 1]).sum(axis=1, keepdims=True), np.array([length - 1]))


def sine(rng: np.random.Generator, n: int, length: int) -> Sequences:
    """Ten values of a sine of random frequency and phase, then `length` steps at which nothing is
    shown and its value is asked for.

    x (n, length + 10, 2), the second column 1 where a value is shown; y (n, length) in [-1, 1].
    ValueError for a length below 1.
    """
    _at_least(length, 1)
    angle, phase = rng.uniform(*ANGLES, (n, 1)), rng.uniform(0, 2 * np.pi, (n, 1))
    values = np.sin(phase + angle * np.arange(SHOWN + length))
    x = np.zeros((*values.shape, 2))
    x[:, :SHOWN, 0], x[:, :SHOWN, 1] = values[:, :SHOWN], 1.0
    return Sequences(x, values[:, SHOWN:], np.arange(SHOWN, SHOWN + length))


def _at_least(length: int, shortest: int) -> None:
    if length < shortest:
        raise ValueError(f"expected a length of {shortest} or more, got {length}")


def _one_hot(symbols: Integers, k: int) -> Array:
    return np.asarray(np.eye(k)[symbols])


def share_right(answers: Array, y: Array | Integers) -> float:
    """Share of the answers (n, a, k) whose largest logit is that of the class in y (n, a)."""
    return float(np.mean(answers.argmax(axis=2) == y))


def share_near(tolerance: float) -> Callable[[Array, Array | Integers], float]:
    """The share of answers (n, a, 1) whose error is below the tolerance."""
    return lambda answers, y: float(np.mean(np.abs(answers[..., 0] - y) < tolerance))


SEQUENCE_TASKS: dict[str, SequenceTask] = {
    "first_symbol": SequenceTask(
        "First symbol",
        first_symbol,
        LETTERS + DISTRACTORS,
        LETTERS,
        "cross_entropy",
        share_right,
        chance=1 / len(LETTERS),
        blind_loss=math.log(len(LETTERS)),
        shortest=1,
        source="After Hochreiter & Schmidhuber 1997, experiment 2c",
    ),
    "copy": SequenceTask(
        "Copy memory",
        copy_memory,
        (*LETTERS, "blank", "signal"),
        LETTERS,
        "cross_entropy",
        share_right,
        chance=1 / len(LETTERS),
        blind_loss=math.log(len(LETTERS)),
        shortest=1,
        source="After Arjovsky, Shah & Bengio 2016, section 5.1; there ten of eight symbols",
    ),
    "adding": SequenceTask(
        "Adding problem",
        adding,
        ("number", "marked"),
        ("sum",),
        "mean_squared_error",
        share_near(NEAR_SUM),
        chance=1 - (1 - NEAR_SUM) ** 2,  # of a sum of two uniform numbers, near its mean of 1
        blind_loss=1 / 6,
        shortest=2,
        source="Hochreiter & Schmidhuber 1997, experiment 4; numbers as in Le et al. 2015, marks "
        "as in Arjovsky et al. 2016",
    ),
    "sine": SequenceTask(
        "Sine forecast",
        sine,
        ("value", "shown"),
        ("value",),
        "mean_squared_error",
        share_near(NEAR_SINE),
        chance=2 / math.pi * math.asin(NEAR_SINE),  # of a sine at a random phase, near 0
        blind_loss=1 / 2,
        shortest=1,
        source="Made for this lab",
    ),
}
