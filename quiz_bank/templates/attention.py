"""Chapter 8: attention forward, from scores to weights, contexts and masks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.activations import softmax
from engine.by_hand.attention import (
    attend,
    attention_weights,
    causal_mask,
    context,
    dot_scores,
    masked,
)
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, TENTHS, distinct, keeps_digits, one, several, until
from quiz_bank.templates.latex import matrix, number, vector

Rule = Callable[[Array], Array]


def over_queries(scores: Array) -> Array:
    """The slip: softmax over the queries, the rows, in the place of the keys."""
    return softmax(scores, axis=0)


def log_sums(scores: Array, allowed: Array | bool = True) -> float:
    """Sum over the queries of log sum_j exp(s_ij): its derivatives are the weights."""
    return float(np.log(np.where(allowed, np.exp(scores), 0.0).sum(axis=-1)).sum())


def weights_from_scores(rng: np.random.Generator) -> Variant:
    (raw,) = until(
        lambda: (distinct(rng, (-6.0, -4.0, -3.0, -2.0, 2.0, 3.0, 4.0, 6.0, 8.0), 3),),
        lambda drawn: bool(abs(drawn[0].sum()) >= 2),
    )
    size = one(rng, (4.0, 9.0, 16.0))
    root = np.sqrt(size)
    scores = raw / root
    exponentials = np.exp(scores)
    answer = attention_weights(scores)
    return Variant(
        prompt=rf"""In scaled dot-product attention a query $q$ has the products
$q \cdot k_j = {vector(raw)}$ with three keys. Query and keys have $d_k = {number(size)}$ numbers
each.

Give the three attention weights.""",
        answer=answer,
        objective=lambda raw: root * float(np.log(np.exp(raw / root).sum())),
        at=raw,
        solution=rf"""Scale by $\sqrt{{d_k}} = {number(root)}$: the scores are ${vector(scores)}$.

Exponentials: ${vector(exponentials)}$, with the sum ${number(exponentials.sum())}$.

Each divided by the sum: ${vector(answer)}$.""",
        hints=(
            r"Scores are $q \cdot k_j / \sqrt{d_k}$, and weights are their softmax.",
            rf"The scores are ${vector(scores)}$.",
        ),
        wrong={
            "attn_scale": attention_weights(raw),
            "attn_scale_by_d": attention_weights(raw / size),
            "not_exponentiated": scores / scores.sum(),
            "exp_not_normalized": exponentials,
        },
    )


def _stands_out(weights: Array, V: Array) -> bool:
    """Whether no weight is nearly 1 and no entry of the contexts nearly cancels."""
    rows = np.atleast_2d(weights)
    sums = (keeps_digits(row * column) for row in rows for column in V.T)
    return bool(rows.max() < 0.95) and all(sums)


def context_vector(rng: np.random.Generator) -> Variant:
    h, H = until(
        lambda: (several(rng, (-1.0, -0.5, 0.5, 1.0), 2), several(rng, HALVES, 3, 2)),
        lambda drawn: _stands_out(attention_weights(dot_scores(*drawn)), drawn[1]),
    )
    scores = dot_scores(h, H)
    weights = attention_weights(scores)

    def answer(rule: Rule = attention_weights) -> Array:
        return context(rule(scores), H)

    return Variant(
        prompt=rf"""A decoder attends to three encoder states $\bar h_j$, the rows of $H$, by dot
scores that are not scaled (Luong et al.). Its own state is $h$:
$$
H = {matrix(H)}, \quad h = {vector(h)}.
$$

Give the context vector.""",
        answer=answer(),
        objective=lambda u: float(np.log(np.exp(scores + H @ u).sum())),
        at=np.zeros(2),
        solution=rf"""Scores: $H h = {vector(scores)}$.

Weights, their softmax: $a \approx {vector(weights)}$.

Context, the weighted sum of the encoder states: $c = \sum_j a_j \bar h_j \approx
{vector(answer())}$.""",
        hints=(
            "Three steps: scores, weights, weighted sum.",
            rf"The scores are ${vector(scores)}$.",
            rf"The weights are about ${vector(weights)}$.",
        ),
        wrong={
            "attn_scaled_unasked": answer(lambda s: attention_weights(s / np.sqrt(2))),
            "equal_weights": answer(lambda s: np.full(3, 1 / 3)),
            "scores_as_weights": answer(lambda s: s),
            "best_match_only": answer(lambda s: np.eye(3)[np.argmax(s)]),
        },
    )


def scaled_dot_product(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Array, Array]:
        return (
            several(rng, (-1.0, 0.0, 1.0, 2.0), 2, 4),
            several(rng, (-1.0, 0.0, 1.0, 2.0), 3, 4),
            several(rng, (-1.0, 0.0, 1.0, 2.0), 3, 2),
        )

    def good(drawn: tuple[Array, Array, Array]) -> bool:
        columns_count = bool(drawn[2].any(axis=0).all())
        return columns_count and _stands_out(attend(*drawn).weights, drawn[2])

    Q, K, V = until(draw, good)
    products = dot_scores(Q, K)
    found = attend(Q, K, V)

    def answer(rule: Rule = attention_weights, scale: float = 2.0) -> Array:
        return context(rule(products / scale), V)

    return Variant(
        prompt=rf"""Two queries attend to three keys and their values by scaled dot-product
