"""Chapter 5: its errata, and the numbers that a separate reference run gave."""

from __future__ import annotations

IDS = {f"H{k}" for k in range(75, 90)} | {"H128"}
WORDING = {"H87", "H88"}  # nothing to compute

# id, the words before a number, that number by the reference run, relative tolerance
REFERENCE = [
    ("H75", "training error of", 0.7384, 1e-3),
    ("H75", "error of 0.738,", 0.09302, 1e-3),
    ("H75", "0.093 and", 0.02016, 0.02),
    ("H75", "test error of", 0.5451, 1e-3),
    ("H75", "error of 0.545,", 0.1246, 5e-3),
    ("H75", "0.125 and", 51.8, 0.01),
    ("H76", "of 1 averages", 0.8, 5e-3),
    ("H76", "test scaling gives", 0.2, 1e-9),
    ("H76", "0.2 as printed,", 0.8, 1e-9),
    ("H76", "drop rate of 0.5 a unit of 1 averages", 0.5, 5e-3),
    ("H76", "keep rate; at a drop rate of", 0.5, 0),
    ("H77", "mask has", 20, 0),
    ("H77", "entries, and", 4, 0),
    ("H78", "Over all", 64, 0),
    ("H78", "exact mean is $", -3.695, 1e-3),
    ("H78", "network gives $", -2.848, 1e-3),
    ("H79", "squared bias of", 0.00707, 1e-3),
    ("H79", "0.00707,", 0.23, 5e-3),
    ("H79", "0.00707, 0.23,", 0.998, 1e-3),
    ("H79", "0.998 and", 2.56, 1e-3),
    ("H79", "a variance of", 2.55, 1e-3),
    ("H79", "variance of 2.55,", 0.935, 1e-3),
    ("H79", "0.935,", 0.366, 1e-3),
    ("H79", "0.366 and", 0.0233, 1e-3),
    ("H80", "squared bias of", 0.078, 1e-9),
    ("H80", "bias of 0.078,", 0.076, 1e-9),
    ("H80", "0.076 and", 0.011, 1e-9),
    ("H80", "a variance of", 0.05, 1e-9),
    ("H80", "variance of 0.05,", 0.028, 1e-9),
    ("H80", "0.028 and", 0.043, 1e-9),
    ("H81", r"$\lambda w^2$ is", 0.34, 1e-6),
    ("H81", "w^2$ 0.17; the engine, which has the second form, gives", 0.17, 1e-9),
    ("H82", "subgradient steps make", 0, 0),
    ("H82", "leave up to", 0.009998, 1e-3),
    ("H82", "thresholding makes", 10, 0),
    ("H83", "have skewness", 2.01, 1e-9),
    ("H83", "batch norm and", 2.01, 1e-9),
    ("H83", "at sd", 1, 1e-9),
    ("H84", "output has mean", 0.5, 1e-9),
    ("H84", "0.5 and sd", 2, 1e-4),
    ("H85", "a variance of", 1.397, 1e-3),
    ("H85", "moves from 1 to", 1.0597, 1e-3),
    ("H85", "toward", 1.597, 1e-3),
    ("H86", r"$\hat x =", 0, 0),
    ("H89", "with variance", 2.01, 1e-9),
    ("H89", "training and", 1, 5e-3),
    ("H128", "batch norm has", 3, 0),
    ("H128", "each over", 200, 0),
    ("H128", "layer norm", 8, 0),
]

# id, the words before a number that rounding or saturation keeps near zero, its bound
NEGLIGIBLE = [
    ("H78", "two differ by", 1e-12),
    ("H86", "differences agree to", 1e-9),
]
