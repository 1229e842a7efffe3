"""Reads the numbers that a prompt prints, to work its answer out again."""

from __future__ import annotations

import re

import numpy as np


def exact(values):
    """The values as they are; `as_printed` in its place rounds as the solutions do."""
    return np.asarray(values, float)


def as_printed(values):
    """With the five digits that solutions print."""
    return np.vectorize(lambda value: float(f"{value:.5g}"))(values)


def row(prompt, name):
    """The vector called `name`, a LaTeX symbol, in the words."""
    found = re.search(rf"(?<![\w\\]){re.escape(name)} &?= \(([^)]*)\)", " ".join(prompt.split()))
    assert found is not None, f"no {name} in {prompt}"
    return np.array([float(part) for part in found[1].split(r",\ ")])


def grid(prompt, name):
    """The matrix called `name`."""
    found = re.search(rf"{re.escape(name)} &?= \\begin{{bmatrix}} (.*?) \\end", prompt)
    assert found is not None, f"no {name} in {prompt}"
    return np.array([[float(x) for x in line.split(" & ")] for line in found[1].split(r" \\ ")])


def whole(prompt, *patterns):
    """The whole number in the first group of each pattern."""
    return [int(re.search(pattern, " ".join(prompt.split()))[1]) for pattern in patterns]
