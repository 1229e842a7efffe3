"""Chapter 6: its errata, and the numbers that a separate reference run gave."""

from __future__ import annotations

IDS = {f"H{k}" for k in range(90, 105)}
WORDING = {"H103"}  # nothing to compute

# id, the words before a number, that number by the reference run, relative tolerance
REFERENCE = [
    ("H90", "sigmoid is", 0.2494, 1e-3),
    ("H90", "$z = -0.1$,", 4.54e-05, 1e-3),
    ("H90", "at $-10$ and", 4.54e-05, 1e-3),
    ("H91", "ReLU has slope", 0, 0),
    ("H91", "leaky ReLU", 0.01, 1e-9),
    ("H91", "and ELU", 0.368, 1e-3),
    ("H92", "multiplied by", 0.28892, 1e-3),
    ("H92", "tanh and by", 4.698e-07, 1e-3),
    ("H93", "pre-activations of variance", 256, 0.02),
    ("H93", "variance 1 and", 1, 0.02),
    ("H94", "weights have variance", 0.01001, 1e-3),
    ("H94", "(uniform) and", 0.009981, 1e-3),
    ("H94", "formula gives", 0.1414, 1e-3),
    ("H94", "a factor of", 14.14, 1e-3),
    ("H95", "weights of variance", 0.01, 1e-9),
    ("H95", "as an sd and", 0.1, 1e-9),
    ("H95", "as a variance,", 10, 1e-9),
    ("H96", "the variance by", 1.5, 1e-9),
    ("H96", "forward (measured", 1.5, 0.02),
    ("H96", ") and by", 0.5, 1e-9),
    ("H96", "backward (measured", 0.5, 0.02),
    ("H97", "mean square of 1 is", 1.6668, 5e-3),
    ("H97", "He weights and", 1.5895e-06, 1e-3),
    ("H97", "same draws,", 2**-20, 1e-3),
    ("H98", "multiplied by", 2.1886e-13, 5e-3),
    ("H99", "multiplied by", 17304, 0.01),
    ("H99", "with batch norm,", 1.1926, 0.02),
    ("H99", "in theory", 1.211, 1e-3),
    ("H99", "), and by", 0.9964, 1e-3),
    ("H100", "printed line gives", 0.0769857, 1e-3),
    ("H100", "the right one", 0.256935, 1e-6),
    ("H100", "central differences", 0.256935, 1e-6),
    ("H100", "the factor is", 1e-50, 1e-3),
    ("H100", "as printed and", 117.4, 1e-3),
    ("H101", r"\prod (1 + F')$ is", 4.979e05, 1e-3),
    ("H101", "= 0.3$ and", 1e-50, 1e-3),
    ("H102", "dh_0$ is", 1e-21, 0.1),
    ("H102", "plain,", 1e-21, 0.1),
    ("H102", "its output, and", 237.4, 1e-3),
    ("H104", "gate of 0.5 leaves", 9e-16, 0.02),
    ("H104", "gate of 0.99 leaves", 0.605, 1e-3),
]

# id, the words before a number that rounding or saturation keeps near zero, its bound
NEGLIGIBLE: list[tuple[str, str, float]] = []
