"""An answer and its known wrong answers as arrays, whatever the kind of question.

A formula becomes its values at the question's sampled points, so that one diagnosis and one
certification serve numbers, vectors, matrices and formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.types import Array
from quiz_bank.grading.diagnosis import Diagnosis, diagnose
from quiz_bank.grading.formulas import FLOOR, RTOL, Domain, seed_of, values_at
from quiz_bank.grading.staged import applied, true_values
from quiz_bank.model import Formula, Question, Stage, Variant


@dataclass(frozen=True)
class Comparison:
    """The truth, misconception key -> wrong answer, and the tolerance that compares them."""

    truth: Array
    wrong: Mapping[str, Array]
    rtol: float
    atol: float

    def diagnose(self, value: Array) -> Diagnosis:
        """The mistake behind `value`, shaped like an answer to the question."""
        return diagnose(value, self.truth, self.wrong, self.rtol, self.atol)


def comparison(question: Question, variant: Variant) -> Comparison:
    """The comparison of a template variant. Raises FormulaError when a wrong formula is no
    formula."""
    if isinstance(variant.answer, Formula):
        read = formula_reader(question, variant.answer)
        wrong = {key: read(str(text)) for key, text in variant.wrong.items()}
        return Comparison(read(variant.answer.reference), wrong, RTOL, FLOOR)
    arrays = {key: np.asarray(value, dtype=float) for key, value in variant.wrong.items()}
    truth = np.asarray(variant.answer, dtype=float)
    return Comparison(truth, arrays, question.rtol, question.atol)


def stage_comparisons(question: Question, stages: Sequence[Stage]) -> Iterator[Comparison]:
    """One comparison for each stage, its wrong rules applied to the true values before it."""
    values = true_values(stages)
    for stage in stages:
        wrong = {key: np.asarray(applied(rule, values)) for key, rule in stage.wrong.items()}
        yield Comparison(np.asarray(values[stage.name]), wrong, question.rtol, question.atol)


def formula_reader(question: Question, answer: Formula) -> Callable[[str], Array]:
    """Formula text -> its values at the sampled points where the reference is finite."""
    domain = Domain(answer.variables, answer.positive, answer.unit_interval)
    seed = seed_of(question.id)
    finite = np.isfinite(values_at(answer.reference, domain, seed))
    return lambda text: values_at(text, domain, seed)[finite]
