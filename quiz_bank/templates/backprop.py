"""Chapter 3: gradients of one unit, by hand and as formulas."""

from __future__ import annotations

import numpy as np

from engine.activations import Elementwise
from engine.types import Array
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import HALVES, ODD, TENTHS, distinct, one, several
from quiz_bank.templates.latex import equals, factor, number, signed, vector
from quiz_bank.templates.slips import (
    ERROR_SLIPS,
    SIGMOID,
    SIGMOID_SLIPS,
    error,
)


def squared_error_neuron(rng: np.random.Generator) -> Variant:
    y, b = float(rng.integers(2)), one(rng, (-1.0, -0.5, 0.5, 1.0))
    x, w = one(rng, (-3.0, -2.0, 2.0, 3.0)), one(rng, TENTHS)
    z = w * x + b
    a = SIGMOID.f(z)

    def gradient(unit: Elementwise = SIGMOID, upstream: Array | None = None) -> float:
        return float((error(a, y) if upstream is None else upstream) * unit.df(z) * x)

    return Variant(
        prompt=rf"""A neuron predicts $a = \sigma(wx + b)$ with $x = {number(x)}$,
$w = {number(w)}$, $b = {number(b)}$, where $\sigma$ is the sigmoid. The target is
$y = {number(y)}$ and the loss is $E = \tfrac12 (a - y)^2$.

What is $\dfrac{{\partial E}}{{\partial w}}$?""",
        answer=gradient(),
        objective=lambda w: float((1 / (1 + np.exp(-(w * x + b))) - y) ** 2 / 2),
        at=np.array(w),
        solution=rf"""Forward: $z = {factor(w)} \cdot {factor(x)} {signed(b)} {equals(z)}$ and
$a = \sigma(z) {equals(a)}$.

Loss: $\dfrac{{\partial E}}{{\partial a}} = a - y {equals(a - y)}$.

Sigmoid: $\dfrac{{\partial a}}{{\partial z}} = a(1 - a) {equals(SIGMOID.df(z))}$.

Weight: $\dfrac{{\partial z}}{{\partial w}} = x = {number(x)}$.

Chain rule: $\dfrac{{\partial E}}{{\partial w}} = (a - y) \cdot a(1 - a) \cdot x
{equals(gradient())}$.""",
        hints=(
            r"Three factors: loss by $a$, $a$ by $z$, $z$ by $w$.",
            r"They are $a - y$, $a(1 - a)$ and $x$.",
            rf"Here $a {equals(a)}$.",
        ),
        wrong={key: gradient(unit) for key, unit in SIGMOID_SLIPS.items()}
        | {key: gradient(upstream=slip(a, y)) for key, slip in ERROR_SLIPS.items()}
        | {"loss_not_derivative": gradient(upstream=(a - y) ** 2 / 2)},
    )


def batch_bias(rng: np.random.Generator) -> Variant:
    m = int(rng.choice([3, 5]))
    x, w, b = distinct(rng, range(-4, 5), m), one(rng, HALVES), one(rng, HALVES)
    y = w * x + b + several(rng, (-3.0, -1.0, 1.0, 3.0), m)  # an odd sum of errors, so not zero
    errors = w * x + b - y

    def gradient(upstream: Array, over: int = m) -> float:
        return float(upstream.sum() / over)

    return Variant(
        prompt=rf"""A linear model predicts $\hat y_i = w x_i + b$ with $w = {number(w)}$ and
$b = {number(b)}$. The batch has $m = {m}$ examples:

$x = {vector(x)}$, $\quad y = {vector(y)}$.

The loss is $J = \dfrac{{1}}{{2m}} \sum_{{i=1}}^{{m}} (\hat y_i - y_i)^2$.
What is $\dfrac{{\partial J}}{{\partial b}}$?""",
        answer=gradient(errors),
        objective=lambda b: float(np.sum((w * x + b - y) ** 2) / (2 * m)),
        at=np.array(b),
        solution=rf"""Predictions: $\hat y = {vector(w * x + b)}$.

Errors: $\hat y - y = {vector(errors)}$, with the sum ${number(errors.sum())}$.

Each prediction moves by 1 with the bias, so $\dfrac{{\partial J}}{{\partial b}}
= \dfrac{{1}}{{m}} \sum_i (\hat y_i - y_i) = \dfrac{{{number(errors.sum())}}}{{{m}}}
{equals(gradient(errors))}$.""",
        hints=(
            r"$\partial \hat y_i / \partial b = 1$ for every example.",
            r"So $\partial J / \partial b$ is the mean of the errors $\hat y_i - y_i$.",
        ),
        wrong={key: gradient(slip(w * x + b, y)) for key, slip in ERROR_SLIPS.items()}
        | {"no_mean": gradient(errors, over=1)},
    )


