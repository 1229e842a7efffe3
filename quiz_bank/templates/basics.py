"""Chapter 2: slopes of activations, of one neuron and of a tiny network."""

from __future__ import annotations

import numpy as np

from engine.activations import Elementwise
from engine.types import Array
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import SMALL, TENTHS, distinct, one, several
from quiz_bank.templates.latex import equals, factor, number, signed, vector
from quiz_bank.templates.slips import SIGMOID, SIGMOID_SLIPS, TANH, TANH_SLIPS


def sigmoid_neuron_slope(rng: np.random.Generator) -> Variant:
    x, w, b = one(rng, (-3.0, -2.0, 2.0, 3.0)), one(rng, TENTHS), one(rng, (-1.0, -0.5, 0.5, 1.0))
    z = w * x + b

    def slope(unit: Elementwise) -> float:
        return float(unit.df(z) * x)

    return Variant(
        prompt=rf"""A neuron computes $a = \sigma(wx + b)$ with $x = {number(x)}$,
$w = {number(w)}$ and $b = {number(b)}$, where $\sigma$ is the sigmoid.

What is $\dfrac{{\partial a}}{{\partial w}}$ at these values?""",
        answer=slope(SIGMOID),
        objective=lambda w: float(1 / (1 + np.exp(-(w * x + b)))),
        at=np.array(w),
        solution=rf"""Pre-activation: $z = wx + b = {factor(w)} \cdot {factor(x)} {signed(b)}
{equals(z)}$.

Output: $a = \sigma(z) {equals(SIGMOID.f(z))}$.

Slope of the sigmoid: $\sigma'(z) = a(1 - a) {equals(SIGMOID.df(z))}$.

Chain rule: $\dfrac{{\partial a}}{{\partial w}} = \sigma'(z) \cdot x {equals(slope(SIGMOID))}$.""",
        hints=(
            r"Chain rule: the slope of $\sigma$ at $z$, times the derivative of $z$ by $w$.",
            r"$\sigma'(z) = a(1 - a)$ with $a = \sigma(z)$.",
            rf"Here $z {equals(z)}$ and $\partial z / \partial w = x = {number(x)}$.",
        ),
        wrong={key: slope(unit) for key, unit in SIGMOID_SLIPS.items()},
    )


def tanh_neuron_gradient(rng: np.random.Generator) -> Variant:
    x, w = distinct(rng, (-2.0, -1.0, 1.0, 2.0), 2), several(rng, SMALL, 2)
    b = one(rng, (-0.5, 0.5))
    z = float(w @ x) + b

    def gradient(unit: Elementwise) -> Array:
        return unit.df(z) * x

    return Variant(
        prompt=rf"""A neuron computes $a = \tanh(w^\top x + b)$ with $x = {vector(x)}$,
$w = {vector(w)}$ and $b = {number(b)}$.

Give the gradient $\nabla_w\, a = \left(\dfrac{{\partial a}}{{\partial w_1}},
\dfrac{{\partial a}}{{\partial w_2}}\right)$ at these values.""",
        answer=gradient(TANH),
        objective=lambda w: float(np.tanh(w @ x + b)),
        at=w,
        solution=rf"""Pre-activation: $z = {factor(w[0])} \cdot {factor(x[0])} + {factor(w[1])}
\cdot {factor(x[1])} {signed(b)} {equals(z)}$.

Slope: $\tanh'(z) = 1 - \tanh(z)^2$ with $\tanh(z) {equals(TANH.f(z))}$, so
$\tanh'(z) {equals(TANH.df(z))}$.

Each weight multiplies its own input: $\nabla_w\, a = \tanh'(z)\, x
\approx {vector(gradient(TANH))}$.""",
        hints=(
            r"One slope serves both weights; only the inputs differ.",
            r"$\tanh'(z) = 1 - \tanh(z)^2$.",
            rf"Here $z {equals(z)}$ and $\tanh(z) {equals(TANH.f(z))}$.",
        ),
        wrong={key: gradient(unit) for key, unit in TANH_SLIPS.items()},
    )


