"""Chapter 3: derivatives of losses, of the sigmoid with cross-entropy, and of the softmax."""

from __future__ import annotations

import numpy as np

from engine.activations import softmax
from engine.losses import LOSSES
from engine.types import Array
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import SMALL, distinct, several
from quiz_bank.templates.latex import equals, factor, number, vector
from quiz_bank.templates.slips import SIGMOID

LOGITS = (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0)


def scaled_squared_error(rng: np.random.Generator) -> Variant:
    k = 2 * int(rng.integers(1, 30)) + 1  # odd, so that k/2 stays as it is
    answer = f"{k}*(yhat - y)"
    return Variant(
        prompt=rf"""A loss is defined as $E = \dfrac{{{k}}}{{2}} (\hat y - y)^2$.

Give $\dfrac{{\partial E}}{{\partial \hat y}}$ as a formula in `yhat` and `y`.""",
        answer=Formula(answer, ("yhat", "y"), f"{k}/2*(yhat - y)^2", "yhat"),
        solution=rf"""Power rule: $\dfrac{{\partial E}}{{\partial \hat y}} = \dfrac{{{k}}}{{2}}
\cdot 2 (\hat y - y) \cdot 1$.

The 2 of the exponent cancels the 2 below: $\dfrac{{\partial E}}{{\partial \hat y}}
= {k}\,(\hat y - y)$.

As typed: `{answer}`""",
        hints=(r"The exponent 2 comes down as a factor.", r"Does the 2 cancel?"),
        wrong={"loss_sign": f"{k}*(y - yhat)", "loss_factor2": f"2*{k}*(yhat - y)"},
    )


def softmax_cross_entropy(rng: np.random.Generator) -> Variant:
    z, target = distinct(rng, LOGITS, 3), int(rng.integers(3))
    y, p = np.eye(3)[target], softmax(z)
    answer = LOSSES["cross_entropy"].gradient(z, target)

    def loss(z: Array) -> float:
        return float(np.log(np.exp(z).sum()) - z[target])

    return Variant(
        prompt=rf"""A classifier for three exclusive classes has the logits $z = {vector(z)}$. The
true class is number {target + 1} of the three. The loss is the cross-entropy
$E = -\ln p_{target + 1}$ with $p = \operatorname{{softmax}}(z)$.

Give $\nabla_z E$.""",
        answer=answer,
        objective=loss,
        at=z,
        solution=rf"""Softmax: $p \approx {vector(p)}$.

The true class as a one-hot vector: $y = {vector(y)}$.

Softmax and cross-entropy together: $\nabla_z E = p - y \approx {vector(answer)}$.""",
        hints=(
            r"Softmax and cross-entropy have a short gradient together.",
            r"$\nabla_z E = p - y$ with $y$ one-hot.",
            rf"$p \approx {vector(p)}$.",
        ),
        wrong={
            "loss_sign": y - p,
            "ce_double": (p - y) * p * (1 - p),
            "softmax_diag": -y / p * p * (1 - p),
        },
    )


def sigmoid_cross_entropy_gradient(rng: np.random.Generator) -> Variant:
    x, w = distinct(rng, (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0), 2), several(rng, SMALL, 2)
    y = float(rng.integers(2))
    z = float(w @ x)
    p = float(SIGMOID.f(z))
    dz = float(LOSSES["binary_cross_entropy"].gradient(z, y))
    return Variant(
        prompt=rf"""A logistic unit predicts $p = \sigma(w^\top x)$ with $x = {vector(x)}$ and
$w = {vector(w)}$. The target is $y = {number(y)}$, and the loss is the binary cross-entropy
$E = -y \ln p - (1 - y) \ln(1 - p)$.

Give $\nabla_w E$.""",
        answer=dz * x,
        objective=lambda w: float(np.log1p(np.exp(w @ x)) - y * (w @ x)),
        at=w,
        solution=rf"""Logit: $z = {factor(w[0])} \cdot {factor(x[0])} + {factor(w[1])} \cdot
{factor(x[1])} {equals(z)}$.

Prediction: $p = \sigma(z) {equals(p)}$.

At the logit: $\dfrac{{\partial E}}{{\partial z}} = p - y {equals(dz)}$.

At the weights: $\nabla_w E = (p - y)\, x \approx {vector(dz * x)}$.""",
        hints=(
            r"First find $\partial E / \partial z$ at the logit $z = w^\top x$.",
            r"The slope of the sigmoid cancels: $\partial E / \partial z = p - y$.",
            rf"Here $p - y {equals(dz)}$, and $\partial z / \partial w = x$.",
        ),
        wrong={"loss_sign": (y - p) * x, "ce_double": (p - y) * p * (1 - p) * x},
    )


