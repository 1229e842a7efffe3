"""Reads what a learner typed, says what was understood, and grades it with a reason."""

from quiz_bank.grading.numbers import grade_number
