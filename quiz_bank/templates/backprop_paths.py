"""Chapter 3: backpropagation by hand along paths of several steps."""

from __future__ import annotations

import numpy as np

from engine.activations import Elementwise
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, RATES, SMALL, one
from quiz_bank.templates.latex import equals, factor, number, signed
from quiz_bank.templates.slips import (
    ERROR_SLIPS,
    SIGMOID,
    SIGMOID_SLIPS,
    TANH,
    TANH_SLIPS,
    error,
)


def two_paths(rng: np.random.Generator) -> Variant:
    a, b = one(rng, HALVES), one(rng, (-3.0, -2.0, 2.0, 3.0))
    u = np.copysign(one(rng, (0.75, 1.25, 1.75, 2.25)), b)  # paths of one sign: nothing cancels
    c = u - a * b
    s = SIGMOID.f(a)

    def gradient(unit: Elementwise) -> float:
        return float(b * s + u * unit.df(a))

    return Variant(
        prompt=rf"""A computational graph has the nodes
$$
u = ab + c, \qquad s = \sigma(a), \qquad L = u\,s,
$$
with $\sigma$ the sigmoid, $a = {number(a)}$, $b = {number(b)}$ and $c = {number(c)}$.

What is $\dfrac{{\partial L}}{{\partial a}}$?""",
        answer=gradient(SIGMOID),
        objective=lambda a: float((a * b + c) / (1 + np.exp(-a))),
        at=np.array(a),
        solution=rf"""Forward: $u {equals(u)}$ and $s = \sigma({number(a)}) {equals(s)}$.

Path through $u$: $\dfrac{{\partial L}}{{\partial u}} \dfrac{{\partial u}}{{\partial a}}
= s \cdot b {equals(b * s)}$.

Path through $s$: $\dfrac{{\partial L}}{{\partial s}} \dfrac{{\partial s}}{{\partial a}}
= u \cdot s(1 - s) {equals(u * SIGMOID.df(a))}$.

A node that is used twice collects both: $\dfrac{{\partial L}}{{\partial a}}
{equals(gradient(SIGMOID))}$.""",
        hints=(
            r"$a$ is used twice. Go back along each path and add what arrives.",
            r"Through $u$: $s \cdot b$. Through $s$: $u$ times the slope of the sigmoid at $a$.",
            rf"$u {equals(u)}$ and $s {equals(s)}$.",
        ),
        wrong={key: gradient(unit) for key, unit in SIGMOID_SLIPS.items()},
    )


def hidden_weight(rng: np.random.Generator) -> Variant:
    x, w1, b1 = one(rng, (-2.0, -1.0, 1.0, 2.0)), one(rng, SMALL), one(rng, SMALL)
    b1 = float(np.copysign(b1, w1 * x))  # away from z = 0, where tanh has slope 1
    w2, b2 = one(rng, HALVES), one(rng, HALVES)
    y = b2 + one(rng, (-4.0, -3.0, 3.0, 4.0))
    rate = one(rng, RATES)
    z = w1 * x + b1
    h = TANH.f(z)
    prediction = w2 * h + b2
    miss = prediction - y

    def gradient(
        unit: Elementwise = TANH, upstream: Array = miss, outgoing: float | Array = w2
    ) -> float:
        return float(upstream * outgoing * unit.df(z) * x)

    answer = gradient()
    return Variant(
        prompt=rf"""A network with one tanh unit predicts
$$
h = \tanh(w_1 x + b_1), \qquad \hat y = w_2 h + b_2
$$
with $x = {number(x)}$, $w_1 = {number(w1)}$, $b_1 = {number(b1)}$, $w_2 = {number(w2)}$,
$b_2 = {number(b2)}$. The target is $y = {number(y)}$, the loss is
$E = \tfrac12 (\hat y - y)^2$, and gradient descent with rate $\eta = {number(rate)}$ is about to
update all parameters.

What is the gradient $\dfrac{{\partial E}}{{\partial w_1}}$ for this update?""",
        answer=answer,
        objective=lambda w: float((w2 * np.tanh(w * x + b1) + b2 - y) ** 2 / 2),
        at=np.array(w1),
        solution=rf"""Forward: $z = {factor(w1)} \cdot {factor(x)} {signed(b1)} {equals(z)}$,
$h = \tanh(z) {equals(h)}$, $\hat y {equals(prediction)}$.

Output: $\dfrac{{\partial E}}{{\partial \hat y}} = \hat y - y {equals(miss)}$.

Hidden unit: $\dfrac{{\partial E}}{{\partial h}} = (\hat y - y)\, w_2 {equals(miss * w2)}$, with
$w_2$ as it was in the forward pass.

Through tanh: $\dfrac{{\partial E}}{{\partial z}} = \dfrac{{\partial E}}{{\partial h}}(1 - h^2)
{equals(gradient() / x)}$.

Weight: $\dfrac{{\partial E}}{{\partial w_1}} = \dfrac{{\partial E}}{{\partial z}} \cdot x
{equals(answer)}$.""",
        hints=(
            r"Go back from the loss: $\hat y$, then $h$, then $z = w_1 x + b_1$, then $w_1$.",
            r"The factors are $\hat y - y$, $w_2$, $1 - h^2$ and $x$.",
            rf"$h {equals(h)}$ and $\hat y - y {equals(miss)}$.",
        ),
        wrong={key: gradient(unit) for key, unit in TANH_SLIPS.items()}
        | {key: gradient(upstream=slip(prediction, y)) for key, slip in ERROR_SLIPS.items()}
        | {
            "w_updated_first": gradient(outgoing=w2 - rate * miss * h),
            "new_weight_given": w1 - rate * answer,
        },
    )


