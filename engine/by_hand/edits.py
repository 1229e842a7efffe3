"""Single numbers of a problem changed by hand, as a text short enough for a link.

The text is a list such as `W1[2,3]=0.5; b2[1]=-1; X[1,2]=0`. Places count from 1 and follow the
engine: W[input, unit], X[example, feature], Y[example, 1].
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from engine.by_hand.staged import PARAMETERS, Problem
from engine.types import Array

EDITABLE = ("X", "Y", *PARAMETERS)
BOUND = 1000.0
LONGEST = 24  # characters of an unreadable part that a message repeats
ITEM = re.compile(
    r"(X|Y|W1|b1|W2|b2)\[(\d{1,3})(?:,(\d{1,3}))?\]=([-+]?[0-9.]{1,20}(?:[eE][-+]?\d+)?)"
)
AS_SHOWN = str.maketrans("−₁₂", "-12")  # as pages write a minus and the names

Place = tuple[str, tuple[int, ...]]
Edits = dict[Place, float]


def read_edits(text: str) -> tuple[Edits, list[str]]:
    """The edits of a text, later ones over earlier, and a clear sentence for each refused part."""
    edits: Edits = {}
    refused = []
    joined = re.sub(r"\s*([=,])\s*", r"\1", text.translate(AS_SHOWN))
    for part in filter(None, re.split(r"[;\s]+", joined)):
        found = ITEM.fullmatch(part)
        try:
            value = float(found[4]) if found else np.nan
        except ValueError:
            value = np.nan
        if found is None or np.isnan(value):
            refused.append(f"{_quoted(part)} is not of the form W1[2,3]=0.5.")
        elif abs(value) > BOUND:
            refused.append(f"{_quoted(part)} is beyond {BOUND:g}, the largest size allowed here.")
        else:
            place = tuple(int(k) - 1 for k in (found[2], found[3]) if k is not None)
            edits[found[1], place] = value
    return edits, refused


def _quoted(part: str) -> str:
    """The start of a part in code marks, without anything that would end them or not print."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in "`$" else "?" for c in part)
    return f"`{plain[:LONGEST]}{'...' if len(plain) > LONGEST else ''}`"


def write_edits(edits: Mapping[Place, float]) -> str:
    """The text of these edits; `read_edits` gives them back exactly."""
    texts = {place: repr(float(value)).removesuffix(".0") for place, value in edits.items()}
    return "; ".join(f"{place_name(place)}={text}" for place, text in texts.items())


def place_name(place: Place) -> str:
    """W1[2,3], counted from 1."""
    name, index = place
    return f"{name}[{','.join(str(k + 1) for k in index)}]"


def apply_edits(problem: Problem, edits: Mapping[Place, float]) -> tuple[Problem, list[str]]:
    """The problem with these numbers, and a clear sentence for each edit that does not fit it."""
    arrays = editable(problem)
    left_out = []
    for place, value in edits.items():
        name, index = place
        array = arrays[name]
        inside = len(index) == array.ndim and all(
            0 <= k < size for k, size in zip(index, array.shape, strict=True)
        )
        if not inside:
            left_out.append(f"{place_name(place)} is left out: {name} has shape {array.shape}.")
        elif name == "Y" and problem.task == "above" and not 0 <= value <= 1:
            left_out.append(f"{place_name(place)} is left out: a yes or no lies in 0 to 1.")
        else:
            array[index] = value
    theta = np.concatenate([arrays[name].ravel() for name in PARAMETERS])
    return replace(problem, x=arrays["X"], y=arrays["Y"], theta=theta), left_out


def editable(problem: Problem) -> dict[str, Array]:
    """Copies of everything that may be edited, by name."""
    arrays = {"X": problem.x, "Y": problem.y, **problem.parameters}
    return {name: arrays[name].copy() for name in EDITABLE}


def refusal(place: Place, value: object) -> str | None:
    """Why a cell must not be set to this, in a sentence; None where it may."""
    if not isinstance(value, int | float) or not np.isfinite(value):
        return f"{place_name(place)} keeps its value: a cell needs a finite number."
    if abs(value) > BOUND:
        return f"{place_name(place)} keeps its value: {BOUND:g} is the largest size allowed here."
    return None


def merged(edits: Mapping[Place, float], more: Iterable[tuple[Place, float]]) -> Edits:
    """The edits with further ones on top."""
    return {**edits, **dict(more)}
