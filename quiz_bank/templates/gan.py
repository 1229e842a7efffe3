"""Chapter 9: what the discriminator of a generative adversarial network answers and loses."""

from __future__ import annotations

import numpy as np

from engine.activations import softplus
from engine.generative import GAN_LOSSES
from engine.generative.gan import game_value, optimal_discriminator, value_at_optimum
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import distinct, until
from quiz_bank.templates.latex import equals, number, vector

SOURCE = "Goodfellow et al. 2014"
TENTHS = (0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9)


def _distributions(rng: np.random.Generator) -> tuple[Array, Array]:
    """Two different distributions over three outcomes, in tenths."""

    def drawn() -> Array:
        cuts = np.sort(distinct(rng, range(1, 10), 2))
        return np.diff([0.0, *cuts, 10.0]) / 10

    return until(lambda: (drawn(), drawn()), lambda pq: bool(np.all(np.abs(pq[0] - pq[1]) > 0.05)))


def best_discriminator(rng: np.random.Generator) -> Variant:
    p, q = _distributions(rng)
    answer = optimal_discriminator(p, q)
    return Variant(
        prompt=rf"""Data fall on three outcomes with the probabilities $p = {vector(p)}$, and a
generator makes them with the probabilities $q = {vector(q)}$. The discriminator can give each
outcome any value it likes; its output is the probability that an example comes from the data, and
it sees as many generated examples as real ones.

Give the three outputs of the best discriminator.""",
        answer=answer,
        objective=lambda u: float(np.sum(np.log(q + p * np.exp(u)))),
        at=np.zeros(3),
        solution=rf"""At one outcome the discriminator raises $p \ln D + q \ln(1 - D)$. The
derivative $\dfrac{{p}}{{D}} - \dfrac{{q}}{{1 - D}}$ is 0 at $D = \dfrac{{p}}{{p + q}}$.

It is above one half where the generator makes too few.

First outcome: $\dfrac{{{number(p[0])}}}{{{number(p[0] + q[0])}}} {equals(answer[0])}$. All three:
${vector(answer)}$.""",
        hints=(
            "Of all examples of one outcome, which share comes from the data?",
            r"$D = \dfrac{p}{p + q}$, outcome by outcome.",
        ),
        wrong={
            "players_exchanged": 1 - answer,
            "ratio_for_share": p / q,
            "product_for_share": p * (1 - q),
        },
    )


def discriminator_loss(rng: np.random.Generator) -> Variant:
    real, fake = until(
        lambda: (distinct(rng, TENTHS, 2), distinct(rng, TENTHS, 3)),
        lambda drawn: bool(abs(drawn[0].sum() - 1) > 0.05),
    )
    rule = GAN_LOSSES["minimax"]

    def logits(d: Array) -> Array:
        return np.log(d / (1 - d))

    answer = rule.discriminator_value(logits(real), logits(fake))
    first, second = rule.real.value(logits(real)), rule.fake.value(logits(fake))
    every = np.concatenate([softplus(-logits(real)), softplus(logits(fake))])
    return Variant(
        prompt=rf"""A discriminator gives two real images the probabilities ${vector(real)}$ of
being real, and three generated ones the probabilities ${vector(fake)}$. Its loss is the mean
cross-entropy over the real images plus the mean cross-entropy over the generated ones, with natural
logarithms.

Give this loss.""",
        answer=answer,
        objective=lambda t: float(-np.log(np.mean(real**t)) - np.log(np.mean((1 - fake) ** t))),
        at=np.array(0.0),
        solution=rf"""Real images have the label 1:
$-\tfrac12 (\ln {number(real[0])} + \ln {number(real[1])}) {equals(first)}$.

Generated ones have the label 0, so $1 - D$ counts:
$-\tfrac13 (\ln {number(1 - fake[0])} + \ln {number(1 - fake[1])} + \ln {number(1 - fake[2])})
{equals(second)}$.

Together ${number(answer)}$. A discriminator that always says one half has
$\ln 4 {equals(np.log(4))}$.""",
        hints=(
            "For a real image the loss is $-\\ln D$. What is it for a generated one?",
            rf"The real images give {number(first)}.",
        ),
        wrong={
            "players_exchanged": rule.discriminator_value(logits(1 - real), logits(1 - fake)),
            "fake_label_one": first + rule.real.value(logits(fake)),
            "real_examples_only": first,
            "one_mean_over_all": float(every.mean()),
            "sums_for_means": float(every.sum()),
        },
    )


def game_at_optimum(rng: np.random.Generator) -> Variant:
    def good(pq: tuple[Array, Array]) -> bool:
        """Whether both sums differ, so that one alone is not half of the value."""
        D = optimal_discriminator(*pq)
        return abs(float(pq[0] @ np.log(D) - pq[1] @ np.log(1 - D))) > 0.02

    p, q = until(lambda: _distributions(rng), good)
    best = optimal_discriminator(p, q)
    answer = value_at_optimum(p, q)
    real, fake = float(p @ np.log(best)), float(q @ np.log(1 - best))
    divergence = (answer + np.log(4)) / 2
    return Variant(
        prompt=rf"""Data fall on three outcomes with the probabilities $p = {vector(p)}$, generated
examples with $q = {vector(q)}$. The value of the game is
$V = \sum_k p_k \ln D_k + \sum_k q_k \ln(1 - D_k)$.

Give $V$ against the best discriminator.""",
        answer=answer,
        objective=lambda t: float(np.log(p @ best**t) + np.log(q @ (1 - best) ** t)),
        at=np.array(0.0),
        solution=rf"""Best discriminator: $D = \dfrac{{p}}{{p + q}} = {vector(best)}$.

Data: $\sum_k p_k \ln D_k {equals(real)}$. Generated: $\sum_k q_k \ln(1 - D_k) {equals(fake)}$.

Together ${number(answer)}$. That is $-\ln 4 + 2 \cdot {number(divergence)}$ with the
Jensen-Shannon divergence of $p$ and $q$; the generator cannot get below
$-\ln 4 \approx {number(-np.log(4))}$, and is there when $q = p$.""",
        hints=(
            r"The best discriminator is $D_k = \dfrac{p_k}{p_k + q_k}$.",
            rf"$D = {vector(best)}$.",
            rf"The sum over the data is {number(real)}.",
        ),
        wrong={
            "real_examples_only": real,
            "discriminator_fooled": game_value(p, q, np.full(3, 0.5)),
            "jensen_shannon_once": float(answer - divergence),
            "players_exchanged": game_value(p, q, 1 - best),
            "bits_for_nats": float(answer / np.log(2)),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="gan/best-discriminator",
        chapter=9,
        topic="gan",
        title="The best discriminator",
        difficulty="medium",
        kind="vector",
        source=f"{SOURCE}, proposition 1",
        seconds=90,
        make=best_discriminator,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="gan/discriminator-loss",
        chapter=9,
        topic="gan",
        title="The loss of a discriminator",
        difficulty="easy",
        kind="number",
        source=f"{SOURCE}, equation 1",
        seconds=90,
        make=discriminator_loss,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="gan/value-of-the-game",
        chapter=9,
        topic="gan",
        title="The value of the game",
        difficulty="hard",
        kind="number",
        source=f"{SOURCE}, theorem 1",
        seconds=180,
        make=game_at_optimum,
        tags=frozenset({"complete"}),
    ),
)
