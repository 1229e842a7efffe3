"""Chapter 9: the divergence and the bound of a variational autoencoder."""

from __future__ import annotations

import numpy as np

from engine.generative import VAE
from engine.generative.gaussian import kl_to_standard
from engine.network import mlp
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, TENTHS, distinct, keeps_digits, one, several, until
from quiz_bank.templates.latex import equals, factor, number, signed, vector

SIGMAS = (0.2, 0.4, 0.5, 0.8, 1.5, 2.0, 2.5)
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(12)
SOURCE = "Kingma & Welling 2014"


def _log_ratio_mean(mu: Array, sd: Array, t: Array) -> float:
    """log of the mean over q of (q / p)^t, whose slope at t = 0 is the divergence of q from p; by
    quadrature, one dimension after the other."""
    z = mu[:, None] + sd[:, None] * NODES
    log_ratio = (z**2 - NODES**2) / 2 - np.log(sd)[:, None]
    return float(np.sum(np.log(np.exp(t * log_ratio) @ WEIGHTS / WEIGHTS.sum())))


def divergence(rng: np.random.Generator) -> Variant:
    mu, sd = several(rng, HALVES, 2), distinct(rng, SIGMAS, 2)
    s = 2 * np.log(sd)
    parts = np.array([kl_to_standard(m[None], v[None]) for m, v in zip(mu, s, strict=True)])
    answer = float(kl_to_standard(mu, s))
    return Variant(
        prompt=rf"""For one example an encoder puts out a normal distribution with independent
components, of mean $\mu = {vector(mu)}$ and standard deviation $\sigma = {vector(sd)}$.

Give its Kullback-Leibler divergence from the standard normal distribution,
$D_{{\mathrm{{KL}}}}\big(q(z \mid x) \,\Vert\, p(z)\big)$, in nats.""",
        answer=answer,
        objective=lambda t: _log_ratio_mean(mu, sd, t),
        at=np.array(0.0),
        solution=rf"""Each component adds
$\tfrac12 \left(\mu_j^2 + \sigma_j^2 - 1 - \ln \sigma_j^2\right)$.

First: $\tfrac12 ({number(mu[0] ** 2)} + {number(sd[0] ** 2)} - 1 - {factor(s[0])})
{equals(parts[0])}$.

Second: $\tfrac12 ({number(mu[1] ** 2)} + {number(sd[1] ** 2)} - 1 - {factor(s[1])})
{equals(parts[1])}$.

Together ${number(answer)}$ nats. It is 0 only for $\mu = 0$ and $\sigma = 1$.""",
        hints=(
            "The divergence of independent components is the sum over the components.",
            r"One component: $\tfrac12 \left(\mu_j^2 + \sigma_j^2 - 1 - \ln \sigma_j^2\right)$.",
            rf"The first component gives {number(parts[0])}.",
        ),
        wrong={
            "kl_log_of_sd": float(np.sum(mu**2 + sd**2 - 1 - np.log(sd)) / 2),
            "kl_reversed": float(np.sum((mu**2 + 1) / sd**2 - 1 + s) / 2),
            "variance_not_squared": float(np.sum(mu**2 + sd - 1 - s) / 2),
            "kl_mean_left_out": float(kl_to_standard(0 * mu, s)),
            "kl_one_left_out": answer + 1,
            "kl_log_left_out": float(np.sum(mu**2 + sd**2 - 1) / 2),
        },
    )


def bound(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[float, ...]:
        return (
            one(rng, HALVES),
            one(rng, SIGMAS),
            one(rng, TENTHS),
            one(rng, (-1.0, 0.5, 2.0)),
            one(rng, (-1.0, 1.0, 2.0)),
            one(rng, (-2.0, -1.0, 1.0, 2.0, 3.0)),
        )

    def good(drawn: tuple[float, ...]) -> bool:
        mu, sd, noise, w, b, x = drawn
        terms = [mu, sd * noise], [w * (mu + sd * noise), b, -x]
        return all(map(keeps_digits, terms)) and abs(sum(terms[1])) < 3

    mu, sd, noise, w, b, x = until(draw, good)
    s = 2 * float(np.log(sd))
    vae = VAE(mlp((1, 2)), mlp((1, 1)), "gaussian")

    def found(mu: float, s: float, noise: float) -> tuple[float, float, float]:
        return vae.bound([0.0, 0.0, mu, s, w, b], [[x]], [[noise]])

    answer, density, kl = found(mu, s, noise)
    z, error = mu + sd * noise, x - w * (mu + sd * noise) - b
    log_density = np.log(np.exp(-(error**2) / 2) / np.sqrt(2 * np.pi))
    wide = x - w * (mu + sd**2 * noise) - b
    return Variant(
        prompt=rf"""For the observation $x = {number(x)}$ an encoder puts out the normal
distribution with $\mu = {number(mu)}$ and $\sigma = {number(sd)}$; the prior of the code $z$ is
standard normal. The decoder says that $x$ is normal with mean ${number(w)}\,z {signed(b)}$ and
standard deviation 1. For the reconstruction term one sample is taken, with the noise
$\epsilon = {number(noise)}$; the divergence is exact.

Give the estimate of the evidence lower bound (ELBO) in nats, constants included.""",
        answer=answer,
        objective=lambda t: float(
            t * log_density - _log_ratio_mean(np.array([mu]), np.array([sd]), t)
        ),
        at=np.array(0.0),
        solution=rf"""Sample: $z = {number(mu)} + {number(sd)} \cdot {factor(noise)} {equals(z)}$.

The decoder's mean is ${number(w * z + b)}$, so $x$ lies ${number(error)}$ from it:
$\ln p(x \mid z) = -\tfrac12 \cdot {number(error**2)} - \tfrac12 \ln(2 \pi) {equals(density)}$.

Divergence: $\tfrac12 ({number(mu**2)} + {number(sd**2)} - 1 - {factor(s)}) {equals(kl)}$.

ELBO: ${number(density)} - {number(kl)} {equals(answer)}$.""",
        hints=(
            r"$\mathrm{ELBO} = \ln p(x \mid z) - D_{\mathrm{KL}}(q(z \mid x) \Vert p(z))$.",
            rf"$z {equals(z)}$ and the divergence is {number(kl)}.",
            r"With standard deviation 1 a log density has the constant $-\tfrac12 \ln(2 \pi)$.",
        ),
        wrong={
            "kl_added": density + kl,
            "kl_left_out": density,
            "elbo_constant_left_out": answer + float(np.log(2 * np.pi) / 2),
            "kl_log_of_sd": density - float(mu**2 + sd**2 - 1 - np.log(sd)) / 2,
            "sample_noise_left_out": found(mu, s, 0.0)[0],
            "variance_for_sd": float(-(wide**2) / 2 - np.log(2 * np.pi) / 2 - kl),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="vae/divergence-from-the-prior",
        chapter=9,
        topic="vae",
        title="Divergence from the prior",
        difficulty="medium",
        kind="number",
        source=f"{SOURCE}, appendix B",
        seconds=120,
        make=divergence,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="vae/evidence-lower-bound",
        chapter=9,
        topic="vae",
        title="The evidence lower bound of a point",
        difficulty="hard",
        kind="number",
        source=f"{SOURCE}, equations 3 and 10",
        seconds=240,
        make=bound,
        tags=frozenset({"complete"}),
    ),
)
