"""Long lines of LaTeX broken where a phone's width ends."""

from __future__ import annotations

import re
from collections.abc import Iterable

LINE = 28  # characters of a formula that fit a phone
BREAK = r" \\ &"


def joined(terms: Iterable[str], joint: str) -> str:
    """The terms with the joint between them, as many on a line as a phone has room for.

    A further line begins with the joint, as an aligned environment takes it.
    """
    first, *rest = terms
    lines = [first]
    for term in rest:
        if length(lines[-1]) + length(term) > LINE:
            lines.append(term)
        else:
            lines[-1] += f" {joint} {term}"
    return rf"{BREAK} \quad {joint} ".join(lines)


def length(latex: str) -> int:
    """About how many characters the last line of LaTeX of this kind is wide."""
    return len(re.sub(r"\\[a-z]+|[{}^\s]", "", latex.rpartition("&")[2]))
