"""A short sequence typed by a visitor, such as `1, 0, -0.5`: read, or refused in a sentence."""

from __future__ import annotations

import re

from engine.csv_table import NUMBER

LONGEST = 12  # steps that fit a picture
BOUND = 1000.0
AS_TYPED = str.maketrans("−–[]()", "--    ")


def read_numbers(text: str) -> tuple[tuple[float, ...], str | None]:
    """The numbers of a text and None, or no numbers and the sentence that says why.

    Numbers are separated by commas, semicolons or spaces; at most LONGEST of them, none of a size
    beyond BOUND.
    """
    parts = [part for part in re.split(r"[,;\s]+", text.translate(AS_TYPED)) if part]
    if not parts:
        return (), f"There is no number in it: type 1 to {LONGEST} of them, such as 1, 0, -0.5."
    if len(parts) > LONGEST:
        return (), f"There are {len(parts):,} numbers in it; {LONGEST} is the most that is drawn."
    for place, part in enumerate(parts, 1):
        if NUMBER.fullmatch(part) is None:
            return (), f"Entry {place} cannot be read: only numbers, such as 1, 0, -0.5."
        if abs(float(part)) > BOUND:
            return (), f"Entry {place} is beyond {BOUND:g}, the largest size allowed here."
    return tuple(float(part) + 0.0 for part in parts), None
