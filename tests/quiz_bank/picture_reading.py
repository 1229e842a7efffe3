"""Reads the numbers of a prompt, and compares a curve with what they give."""

from __future__ import annotations

import re

import numpy as np

NUMBER = r"(-?[0-9.]*[0-9])"


def stated(prompt: str, *names: str) -> list[float]:
    """The numbers that the prompt states as "name = number"."""
    found = [re.search(rf"{re.escape(name)} = {NUMBER}", prompt) for name in names]
    return [float(match[1]) for match in found]


def equal(curve, y, rtol=1e-9):
    """The curve has these heights wherever it is drawn, and leaves out none but those above."""
    seen = ~np.isnan(curve[1])
    np.testing.assert_allclose(curve[1][seen], np.asarray(y)[seen], rtol=rtol, atol=1e-9)


def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z)))


def count_of(prompt: str, what: str) -> int:
    return int(re.search(rf"(\d+) {re.escape(what)}", prompt)[1])
