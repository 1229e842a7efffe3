"""Chapter 8: the scores of Luong and of Bahdanau by hand, and what attention costs."""

from __future__ import annotations

import numpy as np

from engine.by_hand.attention import additive_scores, general_scores
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, TENTHS, distinct, keeps_digits, several, until
from quiz_bank.templates.latex import equals, factor, matrix, number, vector


def general_score(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Array, Array]:
        return (
            several(rng, HALVES, 2),
            distinct(rng, HALVES, 4).reshape(2, 2),
            distinct(rng, HALVES, 2),
        )

    def good(drawn: tuple[Array, Array, Array]) -> bool:
        h, W, e = drawn
        turns = abs(h[0] * e[1] - h[1] * e[0]) > 0.2  # else W and its transpose give the same
        return bool(turns) and keeps_digits(h[:, None] * W * e)

    h, W, e = until(draw, good)
    row = h @ W
    answer = float(general_scores(h, W, e[None])[0])
    return Variant(
        prompt=rf"""Luong's general score of a decoder state $h$ and an encoder state $\bar h$ is
$h^\top W \bar h$. Here
$$
\begin{{aligned}}
h &= {vector(h)}, \\
W &= {matrix(W)}, \\
\bar h &= {vector(e)}.
\end{{aligned}}
$$

What is the score?""",
        answer=answer,
        objective=lambda t: float((t * h) @ W @ (t * e)) / 2,
        at=np.array(1.0),
        solution=rf"""$h^\top W = {vector(row)}$.

Times the encoder state: ${factor(row[0])} \cdot {factor(e[0])} + {factor(row[1])} \cdot
{factor(e[1])} {equals(answer)}$.""",
        hints=(
            r"First the row $h^\top W$, then its product with $\bar h$.",
            rf"$h^\top W = {vector(row)}$.",
        ),
        wrong={
            "score_matrix_turned": float(general_scores(h, W.T, e[None])[0]),
            "score_matrix_left_out": float(h @ e),
            "score_squashed": float(np.tanh(answer)),
        },
    )


def additive_score(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, ...]:
        s, h, v = (several(rng, HALVES, 2) for _ in range(3))
        W, U = (several(rng, TENTHS, 2, 2) for _ in range(2))
        return s, h, W, U, v

    def good(drawn: tuple[Array, ...]) -> bool:
        s, h, W, U, v = drawn
        z = W @ s + U @ h
        bends = bool(((np.abs(z) > 0.2) & (np.abs(z) < 1.6)).all())
        return bends and keeps_digits(v * np.tanh(z)) and bool(abs(v @ np.tanh(z)) > 0.1)

    s, h, W, U, v = until(draw, good)
    z = W @ s + U @ h
    a = np.tanh(z)
    answer = float(additive_scores(s, h[None], W, U, v)[0])
    return Variant(
        prompt=rf"""Bahdanau's additive score of a decoder state $s$ and an encoder state $h$ is
$v^\top \tanh(W s + U h)$. Here
$$
\begin{{aligned}}
s &= {vector(s)}, & W &= {matrix(W)}, \\
h &= {vector(h)}, & U &= {matrix(U)}, \\
v &= {vector(v)}.
\end{{aligned}}
$$

What is the score?""",
        answer=answer,
        objective=lambda t: float(np.logaddexp(z + t * v, -z - t * v).sum()),
        at=np.array(0.0),
        solution=rf"""Inside the tanh: $W s = {vector(W @ s)}$ and $U h = {vector(U @ h)}$, together
${vector(z)}$.

After it: $\tanh(W s + U h) \approx {vector(a)}$.

Weighed by $v$: ${factor(v[0])} \cdot {factor(a[0])} + {factor(v[1])} \cdot {factor(a[1])}
{equals(answer)}$.""",
        hints=(
            r"One hidden layer: the sum $W s + U h$, a tanh, then the product with $v$.",
            rf"$W s + U h = {vector(z)}$.",
        ),
        wrong={
            "score_tanh_left_out": float(v @ z),
            "tanh_of_each_part": float(v @ (np.tanh(W @ s) + np.tanh(U @ h))),
            "score_vector_left_out": float(a.sum()),
        },
    )