def network_input_slope(rng: np.random.Generator) -> Variant:
    x, w = one(rng, (-1.0, -0.5, 0.5, 1.0)), distinct(rng, (-1.5, -0.5, 0.5, 1.5), 2)
    b, v = several(rng, (-0.5, 0.5), 2), several(rng, (-3.0, -2.0, 2.0, 3.0), 2)
    v[1] = np.copysign(v[1], v[0] * w[0] * w[1])  # paths of one sign, so that nothing cancels
    z = w * x + b

    def slope(sigmoid: Elementwise = SIGMOID, tanh: Elementwise = TANH) -> float:
        return float(v[0] * sigmoid.df(z[0]) * w[0] + v[1] * tanh.df(z[1]) * w[1])

    def output(x: Array) -> float:
        return float(v[0] / (1 + np.exp(-w[0] * x - b[0])) + v[1] * np.tanh(w[1] * x + b[1]))

    paths = v * np.array([SIGMOID.df(z[0]), TANH.df(z[1])]) * w
    return Variant(
        prompt=rf"""A network with one input, a sigmoid unit, a tanh unit and a linear output
computes
$$
y = {number(v[0])}\,\sigma(z_1) {signed(v[1])}\,\tanh(z_2), \qquad
z_1 = {number(w[0])}\,x {signed(b[0])}, \quad z_2 = {number(w[1])}\,x {signed(b[1])}.
$$

What is $\dfrac{{dy}}{{dx}}$ at $x = {number(x)}$?""",
        answer=slope(),
        objective=output,
        at=np.array(x),
        solution=rf"""Pre-activations at $x = {number(x)}$: $z_1 {equals(z[0])}$,
$z_2 {equals(z[1])}$.

Slopes: $\sigma'(z_1) = \sigma(z_1)(1 - \sigma(z_1)) {equals(SIGMOID.df(z[0]))}$ and
$\tanh'(z_2) = 1 - \tanh(z_2)^2 {equals(TANH.df(z[1]))}$.

Path through the first unit: ${factor(v[0])} \cdot \sigma'(z_1) \cdot {factor(w[0])}
{equals(paths[0])}$.

Path through the second unit: ${factor(v[1])} \cdot \tanh'(z_2) \cdot {factor(w[1])}
{equals(paths[1])}$.

The input acts through both: $\dfrac{{dy}}{{dx}}$ is their sum, $\dfrac{{dy}}{{dx}}
{equals(slope())}$.""",
        hints=(
            r"The input reaches $y$ on two paths. Their contributions add.",
            r"Each path: outgoing weight, times slope of the unit, times incoming weight.",
            rf"$z_1 {equals(z[0])}$ and $z_2 {equals(z[1])}$.",
        ),
        wrong={
            "no_sig": slope(SIGMOID_SLIPS["no_sig"], TANH_SLIPS["no_sig"]),
            "sig_at_a": slope(SIGMOID_SLIPS["sig_at_a"], TANH_SLIPS["sig_at_a"]),
            "sig_plus": slope(sigmoid=SIGMOID_SLIPS["sig_plus"]),
            "tanh_deriv": slope(tanh=TANH_SLIPS["tanh_deriv"]),
        },
    )


