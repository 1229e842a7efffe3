"""Questions on recurrent networks and the GRU, worked from the numbers of their prompts alone."""

from __future__ import annotations

import re
from itertools import islice

import numpy as np
import pytest

from quiz_bank.certify import certified_variants, variant_of
from quiz_bank.loader import load_bank

QUESTIONS = {question.id: question for question in load_bank()}
NUMBER = r"([+-]? ?[\d.]+)"


def exact(value):
    return float(value)


def as_printed(value):
    """With the five digits that solutions print."""
    return float(f"{value:.5g}")


def found(prompt, pattern):
    match = re.search(pattern, prompt)
    assert match is not None, f"no {pattern} in {prompt}"
    return [float(text.replace(" ", "")) for text in match.groups()]


def row(prompt, name):
    (text,) = re.search(rf"\b{name} = \(([^)]*)\)", prompt).groups()
    return [float(part) for part in text.split(r",\ ")]


def states(prompt, keep):
    u, w = found(prompt, rf"\$u = {NUMBER}\$, \$w = {NUMBER}\$")
    h = found(prompt, rf"h_0 = {NUMBER}")
    for x in row(prompt, "x"):
        h.append(keep(np.tanh(u * x + w * h[-1])))
    return u, w, h, [keep(1 - value**2) for value in h]


def second_state(prompt, keep):
    return states(prompt, keep)[2][2]


def first_input(prompt, keep):
    u, w, _, slope = states(prompt, keep)
    return keep(u * slope[1]) * keep(w * slope[2]) * keep(w * slope[3])


def recurrent_weight(prompt, keep):
    _, w, h, slope = states(prompt, keep)
    (y,) = found(prompt, rf"y = {NUMBER}")
    d3 = keep((h[3] - y) * slope[3])
    d2 = keep(w * d3 * slope[2])
    d1 = keep(w * d2 * slope[1])
    return keep(d3 * h[2]) + keep(d2 * h[1]) + keep(d1 * h[0])


def inner_state(prompt, keep):
    _, w, h, slope = states(prompt, keep)
    errors = np.subtract(h[1:], row(prompt, "y"))
    d3 = keep(errors[2] * slope[3])
    d2 = keep(keep(errors[1] + w * d3) * slope[2])
    return keep(errors[0]) + keep(w * d2)


def all_paths(prompt, keep):
    a, w = found(prompt, rf"z &= \\sigma\({NUMBER} {NUMBER}")
    c, v = found(prompt, rf"r &= \\sigma\({NUMBER} {NUMBER}")
    b, q = found(prompt, rf"\\tanh\({NUMBER} {NUMBER}")
    (h,) = found(prompt, rf"h_\{{t-1\}} = {NUMBER}\$")
    z, r = (keep(1 / (1 + np.exp(-u))) for u in (a + w * h, c + v * h))
    n = keep(np.tanh(b + q * r * h))
    inside = (1 - z) * (1 - n**2) * q
    return (
        z + keep((h - n) * z * (1 - z) * w) + keep(inside * r) + keep(inside * h * r * (1 - r) * v)
    )


WORKED = {
    "recurrent/second-state": second_state,
    "recurrent/first-input": first_input,
    "recurrent/recurrent-weight": recurrent_weight,
    "recurrent/inner-state": inner_state,
    "gru/all-paths": all_paths,
}


@pytest.mark.parametrize("name", WORKED)
def test_the_answer_follows_from_the_prompt_and_bears_rounding(name):
    question = QUESTIONS[name]
    for seed in islice(certified_variants(question), 60):
        variant = variant_of(question, seed)
        assert WORKED[name](variant.prompt, exact) == pytest.approx(variant.answer, rel=1e-9)
        rounded = WORKED[name](variant.prompt, as_printed)
        assert rounded == pytest.approx(variant.answer, rel=question.rtol / 2), f"seed {seed}"
