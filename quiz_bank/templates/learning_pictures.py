"""Chapter 1: what simple models draw, to be predicted from their formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.activations import Elementwise
from engine.network import mlp
from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import distinct, one
from quiz_bank.templates.latex import multiple, number, signed
from quiz_bank.templates.pictures import legend, lettered, right_letter
from quiz_bank.templates.slips import RELU, SIGMOID

ALONG = np.linspace(-2, 2, 61)
SIDE = np.linspace(-2, 2, 25)

Feature = Callable[[Array, Array], Array]


def product_along_line(rng: np.random.Generator) -> Variant:
    v, b = one(rng, (-3.0, -2.0, -1.5, 1.5, 2.0, 3.0)), one(rng, (-1.0, -0.5, 0.0, 0.5, 1.0))
    c = one(rng, (1.0, 1.5, 2.0))
    lines = {
        "$x_2 = x_1$": (ALONG, "$x_1^2$, never negative: two equal ends"),
        "$x_2 = -x_1$": (-ALONG, "$-x_1^2$, never positive: two equal ends"),
        f"$x_2 = {number(c)}$": (0 * ALONG + c, f"${multiple(c, 'x_1')}$: it changes sign once"),
        f"$x_2 = -{number(c)}$": (0 * ALONG - c, f"${multiple(-c, 'x_1')}$: it changes sign once"),
    }

    def picture(name: str) -> Picture:
        p = SIGMOID.f(v * ALONG * lines[name][0] + b)
        return Picture(
            "first input x₁", "probability p", {"the line": name}, lines={"p": (ALONG, p)}
        )

    right, *others = (str(name) for name in rng.permutation(list(lines)))
    wrong = [
        (picture(name), f"This is the line {name}. There the product is {lines[name][1]}.")
        for name in others
    ]
    options = lettered(rng, picture(right), wrong)
    grows = "rises" if v > 0 else "falls"
    return Variant(
        prompt=rf"""A logistic unit gets a single feature, the product of two inputs. It predicts
$p = \sigma(v\,x_1 x_2 + b)$ with $v = {number(v)}$ and $b = {number(b)}$. The inputs move along
the line {right}. Which picture shows $p$ against $x_1$?""",
        answer=options,
        solution=rf"""On the line {right} the product $x_1 x_2$ is {lines[right][1]}.

With $v = {number(v)}$ the probability {grows} as the product grows, and at $x_1 = 0$ it is
$\sigma({number(b)})$. That is picture {right_letter(options)}.

A rule linear in $x_1$ and $x_2$ could not be high at both ends of one diagonal and low at
both ends of the other; the product can. The pictures show: {legend(options, "the line")}.""",
        hints=(
            r"Put the line into the product $x_1 x_2$: what is left is a function of $x_1$.",
            rf"On this line the product is {lines[right][1]}.",
        ),
    )


UNITS = {  # what the hidden unit computes: its activation, and the sign of its bias
    r"$\max(0,\ w_i x + b_i)$": (RELU, 1.0),
    r"$w_i x + b_i$": (replace(RELU, f=lambda z: np.asarray(z, float)), 1.0),
    r"$\lvert w_i x + b_i \rvert$": (replace(RELU, f=lambda z: np.asarray(np.abs(z))), 1.0),
    r"$\max(0,\ w_i x - b_i)$": (RELU, -1.0),
}
UNIT_FEEDBACK = {
    r"$w_i x + b_i$": "without the maximum the network is a straight line.",
    r"$\lvert w_i x + b_i \rvert$": "a ReLU is 0 where its input is negative, not its size.",
    r"$\max(0,\ w_i x - b_i)$": "a unit bends where $w_i x + b_i = 0$, at $x = -b_i / w_i$.",
}


def relu_network(rng: np.random.Generator) -> Variant:
    w = np.array([1.0, -1.0]) * distinct(rng, (1.0, 2.0, 3.0), 2)
    kinks = distinct(rng, (-1.5, -1.0, 1.0, 1.5), 2)
    b, v = -w * kinks, distinct(rng, (-2.0, -1.0, 1.0, 2.0), 2)
    x = 1.5 * ALONG

    def output(unit: Elementwise, sign: float) -> Array:
        theta = np.concatenate([w, sign * b, v, [0.0]])
        return mlp((1, 2, 1), unit).forward(theta, x[:, None])[0][:, 0]

    def picture(name: str) -> Picture:
        y = output(*UNITS[name])
        return Picture("input x", "output f(x)", {"hidden unit": name}, lines={"f": (x, y)})

    right, *others = UNITS
    wrong = [(picture(name), f"This has the unit {name}: {UNIT_FEEDBACK[name]}") for name in others]
    options = lettered(rng, picture(right), wrong)
    first, second = (f"{multiple(w[i], 'x')} {signed(b[i])}" for i in range(2))
    return Variant(
        prompt=rf"""A network has one input, two hidden units and one output
