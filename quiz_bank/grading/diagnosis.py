"""Names the mistake behind a wrong answer, when exactly one known mistake explains it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array
from quiz_bank.grading.tolerance import same
from quiz_bank.misconceptions import MISCONCEPTIONS

CLEAR = 3.0  # tolerances that must lie between two answers that are to be told apart
NEAR = 10.0  # tolerances within which a wrong answer is a near miss
ROUNDED = "rounded_early"
NEAR_MISS = "Very close, but outside the tolerance: check the last digits and any rounding."

Classes = dict[str, list[Array]]

STRUCTURAL: dict[str, Callable[[Array], list[Array]]] = {
    "loss_sign": lambda truth: [-truth],
    "transposed": lambda truth: [truth.T] if truth.ndim == 2 else [],
    "loss_factor2": lambda truth: [2.0 * truth, truth / 2.0],
    "power_ten": lambda truth: [truth * 10.0**k for k in (-3, -2, -1, 1, 2, 3)],
}


@dataclass(frozen=True)
class Diagnosis:
    """What explains a wrong answer: a key of MISCONCEPTIONS or None, and a sentence to show."""

    key: str | None = None
    feedback: str = ""


def diagnose(
    value: ArrayLike, truth: ArrayLike, wrong: Mapping[str, ArrayLike], rtol: float, atol: float
) -> Diagnosis:
    """The mistake that turns `truth` into `value`.

    Looked for, in this order: a structural relation (sign, transpose, factor 2, power of ten) or
    one of the question's own computations with one rule broken (`wrong`, which also holds a
    forgotten 1/m and a division by T); rounded early; a near miss. Named only when exactly one
    class matches.
    """
    value, truth = np.asarray(value, dtype=float), np.asarray(truth, dtype=float)
    found = [
        key
        for key, answers in classes(truth, wrong, rtol, atol).items()
        if any(same(value, answer, rtol, atol) for answer in answers)
    ]
    if len(found) == 1:
        return _named(found[0])
    if found or not same(value, truth, rtol, atol, NEAR):
        return Diagnosis()
    rounded = ROUNDED in wrong and same(value, wrong[ROUNDED], rtol, atol)
    return _named(ROUNDED) if rounded else Diagnosis(feedback=NEAR_MISS)


def classes(truth: Array, wrong: Mapping[str, ArrayLike], rtol: float, atol: float) -> Classes:
    """Every wrong answer by key: the structural ones that differ from the truth, and `wrong`.
    Rounding is left out, because it is meant to lie near the truth."""
    with np.errstate(over="ignore"):
        candidates = {key: answers(truth) for key, answers in STRUCTURAL.items()}
    found = {
        key: [answer for answer in answers if apart(answer, truth, rtol, atol)]
        for key, answers in candidates.items()
    }
    for key, answer in wrong.items():
        if key != ROUNDED:
            found.setdefault(key, []).append(np.asarray(answer, dtype=float))
    return found


def apart(a: ArrayLike, b: ArrayLike, rtol: float, atol: float) -> bool:
    """Whether two answers lie more than three tolerances apart in some cell."""
    return not (same(a, b, rtol, atol, CLEAR) or same(b, a, rtol, atol, CLEAR))


def _named(key: str) -> Diagnosis:
    known = MISCONCEPTIONS.get(key)
    return Diagnosis(key, known.feedback if known else "")
