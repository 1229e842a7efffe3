"""Chapter 3: the parts of one training step that the handbook prints wrongly or leaves out."""

from __future__ import annotations

import numpy as np

from engine.activations import Elementwise
from engine.losses import LOSSES
from engine.types import Array
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import HALVES, INTEGERS, TENTHS, distinct, one, several
from quiz_bank.templates.latex import equals, factor, matrix, number, signed, vector
from quiz_bank.templates.slips import TANH, TANH_SLIPS, error


def gradient_at_output(rng: np.random.Generator) -> Variant:
    k, a = int(rng.integers(2, 8)), one(rng, (0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9))
    y = float(rng.integers(2))

    def slope(a: float, b: float) -> float:
        """For a and b the denominators of the two terms."""
        return k * (-y / a + (1 - y) / b)

    answer = slope(a, 1 - a)
    term = rf"-\dfrac{{{k}}}{{a}}" if y else rf"\dfrac{{{k}}}{{1 - a}}"
    return Variant(
        prompt=rf"""A network puts out the probability $a = {number(a)}$ for an example with target
$y = {number(y)}$. Examples of this kind have the weight {k}, so the loss is
$E = -{k}\,\bigl(y \ln a + (1 - y) \ln(1 - a)\bigr)$.

What is $\dfrac{{\partial E}}{{\partial a}}$, the gradient at the output of the sigmoid, before it
goes back through the sigmoid?""",
        answer=answer,
        objective=lambda a: float(-k * np.log(np.abs(a if y else 1 - a))),
        at=np.array(a),
        solution=rf"""Only one term is left for $y = {number(y)}$:
$E = -{k} \ln {"a" if y else "(1 - a)"}$.

Its derivative is ${term}$. The short form ${k}\,(a - y)$ is what remains one node further back,
after the factor $a(1 - a)$ of the sigmoid.

Here $\dfrac{{\partial E}}{{\partial a}} {equals(answer)}$.""",
        hints=(
            rf"With $y = {number(y)}$ one of the two terms is zero.",
            r"The derivative of $\ln a$ is $1/a$, that of $\ln(1 - a)$ is $-1/(1 - a)$.",
        ),
        wrong={"wrong_node": k * (a - y), "other_denominator": slope(1 - a, a)},
    )


def sigmoid_by_hand(rng: np.random.Generator) -> Variant:
    c, k = (int(value) for value in distinct(rng, (3, 4, 5, 6, 7, 8, 9), 2))
    e = f"exp(-{k}*z)"
    answer = f"{c * k}*{e}/(1 + {e})^2"
    return Variant(
        prompt=rf"""Derive it without using a known slope: give the derivative of
$f(z) = \dfrac{{{c}}}{{1 + e^{{-{k}z}}}} = {c}\,(1 + e^{{-{k}z}})^{{-1}}$ as a formula in `z`.
Write `exp(...)` for the exponential function.""",
        answer=Formula(answer, ("z",), f"{c}/(1 + {e})", "z"),
        solution=rf"""Outer derivative: $\dfrac{{d}}{{du}}\, {c}\,u^{{-1}} = -{c}\,u^{{-2}}$ at
$u = 1 + e^{{-{k}z}}$.

Inner derivative: $\dfrac{{du}}{{dz}} = -{k}\,e^{{-{k}z}}$.

The two minus signs cancel: $f'(z) = \dfrac{{{c * k}\,e^{{-{k}z}}}}{{(1 + e^{{-{k}z}})^2}}$. For the
plain sigmoid this is $\sigma(1 - \sigma)$.

As typed: `{answer}`""",
        hints=(
            r"Chain rule with $u = 1 + e^{\dots}$: the derivative of $u^{-1}$ is $-u^{-2}$.",
            rf"The inner derivative is $-{k}\,e^{{-{k}z}}$, with a minus of its own.",
        ),
        wrong={
            "loss_sign": f"-({answer})",
            "inner_left_out": f"{c}*{e}/(1 + {e})^2",
            "power_not_lowered": f"{c * k}*{e}/(1 + {e})",
            "sigmoid_minus": f"{c * k}*{e}/(1 - {e})^2",
        },
    )


