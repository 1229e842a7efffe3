"""Parameterized questions: each `make` draws small numbers and computes answer, proof and slips."""

from quiz_bank.model import Question
from quiz_bank.templates import (
    adaptive,
    backprop,
    backprop_matrices,
    backprop_paths,
    basics,
    losses,
    optimizers,
)

TEMPLATES: dict[str, tuple[Question, ...]] = {
    "templates/basics.py": basics.QUESTIONS,
    "templates/backprop.py": backprop.QUESTIONS,
    "templates/backprop_paths.py": backprop_paths.QUESTIONS,
    "templates/backprop_matrices.py": backprop_matrices.QUESTIONS,
    "templates/losses.py": losses.QUESTIONS,
    "templates/optimizers.py": optimizers.QUESTIONS,
    "templates/adaptive.py": adaptive.QUESTIONS,
}
