"""Parameterized questions: each `make` draws small numbers and computes answer, proof and slips."""

from dataclasses import replace

import numpy as np

from quiz_bank.model import Answer, Question, Variant
from quiz_bank.templates import (
    adaptive,
    backprop,
    backprop_matrices,
    backprop_paths,
    basics,
    clipping,
    dropout,
    exploding,
    exploding_pictures,
    learning,
    learning_pictures,
    losses,
    normalization,
    normalization_pictures,
    optimizers,
    regularization,
    regularization_pictures,
    residual,
    training_pictures,
    training_step,
    vanishing,
    vanishing_pictures,
)
from quiz_bank.templates.latex import unbroken

MODULES = {
    "templates/learning.py": learning,
    "templates/learning_pictures.py": learning_pictures,
    "templates/basics.py": basics,
    "templates/backprop.py": backprop,
    "templates/backprop_paths.py": backprop_paths,
    "templates/backprop_matrices.py": backprop_matrices,
    "templates/losses.py": losses,
    "templates/training_step.py": training_step,
    "templates/training_pictures.py": training_pictures,
    "templates/optimizers.py": optimizers,
    "templates/adaptive.py": adaptive,
    "templates/regularization.py": regularization,
    "templates/dropout.py": dropout,
    "templates/regularization_pictures.py": regularization_pictures,
    "templates/normalization.py": normalization,
    "templates/normalization_pictures.py": normalization_pictures,
    "templates/vanishing.py": vanishing,
    "templates/residual.py": residual,
    "templates/vanishing_pictures.py": vanishing_pictures,
    "templates/exploding.py": exploding,
    "templates/clipping.py": clipping,
    "templates/exploding_pictures.py": exploding_pictures,
}


def _with_unbroken_formulas(question: Question) -> Question:
    def make(rng: np.random.Generator) -> Variant:
        drawn = question.make(rng)
        return replace(
            drawn,
            prompt=unbroken(drawn.prompt),
            answer=_unbroken_options(drawn.answer),
            solution=unbroken(drawn.solution),
            hints=tuple(map(unbroken, drawn.hints)),
        )

    return replace(question, make=make)


def _unbroken_options(answer: Answer) -> Answer:
    if isinstance(answer, tuple):
        return tuple(replace(option, feedback=unbroken(option.feedback)) for option in answer)
    return answer


TEMPLATES: dict[str, tuple[Question, ...]] = {
    file: tuple(map(_with_unbroken_formulas, module.QUESTIONS)) for file, module in MODULES.items()
}
