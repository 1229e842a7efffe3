"""The question bank: loading all of it, and drawing, certifying and grading each template."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from quiz_bank.certify import draw
from quiz_bank.grading.judge import grade
from quiz_bank.grading.staged import true_values
from quiz_bank.loader import PROSE_FOLDER, gather, load_bank
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates import TEMPLATES
from quiz_bank.templates.pictures import right_letter
from tests.benchmarks.table import Result, median_seconds

LOAD, TEMPLATE = 0.150, 0.030  # seconds at most


def right_response(question: Question, variant: Variant) -> object:
    """What a learner hands in who has it right."""
    if isinstance(variant.answer, Formula):
        return variant.answer.reference
    if question.kind == "picture":
        return right_letter(variant.answer)
    if question.kind == "staged":
        return [repr(value) for value in true_values(variant.answer).values()]
    return str(np.asarray(variant.answer).tolist())


def draw_certify_grade(question: Question) -> None:
    """The first certified variant, from its seed to a grade."""
    _, variant = draw(question, 0)
    grade(question, variant, right_response(question, variant))


def run() -> Iterator[tuple[str, Result]]:
    (seconds,) = median_seconds(lambda: gather(PROSE_FOLDER, TEMPLATES))
    measured = f"{len(load_bank())} items in {seconds * 1e3:.0f} ms"
    yield "bank: load", Result(measured, "at most 150 ms", seconds <= LOAD)
    templates = [question for question in load_bank() if question.is_template]
    times = median_seconds(*(lambda q=q: draw_certify_grade(q) for q in templates), repeats=3)
    slowest = int(np.argmax(times))
    measured = (
        f"{np.median(times) * 1e3:.1f} ms, {templates[slowest].id} {times[slowest] * 1e3:.1f}"
    )
    yield "bank: one template", Result(measured, "at most 30 ms", times[slowest] <= TEMPLATE)