$f(x) = v_1 a_1 + v_2 a_2$. Hidden unit $i$ computes $a_i = $ {right}, with
$w_1 = {number(w[0])}$, $b_1 = {number(b[0])}$, $w_2 = {number(w[1])}$, $b_2 = {number(b[1])}$,
$v_1 = {number(v[0])}$ and $v_2 = {number(v[1])}$. Which picture shows $f$?""",
        answer=options,
        solution=rf"""Unit 1 is $\max(0,\ {first})$: it is 0 left of $x = {number(kinks[0])}$ and
has slope ${number(w[0])}$ to the right of it. Unit 2 is $\max(0,\ {second})$: it is 0 right of
$x = {number(kinks[1])}$ and has slope ${number(w[1])}$ to the left of it.

So $f$ bends at these two places only. At the far right its slope is $v_1 w_1 =
{number(v[0] * w[0])}$, at the far left $v_2 w_2 = {number(v[1] * w[1])}$. That is picture
{right_letter(options)}.

The pictures show the hidden units: {legend(options, "hidden unit")}.""",
        hints=(
            r"Where does each hidden unit switch on? Set $w_i x + b_i = 0$.",
            r"Far to the right only unit 1 is on, far to the left only unit 2.",
            rf"The bends are at $x = {number(kinks[0])}$ and $x = {number(kinks[1])}$.",
        ),
    )


FEATURES: dict[str, tuple[Feature, str]] = {
    "$x_1$": (lambda a, b: a, "the probability changes from left to right only"),
    "$x_2$": (lambda a, b: b, "the probability changes from bottom to top only"),
    "$x_1 + x_2$": (lambda a, b: a + b, "its contours are parallel lines that fall to the right"),
    "$x_1 - x_2$": (lambda a, b: a - b, "its contours are parallel lines that rise to the right"),
    "$x_1^2$": (lambda a, b: a * a, "left and right are alike, and the height plays no part"),
    "$x_2^2$": (lambda a, b: b * b, "top and bottom are alike, and the width plays no part"),
    "$x_1^2 + x_2^2$": (lambda a, b: a * a + b * b, "its contours are circles"),
    "$x_1 x_2$": (lambda a, b: a * b, "opposite corners are alike, neighboring ones are not"),
}


def feature_map(rng: np.random.Generator) -> Variant:
    w, b = one(rng, (-1.5, -1.0, 1.0, 1.5)), one(rng, (-1.0, -0.5, 0.0, 0.5, 1.0))
    right, *others = (str(name) for name in rng.choice(list(FEATURES), 4, replace=False))

    def picture(name: str) -> Picture:
        p = SIGMOID.f(w * FEATURES[name][0](SIDE[None, :], SIDE[:, None]) + b)
        plane = np.broadcast_to(p, (SIDE.size, SIDE.size))
        return Picture("x₁", "x₂", {"feature": name}, contours=(SIDE, SIDE, plane))

    wrong = [
        (picture(name), f"This is the feature {name}: {FEATURES[name][1]}.") for name in others
    ]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""A logistic unit sees the plane through one hand-made feature, $\phi$ = {right},
and predicts $p = \sigma(w\,\phi + b)$ with $w = {number(w)}$ and $b = {number(b)}$. The
pictures are maps of $p$ with labeled contours. Which one belongs to this feature?""",
        answer=options,
        solution=rf"""A contour of $p$ is a contour of $w\,\phi + b$, and so of the feature itself:
with $\phi$ = {right}, {FEATURES[right][1]}. That is picture {right_letter(options)}.

The unit is linear in its feature, whatever its shape in the plane; the feature decides which
tasks it can solve. A deep network learns its features instead. The pictures show:
{legend(options, "feature")}.""",
        hints=(
            r"Along which curves does the feature $\phi$ keep its value?",
            rf"With $\phi$ = {right}, {FEATURES[right][1]}.",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="learning/feature-map",
        chapter=1,
        topic="learning",
        title="Predict the picture: a hand-made feature",
        difficulty="easy",
        kind="picture",
        source="Bishop 2006, section 4.3.1; handbook chapter 1",
        seconds=60,
        make=feature_map,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="learning/product-along-line",
        chapter=1,
        topic="learning",
        title="Predict the picture: the product feature",
        difficulty="medium",
        kind="picture",
        source="Minsky & Papert 1969; handbook chapter 1",
        seconds=90,
        make=product_along_line,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="learning/relu-network",
        chapter=1,
        topic="learning",
        title="Predict the picture: two hidden units",
        difficulty="medium",
        kind="picture",
        source="Montúfar, Pascanu, Cho & Bengio 2014; handbook chapter 1",
        seconds=150,
        make=relu_network,
        tags=frozenset({"essential"}),
    ),
)
