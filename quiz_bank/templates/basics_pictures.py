"""Chapter 2: slopes of activation functions, to be predicted before they are drawn."""

from __future__ import annotations

import numpy as np

from engine.activations import ACTIVATIONS
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import HALVES, one
from quiz_bank.templates.latex import equals, factor, multiple, number, signed
from quiz_bank.templates.pictures import legend, lettered, right_letter

INPUTS = np.linspace(-6, 6, 241)
SHAPES = {  # the unit's name, and what its slope by z looks like
    "sigmoid": "a bell with the height 1/4 that vanishes at both ends",
    "tanh": "a bell with the height 1 that vanishes at both ends",
    "relu": "0 on one side of the kink and 1 on the other",
    "softplus": "a sigmoid, which rises smoothly from 0 to 1",
}


def slope_of_unit(rng: np.random.Generator) -> Variant:
    w, b = one(rng, (-3.0, -2.0, -1.5, 1.5, 2.0, 3.0)), one(rng, HALVES)
    z = w * INPUTS + b

    def picture(name: str) -> Picture:
        slope = w * ACTIVATIONS[name].df(z)
        title = ACTIVATIONS[name].name
        lines = {"slope": (INPUTS, slope)}
        return Picture("input x", "slope of the output", {"activation": title}, lines=lines)

    right, *others = (str(name) for name in rng.permutation(list(SHAPES)))
    wrong = [
        (
            picture(name),
            f"This is the slope with {ACTIVATIONS[name].name}: by $z$ it is {SHAPES[name]}.",
        )
        for name in others
    ]
    options = lettered(rng, picture(right), wrong)
    unit = ACTIVATIONS[right]
    return Variant(
        prompt=rf"""A unit has one input and the output $a = f({multiple(w, "x")} {signed(b)})$. Its
activation $f$ is {unit.name}. Which picture shows the slope $da/dx$ against $x$?""",
        answer=options,
        solution=rf"""By the chain rule $\dfrac{{da}}{{dx}} = w\, f'(z)$ with $w = {number(w)}$ and
$z = {multiple(w, "x")} {signed(b)}$.

By $z$ the slope of {unit.name} is {SHAPES[right]}. The factor $w$ scales its height and, where it
is negative, turns it upside down; the place where $z = 0$ is
$x = {number(-b)} / {factor(w)} {equals(-b / w)}$. That is picture {right_letter(options)}.

The pictures show: {legend(options, "activation")}.""",
        hints=(
            r"The slope is $w\, f'(z)$. What does $f'$ look like by $z$?",
            rf"The factor is $w = {number(w)}$, and $z = 0$ lies at $x {equals(-b / w)}$.",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="basics/slope-of-unit",
        chapter=2,
        topic="basics",
        title="Predict the picture: the slope of a unit",
        difficulty="easy",
        kind="picture",
        source="Goodfellow, Bengio & Courville 2016, section 6.3; handbook chapter 2",
        seconds=90,
        make=slope_of_unit,
        tags=frozenset({"essential"}),
    ),
)
