"""Chapter 8: the loss of an encoder-decoder over padded batches, and its perplexity."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import distinct, several
from quiz_bank.templates.latex import equals, number, vector
from quiz_bank.templates.lstm_words import numbers, table

PROBABILITIES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 0.9)
LOSS_VALUES = (0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.2, 1.5, 1.9, 2.4)
POSITIONS = 5  # of the longest sentence of a batch


def _chances(p: Array) -> str:
    """A table of probabilities: a row for each sentence, a column for each position."""
    head = [r"\text{position}", *(str(k + 1) for k in range(p.shape[1]))]
    return table(head, {rf"\text{{sentence {k + 1}}}": numbers(row) for k, row in enumerate(p)})


def masked_loss(rng: np.random.Generator) -> Variant:
    real, p = int(rng.integers(2, 5)), several(rng, PROBABILITIES, 2, POSITIONS)
    losses = -np.log(p)
    n = real + POSITIONS
    mask = np.arange(POSITIONS) < np.array([[real], [POSITIONS]])
    sums = (losses * mask).sum(axis=1)
    total, answer = float(sums.sum()), float(losses[mask].mean())
    return Variant(
        prompt=rf"""A batch holds two target sentences, END included: the first has {real} tokens,
the second {POSITIONS}. The first is filled up to {POSITIONS} with PAD. At each position the decoder
gives the token that stands there in the target this probability:

{_chances(p)}

What is the loss of the batch, the mean of $-\ln p$ over its real tokens?""",
        answer=answer,
        objective=lambda t: float(np.prod(p[mask] ** (-t / n))),
        at=np.array(0.0),
        solution=rf"""Real tokens: {real} of the first sentence and {POSITIONS} of the second,
${real} + {POSITIONS} = {n}$. What stands at PAD is left out.

Sums of $-\ln p$ over them: ${number(sums[0])}$ for the first sentence and ${number(sums[1])}$ for
the second, together ${number(total)}$.

Mean: $\dfrac{{{number(total)}}}{{{n}}} {equals(answer)}$.""",
        hints=(
            "Positions with PAD count neither in the sum nor in the number that divides it.",
            rf"There are {n} real tokens.",
        ),
        wrong={
            "divided_by_all_positions": total / mask.size,
            "padding_counted": float(losses.mean()),
            "mean_of_means": float((sums / [real, POSITIONS]).mean()),
            "divided_by_sentences": total / 2,
        },
    )


def perplexity(rng: np.random.Generator) -> Variant:
    losses = distinct(rng, LOSS_VALUES, 4)
    mean = float(losses.mean())

    def of(losses: Array, reduce: Callable[[Array], float] = np.mean, base: float = np.e) -> float:
        return float(base ** reduce(losses))

    return Variant(
        prompt=rf"""A held-out sentence has four tokens, END included. Their cross-entropies, in
natural logarithms, are ${vector(losses)}$.

What is the perplexity of the model on this sentence?""",
        answer=of(losses),
        objective=lambda t: float(np.prod(np.exp(losses + t)) ** (1 / len(losses))),
        at=np.array(0.0),
        solution=rf"""Mean cross-entropy: $\dfrac{{{number(losses.sum())}}}{{4}} {equals(mean)}$.

Perplexity is its exponential, $e^{{{number(mean)}}} {equals(of(losses))}$. A model that gave
equal chances to so many words would have the same mean loss.""",
        hints=(
            "Perplexity is the exponential of the mean cross-entropy of a token.",
            rf"The mean is ${number(mean)}$.",
        ),
        wrong={
            "exp_of_sum": of(losses, np.sum),
            "mean_of_exponentials": float(np.exp(losses).mean()),
            "loss_for_perplexity": mean,
            "base_two": of(losses, base=2.0),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="seq2seq/perplexity",
        chapter=8,
        topic="seq2seq",
        title="From loss to perplexity",
        difficulty="easy",
        kind="number",
        source="Jelinek et al. 1977; Sutskever, Vinyals & Le 2014",
        seconds=90,
        make=perplexity,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="seq2seq/masked-loss",
        chapter=8,
        topic="seq2seq",
        title="The loss of a padded batch",
        difficulty="medium",
        kind="number",
        source="Sutskever, Vinyals & Le 2014, section 3.4",
        seconds=180,
        make=masked_loss,
        tags=frozenset({"complete"}),
    ),
)
