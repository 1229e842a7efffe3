"""Which numbers of the network by hand may be changed, and the problem that results.

Places follow the engine: W[input, unit], X[example, feature], Y[example, 1].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.by_hand.edit_list import Edits, Place, put, read_list
from engine.by_hand.staged import PARAMETERS, Problem
from engine.types import Array

EDITABLE = ("X", "Y", *PARAMETERS)


def read_edits(text: str) -> tuple[Edits, list[str]]:
    """The edits of a text, and a clear sentence for each refused part, as `read_list`."""
    return read_list(text, EDITABLE, "W1[2,3]=0.5")


def apply_edits(problem: Problem, edits: Mapping[Place, float]) -> tuple[Problem, list[str]]:
    """The problem with these numbers, and a clear sentence for each edit that does not fit it."""

    def unfit(place: Place, value: float) -> str | None:
        no_answer = place[0] == "Y" and problem.task == "above" and not 0 <= value <= 1
        return "a yes or no lies in 0 to 1." if no_answer else None

    arrays = editable(problem)
    left_out = put(arrays, edits, unfit)
    theta = np.concatenate([arrays[name].ravel() for name in PARAMETERS])
    return replace(problem, x=arrays["X"], y=arrays["Y"], theta=theta), left_out


def editable(problem: Problem) -> dict[str, Array]:
    """Copies of everything that may be edited, by name."""
    arrays = {"X": problem.x, "Y": problem.y, **problem.parameters}
    return {name: arrays[name].copy() for name in EDITABLE}