attention, with $d_k = 4$:
$$
\begin{{aligned}}
Q &= {matrix(Q)}, \\
K &= {matrix(K)}, \\
V &= {matrix(V)}.
\end{{aligned}}
$$

Give the output, one row for each query.""",
        answer=found.context,
        objective=lambda U: log_sums(products / 2 + U @ V.T),
        at=np.zeros((2, 2)),
        solution=rf"""Scores, a row for each query:
$$
\frac{{Q K^\top}}{{\sqrt{{4}}}} = {matrix(found.scores)}.
$$

Softmax over the keys, so that each row sums to 1:
$$
A \approx {matrix(found.weights)}.
$$

Weighted sums of the values:
$$
A V \approx {matrix(answer())}.
$$""",
        hints=(
            r"The output is $\operatorname{softmax}(Q K^\top / \sqrt{d_k})\, V$.",
            "Each query has weights of its own, which sum to 1 over the three keys.",
            rf"$Q K^\top / \sqrt{{d_k}} = {matrix(found.scores)}$.",
        ),
        wrong={
            "attn_scale": answer(scale=1.0),
            "attn_scale_by_d": answer(scale=4.0),
            "softmax_wrong_axis": answer(over_queries),
        },
    )


def causal(rng: np.random.Generator) -> Variant:
    S = distinct(rng, (*HALVES, *TENTHS), 9).reshape(3, 3)
    may = causal_mask(3)

    def answer(allowed: Array = may, rule: Rule = attention_weights) -> Array:
        return rule(masked(S, allowed))

    return Variant(
        prompt=rf"""Three tokens attend to each other with a causal mask: each reads itself and the
tokens before it. Row $i$ of $S$ has the scores of token $i$, scaled and before the mask:
$$
S = {matrix(S)}.
$$

Give the attention weights, a matrix shaped like $S$.""",
        answer=answer(),
        objective=lambda S: log_sums(S, may),
        at=S,
        solution=rf"""The mask sets the scores above the diagonal to $-\infty$; their exponential
is 0.

Row 1 has one score left, and the weight 1. Row 2 is the softmax of ${vector(S[1, :2])}$, and row 3
that of ${vector(S[2])}$:
$$
A \approx {matrix(answer())}.
$$""",
        hints=(
            "Which tokens may the first one read?",
            r"The mask comes before the softmax: $e^{-\infty} = 0$, and the rest still sums to 1.",
            rf"Row 2 is the softmax of ${vector(S[1, :2])}$, with a 0 behind it.",
        ),
        wrong={
            "mask_zero": attention_weights(np.where(may, S, 0.0)),
            "mask_after_softmax": attention_weights(S) * may,
            "mask_other_side": answer(may.T),
            "mask_left_out": answer(np.ones_like(may)),
            "softmax_wrong_axis": answer(rule=over_queries),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="attention/weights-from-scores",
        chapter=8,
        topic="attention",
        title="From scores to attention weights",
        difficulty="easy",
        kind="vector",
        source="Vaswani et al. 2017, equation 1",
        seconds=120,
        make=weights_from_scores,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="attention/context-vector",
        chapter=8,
        topic="attention",
        title="The context vector",
        difficulty="easy",
        kind="vector",
        source="Luong, Pham & Manning 2015, section 3",
        seconds=180,
        make=context_vector,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="attention/scaled-dot-product",
        chapter=8,
        topic="attention",
        title="Scaled dot-product attention",
        difficulty="medium",
        kind="matrix",
        source="Vaswani et al. 2017, equation 1",
        seconds=300,
        make=scaled_dot_product,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="attention/causal-mask",
        chapter=8,
        topic="attention",
        title="Attention weights with a causal mask",
        difficulty="medium",
        kind="matrix",
        source="Vaswani et al. 2017, section 3.2.3",
        seconds=180,
        make=causal,
        tags=frozenset({"complete"}),
    ),
)
