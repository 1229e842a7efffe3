"""Chapter 4: single steps of RMSProp, Adam and AdamW, from losses simple to differentiate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.optimizers import Adam, AdamW, RMSProp
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import RATES, one
from quiz_bank.templates.latex import equals, factor, number
from quiz_bank.templates.parabola import advance, moved, parabola

EARLIER = (-9.0, -8.0, -6.0, -5.0, 5.0, 6.0, 8.0, 9.0)  # gradients before the step asked for
LONG_AGO = 10**9  # so many steps that the bias correction is exactly 1


def rmsprop_step(rng: np.random.Generator) -> Variant:
    s, rate, loss = one(rng, (4.0, 9.0, 16.0, 25.0)), one(rng, RATES), parabola(rng)
    rule = RMSProp(rate, beta=0.9)
    theta, g = loss.theta, loss.gradient
    answer, (mean_square,) = advance(rule, theta, g, (s,))
    return Variant(
        prompt=rf"""The loss is ${loss.formula}$. RMSProp uses
$$
s \leftarrow \beta s + (1 - \beta)\, g^2, \qquad
\theta \leftarrow \theta - \frac{{\eta\, g}}{{\sqrt{{s}} + \epsilon}}
$$
with $\beta = 0.9$, $\eta = {number(rate)}$, $\epsilon = 10^{{-8}}$ and $g$ the gradient at the
current $\theta$. It stands at $\theta = {number(theta)}$ with $s = {number(s)}$ from earlier steps.

What is $\theta$ after this step?""",
        answer=answer,
        objective=loss.value,
        at=np.array(theta),
        key=lambda gradient: float(moved(rule, theta, gradient, (s,))),
        solution=rf"""{loss.gradient_line}

Mean square: $s = 0.9 \cdot {number(s)} + 0.1 \cdot {factor(g)}^2 {equals(mean_square)}$, with the
root $\sqrt{{s}} {equals(mean_square**0.5)}$; $\epsilon$ does not show.

Step: $\theta - \eta\, g / \sqrt{{s}} = {number(theta)} - {number(rate)} \cdot {factor(g)} /
{number(mean_square**0.5)} {equals(answer)}$.""",
        hints=(
            r"Three parts in order: gradient, mean square, step with the new $s$.",
            rf"$g = {number(g)}$.",
            rf"The new mean square is $s {equals(mean_square)}$. Divide by its root.",
        ),
        wrong={
            "step_sign": moved(replace(rule, learning_rate=-rate), theta, g, (s,)),
            "loss_factor2": moved(rule, theta, 2 * g, (s,)),
        },
    )


def _moments(rng: np.random.Generator) -> tuple[int, float, float]:
    """A state (t, m, v) of Adam that one or two gradients leave, rounded to friendly digits."""
    rule, state = Adam(), Adam().init(np.zeros(()))
    for _ in range(int(rng.integers(1, 3))):
        gradient = one(rng, EARLIER)
        _, state = rule.step(np.zeros(()), np.array(gradient), state)
    t, m, v = state
    return t, round(float(m), 3), round(float(v), 4)


def _adam_lines(rule: Adam, gradient: float, state: tuple[int, float, float]) -> str:
    """The moments of a worked solution, new and corrected."""
    _, m, v = state
    _, (t_new, m_new, v_new) = advance(rule, 0.0, gradient, state)
    m_hat, v_hat = rule.corrected((t_new, m_new, v_new))
    return rf"""First moment: $m = 0.9 \cdot {factor(m)} + 0.1 \cdot {factor(gradient)}
{equals(m_new)}$.

Second moment: $v = 0.999 \cdot {number(v)} + 0.001 \cdot {factor(gradient)}^2 {equals(v_new)}$.

Correction with $t = {t_new}$: $\hat m = m / (1 - 0.9^{{{t_new}}}) {equals(m_hat)}$ and
$\hat v = v / (1 - 0.999^{{{t_new}}}) {equals(v_hat)}$."""


def _adam_slips(
    rule: Adam, theta: float, gradient: float, state: tuple[int, float, float]
) -> dict[str, float]:
    t, m, v = state
    return {
        "step_sign": moved(
            replace(rule, learning_rate=-rule.learning_rate), theta, gradient, state
        ),
        "no_bias_correction": moved(rule, theta, gradient, (LONG_AGO, m, v)),
        "adam_t_zero": moved(rule, theta, gradient, (t - 1, m, v)),
    }


def adam_step(rng: np.random.Generator) -> Variant:
    state, loss, rate = _moments(rng), parabola(rng), one(rng, (0.1, 0.2, 0.3))
    rule = Adam(rate, beta1=0.9, beta2=0.999)
    theta, g = loss.theta, loss.gradient
    t, m, v = state
    answer = moved(rule, theta, g, state)
    return Variant(
        prompt=rf"""The loss is ${loss.formula}$. Adam runs with $\beta_1 = 0.9$, $\beta_2 = 0.999$,
