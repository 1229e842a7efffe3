"""Numbers, vectors and matrices as LaTeX, as prompts and worked solutions show them."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import ArrayLike

FORMULA = re.compile(r"(\$\$).+?\$\$|\$[^$]+\$", flags=re.DOTALL)
DIGITS = 5  # far inside the tolerance of 1e-3 within which answers count


def number(value: ArrayLike) -> str:
    """A number with at most five significant digits; tiny and huge ones as powers of ten."""
    text = f"{float(np.asarray(value)) + 0.0:.{DIGITS}g}"
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else text


def factor(value: ArrayLike) -> str:
    """A number to stand in a product: negative ones and powers of ten in brackets."""
    text = number(value)
    return f"({text})" if text.startswith("-") or "times" in text else text


def multiple(value: ArrayLike, symbol: str) -> str:
    """A number times a symbol, without a 1 in front of it."""
    text = number(value)
    return f"{text[:-1]}{symbol}" if text in ("1", "-1") else rf"{text}\,{symbol}"


def signed(value: ArrayLike) -> str:
    """A number to stand after other terms of a sum: with its sign and a blank."""
    text = number(value)
    return f"- {text[1:]}" if text.startswith("-") else f"+ {text}"


def equals(value: ArrayLike) -> str:
    """The value after "=", or after the sign for "about" where five digits are not exact."""
    shown = float(f"{float(np.asarray(value)):.{DIGITS}g}")
    exact = np.isclose(shown, float(np.asarray(value)), rtol=1e-12, atol=1e-15)
    relation = "=" if exact else r"\approx"
    return f"{relation} {number(value)}"


def vector(values: ArrayLike) -> str:
    """A (d,) array as a row of numbers in round brackets."""
    separator = r",\ "
    return rf"({separator.join(map(number, np.asarray(values)))})"


def matrix(values: ArrayLike) -> str:
    """An (n, d) array as a bmatrix."""
    rows = r" \\ ".join(" & ".join(map(number, row)) for row in np.asarray(values))
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"


def unbroken(text: str) -> str:
    """Markdown with every $formula$ on one line: Streamlit sees no formula that spans lines.

    Displayed formulas, fenced by lines of $$, stay as they are.
    """
    return FORMULA.sub(lambda found: found[0] if found[1] else " ".join(found[0].split()), text)
