"""Chapter 8: the way back through attention, to scores, query and memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.by_hand.attention import (
    attention_weights,
    dot_backward,
    dot_scores,
    score_gradient,
)
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, INTEGERS, keeps_digits, several, until
from quiz_bank.templates.latex import equals, matrix, number, vector

SoftmaxBack = Callable[[Array, Array], Array]

SLIPS: dict[str, SoftmaxBack] = {  # from weights a and derivatives g by them to those by the scores
    "softmax_diag": lambda a, g: a * (1 - a) * g,
    "attn_mean_left_out": lambda a, g: a * g,
    "attn_softmax_skipped": lambda a, g: g,
}
SHARES = ((0.1, 0.2, 0.7), (0.1, 0.3, 0.6), (0.2, 0.3, 0.5), (0.1, 0.4, 0.5), (0.2, 0.2, 0.6))


def context_loss(scores: Array, M: Array, d: Array) -> float:
    """d . c for the context c of these scores: by c its derivative is d."""
    exponentials = np.exp(scores)
    return float(d @ (exponentials @ M) / exponentials.sum())


def score_slopes(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Array, Array]:
        a = rng.permutation(SHARES[rng.integers(len(SHARES))])
        return a, several(rng, INTEGERS, 3, 2), several(rng, INTEGERS, 2)

    def good(drawn: tuple[Array, Array, Array]) -> bool:
        a, M, d = drawn
        by_weight = M @ d
        return bool(np.abs(score_gradient(a, M, d)).min() > 0.02 and abs(a @ by_weight) > 0.2)

    a, M, d = until(draw, good)
    g = dot_scores(d, M)
    mean = float(a @ g)
    answer = score_gradient(a, M, d)
    return Variant(
        prompt=rf"""Attention has the weights $a = {vector(a)}$, the softmax of scores $s$, on three
memory vectors, the rows of $M$. The loss passes $d = \partial E / \partial c$ back to the context
$c = \sum_j a_j m_j$:
$$
M = {matrix(M)}, \quad d = {vector(d)}.
$$

Give the derivatives of $E$ by the three scores.""",
        answer=answer,
        objective=lambda s: context_loss(s, M, d),
        at=np.log(a),
        solution=rf"""By the weights: $\dfrac{{\partial E}}{{\partial a_i}} = m_i \cdot d$, that is
$M d = {vector(g)}$.

Their mean under the weights: $\sum_j a_j\, m_j \cdot d {equals(mean)}$.

Through the softmax: $\dfrac{{\partial E}}{{\partial s_i}} = a_i \left(m_i \cdot d -
\sum_j a_j\, m_j \cdot d\right)$, together ${vector(answer)}$. The entries sum to 0.""",
        hints=(
            r"First the derivatives by the weights, $m_i \cdot d$.",
            r"Raising one score lowers the other weights: what counts is $m_i \cdot d$ against"
            r" the mean of all of them.",
            rf"That mean, under the weights, is ${number(mean)}$.",
        ),
        wrong={key: rule(a, g) for key, rule in SLIPS.items()} | {"attn_weight_left_out": g - mean},
    )


@dataclass(frozen=True, eq=False)
class Reader:
    """A query q (2,) that reads a memory M (n, 2) by dot scores, and d (2,) by the context."""

    q: Array
    M: Array
    d: Array

    @property
    def scores(self) -> Array:
        return dot_scores(self.q, self.M)

    @property
    def weights(self) -> Array:
        return attention_weights(self.scores)

    @property
    def by_weight(self) -> Array:
        return dot_scores(self.d, self.M)

    @property
    def by_score(self) -> Array:
        return score_gradient(self.weights, self.M, self.d)

    def broken(self, rule: SoftmaxBack) -> Array:
        """Derivatives by the scores with a slip in the way back through the softmax."""
        return rule(self.weights, self.by_weight)


def _reader(rng: np.random.Generator, rows: int) -> Reader:
    """Drawn again until no weight is nearly 0, not all are alike, and no score's derivative
    nearly cancels."""

    def draw() -> Reader:
        q = several(rng, (-1.0, -0.5, 0.5, 1.0), 2)
        return Reader(q, several(rng, HALVES, rows, 2), several(rng, INTEGERS, 2))

    def good(reader: Reader) -> bool:
        shares, slopes = reader.weights * reader.by_weight, reader.by_score
        apart = np.abs(slopes) > 0.1 * reader.weights * np.abs(reader.by_weight).max()
        uneven = reader.weights.max() > 1.1 / len(reader.M)
        steady = keeps_digits(shares) and bool(apart.all())
        return steady and bool(uneven and reader.weights.min() > 0.05)

    return until(draw, good)


def _given(reader: Reader) -> str:
    return rf"""A query $q$ reads a memory by dot scores that are not scaled. The rows $m_i$ of