$\eta = {number(rate)}$ and $\epsilon = 10^{{-8}}$ (added outside the square root), with bias
correction. After step {t} it stands at $\theta = {number(theta)}$ with the uncorrected moments
$m = {number(m)}$ and $v = {number(v)}$.

What is $\theta$ after step {t + 1}?""",
        answer=answer,
        objective=loss.value,
        at=np.array(theta),
        key=lambda gradient: float(moved(rule, theta, gradient, state)),
        solution=rf"""{loss.gradient_line}

{_adam_lines(rule, g, state)}

Step: $\theta - \eta\, \hat m / (\sqrt{{\hat v}} + \epsilon) {equals(answer)}$.""",
        hints=(
            r"In order: gradient, both moments, both corrections, step.",
            rf"$g = {number(g)}$, and this step has $t = {t + 1}$ in the corrections.",
            r"$\hat m = m / (1 - \beta_1^t)$ and $\hat v = v / (1 - \beta_2^t)$, with the new"
            r" $m$ and $v$.",
        ),
        wrong=_adam_slips(rule, theta, g, state),
    )


def adamw_step(rng: np.random.Generator) -> Variant:
    decay, state = one(rng, (0.2, 0.3, 0.5)), _moments(rng)
    loss, rate = parabola(rng), one(rng, (0.1, 0.2, 0.3))
    rule = AdamW(rate, beta1=0.9, beta2=0.999, weight_decay=decay)
    theta, g = loss.theta, loss.gradient
    t, m, v = state
    answer = moved(rule, theta, g, state)
    return Variant(
        prompt=rf"""The loss is ${loss.formula}$. AdamW with
$$
\theta \leftarrow \theta - \eta \left( \frac{{\hat m}}{{\sqrt{{\hat v}} + \epsilon}} +
\lambda \theta \right)
$$
runs with $\beta_1 = 0.9$, $\beta_2 = 0.999$, $\eta = {number(rate)}$,
$\lambda = {number(decay)}$ and $\epsilon = 10^{{-8}}$. After step {t} it stands at
$\theta = {number(theta)}$ with the uncorrected moments $m = {number(m)}$ and $v = {number(v)}$.

What is $\theta$ after step {t + 1}?""",
        answer=answer,
        objective=loss.value,
        at=np.array(theta),
        key=lambda gradient: float(moved(rule, theta, gradient, state)),
        solution=rf"""{loss.gradient_line} The decay takes no part in it.

{_adam_lines(rule, g, state)}

Decay: $\lambda \theta = {number(decay)} \cdot {factor(theta)}
{equals(decay * theta)}$.

Step: $\theta - \eta\, (\hat m / (\sqrt{{\hat v}} + \epsilon) + \lambda \theta)
{equals(answer)}$.""",
        hints=(
            r"The moments see the gradient of $J$ alone; the decay joins in the last line.",
            rf"$g = {number(g)}$, and this step has $t = {t + 1}$ in the corrections.",
            rf"The decay term is $\lambda \theta {equals(decay * theta)}$.",
        ),
        wrong=_adam_slips(rule, theta, g, state)
        | {"adamw_coupled": moved(replace(rule, decoupled=False), theta, g, state)},
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="optimizers/rmsprop-step",
        chapter=4,
        topic="optimizers",
        title="One step of RMSProp",
        difficulty="medium",
        kind="number",
        source="Tieleman & Hinton 2012, lecture 6.5; handbook chapter 4",
        seconds=180,
        make=rmsprop_step,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="optimizers/adam-step",
        chapter=4,
        topic="optimizers",
        title="One step of Adam",
        difficulty="hard",
        kind="number",
        source="Kingma & Ba 2015, algorithm 1; handbook chapter 4",
        seconds=300,
        make=adam_step,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="optimizers/adamw-step",
        chapter=4,
        topic="optimizers",
        title="One step of AdamW",
        difficulty="hard",
        kind="number",
        source="Loshchilov & Hutter 2019, algorithm 2; handbook chapter 4",
        seconds=360,
        make=adamw_step,
        tags=frozenset({"essential"}),
    ),
)
