"""The grammar of one typed number: decimals, fractions, powers of ten, grouped digits.

    expression = factor ["/" factor]
    factor     = [sign] (number | "(" expression ")")

A regular expression reads `number`, so nothing typed is ever evaluated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from quiz_bank.grading.results import Unreadable
from quiz_bank.grading.text import raised

MAX_NESTING = 20
FIGURES_OF_A_FRACTION = 4
FIGURES_OF_A_FLOAT = 15

_WHOLE = r"(?:[1-9][0-9]{0,2}(?: [0-9]{3})+(?! ?[0-9])|[0-9]+)"
_DECIMALS = r"\.(?:[0-9]{3}(?: [0-9]{3})*(?: [0-9]{1,3})?(?! ?[0-9])|[0-9]+)"
_EXPONENT = r"(?:[+-]? ?[0-9]+|\( *[+-]? ?[0-9]+ *\)|\{ *[+-]? ?[0-9]+ *\})"
_TEN = rf"10 *(?:\^|\*\*) *{_EXPONENT}"
_TOKEN = re.compile(
    rf" *(?:(?P<ten>{_TEN})"
    rf"|(?P<mantissa>{_WHOLE}(?:{_DECIMALS}|\.)?|{_DECIMALS})"
    rf"(?:[eE](?P<exponent>[+-]?[0-9]+)| *[*xX] *(?P<times>{_TEN}))?"
    r"|(?P<mark>[-+()/])) *"
)

Token = re.Match[str]


@dataclass(frozen=True)
class Reading:
    """A number that was read. `figures` counts the significant digits typed, `decimals` those
    after the point less the power of ten; None when the value is not one decimal number."""

    value: float
    figures: int | None = None
    decimals: int | None = None

    @property
    def shown(self) -> str:
        """The value with as many figures as were typed; a fraction with four."""
        return written(self.value, self.figures or FIGURES_OF_A_FRACTION)

    @property
    def precision(self) -> float:
        """One unit of the last typed digit, relative to the value; 0 when the value is exact."""
        if self.decimals is None or self.value == 0.0:
            return 0.0
        return float(f"1e{-self.decimals}") / abs(self.value)


def parse_number(plain: str) -> Reading | None:
    """The whole of `plain` as a number, possibly infinite; None when it is not one. Raises
    Unreadable for a division by zero."""
    return _Reader(plain).read()


def written(value: float, figures: int) -> str:
    """`value` with `figures` significant figures, and powers of ten as in 1.00 × 10⁵."""
    mantissa, _, exponent = f"{value:#.{min(figures, FIGURES_OF_A_FLOAT)}g}".partition("e")
    mantissa = mantissa.rstrip(".")
    return f"{mantissa} × 10{raised(int(exponent))}" if exponent else mantissa


class _Reader:
    """Recursive descent over the tokens of one text."""

    def __init__(self, plain: str) -> None:
        self._tokens = _split(plain)
        self._at = 0

    def read(self) -> Reading | None:
        """The whole text as a number; None when it is not one."""
        reading = self._expression(0)
        return reading if self._at == len(self._tokens) else None

    def _expression(self, depth: int) -> Reading | None:
        value = self._factor(depth)
        if value is None or not self._take("/"):
            return value
        divisor = self._factor(depth)
        if divisor is None:
            return None
        if divisor.value == 0.0:
            raise Unreadable("division_by_zero", "This divides by zero: give a finite number.")
        return Reading(value.value / divisor.value)

    def _factor(self, depth: int) -> Reading | None:
        sign = -1.0 if self._take("-") else 1.0
        if sign > 0:
            self._take("+")
        reading = self._group(depth) if self._take("(") else self._number()
        return reading and replace(reading, value=sign * reading.value)

    def _group(self, depth: int) -> Reading | None:
        inner = self._expression(depth + 1) if depth < MAX_NESTING else None
        return inner if self._take(")") else None

    def _number(self) -> Reading | None:
        if self._at == len(self._tokens) or self._tokens[self._at]["mark"]:
            return None
        self._at += 1
        return _reading(self._tokens[self._at - 1])

    def _take(self, mark: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at]["mark"] == mark
        self._at += found
        return found


def _split(plain: str) -> list[Token]:
    """The tokens of `plain`; none at all when a character belongs to no token."""
    tokens, at = [], 0
    while at < len(plain):
        token = _TOKEN.match(plain, at)
        if token is None:
            return []
        tokens.append(token)
        at = token.end()
    return tokens


def _reading(token: Token) -> Reading:
    if token["ten"]:
        return Reading(float(f"1e{_power(token['ten'])}"))
    mantissa = token["mantissa"].replace(" ", "")
    exponent = token["exponent"] or (_power(token["times"]) if token["times"] else "0")
    digits = mantissa.replace(".", "").lstrip("0")
    decimals = len(mantissa.partition(".")[2])
    return Reading(
        float(f"{mantissa}e{exponent}"),
        figures=len(digits) or max(decimals, 1),
        decimals=decimals - _bounded(exponent),
    )


def _power(ten: str) -> str:
    return re.sub(r"[^-0-9]", "", ten[2:])


def _bounded(exponent: str) -> int:
    """The exponent, held where floats end: a longer one says nothing more."""
    return int(max(-400.0, min(400.0, float(exponent))))
