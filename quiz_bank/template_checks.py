"""The rules that a parameterized question must meet, judged by its fields and one variant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np

from quiz_bank.checks import Fault, check_head
from quiz_bank.model import NUMERIC_KINDS, Formula, Option, Question, Stage, Variant
from quiz_bank.pictures import option_fault, settings_fault


def check_template(question: Question) -> Iterator[Fault]:
    """All mistakes of one template, judged by its fields and by the variant of seed 0."""
    try:
        variant = question.make(np.random.default_rng(0))
    except Exception as error:  # any failure of a template is a fault of the bank, to be listed
        yield Fault(("make",), f"raised {type(error).__name__}: {error}")
        return
    drawn = {"prompt": variant.prompt, "solution": variant.solution, "hints": variant.hints}
    yield from check_head(vars(question) | drawn)
    if not question.is_template:
        yield Fault(("kind",), f"a template cannot be {question.kind}; write it as prose")
    elif question.kind == "formula":
        if not isinstance(variant.answer, Formula):
            yield Fault(("answer",), "expected a Formula")
    elif question.kind == "picture":
        yield from _check_pictures(variant)
    elif question.kind == "staged":
        yield from _check_stages(variant)
    else:
        yield from _check_numbers(variant, NUMERIC_KINDS.index(question.kind))


def _check_pictures(variant: Variant) -> Iterator[Fault]:
    fault = option_fault(variant.answer)
    if fault is None:
        fault = settings_fault(variant.prompt, cast(tuple[Option, ...], variant.answer))
    if fault:
        yield Fault(("answer",), fault)


def _check_stages(variant: Variant) -> Iterator[Fault]:
    stages = variant.answer
    if not isinstance(stages, tuple) or len(stages) < 2 or not isinstance(stages[0], Stage):
        yield Fault(("answer",), "expected a tuple of at least 2 Stages")
        return
    names = [stage.name for stage in stages]
    if len(set(names)) < len(names):
        yield Fault(("answer",), "expected stages whose names differ")
    yield from _check_proof(variant)


def _check_numbers(variant: Variant, dimensions: int) -> Iterator[Fault]:
    numeric = isinstance(variant.answer, (float, np.ndarray))
    if not numeric or np.asarray(variant.answer).ndim != dimensions:
        kind = NUMERIC_KINDS[dimensions]
        yield Fault(("answer",), f"expected {dimensions} dimensions for a {kind}")
    yield from _check_proof(variant)


def _check_proof(variant: Variant) -> Iterator[Fault]:
    if variant.objective is None or variant.at is None:
        yield Fault(("objective",), "objective and at are missing, so nothing proves the key")