def softmax_sensitivity(rng: np.random.Generator) -> Variant:
    k, z = int(rng.integers(3)), distinct(rng, LOGITS, 3)
    p = softmax(z)

    def sensitivity(everywhere: bool) -> Array:
        own = np.eye(3)[k]
        return np.asarray(p[k] * (own - p * (1.0 if everywhere else own)))

    j = (k + 1) % 3
    return Variant(
        prompt=rf"""Logits $z = {vector(z)}$ become probabilities
$p = \operatorname{{softmax}}(z)$.

Give the gradient of the single probability $p_{k + 1}$ with respect to all three logits,
$\left(\dfrac{{\partial p_{k + 1}}}{{\partial z_1}}, \dfrac{{\partial p_{k + 1}}}{{\partial z_2}},
\dfrac{{\partial p_{k + 1}}}{{\partial z_3}}\right)$.""",
        answer=sensitivity(everywhere=True),
        objective=lambda z: float(1 / np.exp(z - z[k]).sum()),
        at=z,
        solution=rf"""Softmax: $p \approx {vector(p)}$.

Its own logit: $\dfrac{{\partial p_{k + 1}}}{{\partial z_{k + 1}}} = p_{k + 1}(1 - p_{k + 1})
{equals(p[k] * (1 - p[k]))}$.

Any other logit, here $z_{j + 1}$: $\dfrac{{\partial p_{k + 1}}}{{\partial z_{j + 1}}}
= -p_{k + 1}\,p_{j + 1} {equals(-p[k] * p[j])}$. The entries sum to 0.

Together: $\nabla_z\, p_{k + 1} \approx {vector(sensitivity(everywhere=True))}$.""",
        hints=(
            r"Raising one logit lowers the other probabilities: no entry is zero.",
            r"$\partial p_i / \partial z_j = p_i(\delta_{ij} - p_j)$, with $\delta_{ij} = 1$ for"
            r" $i = j$ and 0 otherwise.",
            rf"$p \approx {vector(p)}$.",
        ),
        wrong={"softmax_diag": sensitivity(everywhere=False)},
    )


def weighted_cross_entropy_logit(rng: np.random.Generator) -> Variant:
    k, n = (int(value) for value in distinct(rng, range(2, 10), 2))
    s = "sigma(z)"
    answer = f"{n}*(1 - y)*{s} - {k}*y*(1 - {s})"
    return Variant(
        prompt=rf"""Binary cross-entropy with a weight for each class is
$$
E = -{k}\,y \ln \sigma(z) - {n}\,(1 - y) \ln(1 - \sigma(z)).
$$

Give $\dfrac{{\partial E}}{{\partial z}}$ as a formula in `y` and `z`; write `sigma(z)` for
the sigmoid.""",
        answer=Formula(
            answer,
            ("y", "z"),
            f"-{k}*y*ln({s}) - {n}*(1 - y)*ln(1 - {s})",
            "z",
            unit_interval=("y",),
        ),
        solution=rf"""With $\sigma' = \sigma(1 - \sigma)$ the logarithms have short derivatives:
$\dfrac{{d}}{{dz}} \ln \sigma(z) = 1 - \sigma(z)$ and $\dfrac{{d}}{{dz}} \ln(1 - \sigma(z))
= -\sigma(z)$.

Put in: $\dfrac{{\partial E}}{{\partial z}} = -{k}\,y\,(1 - \sigma(z)) +
{n}\,(1 - y)\,\sigma(z)$. With both weights 1 this would be the familiar $\sigma(z) - y$.

As typed: `{answer}`""",
        hints=(
            r"Find the derivatives of $\ln \sigma(z)$ and $\ln(1 - \sigma(z))$ first.",
            r"$\dfrac{d}{dz} \ln \sigma(z) = 1 - \sigma(z)$.",
            r"$\dfrac{d}{dz} \ln(1 - \sigma(z)) = -\sigma(z)$.",
        ),
        wrong={"loss_sign": f"-({answer})", "ce_double": f"({answer})*{s}*(1 - {s})"},
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="losses/scaled-squared-error",
        chapter=3,
        topic="losses",
        title="Derivative of a squared error",
        difficulty="easy",
        kind="formula",
        source="Goodfellow, Bengio & Courville 2016, section 5.1.4",
        seconds=60,
        make=scaled_squared_error,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="losses/softmax-cross-entropy",
        chapter=3,
        topic="losses",
        title="Gradient of cross-entropy at the logits",
        difficulty="easy",
        kind="vector",
        source="Bishop 2006, equation 4.109",
        seconds=150,
        make=softmax_cross_entropy,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="losses/sigmoid-cross-entropy",
        chapter=3,
        topic="losses",
        title="Gradient of a logistic unit",
        difficulty="medium",
        kind="vector",
        source="Bishop 2006, equation 4.91; handbook chapter 3",
        seconds=150,
        make=sigmoid_cross_entropy_gradient,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="losses/softmax-sensitivity",
        chapter=3,
        topic="losses",
        title="How logits move one probability",
        difficulty="medium",
        kind="vector",
        source="Bishop 2006, equation 4.106",
        seconds=180,
        make=softmax_sensitivity,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="losses/weighted-cross-entropy",
        chapter=3,
        topic="losses",
        title="Weighted cross-entropy at the logit",
        difficulty="hard",
        kind="formula",
        source="King & Zeng 2001; Goodfellow, Bengio & Courville 2016, section 6.2.2.2",
        seconds=240,
        make=weighted_cross_entropy_logit,
        tags=frozenset({"complete"}),
    ),
)
