"""Chapter 1: its errata, and the numbers that a separate reference run gave."""

from __future__ import annotations

IDS = {"H01", "H02"}
WORDING = {"H02"}  # nothing to compute

# id, the words before a number, that number by the reference run, relative tolerance
REFERENCE = [
    ("H01", "has accuracy", 0.50, 0),
    ("H01", "raw inputs and", 1.00, 0),
]

# id, the words before a number that rounding or saturation keeps near zero, its bound
NEGLIGIBLE: list[tuple[str, str, float]] = []
