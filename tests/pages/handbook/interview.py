"""Chapter 9: its erratum, which has no number."""

from __future__ import annotations

IDS = {"H120"}
WORDING = {"H120"}  # nothing to compute

# id, the words before a number, that number by the reference run, relative tolerance
REFERENCE: list[tuple[str, str, float, float]] = []

# id, the words before a number that rounding or saturation keeps near zero, its bound
NEGLIGIBLE: list[tuple[str, str, float]] = []