def sigmoid_squared_error(rng: np.random.Generator) -> Variant:
    k, weight = int(rng.integers(2, 8)), int(one(rng, ODD))
    s, scale = f"sigma({k}*z)", weight * k
    answer = f"{scale}*({s} - y)*{s}*(1 - {s})"
    return Variant(
        prompt=rf"""An output unit predicts $a = \sigma({k}z)$, with $\sigma$ the sigmoid, and the
loss is $E = \dfrac{{{weight}}}{{2}} (a - y)^2$.

Give $\dfrac{{\partial E}}{{\partial z}}$ as a formula in `z` and `y`; write `sigma(...)` for
the sigmoid.""",
        answer=Formula(answer, ("z", "y"), f"{weight}/2*({s} - y)^2", "z"),
        solution=rf"""Loss: $\dfrac{{\partial E}}{{\partial a}} = {weight}\,(a - y)$.

Sigmoid: $\dfrac{{\partial a}}{{\partial z}} = {k}\,\sigma({k}z)(1 - \sigma({k}z))$.

Chain rule: $\dfrac{{\partial E}}{{\partial z}} = {weight} \cdot {k}\,(\sigma({k}z) - y)\,
\sigma({k}z)(1 - \sigma({k}z))$.

As typed: `{answer}`""",
        hints=(
            rf"Chain rule: loss by $a$, times $a$ by ${k}z$, times ${k}$.",
            rf"$\partial E / \partial a = {weight}\,(a - y)$.",
        ),
        wrong={
            "no_sig": f"{scale}*({s} - y)",
            "sig_plus": f"{scale}*({s} - y)*{s}*(1 + {s})",
            "sig_at_a": f"{scale}*({s} - y)*sigma({s})*(1 - sigma({s}))",
            "loss_sign": f"{scale}*(y - {s})*{s}*(1 - {s})",
            "loss_factor2": f"2*{scale}*({s} - y)*{s}*(1 - {s})",
        },
    )


def tanh_weight(rng: np.random.Generator) -> Variant:
    scale, b = int(one(rng, ODD)), one(rng, HALVES)
    t, z = f"tanh(w*x {signed(b)})", f"wx {signed(b)}"
    answer = f"{scale}*({t} - y)*(1 - {t}^2)*x"
    return Variant(
        prompt=rf"""A unit predicts $a = \tanh({z})$, and the loss is
$E = \dfrac{{{scale}}}{{2}} (a - y)^2$.

Give $\dfrac{{\partial E}}{{\partial w}}$ as a formula in `w`, `x` and `y`.""",
        answer=Formula(answer, ("w", "x", "y"), f"{scale}/2*({t} - y)^2", "w"),
        solution=rf"""Loss: $\dfrac{{\partial E}}{{\partial a}} = {scale}\,(a - y)$.

Tanh: $\dfrac{{\partial a}}{{\partial z}} = 1 - a^2$ with $z = {z}$.

Weight: $\dfrac{{\partial z}}{{\partial w}} = x$.

Chain rule: $\dfrac{{\partial E}}{{\partial w}} = {scale}\,(a - y)(1 - a^2)\,x$ with
$a = \tanh({z})$.

As typed: `{answer}`""",
        hints=(
            r"Three factors: loss by $a$, $a$ by $z$, $z$ by $w$.",
            r"$\tanh'(z) = 1 - \tanh(z)^2$.",
        ),
        wrong={
            "no_sig": f"{scale}*({t} - y)*x",
            "tanh_deriv": f"{scale}*({t} - y)*(1 - {t})*x",
            "sig_at_a": f"{scale}*({t} - y)*(1 - tanh({t})^2)*x",
            "loss_sign": f"{scale}*(y - {t})*(1 - {t}^2)*x",
            "loss_factor2": f"2*{scale}*({t} - y)*(1 - {t}^2)*x",
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="backprop/squared-error-neuron",
        chapter=3,
        topic="backprop",
        title="Gradient of one weight",
        difficulty="easy",
        kind="number",
        source="Rumelhart, Hinton & Williams 1986, equations 4 to 7; handbook chapter 3",
        seconds=150,
        make=squared_error_neuron,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="backprop/batch-bias",
        chapter=3,
        topic="backprop",
        title="Gradient of a bias over a batch",
        difficulty="medium",
        kind="number",
        source="Goodfellow, Bengio & Courville 2016, section 5.9; handbook chapter 3",
        seconds=150,
        make=batch_bias,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="backprop/sigmoid-squared-error",
        chapter=3,
        topic="backprop",
        title="Squared error at a sigmoid's input",
        difficulty="medium",
        kind="formula",
        source="Rumelhart, Hinton & Williams 1986, equations 4 to 7; handbook chapter 3",
        seconds=120,
        make=sigmoid_squared_error,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="backprop/tanh-weight",
        chapter=3,
        topic="backprop",
        title="Gradient of a tanh unit's weight",
        difficulty="medium",
        kind="formula",
        source="Goodfellow, Bengio & Courville 2016, section 6.5",
        seconds=150,
        make=tanh_weight,
        tags=frozenset({"complete"}),
    ),
)
