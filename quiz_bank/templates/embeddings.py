"""Chapter 8: what word vectors cost, how they are compared, and the arithmetic of analogies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import INTEGERS, distinct, keeps_digits, several, until
from quiz_bank.templates.latex import equals, number, vector


def parameters(rng: np.random.Generator) -> Variant:
    words = int(distinct(rng, range(60, 301, 20), 1)[0])
    e, h = (int(size) for size in distinct(rng, range(8, 41, 2), 2))
    tokens = int(rng.integers(11, 31))
    table, head = words * e, words * h + words
    answer = float(table + head)
    return Variant(
        prompt=rf"""A language model knows {words} words. Its embedding table has a vector of {e}
numbers for each; from a hidden state of {h} numbers a dense layer with biases makes the logits of
the {words} words. A sentence has {tokens} words.

How many parameters do the embedding table and the dense layer have together?""",
        answer=answer,
        objective=lambda x: float(x**2 * words * (e + h + 1) / 2),
        at=np.array(1.0),
        solution=rf"""Table: ${words} \cdot {e} = {table}$, without biases.

Dense layer: ${h} \cdot {words} = {h * words}$ weights and {words} biases.

Together ${number(answer)}$. The length of a sentence does not count: each word looks up the same
table.""",
        hints=(
            "A row of the table for each word; a column of weights and a bias for each logit.",
            rf"The table has ${words} \cdot {e}$ parameters.",
        ),
        wrong={
            "no_biases": answer - words,
            "table_bias": answer + e,
            "no_output_layer": float(table),
            "once_per_step": answer * tokens,
        },
    )


Similarity = Callable[[Array, Array], float]


def cosine(a: Array, b: Array) -> float:
    """The cosine of the angle between two vectors (d,)."""
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


SLIPS: dict[str, Similarity] = {
    "dot_for_cosine": lambda a, b: float(a @ b),
    "one_length_only": lambda a, b: float(a @ b / np.linalg.norm(a)),
    "clip_norm_squared": lambda a, b: float(a @ b / ((a @ a) * (b @ b))),
}


def _along(a: Array, b: Array) -> Callable[[Array], float]:
    """Half the squared length of b / |b| + t a / |a|, whose slope at t = 0 is the cosine."""
    unit_a, unit_b = a / np.sqrt(np.sum(a**2)), b / np.sqrt(np.sum(b**2))
    return lambda t: float(np.sum((unit_b + t * unit_a) ** 2) / 2)


def cosine_similarity(rng: np.random.Generator) -> Variant:
    a, b = until(
        lambda: (several(rng, INTEGERS, 3), several(rng, INTEGERS, 3)),
        lambda drawn: bool(abs(drawn[0] @ drawn[1]) >= 2) and abs(cosine(*drawn)) < 0.97,
    )
    answer = cosine(a, b)
    return Variant(
        prompt=rf"""Two words have the vectors $a = {vector(a)}$ and $b = {vector(b)}$.

What is their cosine similarity?""",
        answer=answer,
        objective=_along(a, b),
        at=np.array(0.0),
        solution=rf"""Product: $a \cdot b = {number(a @ b)}$.

Lengths: $\lVert a \rVert = \sqrt{{{number(a @ a)}}}$ and $\lVert b \rVert =
\sqrt{{{number(b @ b)}}}$.

Cosine: $\dfrac{{{number(a @ b)}}}{{\sqrt{{{number(a @ a)}}}\,\sqrt{{{number(b @ b)}}}}}
{equals(answer)}$. Unlike the product, it does not change when a vector gets longer.""",
        hints=(
            r"$\cos(a, b) = \dfrac{a \cdot b}{\lVert a \rVert\, \lVert b \rVert}$.",
            rf"$a \cdot b = {number(a @ b)}$; now the two lengths.",
        ),
        wrong={key: rule(a, b) for key, rule in SLIPS.items()},
    )


def analogy(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Array, Array, Array]:
        king, man, woman = (several(rng, INTEGERS, 3) for _ in range(3))
        return king, man, woman, king - man + woman + rng.integers(-1, 2, 3)

    def good(drawn: tuple[Array, Array, Array, Array]) -> bool:
        king, man, woman, queen = drawn
        wanted = king - man + woman
        there = bool(wanted.all() and queen.any() and (king + man - woman).any())
        return there and keeps_digits(wanted * queen) and 0.3 < cosine(wanted, queen) < 0.99

    king, man, woman, queen = until(draw, good)
    wanted = king - man + woman
    answer = cosine(wanted, queen)
    product = float(wanted @ queen)
    return Variant(
        prompt=rf"""Man is to king as woman is to which word? It is sought as the word whose vector
has the largest cosine with king $-$ man $+$ woman. Here man is ${vector(man)}$, king
${vector(king)}$, woman ${vector(woman)}$, and a candidate is queen, ${vector(queen)}$.

What is the cosine for queen?""",
        answer=answer,
        objective=_along(wanted, queen),
        at=np.array(0.0),
        solution=rf"""King $-$ man $+$ woman: $w = {vector(wanted)}$.

Product with queen: ${number(product)}$. Squared lengths: ${number(wanted @ wanted)}$ for $w$ and
${number(queen @ queen)}$ for queen.

Cosine: $\dfrac{{{number(product)}}}{{\sqrt{{{number(wanted @ wanted)}}}\,
\sqrt{{{number(queen @ queen)}}}}} {equals(answer)}$.""",
        hints=(
            "First the vector king minus man plus woman, entry by entry.",
            rf"It is ${vector(wanted)}$; now its cosine with queen.",
        ),
        wrong={key: rule(wanted, queen) for key, rule in SLIPS.items()}
        | {
            "analogy_turned": cosine(king + man - woman, queen),
            "offset_left_out": cosine(king, queen),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="embeddings/parameters",
        chapter=8,
        topic="embeddings",
        title="Parameters of words",
        difficulty="easy",
        kind="number",
        source="Bengio et al. 2003, section 2",
        seconds=90,
        make=parameters,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="embeddings/cosine",
        chapter=8,
        topic="embeddings",
        title="Cosine similarity of two words",
        difficulty="easy",
        kind="number",
        source="Mikolov, Chen et al. 2013, section 4",
        seconds=90,
        make=cosine_similarity,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="embeddings/analogy",
        chapter=8,
        topic="embeddings",
        title="An analogy by arithmetic",
        difficulty="medium",
        kind="number",
        source="Mikolov, Yih & Zweig 2013, section 4",
        seconds=150,
        make=analogy,
        tags=frozenset({"complete"}),
    ),
)