$M$ are keys and values in one:
$$
\begin{{aligned}}
s_i &= q \cdot m_i, \quad a = \operatorname{{softmax}}(s), \\
c &= \textstyle\sum_i a_i m_i.
\end{{aligned}}
$$
The loss passes $d = \partial E / \partial c$ back:
$$
\begin{{aligned}}
q &= {vector(reader.q)}, \\
M &= {matrix(reader.M)}, \\
d &= {vector(reader.d)}.
\end{{aligned}}
$$"""


def _to_the_scores(reader: Reader) -> str:
    mean = float(reader.weights @ reader.by_weight)
    return rf"""Forward: $s = {vector(reader.scores)}$ and $a \approx {vector(reader.weights)}$.

By the weights: $M d = {vector(reader.by_weight)}$, with the mean ${number(mean)}$ under $a$.

By the scores: $\delta_i = a_i \left(m_i \cdot d - \sum_j a_j\, m_j \cdot d\right)$, so $\delta
\approx {vector(reader.by_score)}$."""


def query_gradient(rng: np.random.Generator) -> Variant:
    def stands_out(reader: Reader) -> bool:
        return all(keeps_digits(reader.by_score * column) for column in reader.M.T)

    reader = until(lambda: _reader(rng, 3), stands_out)
    q, M, d = reader.q, reader.M, reader.d
    answer, _ = dot_backward(q, M, d)
    best = int(np.argmax(reader.scores))
    return Variant(
        prompt=rf"""{_given(reader)}

Give $\dfrac{{\partial E}}{{\partial q}}$.""",
        answer=answer,
        objective=lambda q: context_loss(M @ q, M, d),
        at=q,
        solution=rf"""{_to_the_scores(reader)}

Each score is $q \cdot m_i$, so $\dfrac{{\partial E}}{{\partial q}} = \sum_i \delta_i m_i
\approx {vector(answer)}$.""",
        hints=(
            "The query enters the loss through the three scores alone.",
            r"With $\delta_i = \partial E / \partial s_i$ it is $\sum_i \delta_i m_i$.",
            rf"$\delta \approx {vector(reader.by_score)}$.",
        ),
        wrong={key: reader.broken(rule) @ M for key, rule in SLIPS.items()}
        | {"best_match_only": reader.by_score[best] * M[best]},
    )


def memory_gradient(rng: np.random.Generator) -> Variant:
    def stands_out(reader: Reader) -> bool:
        a, ds = reader.weights, reader.by_score
        cells = zip(np.outer(a, reader.d).flat, np.outer(ds, reader.q).flat, strict=True)
        return all(keeps_digits(cell) for cell in cells)

    reader = until(lambda: _reader(rng, 2), stands_out)
    q, M, d, a = reader.q, reader.M, reader.d, reader.weights
    _, answer = dot_backward(q, M, d)
    through_context = np.outer(a, d)
    return Variant(
        prompt=rf"""{_given(reader)}

Give $\dfrac{{\partial E}}{{\partial M}}$, a row for each $m_i$.""",
        answer=answer,
        objective=lambda M: context_loss(M @ q, M, d),
        at=M,
        solution=rf"""{_to_the_scores(reader)}

Each $m_i$ works twice. As a value it stands in the context with the factor $a_i$, and as a key in
its own score:
$$
\frac{{\partial E}}{{\partial m_i}} = a_i\, d + \delta_i\, q.
$$

The two parts and their sum:
$$
\begin{{aligned}}
&{matrix(through_context)} \\
&\quad + {matrix(np.outer(reader.by_score, q))} \\
&\approx {matrix(answer)}.
\end{{aligned}}
$$""",
        hints=(
            r"$m_i$ stands in the score $s_i$ and in the sum $c$.",
            r"Row $i$ is $a_i\, d + \delta_i\, q$ with $\delta_i = \partial E / \partial s_i$.",
            rf"$a \approx {vector(a)}$ and $\delta \approx {vector(reader.by_score)}$.",
        ),
        wrong={
            key: through_context + np.outer(reader.broken(rule), q) for key, rule in SLIPS.items()
        }
        | {
            "value_path_only": through_context,
            "score_path_only": np.outer(reader.by_score, q),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="attention/score-gradient",
        chapter=8,
        topic="attention",
        title="Back through the attention weights",
        difficulty="medium",
        kind="vector",
        source="Bridle 1990; Bahdanau, Cho & Bengio 2015, section 3.1",
        seconds=240,
        make=score_slopes,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="attention/query-gradient",
        chapter=8,
        topic="attention",
        title="The gradient at the query",
        difficulty="hard",
        kind="vector",
        source="Bridle 1990; Luong, Pham & Manning 2015, section 3.1",
        seconds=360,
        make=query_gradient,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="attention/memory-gradient",
        chapter=8,
        topic="attention",
        title="The gradient at the memory",
        difficulty="hard",
        kind="matrix",
        source="Bridle 1990; Luong, Pham & Manning 2015, section 3.1",
        seconds=420,
        make=memory_gradient,
        tags=frozenset({"complete"}),
    ),
)
