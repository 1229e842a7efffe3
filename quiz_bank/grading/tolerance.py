"""When two numbers count as equal, and how that is said in plain words."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

RTOL = 1e-3
ATOL = 1e-8
SLACK = 1e-12  # a stated bound is inclusive, whatever binary rounding does to it
ROUNDING = 4 * float(np.finfo(float).eps)  # the difference of two floats inherits their rounding
DIGIT_BOUND = 0.51  # half a unit of the last digit that counts, and a little


def within(
    submitted: ArrayLike, true: ArrayLike, rtol: float, atol: float, times: float = 1.0
) -> NDArray[np.bool_]:
    """Cell by cell: |submitted - true| <= times * (atol + rtol |true|). False where not finite."""
    s, t = np.asarray(submitted), np.asarray(true)
    with np.errstate(over="ignore", invalid="ignore"):
        size = np.abs(t)
        bound = times * (atol + rtol * size)
        close = np.abs(s - t) <= bound * (1 + SLACK) + ROUNDING * size
    return np.asarray(close & np.isfinite(s) & np.isfinite(t))


def within_digits(submitted: float, true: float, last: int) -> bool:
    """Whether |submitted - true| < 0.51 * 10^-last, strictly."""
    bound = DIGIT_BOUND * 10.0**-last
    error = abs(submitted - true)
    return error == 0.0 or error < bound * (1 - SLACK) - ROUNDING * abs(true)


def last_significant(true: float, digits: int) -> int:
    """Decimal place of the last of `digits` significant figures of a nonzero number."""
    return digits - 1 - math.floor(math.log10(abs(true)))


def what_counts(true: float, rtol: float = RTOL, atol: float = ATOL) -> str:
    """`bounds` as the end of a sentence: "any value between 0.1230 and 0.1232 counts"."""
    said = bounds(true, rtol, atol)
    return said if said.startswith("only") else f"any value {said}"


def bounds(true: float, rtol: float = RTOL, atol: float = ATOL) -> str:
    """The tolerance in plain words, such as "between 0.1230 and 0.1232 counts".

    The printed bounds are rounded inward, so that each of them counts.
    """
    tolerance = atol + rtol * abs(true)
    if tolerance == 0.0 or not math.isfinite(tolerance):
        return f"only {true:.15g} counts"
    place = max(math.floor(math.log10(tolerance)), _exponent(true) - 14)
    unit = Decimal(1).scaleb(place)
    low = Decimal(true - tolerance).quantize(unit, ROUND_CEILING)
    high = Decimal(true + tolerance).quantize(unit, ROUND_FLOOR)
    return f"between {_written(low)} and {_written(high)} counts"


def _exponent(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value else -308


def _written(value: Decimal) -> str:
    fixed = value == 0 or -4 <= value.adjusted() < 7
    return f"{value:f}" if fixed else f"{value.normalize():e}"


def same(a: Any, b: Any, rtol: float, atol: float, times: float = 1.0) -> bool:
    """Whether two answers have one shape and agree in every cell."""
    return np.shape(a) == np.shape(b) and bool(within(a, b, rtol, atol, times).all())
