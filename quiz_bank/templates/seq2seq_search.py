"""Chapter 8: what a decoder's probabilities say about whole sentences, short and long."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.seq2seq.beam import length_penalty
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import distinct, one, until
from quiz_bank.templates.latex import equals, number

Pair = tuple[Array, Array, float]  # log-probabilities (2,) and lengths (2,) of two, and alpha


def whole_sentence(rng: np.random.Generator) -> Variant:
    p, words = until(
        lambda: (one(rng, (0.85, 0.88, 0.9, 0.92, 0.95, 0.96)), int(rng.integers(4, 13))),
        lambda drawn: drawn[1] * (1 - drawn[0]) < 0.8,  # errors added up leave a share as well
    )

    def right(tokens: int) -> float:
        return float(p**tokens)

    return Variant(
        prompt=rf"""As long as everything before is right, a greedy decoder gets the next token
right with probability {number(p)}, END included. What is the probability that it translates a
sentence of {words} target words exactly right, to the END?""",
        answer=right(words + 1),
        objective=lambda p: float(p ** (words + 2) / (words + 2)),
        at=np.array(p),
        solution=rf"""There are {words + 1} tokens to get right: {words} words and END. Each step's
probability holds given that the steps before were right, so they multiply.

${number(p)}^{{{words + 1}}} {equals(right(words + 1))}$.""",
        hints=(
            "Probabilities that each hold given what came before multiply.",
            "How many tokens does the decoder write, with END?",
        ),
        wrong={
            "end_left_out": right(words),
            "errors_added": 1 - (words + 1) * (1 - p),
            "complement": 1 - right(words + 1),
            "one_token_only": right(1),
        },
    )


def penalized_score(rng: np.random.Generator) -> Variant:
    def scores(drawn: Pair, divisor: Callable[[int, float], float] = length_penalty) -> list[float]:
        totals, lengths, alpha = drawn
        return [
            float(total / divisor(int(n), alpha)) for total, n in zip(totals, lengths, strict=True)
        ]

    def draw() -> Pair:
        lengths = np.sort(distinct(rng, range(4, 13), 2))
        totals = -distinct(rng, np.arange(2.1, 6.0, 0.3).round(1).tolist(), 2)
        return totals, lengths, one(rng, (0.6, 0.7, 0.8, 0.9))

    def longer_wins(drawn: Pair) -> bool:
        short, long = scores(drawn)
        return bool(drawn[0][0] > drawn[0][1] and long > 0.95 * short)

    drawn = until(draw, longer_wins)
    totals, lengths, alpha = drawn
    n, m = lengths.astype(int).tolist()
    short, long = scores(drawn)
    divided = [length_penalty(k, alpha) for k in (n, m)]
    return Variant(
        prompt=rf"""Beam search ends with two hypotheses. The first has {n} tokens and the
log-probability ${number(totals[0])}$, the second {m} tokens and ${number(totals[1])}$; END is
counted. It returns the one with the higher score
$$
s = \frac{{\ln P}}{{\left(\frac{{5 + n}}{{6}}\right)^{{\alpha}}}}, \qquad \alpha = {number(alpha)},
$$
for $n$ tokens. What is the score of the one that it returns?""",
        answer=max(short, long),
        objective=lambda t: float(
            max((1 + t**2) / 2 * totals * np.exp(-alpha * np.log((5 + lengths) / 6)))
        ),
        at=np.array(1.0),
        solution=rf"""First: $\left(\frac{{5 + {n}}}{{6}}\right)^{{{number(alpha)}}}
{equals(divided[0])}$, so its score is $\dfrac{{{number(totals[0])}}}{{{number(divided[0])}}}
{equals(short)}$.

Second: $\left(\frac{{5 + {m}}}{{6}}\right)^{{{number(alpha)}}} {equals(divided[1])}$, so its score
is $\dfrac{{{number(totals[1])}}}{{{number(divided[1])}}} {equals(long)}$.

The second wins with ${number(max(short, long))}$, although it is less probable: every further token
can only lower a probability, and the division makes up for that.""",
        hints=(
            "Score both. Log-probabilities are negative: the higher one is nearer to zero.",
            rf"What divides is ${number(divided[0])}$ for the first hypothesis.",
        ),
        wrong={
            "other_hypothesis": min(short, long),
            "length_penalty_left_out": max(scores(drawn, lambda n, alpha: 1.0)),
            "mean_per_token": max(scores(drawn, lambda n, alpha: float(n))),
            "penalty_exponent_left_out": max(scores(drawn, lambda n, alpha: length_penalty(n, 1))),
            "penalty_multiplied": max(scores(drawn, lambda n, alpha: 1 / length_penalty(n, alpha))),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="seq2seq/whole-sentence",
        chapter=8,
        topic="seq2seq",
        title="Every token right",
        difficulty="easy",
        kind="number",
        source="Sutskever, Vinyals & Le 2014, equation 1",
        seconds=75,
        make=whole_sentence,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="seq2seq/length-penalty",
        chapter=8,
        topic="seq2seq",
        title="Short and long hypotheses",
        difficulty="medium",
        kind="number",
        source="Wu et al. 2016, equation 14",
        seconds=150,
        make=penalized_score,
        tags=frozenset({"complete"}),
    ),
)
