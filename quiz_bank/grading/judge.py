"""One entry point for every kind of question: `grade` reads, compares and explains a response."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

import numpy as np

from engine.types import Array
from quiz_bank.grading.choices import grade_choice, grade_choices, grade_order
from quiz_bank.grading.comparison import comparison, formula_reader
from quiz_bank.grading.formula_parser import parse_formula
from quiz_bank.grading.formulas import grade_formula, seed_of
from quiz_bank.grading.matrices import grade_matrix
from quiz_bank.grading.numbers import grade_number
from quiz_bank.grading.own_words import grade_own_words
from quiz_bank.grading.results import Graded, Verdict
from quiz_bank.grading.staged import grade_staged
from quiz_bank.grading.tolerance import what_counts
from quiz_bank.model import Formula, Kind, Option, Order, Question, Rubric, Stage, Variant

RELATION_FEEDBACK: Mapping[str, str] = {
    "transposed": "These are the right numbers, transposed.",
    "global_sign_flip": "Every entry has the wrong sign.",
    "constant_factor": "Every entry is off by the same factor.",
    "rows_swapped": "The rows are right, but in another order.",
    "one_cell_sign": "One entry has the wrong sign; the others are right.",
}
_FORMULA_VERDICTS: Mapping[str, Verdict] = {"equivalent": "correct", "different": "incorrect"}


def grade(question: Question, variant: Variant, response: object) -> Graded:
    """The graded response: text for a number, vector, matrix or formula; an index or text for a
    choice, a picture or a wrong line; a sequence of them for choices, order and own words (the
    points ticked); a sequence of texts, or one text with semicolons, for a staged derivation.

    No response raises. One that cannot be read is invalid and says what would be.
    """
    return _GRADERS[question.kind](question, variant, response)


def _number(question: Question, variant: Variant, response: object) -> Graded:
    true = float(cast(float, variant.answer))
    result = grade_number(_text(response), true, rtol=question.rtol, atol=question.atol)
    if result.value is None:
        return _unreadable(result.message, result.error_code)
    value = float(cast(float, result.value))
    counts = what_counts(true, question.rtol, question.atol)
    right = result.verdict == "correct"
    graded = Graded(
        result.verdict,
        float(right),
        f"{result.shown} is right: {counts}." if right else result.message,
        shown=result.shown,
        fingerprint=("number", value),
        warning=result.warning,
    )
    return graded if right else _explained(graded, question, variant, np.asarray(value))


def _array(question: Question, variant: Variant, response: object) -> Graded:
    truth = np.asarray(variant.answer, dtype=float)
    result = grade_matrix(_text(response), truth, question.rtol, question.atol, partial=True)
    if result.value is None:
        return _unreadable(result.message, result.error_code)
    graded = Graded(
        result.verdict,
        result.score,
        result.message,
        shown=result.value,
        feedback=RELATION_FEEDBACK.get(result.diagnosis or "", ""),
        fingerprint=("array", result.value.shape, tuple(result.value.ravel().tolist())),
        error_code=result.error_code,
        warning=result.warning,
        cells=result.cells,
    )
    if result.verdict == "correct":
        return graded
    return _explained(graded, question, variant, result.value)


def _formula(question: Question, variant: Variant, response: object) -> Graded:
    answer, text = cast(Formula, variant.answer), _text(response)
    result = grade_formula(
        text,
        reference=answer.reference,
        variables=answer.variables,
        positive=answer.positive,
        unit_interval=answer.unit_interval,
        seed=seed_of(question.id),
    )
    verdict = _FORMULA_VERDICTS.get(result.verdict)
    if verdict is None:
        return _unreadable(result.message, result.error_code)
    tree = parse_formula(text, answer.variables)
    graded = Graded(
        verdict,
        float(verdict == "correct"),
        result.message,
        shown=result.latex,
        fingerprint=("formula", ast.dump(tree)),
    )
    if verdict == "correct":
        return graded
    return _explained(graded, question, variant, formula_reader(question, answer)(text))


def _choice(question: Question, variant: Variant, response: object) -> Graded:
    return grade_choice(cast(tuple[Option, ...], variant.answer), response)


def _choices(question: Question, variant: Variant, response: object) -> Graded:
    return grade_choices(cast(tuple[Option, ...], variant.answer), response)


def _order(question: Question, variant: Variant, response: object) -> Graded:
    return grade_order(cast(Order, variant.answer), response)


def _own_words(question: Question, variant: Variant, response: object) -> Graded:
    return grade_own_words(cast(Rubric, variant.answer), response)


def _staged(question: Question, variant: Variant, response: object) -> Graded:
    stages = cast(tuple[Stage, ...], variant.answer)
    return grade_staged(stages, response, question.rtol, question.atol)


_GRADERS: Mapping[Kind, Callable[[Question, Variant, object], Graded]] = {
    "number": _number,
    "vector": _array,
    "matrix": _array,
    "formula": _formula,
    "picture": _choice,
    "staged": _staged,
    "choice": _choice,
    "choices": _choices,
    "order": _order,
    "wrong line": _choice,
    "own words": _own_words,
}


def _explained(graded: Graded, question: Question, variant: Variant, value: Array) -> Graded:
    """`graded` with the mistake that a wrong value shows, where one is found."""
    mistake = comparison(question, variant).diagnose(value)
    feedback = mistake.feedback or graded.feedback
    return replace(graded, misconception=mistake.key, feedback=feedback)


def _unreadable(message: str, code: str | None) -> Graded:
    return Graded("invalid", 0.0, message, error_code=code)


def _text(response: object) -> str:
    return "" if response is None else str(response)
