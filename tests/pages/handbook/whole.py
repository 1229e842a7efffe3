"""The handbook as a whole: its errata, and the numbers that decide them."""

from __future__ import annotations

IDS = {"H121", "H122"}
WORDING = {"H122"}  # nothing to compute

# id, the words before a number, that number by the reference run, relative tolerance
REFERENCE = [
    ("H121", "minus sign, character", 45, 0),
    ("H121", "is a formula; the en dash, character", 0x2013, 0),
]

# id, the words before a number that rounding or saturation keeps near zero, its bound
NEGLIGIBLE: list[tuple[str, str, float]] = []
