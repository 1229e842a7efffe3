"""Chapter 3: backpropagation by hand, to one weight, one bias or one input at a time."""

from __future__ import annotations

import numpy as np

from engine.activations import Elementwise
from engine.types import Array
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import HALVES, RATES, TENTHS, distinct, one, several
from quiz_bank.templates.latex import equals, factor, number, signed, vector
from quiz_bank.templates.slips import (
    ERROR_SLIPS,
    SIGMOID,
    SIGMOID_SLIPS,
    TANH,
    TANH_SLIPS,
    error,
)


def squared_error_neuron(rng: np.random.Generator) -> Variant:
    x, w = one(rng, (-3.0, -2.0, 2.0, 3.0)), one(rng, TENTHS)
    b, y = one(rng, HALVES), float(rng.integers(2))
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
    y = np.round(w * x + b) + several(rng, (-2.0, 1.0, 2.0, 3.0), m)
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


def two_paths(rng: np.random.Generator) -> Variant:
    a, b, c = one(rng, HALVES), one(rng, (-3.0, -2.0, 2.0, 3.0)), one(rng, HALVES)
    u, s = a * b + c, SIGMOID.f(a)

    def gradient(unit: Elementwise) -> float:
        return float(b * s + u * unit.df(a))

    return Variant(
        prompt=rf"""A computational graph has the nodes
$$u = ab + c, \qquad s = \sigma(a), \qquad L = u\,s,$$
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
    x, w1, w2 = one(rng, (-2.0, -1.0, 1.0, 2.0)), one(rng, TENTHS), one(rng, HALVES)
    b1, b2, y = one(rng, TENTHS), one(rng, HALVES), one(rng, (-1.0, 1.0, 2.0, 3.0))
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
$$h = \tanh(w_1 x + b_1), \qquad \hat y = w_2 h + b_2$$
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
$$a_1 = \sigma(w_1 x), \qquad a_2 = \sigma(w_2 a_1), \qquad E = \tfrac12 (a_2 - y)^2,$$
with $x = {number(x)}$, $w_1 = {number(w1)}$, $w_2 = {number(w2)}$ and $y = {number(y)}$.

What is $\dfrac{{\partial E}}{{\partial w_1}}$?""",
        answer=gradient(),
        objective=lambda w: float((1 / (1 + np.exp(-w2 / (1 + np.exp(-w * x)))) - y) ** 2 / 2),
        at=np.array(w1),
        solution=rf"""Forward: $z_1 {equals(z1)}$, $a_1 {equals(a1)}$; $z_2 = w_2 a_1 {equals(z2)}$,
$a_2 {equals(a2)}$.

Error at the second unit: $\delta_2 = (a_2 - y)\, a_2(1 - a_2)
{equals((a2 - y) * SIGMOID.df(z2))}$.

Back through $w_2$ and the first sigmoid: $\delta_1 = \delta_2\, w_2\, a_1(1 - a_1)
{equals(gradient() / x)}$.

Weight: $\dfrac{{\partial E}}{{\partial w_1}} = \delta_1 \cdot x {equals(gradient())}$. Each sigmoid
multiplied by at most 0.25: this is how gradients vanish.""",
        hints=(
            r"The chain has five factors: loss, sigmoid, $w_2$, sigmoid, $x$.",
            r"$\delta_2 = (a_2 - y)\,a_2(1 - a_2)$,"
            r" then $\delta_1 = \delta_2\, w_2\, a_1(1 - a_1)$.",
            rf"$a_1 {equals(a1)}$ and $a_2 {equals(a2)}$.",
        ),
        wrong={key: gradient(unit) for key, unit in SIGMOID_SLIPS.items()}
        | {key: gradient(upstream=slip(a2, y)) for key, slip in ERROR_SLIPS.items()},
    )


def sigmoid_squared_error(rng: np.random.Generator) -> Variant:
    k = int(rng.integers(3, 12))
    s = "sigma(z)"
    answer = f"{k}*({s} - y)*{s}*(1 - {s})"
    return Variant(
        prompt=rf"""An output unit predicts $a = \sigma(z)$, with $\sigma$ the sigmoid, and the loss
is $E = \dfrac{{{k}}}{{2}} (a - y)^2$.

Give $\dfrac{{\partial E}}{{\partial z}}$ as a formula in `z` and `y`; write `sigma(z)` for the
sigmoid.""",
        answer=Formula(answer, ("z", "y"), f"{k}/2*({s} - y)^2", "z"),
        solution=rf"""Loss: $\dfrac{{\partial E}}{{\partial a}} = {k}\,(a - y)$.

Sigmoid: $\dfrac{{\partial a}}{{\partial z}} = \sigma(z)(1 - \sigma(z))$.

Chain rule: $\dfrac{{\partial E}}{{\partial z}} = {k}\,(\sigma(z) - y)\,\sigma(z)(1 - \sigma(z))$.

As typed: `{answer}`""",
        hints=(
            r"Chain rule: loss by $a$, times $a$ by $z$.",
            rf"$\partial E / \partial a = {k}\,(a - y)$.",
        ),
        wrong={
            "no_sig": f"{k}*({s} - y)",
            "sig_plus": f"{k}*({s} - y)*{s}*(1 + {s})",
            "sig_at_a": f"{k}*({s} - y)*sigma({s})*(1 - sigma({s}))",
            "loss_sign": f"{k}*(y - {s})*{s}*(1 - {s})",
            "loss_factor2": f"2*{k}*({s} - y)*{s}*(1 - {s})",
        },
    )


def tanh_weight(rng: np.random.Generator) -> Variant:
    k = int(rng.integers(2, 8))
    t = f"tanh(w*x + {k})"
    answer = f"({t} - y)*(1 - {t}^2)*x"
    return Variant(
        prompt=rf"""A unit predicts $a = \tanh(wx + {k})$, and the loss is
$E = \tfrac12 (a - y)^2$.

Give $\dfrac{{\partial E}}{{\partial w}}$ as a formula in `w`, `x` and `y`.""",
        answer=Formula(answer, ("w", "x", "y"), f"({t} - y)^2/2", "w"),
        solution=rf"""Loss: $\dfrac{{\partial E}}{{\partial a}} = a - y$.

Tanh: $\dfrac{{\partial a}}{{\partial z}} = 1 - a^2$ with $z = wx + {k}$.

Weight: $\dfrac{{\partial z}}{{\partial w}} = x$.

Chain rule: $\dfrac{{\partial E}}{{\partial w}} = (a - y)(1 - a^2)\,x$ with
$a = \tanh(wx + {k})$.

As typed: `{answer}`""",
        hints=(
            r"Three factors: loss by $a$, $a$ by $z$, $z$ by $w$.",
            r"$\tanh'(z) = 1 - \tanh(z)^2$.",
        ),
        wrong={
            "no_sig": f"({t} - y)*x",
            "tanh_deriv": f"({t} - y)*(1 - {t})*x",
            "sig_at_a": f"({t} - y)*(1 - tanh({t})^2)*x",
            "loss_sign": f"(y - {t})*(1 - {t}^2)*x",
            "loss_factor2": f"2*({t} - y)*(1 - {t}^2)*x",
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
