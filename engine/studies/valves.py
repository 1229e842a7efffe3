"""One unit of an LSTM or GRU whose gates obey words: its weights are set by hand, not trained.

A step of a sequence is a word and a value. The word opens and shuts the gates, so that the cell
stores the value, adds it, holds what it has, reads it out or erases it; frozen gates do not listen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.recurrent import GRU, LSTM
from engine.types import Array

LSTM_GATES = ("f", "i", "o")
GRU_GATES = ("r", "z")
WORDS: dict[str, dict[str, bool]] = {
    "store": {"f": False, "i": True, "o": False, "r": False, "z": False},
    "add": {"f": True, "i": True, "o": False, "r": True, "z": False},
    "hold": {"f": True, "i": False, "o": False, "r": True, "z": True},
    "read": {"f": True, "i": False, "o": True, "r": True, "z": True},
    "erase": {"f": False, "i": False, "o": False, "r": False, "z": False},
}
"""Which gates each word opens; z = 1 keeps the state of a GRU, as in PyTorch."""

MOST_STEPS = 10
LARGEST = 10.0  # absolute value of an input
_STEP = re.compile(r"([a-z]+)\s*(.*)")


@dataclass(frozen=True)
class Step:
    """One step of a sequence: a key of WORDS and the value that comes in with it."""

    word: str
    value: float

    def __str__(self) -> str:
        return f"{self.word} {self.value:g}" if self.value else self.word


def read_sequence(text: str) -> tuple[Step, ...]:
    """The steps of a text such as "store 0.8, hold, read"; a missing value is 0.

    Raises ValueError with a sentence for the reader: for no step or more than MOST_STEPS, an
    unknown word, or a value that is no number between -LARGEST and LARGEST.
    """
    parts = [part.strip().lower() for part in re.split(r"[,;\n]", text) if part.strip()]
    if not 1 <= len(parts) <= MOST_STEPS:
        raise ValueError(f"A sequence has 1 to {MOST_STEPS} steps; this one has {len(parts)}.")
    return tuple(_step(place, part) for place, part in enumerate(parts, 1))


def _step(place: int, part: str) -> Step:
    found = _STEP.fullmatch(part)
    if found is None or found[1] not in WORDS:
        known = ", ".join(WORDS)
        raise ValueError(f'Step {place}, "{part[:24]}", does not begin with one of {known}.')
    try:
        value = float((found[2] or "0").replace("−", "-"))
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST:
        raise ValueError(
            f'Step {place}: "{found[2][:24]}" is no number from −{LARGEST:g} to {LARGEST:g}.'
        )
    return Step(found[1], value)


def inputs(steps: Sequence[Step]) -> Array:
    """x (t, 1 + words): each step's value and a 1 at its word."""
    words = list(WORDS)
    x = np.zeros((len(steps), 1 + len(words)))
    for row, step in zip(x, steps, strict=True):
        row[0], row[1 + words.index(step.word)] = step.value, 1
    return x


def set_weights(cell: LSTM | GRU, sharpness: float, recurrent: float) -> Array:
    """theta of a cell with one unit that obeys the words.

    A word puts +sharpness on the gates that it opens and -sharpness on those that it shuts, so an
    open gate is sigmoid(sharpness). The candidate is tanh of value + recurrent * h_(t-1), the
    latter behind the reset gate in a GRU.
    """
    theta = np.zeros(cell.size)
    views = cell.unpack(theta)
    for column, gate in enumerate(cell.gates):
        if gate in ("g", "n"):
            views["W1"][0, column], views["U1"][0, column] = 1, recurrent
        else:
            views["W1"][1:, column] = [sharpness if w[gate] else -sharpness for w in WORDS.values()]
    return theta


def run_valves(
    cell: LSTM | GRU, theta: Array, steps: Sequence[Step], start: float
) -> dict[str, Array]:
    """Every value of the unit by name, (t,) each, with "x", the values that come in, and what
    each step finds: "before", the state c or h, and "h_before".

    `start` is the first state: c of an LSTM, whose h starts at 0, or h of a GRU.
    """
    first = np.full((1, 1), start)
    state = (np.zeros((1, 1)), first) if isinstance(cell, LSTM) else first
    _, cache = cell.forward(theta, inputs(steps)[None], state)
    (trace,) = cell.trace(cache)
    values = {name: series[0, :, 0].copy() for name, series in trace.items()}
    values["before"] = np.append(start, values[cell.parts[-1]][:-1])
    values["h_before"] = np.append(0.0 if isinstance(cell, LSTM) else start, values["h"][:-1])
    values["x"] = np.array([step.value for step in steps])
    return values


def unit(kind: str, frozen: Mapping[str, float] = {}) -> LSTM | GRU:
    """The cell of one unit for these words; `frozen` holds gates at values."""
    cells: dict[str, type[LSTM] | type[GRU]] = {"LSTM": LSTM, "GRU": GRU}
    return cells[kind](1 + len(WORDS), 1, frozen=frozen)


def lstm_step(values: Array) -> Array:
    """[c, h] from values [c_prev, f, i, g, o] (5,): c = f c_prev + i g and h = o tanh c."""
    c_prev, f, i, g, o = values
    c = f * c_prev + i * g
    return np.array([c, o * np.tanh(c)])


def lstm_slopes(values: Array) -> Array:
    """Derivatives (2, 5) of c and h by [c_prev, f, i, g, o]; that of c by o is 0."""
    c_prev, f, i, g, o = values
    c = f * c_prev + i * g
    dc = np.array([f, c_prev, g, i, 0.0])
    dh = o * (1 - np.tanh(c) ** 2) * dc
    dh[-1] = np.tanh(c)
    return np.array([dc, dh])


def gru_step(values: Array) -> Array:
    """[h] from values [h_prev, r, z, value, recurrent] (5,): the candidate is
    n = tanh(value + r recurrent h_prev), and h = (1 - z) n + z h_prev."""
    h_prev, r, z, value, recurrent = values
    n = np.tanh(value + r * recurrent * h_prev)
    return np.array([(1 - z) * n + z * h_prev])


def gru_slopes(values: Array) -> Array:
    """Derivatives (1, 5) of h by [h_prev, r, z, value, recurrent]."""
    h_prev, r, z, value, recurrent = values
    n = np.tanh(value + r * recurrent * h_prev)
    through = (1 - z) * (1 - n**2)
    dr, du = through * recurrent * h_prev, through * r * h_prev
    return np.array([[z + through * r * recurrent, dr, h_prev - n, through, du]])