def scaled_tanh_derivative(rng: np.random.Generator) -> Variant:
    scale, k = (int(value) for value in distinct(rng, range(2, 8), 2))
    answer = f"{scale * k}*(1 - tanh({k}*z)^2)"
    return Variant(
        prompt=rf"""An activation function is $f(z) = {scale} \tanh({k}z)$.

Give its derivative $f'(z)$ as a formula in `z`.""",
        answer=Formula(answer, ("z",), f"{scale}*tanh({k}*z)", "z"),
        solution=rf"""Outer derivative: $\tanh'(u) = 1 - \tanh(u)^2$ at $u = {k}z$.

Inner derivative: $\dfrac{{du}}{{dz}} = {k}$.

With the factor in front: $f'(z) = {scale} \cdot {k} \cdot (1 - \tanh({k}z)^2)
= {scale * k}\,(1 - \tanh({k}z)^2)$.

As typed: `{answer}`""",
        hints=(
            r"The derivative of $\tanh(u)$ is $1 - \tanh(u)^2$.",
            rf"The inner function $u = {k}z$ adds a factor.",
        ),
        wrong={"tanh_deriv": f"{scale * k}*(1 - tanh({k}*z))", "no_sig": f"{scale * k}"},
    )


def swish_derivative(rng: np.random.Generator) -> Variant:
    scale, k = (int(value) for value in distinct(rng, range(2, 8), 2))
    s = f"sigma({k}*z)"
    answer = f"{scale}*({s} + {k}*z*{s}*(1 - {s}))"
    return Variant(
        prompt=rf"""A scaled swish activation is $f(z) = {scale}z\,\sigma({k}z)$, where $\sigma$ is
the sigmoid.

Give its derivative $f'(z)$ as a formula in `z`; write `sigma(...)` for the sigmoid.""",
        answer=Formula(answer, ("z",), f"{scale}*z*{s}", "z"),
        solution=rf"""Product rule: $f'(z) = {scale}\,\sigma({k}z) + {scale}z \cdot
\dfrac{{d}}{{dz}} \sigma({k}z)$.

Chain rule: $\dfrac{{d}}{{dz}} \sigma({k}z) = {k}\,\sigma({k}z)(1 - \sigma({k}z))$.

Together: $f'(z) = {scale}\,\sigma({k}z) + {scale * k}z\,\sigma({k}z)(1 - \sigma({k}z))$.

As typed: `{answer}`""",
        hints=(
            r"$f$ is a product of two functions of $z$: use the product rule.",
            r"$\sigma'(u) = \sigma(u)(1 - \sigma(u))$.",
            rf"The inner function $u = {k}z$ adds a factor ${k}$ to the second term.",
        ),
        wrong={
            "sig_plus": f"{scale}*({s} + {k}*z*{s}*(1 + {s}))",
            "no_sig": f"{scale}*({s} + {k}*z)",
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="basics/sigmoid-neuron-slope",
        chapter=2,
        topic="basics",
        title="How a weight moves a sigmoid neuron",
        difficulty="easy",
        kind="number",
        source="Rumelhart, Hinton & Williams 1986, equations 1 and 2; handbook chapter 3",
        seconds=120,
        make=sigmoid_neuron_slope,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="basics/tanh-neuron-gradient",
        chapter=2,
        topic="basics",
        title="Gradient of a tanh neuron",
        difficulty="medium",
        kind="vector",
        source="LeCun, Bottou, Orr & Müller 1998, section 4.4; handbook chapter 2",
        seconds=180,
        make=tanh_neuron_gradient,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="basics/network-input-slope",
        chapter=2,
        topic="basics",
        title="Slope of a small network in its input",
        difficulty="hard",
        kind="number",
        source="Goodfellow, Bengio & Courville 2016, section 6.5",
        seconds=300,
        make=network_input_slope,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="basics/scaled-tanh-derivative",
        chapter=2,
        topic="basics",
        title="Derivative of a scaled tanh",
        difficulty="easy",
        kind="formula",
        source="LeCun, Bottou, Orr & Müller 1998, section 4.4",
        seconds=90,
        make=scaled_tanh_derivative,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="basics/swish-derivative",
        chapter=2,
        topic="basics",
        title="Derivative of swish",
        difficulty="medium",
        kind="formula",
        source="Ramachandran, Zoph & Le 2017",
        seconds=150,
        make=swish_derivative,
        tags=frozenset({"complete"}),
    ),
)
