"""What a template may not draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quiz_bank.loader import load_bank
from quiz_bank.model import Stage, Variant
from quiz_bank.template_checks import check_draw

GOOD = load_bank()["basics/sigmoid-neuron-slope"]
WRONG = {"bias_forgotten": 1.0}
STAGE, OTHER = (Stage(name, name, name, lambda values: 1.0, wrong=WRONG) for name in "ab")


def drawing(kind=GOOD.kind, **changes):
    return replace(GOOD, kind=kind, make=lambda rng: replace(GOOD.make(rng), **changes))


def breaks(rng: np.random.Generator) -> Variant:
    raise ZeroDivisionError("no numbers")


@pytest.mark.parametrize("question", [q for q in load_bank() if q.is_template], ids=lambda q: q.id)
def test_the_templates_of_the_bank_draw_what_they_should(question):
    assert list(map(str, check_draw(question))) == []


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (replace(GOOD, make=breaks), "make: raised ZeroDivisionError: no numbers"),
        (replace(GOOD, kind="matrix"), "answer: expected 2 dimensions"),
        (replace(GOOD, kind="formula"), "answer: expected a Formula"),
        (replace(GOOD, kind="picture"), "answer: expected 3 or 4 options"),
        (replace(GOOD, kind="staged"), "answer: expected a tuple of at least 2 Stages"),
        (drawing(prompt=""), "prompt: expected a text"),
        (drawing(solution=" "), "solution: expected a text"),
        (drawing(hints=("a", "b", "c", "d")), "hints: expected 1 to 3"),
        (drawing(hints=()), "hints: expected 1 to 3"),
        (drawing(objective=None), "objective: objective and at are missing"),
        (drawing(wrong={}), "wrong: expected at least one"),
        (drawing(wrong={"never_heard": 1.0}), "wrong: expected keys of misconceptions.toml"),
        (drawing("staged", answer=(STAGE, STAGE)), "answer: expected stages whose names differ"),
        (
            drawing("staged", answer=(STAGE, replace(OTHER, wrong={}))),
            "wrong: expected at least one",
        ),
        (
            drawing("staged", answer=(STAGE, OTHER), objective=None),
            "objective: objective and at are missing",
        ),
    ],
)
def test_each_fault_of_a_draw_is_named(question, says):
    assert any(str(fault).startswith(says) for fault in check_draw(question))
