"""Chapter 9: derivatives of the terms of a variational autoencoder, as formulas."""

from __future__ import annotations

import numpy as np

from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import one

SOURCE = "Kingma & Welling 2014, appendix B"


def letters(rng: np.random.Generator, *choices: str) -> list[str]:
    """One letter of each string."""
    return [choice[rng.integers(len(choice))] for choice in choices]


def by_mean(rng: np.random.Generator) -> Variant:
    m, v, a, r = letters(rng, "mu", "vw", "ab", "rk")
    answer = f"({m} - {a})/{r}^2"
    return Variant(
        prompt=rf"""The divergence of the normal distribution with mean ${m}$ and variance ${v}$
from a prior with mean ${a}$ and standard deviation ${r}$ is
$$
D = \ln {r} - \tfrac12 \ln {v} + \frac{{{v} + ({m} - {a})^2}}{{2\,{r}^2}} - \tfrac12 .
$$
Give $\dfrac{{\partial D}}{{\partial {m}}}$ as a formula in ${m}$, ${v}$, ${a}$ and ${r}$ (not all
need to occur).""",
        answer=Formula(
            answer,
            (m, v, a, r),
            f"ln({r}) - ln({v})/2 + ({v} + ({m} - {a})^2)/(2*{r}^2) - 1/2",
            m,
            positive=(v, r),
        ),
        solution=rf"""Only $({m} - {a})^2 / (2\,{r}^2)$ contains ${m}$. The 2 of the square and the
2 below cancel. For the standard normal prior only ${m}$ itself is left, and the term pulls each
mean to 0. For this prior: `{answer}`""",
        hints=(
            rf"Which terms contain ${m}$?",
            rf"The derivative of $({m} - {a})^2$ is $2 ({m} - {a})$.",
        ),
        wrong={
            "prior_mean_left_out": f"{m}/{r}^2",
            "prior_variance_left_out": f"{m} - {a}",
            "posterior_variance_for_prior": f"({m} - {a})/{v}",
            "prior_sd_not_squared": f"({m} - {a})/{r}",
        },
    )


def by_log_variance(rng: np.random.Generator) -> Variant:
    m, s, b = letters(rng, "muw", "sv", "bkc")
    answer = f"{b}*(exp({s}) - 1)/2"
    return Variant(
        prompt=rf"""An encoder puts out the mean ${m}$ and the logarithm of the variance
${s} = \ln \sigma^2$. The loss of a $\beta$-VAE holds the divergence from the standard normal
distribution with the weight ${b}$,
$$
L = \frac{{{b}}}{{2}} \left( {m}^2 + \sigma^2 - 1 - \ln \sigma^2 \right) .
$$
Give $\dfrac{{\partial L}}{{\partial {s}}}$ as a formula in ${m}$, ${s}$ and ${b}$ (not all need to
occur).""",
        answer=Formula(answer, (m, s, b), f"{b}/2*({m}^2 + exp({s}) - 1 - {s})", s),
        solution=rf"""With $\sigma^2 = e^{{{s}}}$ the bracket is ${m}^2 + e^{{{s}}} - 1 - {s}$. Its
derivative by ${s}$ is $e^{{{s}}} - 1$, which vanishes at ${s} = 0$, where the variance is 1. With
the weight and the half: `{answer}`""",
        hints=(
            rf"Write the variance as $\sigma^2 = e^{{{s}}}$ first.",
            rf"The derivative of $\ln \sigma^2 = {s}$ is 1.",
        ),
        wrong={
            "by_variance_not_log": f"{b}*(1 - exp(-{s}))/2",
            "by_sd_not_log_variance": f"{b}*(exp({s}/2) - exp(-{s}/2))",
            "log_sd_for_log_variance": f"{b}*(exp(2*{s}) - 1)",
            "kl_log_left_out": f"{b}*exp({s})/2",
            "beta_left_out": f"(exp({s}) - 1)/2",
        },
    )


def sampled_loss(rng: np.random.Generator) -> Variant:
    m, s, n, x = letters(rng, "mu", "sv", "np", "xy")
    w = int(one(rng, (2, 3, 4, 5)))
    error = f"({w}*({m} + exp({s}/2)*{n}) - {x})"
    first, second = f"{w}*{error}*exp({s}/2)*{n}/2", f"(exp({s}) - 1)/2"
    return Variant(
        prompt=rf"""A variational autoencoder with a code of one number draws
$z = {m} + e^{{{s}/2}}\,{n}$, where ${s}$ is the logarithm of the variance and ${n}$ the noise. Its
loss for the observation ${x}$ is
$$
L = \tfrac12 ({w}\,z - {x})^2 + \tfrac12 \left( {m}^2 + e^{{{s}}} - 1 - {s} \right) .
$$
Give $\dfrac{{\partial L}}{{\partial {s}}}$ as a formula in ${m}$, ${s}$, ${n}$ and ${x}$, with $z$
written out.""",
        answer=Formula(
            f"{first} + {second}",
            (m, s, n, x),
            f"{error}^2/2 + ({m}^2 + exp({s}) - 1 - {s})/2",
            s,
        ),
        solution=rf"""Through the sample:
$\dfrac{{\partial L}}{{\partial z}} = {w}\,({w}\,z - {x})$ and
$\dfrac{{\partial z}}{{\partial {s}}} = \tfrac12 e^{{{s}/2}}\,{n}$.

Directly, from the divergence: $\tfrac12 (e^{{{s}}} - 1)$.

Both together: `{first} + {second}`""",
        hints=(
            rf"${s}$ enters the loss in two ways: through the sample and through the divergence.",
            rf"$\dfrac{{\partial z}}{{\partial {s}}} = \tfrac12 e^{{{s}/2}}\,{n}$.",
        ),
        wrong={
            "sample_path_left_out": second,
            "kl_left_out": first,
            "log_variance_half_left_out": f"{w}*{error}*exp({s}/2)*{n} + {second}",
            "decoder_weight_left_out": f"{error}*exp({s}/2)*{n}/2 + {second}",
            "by_sd_not_log_variance": f"{w}*{error}*{n} + {second}",
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="vae/divergence-by-mean",
        chapter=9,
        topic="vae",
        title="The divergence by the mean",
        difficulty="medium",
        kind="formula",
        source=SOURCE,
        seconds=90,
        make=by_mean,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="vae/divergence-by-log-variance",
        chapter=9,
        topic="vae",
        title="The divergence by the log variance",
        difficulty="medium",
        kind="formula",
        source=f"{SOURCE}; Higgins et al. 2017",
        seconds=120,
        make=by_log_variance,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="vae/loss-by-log-variance",
        chapter=9,
        topic="vae",
        title="The whole loss by the log variance",
        difficulty="hard",
        kind="formula",
        source="Kingma & Welling 2014, sections 2.4 and 3",
        seconds=240,
        make=sampled_loss,
        tags=frozenset({"complete"}),
    ),
)