def additive_parameters(rng: np.random.Generator) -> Variant:
    m, n, k = (int(size) for size in distinct(rng, range(10, 41, 2), 3))
    words = int(rng.integers(11, 26))
    W, U, v = np.zeros((k, m)), np.zeros((k, 2 * n)), np.zeros(k)
    answer = float(W.size + U.size + v.size)
    return Variant(
        prompt=rf"""A decoder with {m} units attends to a bidirectional encoder that has {n} units
in each direction, by Bahdanau's score $v^\top \tanh(W s + U h_j)$, without biases. The hidden
layer of the score has {k} units, and sentences have {words} words.

How many parameters does the score have?""",
        answer=answer,
        objective=lambda x: float(x**2 * k * (m + 2 * n + 1) / 2),
        at=np.array(1.0),
        solution=rf"""An encoder state joins both directions, so it has {2 * n} numbers.

$W$ has ${k} \cdot {m} = {W.size}$, $U$ has ${k} \cdot {2 * n} = {U.size}$ and $v$ has {k}.

Together ${number(answer)}$. The number of words does not count: all of them share the score.""",
        hints=(
            "How many numbers does an encoder state have that joins both directions?",
            r"Count $W$, $U$ and $v$.",
        ),
        wrong={
            "one_direction_counted": answer - k * n,
            "score_vector_left_out": answer - k,
            "once_per_step": answer * words,
            "other_score_counted": float(2 * m * n),
        },
    )


def multiplications(rng: np.random.Generator) -> Variant:
    s, t = (int(length) for length in distinct(rng, range(11, 31), 2))
    d = int(rng.choice([16, 24, 32]))
    queries, scores = t * d * d, t * s * d
    sums = scores  # each state times its weight, as many products again
    answer = float(queries + scores + sums)
    return Variant(
        prompt=rf"""A decoder writes {t} words. At each it forms $h^\top W$ once, multiplies it with
the states $\bar h_j$ of all {s} source words, which gives the scores $h^\top W \bar h_j$, and then
sums up these states with the attention weights. All states have {d} numbers, and $W$ is square.

How many multiplications are that for the whole sentence, the softmax left out?""",
        answer=answer,
        objective=lambda x: float((x**2) * t * d * (d + 2 * s) / 2),
        at=np.array(1.0),
        solution=rf"""$h^\top W$ takes ${d} \cdot {d} = {d * d}$ multiplications, {t} times:
${queries}$.

There are ${t} \cdot {s} = {s * t}$ scores, each a product of {d} terms: ${scores}$.

A weighted sum multiplies {s} states by a weight, and there are {t} sums: ${sums}$ again.

Together ${queries} + {scores} + {sums} = {number(answer)}$.""",
        hints=(
            r"Three parts: the rows $h^\top W$, the scores, the weighted sums.",
            "There is a score, and a weight, for each pair of a target and a source word.",
        ),
        wrong={
            "weighted_sums_left_out": answer - sums,
            "score_matrix_left_out": answer - queries,
            "score_matrix_per_pair": float(s * queries + scores + sums),
            "one_query_only": answer / t,
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="attention/additive-parameters",
        chapter=8,
        topic="attention",
        title="Parameters of the additive score",
        difficulty="easy",
        kind="number",
        source="Bahdanau, Cho & Bengio 2015, appendix A.1.2",
        seconds=120,
        make=additive_parameters,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="attention/general-score",
        chapter=8,
        topic="attention",
        title="Luong's general score",
        difficulty="medium",
        kind="number",
        source="Luong, Pham & Manning 2015, section 3.1",
        seconds=90,
        make=general_score,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="attention/additive-score",
        chapter=8,
        topic="attention",
        title="Bahdanau's additive score",
        difficulty="medium",
        kind="number",
        source="Bahdanau, Cho & Bengio 2015, appendix A.1.2",
        seconds=150,
        make=additive_score,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="attention/multiplications",
        chapter=8,
        topic="attention",
        title="What attention costs",
        difficulty="medium",
        kind="number",
        source="Luong, Pham & Manning 2015, section 3.1",
        seconds=150,
        make=multiplications,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
)
