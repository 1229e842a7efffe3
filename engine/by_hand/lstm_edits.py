"""The numbers of the LSTM by hand by name, changed by hand, and where each one comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from engine.by_hand.edit_list import Edits, Place, left_out, put, read_list
from engine.by_hand.lstm_example import EXAMPLE, GATES, ORIGIN, Example
from engine.types import Array

Origin = Literal["published", "chosen", "yours"]

NUMBERS = (
    *(f"W_{gate}" for gate in GATES),
    *(f"b_{gate}" for gate in GATES),
    *("x_1", "x_2", "y_1", "y_2", "a_0", "C_0", "alpha"),
)


def numbers(example: Example) -> dict[str, Array]:
    """Copies of all numbers in the order of NUMBERS: W_f (3,), x_1 (2,), the others ()."""
    W, b = zip(GATES, example.W, strict=True), zip(GATES, example.b, strict=True)
    values = {f"W_{gate}": row for gate, row in W} | {f"b_{gate}": bias for gate, bias in b}
    values |= {f"x_{t}": x for t, x in enumerate(example.x, start=1)}
    values |= {f"y_{t}": y for t, y in enumerate(example.y, start=1)}
    values |= {"a_0": example.a_0, "C_0": example.c_0, "alpha": example.learning_rate}
    return {name: np.array(value, float) for name, value in values.items()}


def from_numbers(values: Mapping[str, Array]) -> Example:
    """The example of two steps with these numbers, all of NUMBERS."""
    return Example(
        W=np.array([values[f"W_{gate}"] for gate in GATES]),
        b=np.array([values[f"b_{gate}"] for gate in GATES]),
        x=np.array([values["x_1"], values["x_2"]]),
        y=np.array([values["y_1"], values["y_2"]]),
        a_0=float(values["a_0"]),
        c_0=float(values["C_0"]),
        learning_rate=float(values["alpha"]),
    )


def unfit(place: Place, value: float) -> str | None:
    """Why this number cannot stand there, in a sentence; None where it can."""
    return "a learning rate cannot be negative." if place[0] == "alpha" and value < 0 else None


def read_edits(text: str) -> tuple[Edits, list[str]]:
    """The edits of a text that fit EXAMPLE, and a clear sentence for each refused part."""
    edits, sentences = read_list(text, NUMBERS, "W_o[3]=0.5 or b_f=1")
    refused = left_out(numbers(EXAMPLE), edits, unfit)
    fitting = {place: value for place, value in edits.items() if place not in refused}
    return fitting, [*sentences, *refused.values()]


def apply_edits(edits: Mapping[Place, float]) -> tuple[Example, list[str]]:
    """EXAMPLE with these numbers, and a clear sentence for each edit that does not fit it."""
    values = numbers(EXAMPLE)
    sentences = put(values, edits, unfit)
    return from_numbers(values), sentences


def differences(example: Example, base: Example = EXAMPLE) -> Edits:
    """The edits that lead from `base` to the example."""
    before = numbers(base)
    return {
        (name, place): float(array[place])
        for name, array in numbers(example).items()
        for place in np.ndindex(array.shape)
        if array[place] != before[name][place]
    }


def origins(example: Example) -> dict[Place, Origin]:
    """Of every number: whether it is the post's own, chosen to complete it, or changed here."""
    yours = differences(example)
    return {
        (name, place): "yours" if (name, place) in yours else _first_origin(name)
        for name, array in numbers(example).items()
        for place in np.ndindex(array.shape)
    }


def _first_origin(name: str) -> Origin:
    return "published" if ORIGIN[name] == "published" else "chosen"
