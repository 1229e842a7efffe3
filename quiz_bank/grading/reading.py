"""Reads one number as people type it: decimals, fractions, powers of ten, grouped digits.

The grammar is   expression = factor ["/" factor]
                 factor     = [sign] (number | "(" expression ")")
and regular expressions read `number`, so nothing typed is ever evaluated.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from quiz_bank.grading import text as typed
from quiz_bank.grading.results import Unreadable

MAX_CHARACTERS = 1000
MAX_COMPLEX_CHARACTERS = 100
MAX_NESTING = 20
FIGURES_OF_A_FRACTION = 4
FIGURES_OF_A_FLOAT = 15
EXAMPLES = "such as 0.25, 1e-3 or 1/3"

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
_NOT_FINITE = re.compile(
    r"[-+ (]*(?:(?:np|numpy|jnp|math|torch)\.)?(?:inf|infinity|nan|∞)[ )]*", re.IGNORECASE
)
_LATEX_TIMES = re.compile(r"\\(?:times|cdot) *")
_COMMA_CHARACTERS = frozenset("0123456789+-.,eE ")

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


def read_number(text: str) -> Reading:
    """The finite number that `text` stands for. Raises Unreadable with the rule that it breaks."""
    if len(text) > MAX_CHARACTERS:
        limit = f"A number has at most {MAX_CHARACTERS} characters here; this text is longer."
        raise Unreadable(typed.TOO_LONG, limit)
    plain = _plain(text)
    if not plain:
        raise Unreadable(typed.BLANK, f"Nothing was typed: give a number {EXAMPLES}.")
    reading = _Reader(plain).read()
    if reading is None:
        raise _explain(plain)
    if not math.isfinite(reading.value):
        raise _not_finite()
    return reading


def read_complex(text: str) -> complex:
    """The complex number of `text`, such as 1+2j, 2i or -3. Raises Unreadable."""
    plain = _plain(text)
    if not plain.endswith(("i", "j")) or len(plain) > MAX_COMPLEX_CHARACTERS:
        return complex(read_number(text).value)
    body = plain[:-1].rstrip()
    starts = [k for k, char in enumerate(body) if char in "+-" and k] + [0]
    for start in reversed(sorted(starts)):
        real, imaginary = _Reader(body[:start]).read(), _Reader(_coefficient(body[start:])).read()
        if imaginary is not None and (real is not None or not body[:start].strip()):
            return _finite_complex(real.value if real else 0.0, imaginary.value)
    raise _explain(plain)


def is_complex(text: str) -> bool:
    """Whether `text` reads as a number with an imaginary part."""
    if not text.rstrip().endswith(("i", "j")):
        return False
    try:
        read_complex(text)
    except Unreadable:
        return False
    return True


def written(value: float, figures: int) -> str:
    """`value` with `figures` significant figures, and powers of ten as in 1.00 × 10⁵."""
    mantissa, _, exponent = f"{value:#.{min(figures, FIGURES_OF_A_FLOAT)}g}".partition("e")
    mantissa = mantissa.rstrip(".")
    return f"{mantissa} × 10{typed.raised(int(exponent))}" if exponent else mantissa


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


def _coefficient(text: str) -> str:
    return text + "1" if text.strip() in ("", "+", "-") else text


def _finite_complex(real: float, imaginary: float) -> complex:
    if not (math.isfinite(real) and math.isfinite(imaginary)):
        raise _not_finite()
    return complex(real, imaginary)


def _plain(text: str) -> str:
    return _LATEX_TIMES.sub("*", typed.plain(text)).replace("\t", " ").strip()


def _not_finite() -> Unreadable:
    return Unreadable("not_finite", "This is not a finite number: every answer here is finite.")


def _explain(plain: str) -> Unreadable:
    if _NOT_FINITE.fullmatch(plain):
        return _not_finite()
    if "," in plain and _COMMA_CHARACTERS.issuperset(plain) and any(map(str.isdigit, plain)):
        return Unreadable("comma", _comma_message(plain))
    joined = re.sub(r"(?<=[0-9.])\s+(?=[0-9.])", "", plain)
    if joined != plain and _readable(joined):
        return Unreadable(
            "ambiguous_spacing",
            f"The blank between digits has no clear meaning: write {joined} if it is one number.",
        )
    return Unreadable(
        "not_a_number",
        f"“{typed.echo(plain)}” is not read as a number: write digits {EXAMPLES}, "
        "without words, units or underscores.",
    )


def _comma_message(plain: str) -> str:
    as_point, as_group = plain.replace(".", "").replace(",", "."), plain.replace(",", "")
    readings = " or ".join(r.strip() for r in (as_point, as_group) if _readable(r))
    if not readings:
        return "A comma does not belong in a number: give one number with a decimal point."
    return f"{typed.echo(plain)} can mean {readings}: write the one you mean, without a comma."


def _readable(text: str) -> bool:
    try:
        return _Reader(text).read() is not None
    except Unreadable:
        return False
