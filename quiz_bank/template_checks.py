"""The rules that a parameterized question must meet, judged by its fields and by one variant.

Only the fields are judged when the bank loads; drawing every template would take longer than
everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import numpy as np

from quiz_bank.checks import TEXTS, Fault, check_head, check_table
from quiz_bank.misconceptions import MISCONCEPTIONS
from quiz_bank.model import NUMERIC_KINDS, Formula, Option, Question, Stage, Variant
from quiz_bank.pictures import option_fault, settings_fault


def check_template(question: Question) -> Iterator[Fault]:
    """The mistakes of one template that show before anything is drawn."""
    yield from check_head(vars(question))
    if not question.is_template:
        yield Fault(("kind",), f"a template cannot be {question.kind}; write it as prose")


def check_draw(question: Question) -> Iterator[Fault]:
    """The mistakes of one template judged by the variant of seed 0."""
    try:
        variant = question.make(np.random.default_rng(0))
    except Exception as error:  # any failure of a template is a fault of the bank, to be listed
        yield Fault(("make",), f"raised {type(error).__name__}: {error}")
        return
    yield from check_table(vars(variant), TEXTS)
    if question.kind == "formula":
        if not isinstance(variant.answer, Formula):
            yield Fault(("answer",), "expected a Formula")
        yield from _check_wrong(variant.wrong)
    elif question.kind == "picture":
        yield from _check_pictures(variant)
    elif question.kind == "staged":
        yield from _check_stages(variant)
    else:
        yield from _check_numbers(variant, NUMERIC_KINDS.index(question.kind))


def _check_wrong(wrong: Mapping[str, object]) -> Iterator[Fault]:
    if not wrong:
        yield Fault(("wrong",), "expected at least one wrong answer with its misconception")
    unknown = sorted(wrong.keys() - MISCONCEPTIONS.keys())
    if unknown:
        yield Fault(("wrong",), f"expected keys of misconceptions.toml, got {', '.join(unknown)}")


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
    for stage in stages:
        yield from _check_wrong(stage.wrong)
    yield from _check_proof(variant)


def _check_numbers(variant: Variant, dimensions: int) -> Iterator[Fault]:
    numeric = isinstance(variant.answer, (float, np.ndarray))
    if not numeric or np.asarray(variant.answer).ndim != dimensions:
        kind = NUMERIC_KINDS[dimensions]
        yield Fault(("answer",), f"expected {dimensions} dimensions for a {kind}")
    yield from _check_wrong(variant.wrong)
    yield from _check_proof(variant)


def _check_proof(variant: Variant) -> Iterator[Fault]:
    if variant.objective is None or variant.at is None:
        yield Fault(("objective",), "objective and at are missing, so nothing proves the key")
