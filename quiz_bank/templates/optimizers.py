"""Chapter 4: single steps of gradient descent and momentum, from losses simple to differentiate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.optimizers import GD, Momentum, Nesterov
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import HALVES, INTEGERS, ODD, RATES, distinct, one
from quiz_bank.templates.latex import equals, factor, number, signed, vector
from quiz_bank.templates.parabola import advance, moved, parabola


def gd_step(rng: np.random.Generator) -> Variant:
    rate, loss = one(rng, RATES), parabola(rng)
    descent = GD(rate)
    theta, g = loss.theta, loss.gradient
    answer = moved(descent, theta, g, ())
    return Variant(
        prompt=rf"""The loss is ${loss.formula}$. Gradient descent with learning rate
$\eta = {number(rate)}$ stands at $\theta = {number(theta)}$.

Where does it stand after one step?""",
        answer=answer,
        objective=loss.value,
        at=np.array(theta),
        key=lambda gradient: float(moved(descent, theta, gradient, ())),
        solution=rf"""{loss.gradient_line}

Step against the gradient: $\theta - \eta g = {number(theta)} - {number(rate)} \cdot {factor(g)}
{equals(answer)}$.""",
        hints=(
            r"First the derivative of $J$ at the current $\theta$.",
            rf"$g = {number(g)}$. Descent moves against it.",
        ),
        wrong={
            "step_sign": moved(GD(-rate), theta, g, ()),
            "loss_factor2": moved(descent, theta, 2 * g, ()),
        },
    )


def ravine_step(rng: np.random.Generator) -> Variant:
    theta, rate = distinct(rng, INTEGERS, 2), one(rng, RATES)
    curvature = np.array([one(rng, (3.0, 4.0, 6.0, 8.0)), 1.0])
    descent, g = GD(rate), curvature * theta
    answer = moved(descent, theta, g, ())
    return Variant(
        prompt=rf"""On the ravine $J(\theta) = \tfrac12 ({number(curvature[0])}\,\theta_1^2 +
\theta_2^2)$, gradient descent with learning rate $\eta = {number(rate)}$ stands at
$\theta = {vector(theta)}$.

Give $\theta$ after one step.""",
        answer=answer,
        objective=lambda theta: float((curvature[0] * theta[0] ** 2 + theta[1] ** 2) / 2),
        at=theta,
        key=lambda gradient: moved(descent, theta, gradient, ()),
        solution=rf"""Gradient: $g = ({number(curvature[0])}\,\theta_1,\ \theta_2) = {vector(g)}$.

Step against it: $\theta - \eta g = {vector(theta)} - {number(rate)} \cdot {vector(g)}
= {vector(answer)}$.""",
        hints=(
            r"Differentiate $J$ by each coordinate; the $\tfrac12$ cancels the 2.",
            rf"$g = {vector(g)}$.",
        ),
        wrong={
            "step_sign": moved(GD(-rate), theta, g, ()),
            "loss_factor2": moved(descent, theta, 2 * g, ()),
        },
    )


MOMENTUM_RULES: dict[str, str] = {
    "average": r"v \leftarrow \beta v + (1 - \beta)\, g",
    "pytorch": r"v \leftarrow \beta v + g",
}


def momentum_step(rng: np.random.Generator) -> Variant:
    form, other = rng.permutation(list(MOMENTUM_RULES)).tolist()
    beta, v = one(rng, (0.5, 0.6, 0.8)), one(rng, HALVES)
    loss, rate = parabola(rng), one(rng, RATES)
    rule = Momentum(rate, beta, form)
    theta, g = loss.theta, loss.gradient
    answer, (velocity,) = advance(rule, theta, g, (v,))
    gain = rf"{number(1 - beta)} \cdot " if form == "average" else ""
    return Variant(
        prompt=rf"""The loss is ${loss.formula}$. A momentum method uses
$$
{MOMENTUM_RULES[form]}, \qquad \theta \leftarrow \theta - \eta v
$$
with $\beta = {number(beta)}$, $\eta = {number(rate)}$ and $g$ the gradient at the current $\theta$.
It stands at $\theta = {number(theta)}$ with the velocity $v = {number(v)}$.

What is $\theta$ after this step?""",
        answer=answer,
        objective=loss.value,
        at=np.array(theta),
        key=lambda gradient: float(moved(rule, theta, gradient, (v,))),
        solution=rf"""{loss.gradient_line}

Velocity: ${MOMENTUM_RULES[form]} = {number(beta)} \cdot {factor(v)} + {gain}{factor(g)}
{equals(velocity)}$.

