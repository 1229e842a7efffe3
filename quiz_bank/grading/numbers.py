"""Grades a typed number against the true one, by tolerance or by digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from quiz_bank.grading import text as typed
from quiz_bank.grading.number_grammar import Reading, written
from quiz_bank.grading.reading import MAX_CHARACTERS, is_complex, read_complex, read_number
from quiz_bank.grading.results import NumberGrade, Unreadable
from quiz_bank.grading.tolerance import (
    ATOL,
    ROUNDING,
    RTOL,
    SLACK,
    last_significant,
    within_digits,
)

Method = Literal["relabs", "sigfig", "decdig"]
Number = float | complex


@dataclass(frozen=True)
class _Rule:
    method: Method
    rtol: float
    atol: float
    digits: int


def grade_number(
    text: str | None,
    true: Number,
    *,
    method: Method = "relabs",
    rtol: float = RTOL,
    atol: float = ATOL,
    digits: int = 3,
    allow_blank: bool = False,
    blank_value: str | None = None,
) -> NumberGrade:
    """Reads `text` and compares it with `true`.

    relabs   |s - t| <= atol + rtol |t|, the modulus of the difference when complex.
    sigfig   `digits` significant figures: |s - t| < 0.51 * 10^-n, n = digits - 1 - floor(log10|t|);
             a true 0 falls back to `atol`.
    decdig   `digits` decimals: |s - t| < 0.51 * 10^-digits.
    sigfig and decdig compare real and imaginary parts separately. Complex text is read only when
    `true` is complex. A blank counts as `blank_value`, or as a wrong answer, where `allow_blank`.
    """
    text = text or ""
    if allow_blank and not typed.plain(text[:MAX_CHARACTERS]).strip():
        text = blank_value or ""
        if not text:
            return NumberGrade("incorrect", None, "A blank answer is not right here.")
    try:
        value, reading = _read(text, true)
    except Unreadable as problem:
        return NumberGrade("invalid", None, str(problem), problem.code)
    return _compare(value, reading, true, _Rule(method, rtol, atol, digits))


NEAR = 0.15  # a wrong answer further off than this is not wrong for want of digits


def _read(text: str, true: Number) -> tuple[Number, Reading | None]:
    if isinstance(true, complex):
        return read_complex(text), None
    if is_complex(text):
        raise Unreadable("complex_not_allowed", "The answer is real: give one real number.")
    reading = read_number(text)
    return reading.value, reading


def _compare(value: Number, reading: Reading | None, true: Number, rule: _Rule) -> NumberGrade:
    shown = reading.shown if reading else _complex_shown(complex(value))
    if ACCEPTS[rule.method](value, true, rule):
        return NumberGrade("correct", value, f"{shown} is right.", shown=shown)
    short = reading is not None and TOO_SHORT[rule.method](reading, rule)
    near = _modulus(complex(value) - complex(true)) <= NEAR * _modulus(true)
    warning = "Fewer digits were typed than the tolerance asks for." if short and near else ""
    return NumberGrade("incorrect", value, f"{shown} is not right.", shown=shown, warning=warning)


def _relabs(value: Number, true: Number, rule: _Rule) -> bool:
    size = _modulus(true)
    bound = rule.atol + rule.rtol * size
    return _modulus(complex(value) - complex(true)) <= bound * (1 + SLACK) + ROUNDING * size


def _sigfig(value: Number, true: Number, rule: _Rule) -> bool:
    return all(
        within_digits(s, t, last_significant(t, rule.digits))
        if t
        else abs(s) <= rule.atol * (1 + SLACK)
        for s, t in _parts(value, true)
    )


def _decdig(value: Number, true: Number, rule: _Rule) -> bool:
    return all(within_digits(s, t, rule.digits) for s, t in _parts(value, true))


ACCEPTS: dict[Method, Callable[[Number, Number, _Rule], bool]] = {
    "relabs": _relabs,
    "sigfig": _sigfig,
    "decdig": _decdig,
}
TOO_SHORT: dict[Method, Callable[[Reading, _Rule], bool]] = {
    "relabs": lambda reading, rule: 0 < rule.rtol < reading.precision,
    "sigfig": lambda reading, rule: reading.figures is not None and reading.figures < rule.digits,
    "decdig": lambda reading, rule: reading.decimals is not None and reading.decimals < rule.digits,
}


def _parts(value: Number, true: Number) -> tuple[tuple[float, float], ...]:
    s, t = complex(value), complex(true)
    return (s.real, t.real), (s.imag, t.imag)


def _modulus(value: Number) -> float:
    z = complex(value)
    return math.hypot(z.real, z.imag)


def _complex_shown(value: complex) -> str:
    sign = "-" if value.imag < 0 else "+"
    return f"{written(value.real, 4)} {sign} {written(abs(value.imag), 4)}j"
