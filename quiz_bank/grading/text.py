"""Makes typed text plain before it is read: one kind of minus, of blank, of digit and of slash."""

from __future__ import annotations

import html
import re

BLANK = "blank"
TOO_LONG = "too_long"

_INVISIBLE = (
    "\u034f\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff"
    + "".join(map(chr, (*range(0x2060, 0x2070), *range(0xFE00, 0xFE10))))
)
_DASHES = (
    "\u00ad\u02d7\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u207b\u208b"
    "\u2212\u2796\u2e17\u2e1a\u2e3a\u2e3b\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d"
)
_BLANKS = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_LINE_BREAKS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_SLASHES = "÷\u2044\u2215\u2797\u29f8"
_TIMES = "×·\u2022\u2219\u2217\u22c5\u2715\u2716\u2a2f"
_SUPERSCRIPTS = dict(zip("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789", strict=True))

_PLAIN = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(_INVISIBLE, "")
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys("\u207a\u2795", "+")
    | dict.fromkeys(_BLANKS, " ")
    | dict.fromkeys(_LINE_BREAKS, "\n")
    | dict.fromkeys(_SLASHES, "/")
    | dict.fromkeys(_TIMES, "*")
)

_SUPERSCRIPT_POWER = re.compile(f"(?<=10)[{''.join(_SUPERSCRIPTS)}]+")
_FROM_SUPERSCRIPT = str.maketrans(_SUPERSCRIPTS)
_TO_SUPERSCRIPT = {ord(low): high for high, low in _SUPERSCRIPTS.items()}


def plain(text: str) -> str:
    """`text` with ASCII minus, blank, slash, times sign and digits; invisible characters dropped.

    A superscript power of ten becomes `10^`; any other superscript stays.
    """
    return _SUPERSCRIPT_POWER.sub(lambda match: "^" + lowered(match[0]), text).translate(_PLAIN)


def lowered(superscript: str) -> str:
    """A run of superscript signs and digits as ordinary ones."""
    return superscript.translate(_FROM_SUPERSCRIPT)


def raised(exponent: int) -> str:
    """An exponent in superscript characters."""
    return str(exponent).translate(_TO_SUPERSCRIPT)


def echo(text: str, limit: int = 40) -> str:
    """Typed text, cut and escaped so that neither Markdown nor HTML can act on it."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isalnum() or c in " .,+-/()=…" else _entity(c) for c in cut)


def _entity(char: str) -> str:
    if not char.isprintable():
        return "\ufffd"
    return html.escape(char) if char in "<>&\"'" else f"&#{ord(char)};"
