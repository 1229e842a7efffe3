"""Reads the numbers that a prompt prints, to work its answer out again."""

from __future__ import annotations

import re
from itertools import islice

import numpy as np

from quiz_bank.certify import certified_variants, variant_of


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


def certified(question, count):
    """The first `count` certified seeds of the question, each with its variant."""
    for seed in islice(certified_variants(question), count):
        yield seed, variant_of(question, seed)


def assert_worked(question, work, count=60):
    """The answer follows from the prompt by `work`, and with every number on the way rounded as
    printed it is still within half of the tolerance."""
    for seed, variant in certified(question, count):
        says = f"seed {seed}"
        np.testing.assert_allclose(
            work(variant.prompt, exact), variant.answer, rtol=1e-9, atol=1e-12, err_msg=says
        )
        rounded = work(variant.prompt, as_printed)
        np.testing.assert_allclose(
            rounded, variant.answer, rtol=question.rtol / 2, atol=1e-8, err_msg=says
        )
