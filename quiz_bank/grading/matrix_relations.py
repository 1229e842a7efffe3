"""Recognizes how a wrong array is off as a whole: transposed, signs, a factor, rows, one sign."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from engine.types import Array
from quiz_bank.grading.tolerance import within

MAX_PERMUTED_ROWS = 6

Close = Callable[[Array, Array], NDArray[np.bool_]]


def relation(value: Array, truth: Array, rtol: float, atol: float) -> str | None:
    """How a wrong array of the right shape is off as a whole; None unless one relation holds."""

    def close(a: Array, b: Array) -> NDArray[np.bool_]:
        return within(a, b, rtol, atol)

    with np.errstate(all="ignore"):
        found = [name for name, holds in RELATIONS.items() if holds(value, truth, close)]
    return found[0] if len(found) == 1 else None


def _transposed(value: Array, truth: Array, close: Close) -> bool:
    return value.ndim == 2 and value.T.shape == truth.shape and bool(close(value.T, truth).all())


def _global_sign_flip(value: Array, truth: Array, close: Close) -> bool:
    return bool(close(-value, truth).all())


def _constant_factor(value: Array, truth: Array, close: Close) -> bool:
    used = truth != 0
    if used.sum() < 2 or _global_sign_flip(value, truth, close):
        return False
    factor = np.median(value[used] / truth[used])
    return bool(close(value / factor, truth).all())


def _rows_swapped(value: Array, truth: Array, close: Close) -> bool:
    if value.ndim != 2 or len(value) > MAX_PERMUTED_ROWS:
        return False
    return any(close(value[list(order)], truth).all() for order in permutations(range(len(value))))


def _one_cell_sign(value: Array, truth: Array, close: Close) -> bool:
    wrong = ~close(value, truth)
    return value.size > 1 and wrong.sum() == 1 and bool(close(-value[wrong], truth[wrong]).all())


RELATIONS: dict[str, Callable[[Array, Array, Close], bool]] = {
    "transposed": _transposed,
    "global_sign_flip": _global_sign_flip,
    "constant_factor": _constant_factor,
    "rows_swapped": _rows_swapped,
    "one_cell_sign": _one_cell_sign,
}
