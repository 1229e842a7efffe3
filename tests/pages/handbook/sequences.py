"""Chapter 8: its errata, and the numbers that a separate reference run gave."""

from __future__ import annotations

IDS = {f"H{k}" for k in range(108, 120)}
WORDING = {"H108", "H109", "H113", "H114", "H115"}  # nothing to compute

# id, the words before a number, that number by the reference run, relative tolerance
REFERENCE = [
    ("H110", "shapes make", 42, 0),
    ("H111", "last output by", 0, 0),
    ("H111", "as listed and by", 2.244, 1e-3),
    ("H112", "off by up to", 2.539, 1e-3),
    ("H116", "LSTM has", 416, 0),
    ("H116", "peepholes", 440, 0),
    ("H117", "state moves by", 0.3, 1e-9),
    ("H117", "forget gate,", 0.5, 1e-9),
    ("H117", "input gate,", 0.4, 1e-9),
    ("H117", "candidate and", 0, 0),
    ("H118", "$C_0$ is", 3.387e16, 1e-3),
    ("H118", "the factor", 6.706, 1e-3),
    ("H118", "power 20 is", 3.387e16, 1e-3),
    ("H119", "RNN", 6208, 0),
    ("H119", "GRU", 18624, 0),
    ("H119", "LSTM", 24832, 0),
]

# id, the words before a number that rounding or saturation keeps near zero, its bound
NEGLIGIBLE = [("H112", "at most", 1e-8)]