def hidden_bias(rng: np.random.Generator) -> Variant:
    m = 3
    H, v = several(rng, TENTHS, m, 2), distinct(rng, INTEGERS, 2)
    p = H @ v + one(rng, HALVES)
    y = np.round(p + several(rng, (-3.0, -1.0, 1.0, 3.0), m), 10)
    Z = np.arctanh(H)

    def gradient(unit: Elementwise = TANH, over: int = m, outgoing: Array = v) -> Array:
        dZ = np.outer(error(p, y) / over, outgoing) * unit.df(Z)
        return np.asarray(dZ.sum(axis=0))

    answer = gradient()
    dZ = np.outer((p - y) / m, v) * (1 - H**2)
    return Variant(
        prompt=rf"""A network has two $\tanh$ hidden units with biases $b = (b_1, b_2)$ and the
linear output $\hat y = h^\top v + c$ with $v = {vector(v)}$. For a batch of $m = {m}$ examples the
predictions are $\hat y = {vector(p)}$ and the targets $y = {vector(y)}$. The hidden outputs, one
example in each row, are
$$
H = {matrix(H)}.
$$

The loss is $J = \dfrac{{1}}{{2m}} \sum_i (\hat y_i - y_i)^2$. Give the gradient
$\left(\dfrac{{\partial J}}{{\partial b_1}}, \dfrac{{\partial J}}{{\partial b_2}}\right)$.""",
        answer=answer,
        objective=lambda b: float(np.sum((p + (np.tanh(Z + b) - H) @ v - y) ** 2) / (2 * m)),
        at=np.zeros(2),
        solution=rf"""Errors over $m$:
$\dfrac{{1}}{{{m}}} (\hat y - y) \approx {vector((p - y) / m)}$.

Back through the output weights and the slope $1 - H^2$ of each hidden unit, elementwise:
$$
dZ = \dfrac{{1}}{{{m}}} (\hat y - y)\, v^\top \odot (1 - H^2)
$$

$$
dZ \approx {matrix(dZ)}
$$

The same bias is added in every row, so its gradient is the sum of the rows:
$\nabla_b J \approx {vector(answer)}$.""",
        hints=(
            r"Start at the output: each row has the error $(\hat y_i - y_i)/m$.",
            r"Going back to unit $j$ multiplies by $v_j$ and by $1 - h_{ij}^2$.",
            r"A bias takes part in every example: sum over the rows.",
        ),
        wrong={
            "no_mean": gradient(over=1),
            "no_sig": gradient(TANH_SLIPS["no_sig"]),
            "tanh_deriv": gradient(TANH_SLIPS["tanh_deriv"]),
            "no_outgoing": gradient(outgoing=np.ones(2)),
        },
    )


def first_order_drop(rng: np.random.Generator) -> Variant:
    x, w = distinct(rng, INTEGERS, 2), several(rng, HALVES, 2)
    e, eta = one(rng, (-4.0, -3.0, -2.0, 2.0, 3.0, 4.0)), one(rng, (0.02, 0.03, 0.04, 0.05))
    y = float(w @ x) - e
    g = LOSSES["half_squared_error"].gradient(w @ x, y) * x
    squared = float(g @ g)

    def loss_at(step: Array) -> float:
        return float(((w - step * g) @ x - y) ** 2 / 2)

    exact = loss_at(np.array(0.0)) - loss_at(np.array(eta))
    return Variant(
        prompt=rf"""A model $\hat y = w^\top x$ has the weights $w = {vector(w)}$ and sees the
example $x = {vector(x)}$ with target $y = {number(y)}$. The loss is
$J = \tfrac12 (\hat y - y)^2$, and one step of gradient descent is made with the learning rate
$\eta = {number(eta)}$.

By how much does the loss fall to first order in $\eta$? Give a positive number.""",
        answer=eta * squared,
        objective=loss_at,
        at=np.array(0.0),
        key=lambda slope: float(-eta * slope),
        solution=rf"""Error: $\hat y - y = {factor(w[0])} \cdot {factor(x[0])} + {factor(w[1])}
\cdot {factor(x[1])} {signed(-y)} = {number(e)}$.

Gradient: $g = (\hat y - y)\,x = {vector(g)}$, with $\lVert g \rVert^2 = {number(squared)}$.

A small step $-\eta g$ changes $J$ by $g^\top(-\eta g) = -\eta\,\lVert g \rVert^2$, so it falls by
$\eta\,\lVert g \rVert^2 = {number(eta)} \cdot {number(squared)} {equals(eta * squared)}$.""",
        hints=(
            r"To first order $J$ changes by $g^\top \Delta w$.",
            r"With $\Delta w = -\eta g$ that is $-\eta\,\lVert g \rVert^2$.",
        ),
        wrong={
            "norm_not_squared": eta * np.sqrt(squared),
            "rate_squared": eta**2 * squared,
            "exact_change": exact,
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="losses/gradient-at-output",
        chapter=3,
        topic="losses",
        title="Cross-entropy before the sigmoid",
        difficulty="easy",
        kind="number",
        source="Bishop 2006, section 4.3.2; handbook chapter 3",
        seconds=90,
        make=gradient_at_output,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="backprop/sigmoid-by-hand",
        chapter=3,
        topic="backprop",
        title="The slope of a sigmoid from its definition",
        difficulty="easy",
        kind="formula",
        source="Goodfellow, Bengio & Courville 2016, section 3.10; handbook chapter 3",
        seconds=120,
        make=sigmoid_by_hand,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="backprop/first-order-drop",
        chapter=3,
        topic="backprop",
        title="How much one step lowers the loss",
        difficulty="medium",
        kind="number",
        source="Goodfellow, Bengio & Courville 2016, section 4.3",
        seconds=180,
        make=first_order_drop,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="backprop/hidden-bias",
        chapter=3,
        topic="backprop",
        title="Gradient of hidden biases over a batch",
        difficulty="hard",
        kind="vector",
        source="Rumelhart, Hinton & Williams 1986; handbook chapter 3",
        seconds=300,
        make=hidden_bias,
        tags=frozenset({"complete"}),
    ),
)
