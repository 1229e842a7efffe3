"""Grades a typed formula by comparing its values with the reference at seeded random points."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from engine.types import Array
from quiz_bank.grading.formula_latex import latex_of
from quiz_bank.grading.formula_parser import parse_formula, value_of
from quiz_bank.grading.formula_tokens import FormulaError
from quiz_bank.grading.results import FormulaGrade

POINTS = 40
RTOL = 1e-9
FLOOR = 1e-13  # rounding left over where a reference is exactly 0
INTERVAL, POSITIVE, UNIT = (-2.0, 2.0), (0.05, 2.0), (0.02, 0.98)


@dataclass(frozen=True)
class Domain:
    """Where a formula is sampled: each variable in (-2, 2), those in `positive` in (0.05, 2),
    those in `unit_interval` in (0.02, 0.98)."""

    variables: tuple[str, ...]
    positive: tuple[str, ...] = ()
    unit_interval: tuple[str, ...] = ()

    def sample(self, rng: np.random.Generator) -> dict[str, Array]:
        """variable -> (40,) values."""
        return {name: rng.uniform(*self._interval(name), POINTS) for name in self.variables}

    def _interval(self, name: str) -> tuple[float, float]:
        if name in self.unit_interval:
            return UNIT
        return POSITIVE if name in self.positive else INTERVAL


def grade_formula(
    text: str | None,
    reference: str,
    variables: Collection[str],
    positive: Collection[str] = (),
    unit_interval: Collection[str] = (),
    seed: int | None = None,
) -> FormulaGrade:
    """Whether `text` equals `reference` as a function of `variables`.

    Equivalent when the two agree to 1e-9 relative at every one of 40 points where both are finite;
    refused when there is no such point, and when the text is hostile or oversized; invalid when it
    is a slip of writing. The points depend on `seed` alone, or on the reference when it is None.
    Raises FormulaError when the reference itself cannot be read.
    """
    domain = Domain(tuple(variables), tuple(positive), tuple(unit_interval))
    truth = parse_formula(reference, domain.variables)
    try:
        tree = parse_formula(text or "", domain.variables)
    except FormulaError as problem:
        return FormulaGrade(problem.verdict, str(problem), problem.code)
    points = domain.sample(np.random.default_rng(seed_of(reference) if seed is None else seed))
    return _compared(tree, truth, points)


def seed_of(text: str) -> int:
    """A seed that stays the same from run to run."""
    return crc32(text.encode())


def values_at(text: str, domain: Domain, seed: int) -> Array:
    """The (40,) values of the formula `text` at the sampled points. Raises FormulaError."""
    points = domain.sample(np.random.default_rng(seed))
    return _sampled(parse_formula(text, domain.variables), points)


def _sampled(tree: ast.expr, points: Mapping[str, Array]) -> Array:
    return np.array(np.broadcast_to(value_of(tree, points), (POINTS,)))


def _agree(values: Array, truth: Array) -> NDArray[np.bool_]:
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(values), np.abs(truth))
        return np.asarray(np.abs(values - truth) <= RTOL * size + FLOOR)


def _compared(tree: ast.expr, truth: ast.expr, points: Mapping[str, Array]) -> FormulaGrade:
    latex = latex_of(tree)
    values, right = _sampled(tree, points), _sampled(truth, points)
    finite = np.isfinite(values) & np.isfinite(right)
    if not finite.any():
        message = "This formula has no finite value at any point of the domain."
        return FormulaGrade("refused", message, "no_finite_point", latex)
    wrong = finite & ~_agree(values, right)
    if not wrong.any():
        return FormulaGrade("equivalent", "This equals the answer at every point.", latex=latex)
    return FormulaGrade("different", _counterexample(wrong, values, right, points), latex=latex)


def _counterexample(
    wrong: NDArray[np.bool_], values: Array, right: Array, points: Mapping[str, Array]
) -> str:
    k = int(np.argmax(wrong))
    where = ", ".join(f"{name} = {value[k]:.3g}" for name, value in points.items())
    return f"At {where} this gives {values[k]:.4g}, and the answer gives {right[k]:.4g}."
