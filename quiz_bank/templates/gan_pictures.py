"""Chapter 9: the best discriminator and the generator's gradients, to be predicted."""

from __future__ import annotations

import numpy as np

from engine.generative import GAN_LOSSES
from engine.generative.gan import optimal_discriminator
from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import one
from quiz_bank.templates.latex import number
from quiz_bank.templates.pictures import legend, lettered, right_letter
from quiz_bank.templates.slips import SIGMOID

ALONG = np.linspace(-5, 5, 81)


def _normal(mean: float, sd: float) -> Array:
    return np.asarray(np.exp(-(((ALONG - mean) / sd) ** 2) / 2) / (sd * np.sqrt(2 * np.pi)))


def best_discriminator(rng: np.random.Generator) -> Variant:
    first, second = one(rng, (-2.0, -1.5, -1.0)), one(rng, (1.0, 1.5, 2.0))
    kept = one(rng, (first, second))
    sd = one(rng, (0.8, 1.0))
    p, q = (_normal(first, sd) + _normal(second, sd)) / 2, _normal(kept, sd)
    heights = {
        "$p / (p + q)$": optimal_discriminator(p, q),
        "$q / (p + q)$": optimal_discriminator(q, p),
        r"$p / \max p$": p / p.max(),
        r"$\tfrac12$ everywhere": np.full_like(p, 0.5),
    }
    feedback = {
        "$q / (p + q)$": "the output is the probability of the data, not of generated examples.",
        r"$p / \max p$": "it says where data are frequent, whatever the generator makes. Where both"
        " are rare, only their ratio counts.",
        r"$\tfrac12$ everywhere": "so it is when $p = q$. Here one mode is missing.",
    }

    def picture(name: str) -> Picture:
        settings = {"the curve": name}
        return Picture("example x", "output D(x)", settings, lines={"D": (ALONG, heights[name])})

    right, *others = heights
    wrong = [(picture(name), f"This is {name}: {feedback[name]}") for name in others]
    options = lettered(rng, picture(right), wrong)
    missed = second if kept == first else first
    return Variant(
        prompt=rf"""Data come from two normal distributions with equal shares, with the means
${number(first)}$ and ${number(second)}$, both with the standard deviation ${number(sd)}$. A
generator has collapsed: all it makes follows the one with mean ${number(kept)}$. With the
densities $p$ of the data and $q$ of the generator, the best discriminator is $p / (p + q)$.
Which picture shows it?""",
        answer=options,
        solution=rf"""Far on the side of ${number(missed)}$, where the generator makes nothing, $D$
goes to 1. Far on the other side $p$ is half of $q$, because half of the data are elsewhere, so $D$
is $\tfrac12 / (\tfrac12 + 1) = \tfrac13$. That is picture {right_letter(options)}.

The slope of $D$ is what calls the generator to the mode that it misses. The pictures show:
{legend(options, "the curve")}.""",
        hints=(
            "What is $D$ where the generator makes nothing?",
            r"Near the mode that it makes, $p \approx \tfrac12 q$.",
        ),
    )


def generator_gradient(rng: np.random.Generator) -> Variant:
    asked = str(rng.choice(["minimax", "non-saturating"]))
    bound = one(rng, (3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0))
    s = np.linspace(-bound, bound, 61)
    curves = {
        name: np.abs(GAN_LOSSES[name].generator.gradient(s)) * s.size
        for name in ("minimax", "non-saturating", "Wasserstein")
    }
    curves["probability"] = SIGMOID.df(s)
    formulas = {
        "minimax": r"$\ln(1 - \sigma(s))$",
        "non-saturating": r"$-\ln \sigma(s)$",
        "probability": r"$-\sigma(s)$",
        "Wasserstein": "$-s$",
    }
    reasons = {
        "minimax": "the size of its slope is $D$, which is near 0 where $s$ is far below 0.",
        "non-saturating": "the size of its slope is $1 - D$, largest where $s$ is far below 0.",
        "probability": "the size of its slope is $D (1 - D)$, near 0 at both ends.",
        "Wasserstein": "its slope is the same everywhere.",
    }

    def picture(name: str) -> Picture:
        lines = {"slope": (s, curves[name])}
        settings = {"loss": formulas[name]}
        return Picture("logit s", "size of the slope", settings, lines=lines)

    others = [name for name in curves if name != asked]
    wrong = [(picture(k), f"This is the slope of {formulas[k]}: {reasons[k]}") for k in others]
    options = lettered(rng, picture(asked), wrong)
    return Variant(
        prompt=rf"""The discriminator gives a generated image the logit $s$, so that
$D = \sigma(s)$ is the probability that it is real. The generator lowers {formulas[asked]}. Which
picture shows how large the slope of this loss is, for $s$ from $-{number(bound)}$ to
${number(bound)}$?""",
        answer=options,
        solution=rf"""The slope of {formulas[asked]} by $s$ is
${"-D" if asked == "minimax" else "D - 1"}$, so its size is
${"D" if asked == "minimax" else "1 - D"}$: between 0 and 1, and
{"near 0" if asked == "minimax" else "near 1"} where the discriminator is sure that the image is
generated. That is picture {right_letter(options)}.

The pictures show the losses: {legend(options, "loss")}.""",
        hints=(
            r"The derivative of $\sigma(s)$ is $D (1 - D)$.",
            "Early in training $s$ is far below 0. Which loss still has a slope there?",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="gan/best-discriminator-picture",
        chapter=9,
        topic="gan",
        title="Predict the picture: the best discriminator",
        difficulty="medium",
        kind="picture",
        source="Goodfellow et al. 2014, proposition 1",
        seconds=120,
        make=best_discriminator,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="gan/generator-gradient-picture",
        chapter=9,
        topic="gan",
        title="Predict the picture: slopes of the generator's loss",
        difficulty="medium",
        kind="picture",
        source="Goodfellow et al. 2014, section 3",
        seconds=90,
        make=generator_gradient,
        tags=frozenset({"complete"}),
    ),
)
