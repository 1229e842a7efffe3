"""Proves the key of a drawn question: what the engine answered is what central differences give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from engine.gradcheck import numerical_gradient
from engine.types import Array
from quiz_bank.grading import evaluate
from quiz_bank.grading.judge import grade
from quiz_bank.grading.staged import true_values
from quiz_bank.model import Formula, Kind, Option, Order, Question, Rubric, Stage, Variant

TOLERANCE = 1e-6  # relative to 1 and to the value: what central differences reach
POINTS = 8  # at which a formula is compared with the difference of its objective
OPEN = (-1.9, 1.9)
DOMAINS = {"positive": (0.2, 1.9), "unit_interval": (0.1, 0.9)}


def unproved(question: Question, variant: Variant) -> str:
    """Why the key of this variant is not proved, in words; empty when it is. Choices are proved by
    their right options being graded right and their wrong ones wrong."""
    return _PROOFS[question.kind](question, variant)


def _gradient(variant: Variant) -> Array:
    """What proves a numeric key. The loader has seen that objective and at are there."""
    objective, at = cast(Callable[[Array], float], variant.objective), cast(Array, variant.at)
    return np.asarray(variant.key(numerical_gradient(objective, at)), dtype=float)


def _numeric(question: Question, variant: Variant) -> str:
    return _difference(_gradient(variant), cast(Array, variant.answer))


def _staged(question: Question, variant: Variant) -> str:
    values = true_values(cast(tuple[Stage, ...], variant.answer))
    return _difference(_gradient(variant), list(values.values()))


def _formula(question: Question, variant: Variant) -> str:
    answer = cast(Formula, variant.answer)
    points = formula_points(answer, np.random.default_rng(0))
    slopes = [_slope(answer, point) for point in points]
    return _difference(np.array(slopes), [evaluate(answer.reference, point) for point in points])


def _slope(answer: Formula, point: Mapping[str, Array]) -> float:
    """The central difference of the formula's objective at one point."""

    def objective(at: Array) -> float:
        return float(evaluate(answer.objective, {**point, answer.wrt: at}))

    return float(numerical_gradient(objective, point[answer.wrt]))


def formula_points(answer: Formula, rng: np.random.Generator) -> list[dict[str, Array]]:
    """POINTS places, each a value () of every variable inside its domain."""
    bounds = {name: _domain(answer, name) for name in answer.variables}
    return [
        {name: np.asarray(rng.uniform(*ends)) for name, ends in bounds.items()}
        for _ in range(POINTS)
    ]


def _domain(answer: Formula, name: str) -> tuple[float, float]:
    named = (bounds for key, bounds in DOMAINS.items() if name in getattr(answer, key))
    return next(named, OPEN)


def _difference(proof: Array, key: ArrayLike) -> str:
    wanted = np.asarray(key, dtype=float)
    if proof.shape != wanted.shape:
        return f"the key has shape {wanted.shape}, its proof {proof.shape}"
    if np.allclose(proof, wanted, rtol=TOLERANCE, atol=TOLERANCE):
        return ""
    return f"the key is {wanted.tolist()}, central differences give {proof.tolist()}"


def _options(question: Question, variant: Variant) -> str:
    options = cast(tuple[Option, ...], variant.answer)
    right = [place for place, option in enumerate(options) if option.correct]
    if grade(question, variant, right).verdict != "correct":
        return "the right options are not graded right"
    wrong = [place for place, option in enumerate(options) if not option.correct]
    if any(grade(question, variant, [place]).verdict == "correct" for place in wrong):
        return "a wrong option is graded right"
    return ""


def _whole(question: Question, variant: Variant) -> str:
    """An order in the order given, a rubric with all its points."""
    answer = cast(Order | Rubric, variant.answer)
    parts = answer.items if isinstance(answer, Order) else answer.points
    verdict = grade(question, variant, tuple(range(len(parts)))).verdict
    return "" if verdict == "correct" else "the whole answer is not graded right"


_PROOFS: Mapping[Kind, Callable[[Question, Variant], str]] = {
    "number": _numeric,
    "vector": _numeric,
    "matrix": _numeric,
    "formula": _formula,
    "staged": _staged,
    "picture": _options,
    "choice": _options,
    "choices": _options,
    "wrong line": _options,
    "order": _whole,
    "own words": _whole,
}