Step: $\theta - \eta v = {number(theta)} - {number(rate)} \cdot {factor(velocity)}
{equals(answer)}$.""",
        hints=(
            r"Three parts in order: gradient, velocity, step with the new velocity.",
            rf"$g = {number(g)}$.",
            rf"The new velocity is $v {equals(velocity)}$.",
        ),
        wrong={
            "step_sign": moved(replace(rule, learning_rate=-rate), theta, g, (v,)),
            "momentum_undamped": moved(Momentum(rate, beta, other), theta, g, (v,)),
            "loss_factor2": moved(rule, theta, 2 * g, (v,)),
        },
    )


def nesterov_step(rng: np.random.Generator) -> Variant:
    v, beta = one(rng, HALVES), one(rng, (0.5, 0.6, 0.8))
    rate, loss = one(rng, RATES), parabola(rng)
    rule = Nesterov(rate, beta)
    theta, g = loss.theta, loss.gradient
    answer, (velocity,) = advance(rule, theta, g, (v,))
    direction = g + beta * velocity
    return Variant(
        prompt=rf"""The loss is ${loss.formula}$. Nesterov momentum, in the form of PyTorch, uses
$$
v \leftarrow \beta v + g, \qquad \theta \leftarrow \theta - \eta\,(g + \beta v)
$$
with the new $v$ in the second rule, $\beta = {number(beta)}$, $\eta = {number(rate)}$ and $g$ the
gradient at the current $\theta$. It stands at $\theta = {number(theta)}$ with $v = {number(v)}$.

What is $\theta$ after this step?""",
        answer=answer,
        objective=loss.value,
        at=np.array(theta),
        key=lambda gradient: float(moved(rule, theta, gradient, (v,))),
        solution=rf"""{loss.gradient_line}

Velocity: $v = \beta v + g = {number(beta)} \cdot {factor(v)} {signed(g)} {equals(velocity)}$.

Direction with the look ahead: $g + \beta v = {number(g)} + {number(beta)} \cdot {factor(velocity)}
{equals(direction)}$.

Step: $\theta - \eta\,(g + \beta v) = {number(theta)} - {number(rate)} \cdot {factor(direction)}
{equals(answer)}$.""",
        hints=(
            r"Four parts in order: gradient, velocity, direction $g + \beta v$, step.",
            rf"$g = {number(g)}$, and the new velocity is $v {equals(velocity)}$.",
            rf"The direction is $g + \beta v {equals(direction)}$.",
        ),
        wrong={
            "step_sign": moved(replace(rule, learning_rate=-rate), theta, g, (v,)),
            "loss_factor2": moved(rule, theta, 2 * g, (v,)),
        },
    )


def regularized_step(rng: np.random.Generator) -> Variant:
    k, c = int(one(rng, ODD)), int(rng.integers(1, 7))
    answer = f"w - eta*({k}*(w - {c}) + lam*w)"
    return Variant(
        prompt=rf"""The loss with L2 regularization is
$$
J(w) = \frac{{{k}}}{{2}} (w - {c})^2 + \frac{{\lambda}}{{2}} w^2.
$$

Give the weight after one step of gradient descent from $w$ with learning rate $\eta$, as a formula
in `w`, `eta` and `lam` (for $\lambda$).""",
        answer=Formula(
            answer,
            ("w", "eta", "lam"),
            # The step w - eta J'(w) is the derivative of w^2/2 - eta J(w).
            f"w^2/2 - eta*({k}/2*(w - {c})^2 + lam/2*w^2)",
            "w",
            positive=("eta", "lam"),
        ),
        solution=rf"""Gradient: $J'(w) = {k}\,(w - {c}) + \lambda w$; each
$\tfrac12$ cancels.

Step against it: $w - \eta J'(w) = w - \eta\,({k}\,(w - {c}) + \lambda w)$.

As typed: `{answer}`""",
        hints=(
            r"First the derivative of both terms of $J$.",
            r"The penalty $\tfrac{\lambda}{2} w^2$ has the derivative $\lambda w$.",
        ),
        wrong={
            "step_sign": f"w + eta*({k}*(w - {c}) + lam*w)",
            "l2_factor": f"w - eta*({k}*(w - {c}) + 2*lam*w)",
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="optimizers/gd-step",
        chapter=4,
        topic="optimizers",
        title="One step of gradient descent",
        difficulty="easy",
        kind="number",
        source="Cauchy 1847; handbook chapter 4",
        seconds=90,
        make=gd_step,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="optimizers/ravine-step",
        chapter=4,
        topic="optimizers",
        title="One step down a ravine",
        difficulty="easy",
        kind="vector",
        source="Cauchy 1847; handbook chapter 4",
        seconds=90,
        make=ravine_step,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="optimizers/momentum-step",
        chapter=4,
        topic="optimizers",
        title="One step with momentum",
        difficulty="medium",
        kind="number",
        source="Polyak 1964; handbook chapter 4",
        seconds=150,
        make=momentum_step,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="optimizers/nesterov-step",
        chapter=4,
        topic="optimizers",
        title="One step of Nesterov momentum",
        difficulty="medium",
        kind="number",
        source="Sutskever, Martens, Dahl & Hinton 2013, section 2",
        seconds=180,
        make=nesterov_step,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="optimizers/regularized-step",
        chapter=4,
        topic="optimizers",
        title="A descent step with an L2 penalty",
        difficulty="medium",
        kind="formula",
        source="Goodfellow, Bengio & Courville 2016, section 7.1.1",
        seconds=120,
        make=regularized_step,
        tags=frozenset({"complete"}),
    ),
)
