"""Reads vectors and matrices, grades them cell by cell, and names how a whole array is off."""

from __future__ import annotations

import re
from itertools import chain

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array
from quiz_bank.grading.matrix_relations import relation
from quiz_bank.grading.matrix_text import Rows, read_rows
from quiz_bank.grading.reading import is_complex, read_number
from quiz_bank.grading.results import MatrixGrade, ParsedMatrix, Unreadable
from quiz_bank.grading.text import echo
from quiz_bank.grading.tolerance import ATOL, RTOL, within

THOUSANDS = "Each comma was read as a new column, not as a thousands mark."
_KEPT_CODES = ("not_finite", "division_by_zero")
_JOINED_DIGITS = re.compile(r"[0-9.]\s+[0-9.]")


def parse_matrix(text: str | None) -> ParsedMatrix:
    """The array of `text`: shape () for one number, (d,) for one row, (n, d) for several.

    Reads NumPy, MATLAB and LaTeX notation and plain rows on lines. `value` is None when the text
    is unreadable; then `error_code` names the rule and `message` says what would be read.
    """
    try:
        rows = read_rows(text or "")
        value = _array(rows)
    except Unreadable as problem:
        return ParsedMatrix(None, str(problem), problem.code)
    return ParsedMatrix(value, warning=THOUSANDS if rows.thousands else "")


def _array(rows: Rows) -> Array:
    lengths = sorted({len(row) for row in rows.cells})
    if len(lengths) > 1:
        raise Unreadable(
            "ragged", f"Rows differ in length ({lengths[0]} to {lengths[-1]} entries)."
        )
    read = {cell: _number(cell) for cell in dict.fromkeys(chain.from_iterable(rows.cells))}
    value = np.array([[read[cell] for cell in row] for row in rows.cells])
    if rows.depth == 0 and value.size == 1:
        return value.reshape(())
    if rows.transposed:
        return value.T
    return value[0] if len(value) == 1 and rows.depth < 2 else value


def _number(cell: str) -> float:
    if is_complex(cell):
        raise Unreadable("complex_not_allowed", "Every entry is a real number here.")
    if _JOINED_DIGITS.search(cell):
        message = f"“{echo(cell)}” stands for two entries or one: separate entries by commas."
        raise Unreadable("bad_entry", message)
    try:
        return read_number(cell).value
    except Unreadable as problem:
        if problem.code in _KEPT_CODES:
            raise
        message = f"“{echo(cell)}” is not read as a number: each entry is one, 0.25 or 1/3 say."
        raise Unreadable("bad_entry", message) from None


def grade_matrix(
    submitted: ParsedMatrix | ArrayLike | None,
    true: ArrayLike,
    rtol: float = RTOL,
    atol: float = ATOL,
    partial: bool = False,
) -> MatrixGrade:
    """Grades an array, or the text of one, cell by cell with |s - t| <= atol + rtol |t|.

    The score is 1, or right cells over all cells where `partial`; a wrong shape scores 0. A vector
    may be typed flat, as a row or as a column where either side has one dimension.
    """
    parsed = submitted if isinstance(submitted, ParsedMatrix) else _parsed(submitted)
    if parsed.value is None:
        return MatrixGrade("invalid", 0.0, parsed.message, error_code=parsed.error_code)
    truth = np.asarray(true, dtype=float)
    value = _fitted(parsed.value, truth.shape)
    if value.shape != truth.shape:
        return _wrong_shape(value, truth, parsed.warning, rtol, atol)
    cells = within(value, truth, rtol, atol)
    right, total = int(cells.sum()), cells.size
    if right == total:
        return MatrixGrade("correct", 1.0, "Every entry is right.", value, cells)
    score = right / total if partial else 0.0
    message = f"{right} of {total} entries are right." if total > 1 else "The entry is not right."
    return MatrixGrade(
        "partial" if score else "incorrect",
        score,
        message,
        value,
        cells,
        relation(value, truth, rtol, atol),
        warning=parsed.warning,
    )


def _parsed(submitted: ArrayLike | None) -> ParsedMatrix:
    if submitted is None or isinstance(submitted, str):
        return parse_matrix(submitted)
    return ParsedMatrix(np.asarray(submitted, dtype=float))


def _fitted(value: Array, shape: tuple[int, ...]) -> Array:
    """`value` in the shape asked for, where one of the two is flat and the other one row or
    column."""
    flat = value.ndim < 2 or len(shape) < 2
    narrow = min(value.shape, default=1) == 1 or value.ndim == 1
    size = int(np.prod(shape))
    one_line = max(shape, default=1) == size
    return value.reshape(shape) if flat and narrow and one_line and value.size == size else value


def _wrong_shape(value: Array, truth: Array, warning: str, rtol: float, atol: float) -> MatrixGrade:
    message = f"The shape is {_spoken(value.shape)}; the answer is {_spoken(truth.shape)}."
    cells = np.zeros(truth.shape, dtype=bool)
    diagnosis = None
    if value.T.shape == truth.shape:
        message += " The transposed array would fit."
        diagnosis = "transposed" if within(value.T, truth, rtol, atol).all() else None
    return MatrixGrade("incorrect", 0.0, message, value, cells, diagnosis, "wrong_shape", warning)


def _spoken(shape: tuple[int, ...]) -> str:
    if not shape:
        return "a single number"
    if len(shape) == 1:
        return f"a vector of {shape[0]}"
    return " × ".join(map(str, shape))
