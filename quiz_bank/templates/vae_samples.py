"""Chapter 9: the sample of a variational autoencoder, and the gradient through it."""

from __future__ import annotations

import numpy as np

from engine.generative.gaussian import reparameterized, reparameterized_gradients
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, TENTHS, distinct, keeps_digits, one, several, until
from quiz_bank.templates.latex import equals, factor, number, vector

SOURCE = "Kingma & Welling 2014"
LOG_VARIANCES = (-3.0, -2.0, -1.0, 1.0, 2.0)


def _sample(mu: Array, log_variance: Array, noise: Array) -> dict[str, Array]:
    """The sample with one rule broken."""
    return {
        "variance_for_sd": reparameterized(mu, 2 * log_variance, noise),
        "log_variance_as_sd": mu + log_variance * noise,
        "sample_noise_left_out": mu,
        "sample_mean_left_out": reparameterized(0 * mu, log_variance, noise),
    }


def sample(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Array, Array]:
        return (
            several(rng, HALVES, 2),
            distinct(rng, LOG_VARIANCES, 2),
            distinct(rng, TENTHS, 2),
        )

    def good(drawn: tuple[Array, Array, Array]) -> bool:
        mu, s, noise = drawn
        return all(keeps_digits(terms) for terms in np.array([mu, np.exp(s / 2) * noise]).T)

    mu, s, noise = until(draw, good)
    answer, sd = reparameterized(mu, s, noise), np.exp(s / 2)
    return Variant(
        prompt=rf"""For one image the encoder of a variational autoencoder puts out the mean
$\mu = {vector(mu)}$ and the logarithm of the variance $\log \sigma^2 = {vector(s)}$. The noise
drawn from the standard normal distribution is $\epsilon = {vector(noise)}$.

Give the code $z$ that the decoder gets.""",
        answer=answer,
        objective=lambda m: float(np.sum((m + np.sqrt(np.exp(s)) * noise) ** 2) / 2),
        at=mu,
        solution=rf"""Standard deviations: $\sigma = e^{{\log \sigma^2 / 2}} \approx {vector(sd)}$.

Code: $z = \mu + \sigma \odot \epsilon \approx {vector(mu)} + {vector(sd * noise)} =
{vector(answer)}$.""",
        hints=(
            r"$z = \mu + \sigma \odot \epsilon$.",
            r"From the logarithm of the variance, $\sigma = \exp(\tfrac12 \log \sigma^2)$.",
        ),
        wrong=_sample(mu, s, noise),
    )


def sample_gradient(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[float, ...]:
        w = one(rng, (-3.0, -1.5, 1.5, 2.5, 3.0))
        return (
            one(rng, HALVES),
            one(rng, LOG_VARIANCES),
            one(rng, TENTHS),
            w,
            one(rng, (-3.0, -1.0, 1.0, 2.0, 3.0)),
        )

    def good(drawn: tuple[float, ...]) -> bool:
        mu, s, noise, w, x = drawn
        sd = np.exp(s / 2)
        return keeps_digits([mu, sd * noise]) and keeps_digits([w * (mu + sd * noise), -x])

    mu, s, noise, w, x = until(draw, good)
    sd = float(np.exp(s / 2))
    z = float(reparameterized([mu], [s], [noise])[0])
    dz = w * (w * z - x)
    answer = np.array(reparameterized_gradients([s], [noise], [dz])).ravel()
    wide = w * (w * (mu + np.exp(s) * noise) - x)
    return Variant(
        prompt=rf"""A variational autoencoder with a code of one number draws
$z = \mu + e^{{s/2}}\,\epsilon$, where $s = \log \sigma^2$. The reconstruction term of the loss is
$E = \tfrac12 (w z - x)^2$. Now $\mu = {number(mu)}$, $s = {number(s)}$,
$\epsilon = {number(noise)}$, $w = {number(w)}$ and $x = {number(x)}$.

Give $\left(\dfrac{{\partial E}}{{\partial \mu}},\ \dfrac{{\partial E}}{{\partial s}}\right)$.""",
        answer=answer,
        objective=lambda at: float((w * (at[0] + np.exp(at[1] / 2) * noise) - x) ** 2 / 2),
        at=np.array([mu, s]),
        solution=rf"""Sample: $\sigma = e^{{{number(s)}/2}} {equals(sd)}$, so
$z = {number(mu)} + {number(sd)} \cdot {factor(noise)} {equals(z)}$.

At the sample: $\dfrac{{\partial E}}{{\partial z}} = w (w z - x) {equals(dz)}$.

The mean moves the sample one to one: $\dfrac{{\partial E}}{{\partial \mu}} {equals(dz)}$.

The log variance moves it by $\tfrac12 \sigma \epsilon {equals(sd * noise / 2)}$:
$\dfrac{{\partial E}}{{\partial s}} {equals(answer[1])}$.

Together ${vector(answer)}$.""",
        hints=(
            r"First the sample, then $\partial E / \partial z$, then how $\mu$ and $s$ move $z$.",
            rf"$z {equals(z)}$ and $\partial E / \partial z {equals(dz)}$.",
            r"$\partial z / \partial \mu = 1$ and"
            r" $\partial z / \partial s = \tfrac12 e^{s/2} \epsilon$.",
        ),
        wrong={
            "log_variance_half_left_out": np.array([dz, dz * sd * noise]),
            "by_sd_not_log_variance": np.array([dz, dz * noise]),
            "decoder_weight_left_out": answer / w,
            "sample_noise_left_out": np.array([w * (w * mu - x), 0.0]),
            "variance_for_sd": np.array([wide, wide * np.exp(s) * noise]),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="vae/reparameterized-sample",
        chapter=9,
        topic="vae",
        title="A reparameterized sample",
        difficulty="easy",
        kind="vector",
        source=f"{SOURCE}, section 2.4",
        seconds=75,
        make=sample,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="vae/gradient-through-the-sample",
        chapter=9,
        topic="vae",
        title="Gradient through the sample",
        difficulty="medium",
        kind="vector",
        source=f"{SOURCE}, section 2.4",
        seconds=180,
        make=sample_gradient,
        tags=frozenset({"complete"}),
    ),
)
