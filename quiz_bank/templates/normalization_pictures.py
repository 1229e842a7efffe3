"""Chapter 5: what batch norm does to a histogram, to be predicted before it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from math import erf

import numpy as np

from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import one
from quiz_bank.templates.latex import number
from quiz_bank.templates.pictures import legend, lettered, right_letter

Law = Callable[[Array], Array]

SHAPES: dict[str, Law] = {  # cumulative shares of laws with mean 0 and standard deviation 1
    "exponential": lambda u: 1 - np.exp(-np.maximum(u + 1, 0)),
    "flat": lambda u: np.clip(u / np.sqrt(12) + 0.5, 0, 1),
    "two-valued": lambda u: 0.5 * (u >= -1) + 0.5 * (u >= 1),
    "normal": lambda u: np.array([0.5 + 0.5 * erf(v / np.sqrt(2)) for v in u]),
}
BINS = 30


def batch_norm_shape(rng: np.random.Generator) -> Variant:
    shape = str(rng.choice(["exponential", "flat", "two-valued"]))
    gamma, beta = one(rng, (2.0, 2.5, 3.0)), one(rng, (-3.0, -2.0, 2.0, 3.0))
    edges = np.linspace(min(beta, 0) - 2.5 * gamma, max(beta, 0) + 2.5 * gamma, BINS + 1)
    edges += 1e-6  # no value of a law lies on an edge
    middles = (edges[1:] + edges[:-1]) / 2

    def picture(shape: str, gamma: float, beta: float) -> Picture:
        shares = np.diff(SHAPES[shape]((edges - beta) / gamma))
        settings = {
            "shape": shape,
            "scale": rf"$\gamma = {number(gamma)}$",
            "shift": rf"$\beta = {number(beta)}$",
        }
        bars = {"share": (middles, shares)}
        return Picture("output y", "share of values", settings, bars=bars)

    wrong = [
        (
            picture("normal", gamma, beta),
            "This is a normal law of the same mean and spread. Subtracting and dividing by"
            " constants moves and stretches a histogram, but keeps its shape.",
        ),
        (
            picture(shape, 1.0, 0.0),
            r"These values have mean 0 and standard deviation 1, as with $\gamma = 1$ and"
            r" $\beta = 0$: the scale and the shift are missing.",
        ),
        (
            picture(shape, gamma, -beta),
            rf"This is the shift $\beta = {number(-beta)}$: $\beta$ is added, not subtracted.",
        ),
    ]
    options = lettered(rng, picture(shape, gamma, beta), wrong)
    drawn = {
        "exponential": "an exponential law: many small values and a long tail of large ones",
        "flat": "a flat law: every value between two ends is equally likely",
        "two-valued": "a two-valued law: one half of them is one number, the other half another",
    }
    right = right_letter(options)
    return Variant(
        prompt=rf"""Over a very large batch the pre-activations of a unit follow {drawn[shape]}.
Batch norm is applied with the learned $\gamma = {number(gamma)}$ and $\beta = {number(beta)}$.
Which picture is the histogram of its outputs $y$?""",
        answer=options,
        solution=rf"""Batch norm subtracts one number from all values and divides them by another.
That sets mean and standard deviation; it does not bend the histogram, so the law stays {shape}.

Then $y = \gamma \hat x + \beta$ has the mean $\beta = {number(beta)}$ and the standard deviation
$\gamma = {number(gamma)}$. That is picture {right}.

The name has nothing to do with the normal law. The pictures show:
{legend(options, "shape", "scale", "shift")}.""",
        hints=(
            r"What can subtracting a number and dividing by one do to the shape of a histogram?",
            r"Which mean and which standard deviation does $\gamma \hat x + \beta$ have?",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="normalization/shape-of-outputs",
        chapter=5,
        topic="normalization",
        title="Predict the picture: what batch norm does to a histogram",
        difficulty="medium",
        kind="picture",
        source="Ioffe & Szegedy 2015, algorithm 1; handbook chapter 5",
        seconds=120,
        make=batch_norm_shape,
        tags=frozenset({"complete"}),
    ),
)
