"""Reads what a learner typed, says what was understood, and grades it with a reason."""

from quiz_bank.grading.formula_latex import render_latex
from quiz_bank.grading.formula_parser import evaluate
from quiz_bank.grading.formula_tokens import FormulaError
from quiz_bank.grading.formulas import grade_formula
from quiz_bank.grading.matrices import grade_matrix, parse_matrix
from quiz_bank.grading.numbers import grade_number
from quiz_bank.grading.tolerance import bounds

__all__ = [
    "FormulaError",
    "bounds",
    "evaluate",
    "grade_formula",
    "grade_matrix",
    "grade_number",
    "parse_matrix",
    "render_latex",
]
