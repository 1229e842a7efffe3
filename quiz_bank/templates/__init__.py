"""Parameterized questions: each `make` draws small numbers and computes answer, proof and slips."""

from dataclasses import replace

import numpy as np

from quiz_bank.model import Question, Variant
from quiz_bank.templates import (
    adaptive,
    backprop,
    backprop_matrices,
    backprop_paths,
    basics,
    losses,
    optimizers,
)
from quiz_bank.templates.latex import unbroken

MODULES = {
    "templates/basics.py": basics,
    "templates/backprop.py": backprop,
    "templates/backprop_paths.py": backprop_paths,
    "templates/backprop_matrices.py": backprop_matrices,
    "templates/losses.py": losses,
    "templates/optimizers.py": optimizers,
    "templates/adaptive.py": adaptive,
}


def _with_unbroken_formulas(question: Question) -> Question:
    def make(rng: np.random.Generator) -> Variant:
        drawn = question.make(rng)
        return replace(
            drawn,
            prompt=unbroken(drawn.prompt),
            solution=unbroken(drawn.solution),
            hints=tuple(map(unbroken, drawn.hints)),
        )

    return replace(question, make=make)


TEMPLATES: dict[str, tuple[Question, ...]] = {
    file: tuple(map(_with_unbroken_formulas, module.QUESTIONS)) for file, module in MODULES.items()
}
