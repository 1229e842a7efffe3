"""Chapter 7: its errata, and the numbers that a separate reference run gave."""

from __future__ import annotations

IDS = {"H105", "H106", "H107"}
WORDING = {"H107"}  # nothing to compute

# id, the words before a number, that number by the reference run, relative tolerance
REFERENCE = [
    ("H105", "gradient of norm", 0.005, 1e-9),
    ("H105", "has norm", 1, 1e-9),
    ("H105", "$c = 1$, and", 0.005, 1e-9),
    ("H106", "-0.2)$ by", 0, 0),
    ("H106", "its norm, by", 18.1, 1e-9),
    ("H106", "by value, and by", 7.5, 1e-9),
]

# id, the words before a number that rounding or saturation keeps near zero, its bound
NEGLIGIBLE: list[tuple[str, str, float]] = []
