"""Chapter 9: what the generator of a generative adversarial network learns from."""

from __future__ import annotations

import numpy as np

from engine.generative import GAN_LOSSES, Gan
from engine.network import mlp
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, distinct, keeps_digits, one, several, until
from quiz_bank.templates.latex import equals, factor, multiple, number, signed, vector
from quiz_bank.templates.slips import SIGMOID

SOURCE = "Goodfellow et al. 2014"
SURE = tuple(-tenths / 10 for tenths in range(12, 46, 2))


def generator_slopes(rng: np.random.Generator) -> Variant:
    s = one(rng, SURE)
    d = float(SIGMOID.f(s))
    answer = np.array(
        [GAN_LOSSES[name].generator.gradient(s) for name in ("minimax", "non-saturating")]
    )

    def objective(t: Array) -> float:
        return float(np.log(1 - 1 / (1 + np.exp(-t[0]))) - np.log(1 / (1 + np.exp(-t[1]))))

    return Variant(
        prompt=rf"""For a generated image the discriminator $D = \sigma(s)$ has the logit
$s = {number(s)}$. The generator can lower $E_1 = \ln(1 - D)$ (the minimax loss) or
$E_2 = -\ln D$ (the non-saturating loss).

Give $\left(\dfrac{{dE_1}}{{ds}},\ \dfrac{{dE_2}}{{ds}}\right)$.""",
        answer=answer,
        objective=objective,
        at=np.array([s, s]),
        solution=rf"""$D = \sigma({number(s)}) {equals(d)}$, with the slope $D (1 - D)$.

Minimax: $\dfrac{{dE_1}}{{ds}} = -\dfrac{{D (1 - D)}}{{1 - D}} = -D {equals(answer[0])}$.

Non-saturating: $\dfrac{{dE_2}}{{ds}} = -\dfrac{{D (1 - D)}}{{D}} = D - 1 {equals(answer[1])}$.

Together ${vector(answer)}$. The signs agree, but where the discriminator is nearly sure, only the
second leaves a gradient to learn from.""",
        hints=(
            r"The derivative of $\sigma(s)$ is $D (1 - D)$; it cancels against the logarithm's.",
            rf"$D {equals(d)}$.",
        ),
        wrong={
            "no_sig": np.array([-1 / (1 - d), -1 / d]),
            "losses_exchanged": answer[::-1],
            "sig_alone": np.array([d * (1 - d), -d * (1 - d)]),
        },
    )


def generator_step(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, float, float, float, float]:
        noise = distinct(rng, (-2.0, -1.0, 1.0, 2.0), 2)
        a, b = one(rng, (1.0, 2.0, 0.5)), one(rng, (-1.0, 0.5, 1.0))
        return noise, a, b, one(rng, (-1.5, -0.8, 0.8, 1.5)), float(several(rng, HALVES, 1)[0])

    def logits(noise: Array, a: float, b: float, w: float, c: float) -> Array:
        return w * (a * noise + b) + c

    def good(drawn: tuple[Array, float, float, float, float]) -> bool:
        s = logits(*drawn)
        return bool(np.all(np.abs(s) < 3.1)) and keeps_digits(SIGMOID.f(-s) * drawn[0])

    noise, a, b, w, c = until(draw, good)
    s = logits(noise, a, b, w, c)

    def found(loss: str) -> Array:
        theta, phi = np.array([a, b]), np.array([w, c])
        return Gan(mlp((1, 1)), mlp((1, 1)), loss).generator_gradient(theta, phi, noise[:, None])[1]

    def objective(at: Array) -> float:
        return float(-np.mean(np.log(1 / (1 + np.exp(-logits(noise, at[0], at[1], w, c))))))

    answer, slopes = found("non-saturating"), SIGMOID.f(s) - 1
    return Variant(
        prompt=rf"""A generator makes numbers $x = a z + b$ with $a = {number(a)}$ and
$b = {number(b)}$. The discriminator is $D(x) = \sigma({multiple(w, "x")} {signed(c)})$. A batch of
noise is $z = {vector(noise)}$, and the generator lowers $E$, the mean of $-\ln D(x)$ over it.

Give $\left(\dfrac{{\partial E}}{{\partial a}},\ \dfrac{{\partial E}}{{\partial b}}\right)$.""",
        answer=answer,
        objective=objective,
        at=np.array([a, b]),
        solution=rf"""Generated: $x = {vector(a * noise + b)}$, with the logits $s = {vector(s)}$.

At the logits: $\sigma(s) - 1 = {vector(slopes)}$. Back through the discriminator, times
{factor(w)}: ${vector(w * slopes)}$.

To $b$ the mean of these: ${number(answer[1])}$. To $a$ the mean of each times its $z$:
$\tfrac12 ({number(w * slopes[0] * noise[0])} {signed(w * slopes[1] * noise[1])})
{equals(answer[0])}$.

Together ${vector(answer)}$. The discriminator's own parameters stay as they are in this step.""",
        hints=(
            r"The derivative of $-\ln \sigma(s)$ by the logit $s$ is $\sigma(s) - 1$.",
            rf"The logits are ${vector(s)}$.",
            "The gradient goes through the discriminator to $x$, and from there to $a$ and $b$.",
        ),
        wrong={
            "minimax_for_non_saturating": found("minimax"),
            "discriminator_left_out": answer / w,
            "noise_not_an_input": np.full(2, answer[1]),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="gan/generator-slopes",
        chapter=9,
        topic="gan",
        title="Minimax and non-saturating slope",
        difficulty="medium",
        kind="vector",
        source=f"{SOURCE}, section 3",
        seconds=120,
        make=generator_slopes,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="gan/generator-step",
        chapter=9,
        topic="gan",
        title="The generator's gradient",
        difficulty="hard",
        kind="vector",
        source=f"{SOURCE}, algorithm 1 and section 3",
        seconds=240,
        make=generator_step,
        tags=frozenset({"complete"}),
    ),
)