def deep_chain(rng: np.random.Generator) -> Variant:
    x, w1, w2 = one(rng, (-2.0, -1.0, 1.0, 2.0)), one(rng, HALVES), one(rng, HALVES)
    y = float(rng.integers(2))
    z1 = w1 * x
    a1 = SIGMOID.f(z1)
    z2 = w2 * a1
    a2 = SIGMOID.f(z2)

    def gradient(unit: Elementwise = SIGMOID, upstream: Array | None = None) -> float:
        start = error(a2, y) if upstream is None else upstream
        return float(start * unit.df(z2) * w2 * unit.df(z1) * x)

    return Variant(
        prompt=rf"""Two sigmoid units stand in a chain, without biases:
$$
a_1 = \sigma(w_1 x), \qquad a_2 = \sigma(w_2 a_1), \qquad E = \tfrac12 (a_2 - y)^2,
$$
with $x = {number(x)}$, $w_1 = {number(w1)}$, $w_2 = {number(w2)}$ and $y = {number(y)}$.

What is $\dfrac{{\partial E}}{{\partial w_1}}$?""",
        answer=gradient(),
        objective=lambda w: float((1 / (1 + np.exp(-w2 / (1 + np.exp(-w * x)))) - y) ** 2 / 2),
        at=np.array(w1),
        solution=rf"""Forward: $z_1 {equals(z1)}$, $a_1 {equals(a1)}$; $z_2 = w_2 a_1 {equals(z2)}$,
$a_2 {equals(a2)}$.

Error at the second unit: $\delta_2 = (a_2 - y)\, a_2(1 - a_2)
{equals((a2 - y) * SIGMOID.df(z2))}$.

Back through $w_2$ and the first sigmoid, which multiplies by 0.25 at most, as any sigmoid does:
$\delta_1 = \delta_2\, w_2\, a_1(1 - a_1)
{equals(gradient() / x)}$.

Weight: $\dfrac{{\partial E}}{{\partial w_1}} = \delta_1 \cdot x {equals(gradient())}$.""",
        hints=(
            r"The chain has five factors: loss, sigmoid, $w_2$, sigmoid, $x$.",
            r"$\delta_2 = (a_2 - y)\,a_2(1 - a_2)$,"
            r" then $\delta_1 = \delta_2\, w_2\, a_1(1 - a_1)$.",
            rf"$a_1 {equals(a1)}$ and $a_2 {equals(a2)}$.",
        ),
        wrong={key: gradient(unit) for key, unit in SIGMOID_SLIPS.items()}
        | {key: gradient(upstream=slip(a2, y)) for key, slip in ERROR_SLIPS.items()},
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="backprop/two-paths",
        chapter=3,
        topic="backprop",
        title="A variable used twice in a graph",
        difficulty="medium",
        kind="number",
        source="Goodfellow, Bengio & Courville 2016, section 6.5.1",
        seconds=180,
        make=two_paths,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="backprop/hidden-weight",
        chapter=3,
        topic="backprop",
        title="Gradient of a hidden weight",
        difficulty="hard",
        kind="number",
        source="Rumelhart, Hinton & Williams 1986, equations 4 to 7; handbook chapter 3",
        seconds=300,
        make=hidden_weight,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="backprop/deep-chain",
        chapter=3,
        topic="backprop",
        title="Back through two sigmoids",
        difficulty="hard",
        kind="number",
        source="Rumelhart, Hinton & Williams 1986, equations 4 to 7; handbook chapter 3",
        seconds=300,
        make=deep_chain,
        tags=frozenset({"complete"}),
    ),
)
