"""Reads one finite number as people type it, and says what is wrong with text that is none."""

from __future__ import annotations

import math
import re

from quiz_bank.grading import text as typed
from quiz_bank.grading.number_grammar import Reading, parse_number
from quiz_bank.grading.results import Unreadable

MAX_CHARACTERS = 1000
MAX_COMPLEX_CHARACTERS = 100
EXAMPLES = "such as 0.25, 1e-3 or 1/3"

_NOT_FINITE = re.compile(
    r"[-+ (]*(?:(?:np|numpy|jnp|math|torch)\.)?(?:inf|infinity|nan|∞)[ )]*", re.IGNORECASE
)
_LATEX_TIMES = re.compile(r"\\(?:times|cdot) *")
_ZERO_FIRST = re.compile(r"[-+ ]*0[0-9]")  # nobody groups digits from a zero on
_COMMA_CHARACTERS = frozenset("0123456789+-.,eE ")


def read_number(text: str) -> Reading:
    """The finite number that `text` stands for. Raises Unreadable with the rule that it breaks."""
    if len(text) > MAX_CHARACTERS:
        limit = f"A number has at most {MAX_CHARACTERS} characters here; this text is longer."
        raise Unreadable(typed.TOO_LONG, limit)
    plain = _plain(text)
    if not plain:
        raise Unreadable(typed.BLANK, f"Nothing was typed: give a number {EXAMPLES}.")
    reading = parse_number(plain)
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
    for start in (k for k in range(len(body) - 1, -1, -1) if k == 0 or body[k] in "+-"):
        real, imaginary = (
            parse_number(body[:start] or "0"),
            parse_number(_coefficient(body[start:])),
        )
        if real is not None and imaginary is not None:
            return _finite_complex(real.value, imaginary.value)
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
    meant = [r.strip() for r in (as_point, as_group) if _readable(r) and not _ZERO_FIRST.match(r)]
    if not meant:
        return "A comma does not belong in a number: give one number with a decimal point."
    if len(meant) == 1:
        return f"{typed.echo(plain)} is written {meant[0]} here, without a comma."
    return (
        f"{typed.echo(plain)} can mean {' or '.join(meant)}: "
        "write the one you mean, without a comma."
    )


def _readable(text: str) -> bool:
    try:
        return parse_number(text) is not None
    except Unreadable:
        return False
