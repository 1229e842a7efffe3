"""Chapter 3: its errata, and the numbers that a separate reference run gave."""

from __future__ import annotations

IDS = {f"H{k}" for k in range(20, 40)} - {"H26"} | {"H123", "H124"}
WORDING = {"H20", "H22", "H37", "H39"}  # nothing to compute

# id, the words before a number, that number by the reference run, relative tolerance
REFERENCE = [
    ("H21", "$a^{[0]}$ has", 3, 0),
    ("H21", "$a^{[2]}$ has", 1, 0),
    ("H23", r"$W^\top X$ is (", 4, 0),
    ("H23", r"$W^\top X$ is (4,", 5, 0),
    ("H23", "prose gives (", 1, 0),
    ("H23", "prose gives (1,", 3, 0),
    ("H23", "formula (", 1, 0),
    ("H23", "formula (1,", 2, 0),
    ("H24", "printed loss is", 0.6931, 1e-3),
    ("H24", "$A = 0.5$, $", -766.7, 1e-3),
    ("H24", "0.9 and $", -2410, 1e-3),
    ("H24", "guess of 340 is", 50, 1e-9),
    ("H25", "$db$ is", 5.843, 1e-3),
    ("H25", "the sum and", 0.0913, 1e-3),
    ("H25", "the mean,", 64, 1e-9),
    ("H27", "backward pass changes", 0, 0),
    ("H27", "the step after it", 21, 0),
    ("H28", "that differ by", 1.894, 1e-3),
    ("H29", "dJ/dA =", -1.427, 1e-3),
    ("H29", "dA/dZ =", 0.2098, 1e-3),
    ("H29", "product is $", -0.2994, 1e-3),
    ("H29", "differences of $J$ give $", -0.2994, 1e-3),
    ("H30", "dJ/dZ =", -0.2994, 1e-3),
    ("H30", "dZ/dJ =", -3.34, 1e-3),
    ("H31", "$Z = -2$ they give $", 1.157, 1e-3),
    ("H31", "$1.157$ and $", -0.1565, 1e-3),
    ("H31", "-0.1565$, the sigmoid", 0.1192, 1e-3),
    ("H31", "$Z = 1$ they give $", -0.582, 1e-3),
    ("H31", "$-0.582$ and $", 1.582, 1e-3),
    ("H31", "$1.582$, the sigmoid", 0.7311, 1e-3),
    ("H31", "$Z = 3$ they give $", -0.0524, 1e-3),
    ("H31", "$-0.0524$ and $", 1.052, 1e-3),
    ("H31", "$1.052$, the sigmoid", 0.9526, 1e-3),
    ("H32", "first printed line gives $", -0.9207, 1e-3),
    ("H32", "the next", 0.9207, 1e-3),
    ("H32", "slope of the sigmoid is", 0.1966, 1e-3),
    ("H33", "product is infinity times", 0, 0),
    ("H33", "$A - Y$ is", 1, 1e-9),
    ("H34", "here $", 0.3597, 1e-3),
    ("H34", "$dW_2$ has", 4, 0),
    ("H34", "of norm", 0.4615, 1e-3),
    ("H35", "$dJ/db$ is $", -2, 1e-9),
    ("H35", "$db/dJ$ is $", -0.5, 1e-9),
    ("H36", "one bias into", 5, 0),
    ("H36", "examples leaves", 1, 0),
    ("H36", "here $", -0.1, 1e-9),
    ("H38", "in all", 21, 0),
    ("H38", "the loss from", 0.7106, 1e-3),
    ("H38", "0.7106 to", 0.6757, 1e-3),
    ("H38", "layer 2 alone, to", 0.6445, 1e-3),
    ("H123", "own loss is $", -0.2994, 1e-3),
    ("H123", "that of the cost $", -0.07486, 1e-3),
    ("H123", "a factor of", 4, 1e-9),
    ("H124", "in $b$ give", 1, 1e-9),
    ("H124", "$A = 2$ and", 1, 1e-9),
]

# id, the words before a number that rounding or saturation keeps near zero, its bound
NEGLIGIBLE = [
    ("H28", "differ by at most", 1e-15),
    ("H34", "differences agree to", 1e-9),
    ("H38", "differences to", 1e-9),
]
