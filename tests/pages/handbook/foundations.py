"""Chapter 2: its errata, and the numbers that a separate reference run gave."""

from __future__ import annotations

IDS = {f"H{k:02}" for k in range(3, 20)} | {"H125"}
WORDING = {"H05"}  # nothing to compute

# id, the words before a number, that number by the reference run, relative tolerance
REFERENCE = [
    ("H03", "inputs has", 12, 0),
    ("H03", "but only", 4, 0),
    ("H04", "sigmoid gives", 0.5, 1e-12),
    ("H04", "without a bias and", 0.6682, 1e-3),
    ("H06", "array of", 5, 0),
    ("H06", "rows and", 2, 0),
    ("H07", "pre-activation is", -1.5, 1e-12),
    ("H07", "run from", -1.225, 1e-3),
    ("H07", "to $", 1.225, 1e-3),
    ("H08", "hidden weights has norm", 0.1053, 1e-3),
    ("H08", "output weights", 0.1788, 1e-3),
    ("H09", "already has", 1.00e10, 1e-3),
    ("H11", "has gradient", 0, 0),
    ("H11", "0.1 has", -4.9, 1e-9),
    ("H12", "singular value is", 1.898, 0.5),
    ("H13", "leaves", 9.1e-13, 0.01),
    ("H13", "gives", 3325, 1e-3),
    ("H14", "sigmoid output is off by", 249, 1e-9),
    ("H14", "linear output by", 0, 0),
    ("H15", r"\sigma(0.001) =", 0.50025, 1e-6),
    ("H15", r"\sigma(-10) =", 4.54e-5, 1e-3),
    ("H16", "slope is", 0.01, 1e-9),
    ("H17", "sigmoid has slope", 0.25, 1e-9),
    ("H17", "and tanh", 1, 1e-9),
    ("H18", "$(0, 1)$,", 100, 0),
    ("H18", "non-zero slope for", 0, 0),
    ("H19", "sigmoids sum to", 1.881, 1e-3),
    ("H19", "softmax sums to", 1, 1e-9),
    ("H125", "sigmoid leaves", 100, 0),
    ("H125", "above 0 and ReLU", 49.8, 1e-3),
]

# id, the words before a number that rounding or saturation keeps near zero, its bound
NEGLIGIBLE = [
    ("H10", "at most", 1e-13),
    ("H12", "ReLU and", 1e-10),
    ("H17", "at most", 1e-14),
]
