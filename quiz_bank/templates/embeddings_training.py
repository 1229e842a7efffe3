"""Chapter 8: gradients of an embedding table, with repeated words and padding, and of skip-gram."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from engine import skip_gram
from engine.seq2seq import embedding
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, INTEGERS, TENTHS, keeps_digits, several, until
from quiz_bank.templates.latex import equals, matrix, number, vector
from quiz_bank.templates.slips import SIGMOID

PADDING = 0
Ids = npt.NDArray[np.int64]


def add_rows(table: Array, ids: Ids, rows: Array) -> Array:
    """Adds up what reaches each row of a table (V, e): row t of `rows` belongs to ids[t]."""
    return embedding.lookup_gradient(ids, rows, len(table))


def last_row(table: Array, ids: Ids, rows: Array) -> Array:
    """The slip: the last row that belongs to an id overwrites the others."""
    total = np.zeros_like(table)
    for word, row in zip(ids, rows, strict=True):
        total[word] = row
    return total


def mean_row(table: Array, ids: Ids, rows: Array) -> Array:
    """The slip: rows of the same id are averaged."""
    times = np.maximum(np.bincount(ids, minlength=len(table)), 1)
    return add_rows(table, ids, rows) / times[:, None]


def row_by_position(table: Array, ids: Ids, rows: Array) -> Array:
    """The slip: row t of the table gets what belongs to the word at place t."""
    return add_rows(table, np.arange(len(ids)), rows)


Gather = Callable[[Array, Ids, Array], Array]
SLIPS: dict[str, Gather] = {
    "row_overwritten": last_row,
    "rows_averaged": mean_row,
    "row_by_position": row_by_position,
}


def lookup_gradient(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Ids, Array]:
        repeated, other = rng.permutation(4)[:2]
        ids = rng.permutation([repeated, repeated, other])
        return several(rng, HALVES, 4, 2), ids, several(rng, INTEGERS, 3, 2)

    def good(drawn: tuple[Array, Ids, Array]) -> bool:
        E, ids, Y = drawn
        errors = E[ids] - Y
        total = add_rows(E, ids, errors)[ids]
        return bool(np.abs(errors).min() > 0 and np.abs(total).min() > 0)

    E, ids, Y = until(draw, good)
    errors = E[ids] - Y
    answer = add_rows(E, ids, errors)
    ((twice, *_),) = np.nonzero(np.bincount(ids) == 2)
    places = np.flatnonzero(ids == twice)

    def loss(E: Array) -> float:
        return float(sum(np.sum((E[word] - y) ** 2) for word, y in zip(ids, Y, strict=True)) / 2)

    return Variant(
        prompt=rf"""An embedding table $E$ has a row for each of four words. A sentence is made of
the words number {ids[0] + 1}, {ids[1] + 1} and {ids[2] + 1} (counted from 1), so $x_1$, $x_2$ and
$x_3$ are these rows of $E$. The loss is $L = \tfrac12 \sum_t \lVert x_t - y_t \rVert^2$ with
$y_t$ the rows of $Y$:
$$
E = {matrix(E)}, \quad Y = {matrix(Y)}.
$$

Give $\dfrac{{\partial L}}{{\partial E}}$, a matrix shaped like $E$.""",
        answer=answer,
        objective=loss,
        at=E,
        solution=rf"""By the vectors looked up, $x_t - y_t$, a row for each place:
$$
{matrix(errors)}.
$$

Each goes to the row of its word. Word {twice + 1} stands at places {places[0] + 1} and
{places[1] + 1}, so both rows are added there; words that do not occur get zeros:
$$
\frac{{\partial L}}{{\partial E}} = {matrix(answer)}.
$$""",
        hints=(
            r"By a vector looked up the derivative is $x_t - y_t$.",
            "One word occurs twice. Its row moves two terms of the loss.",
            "Rows of words that do not occur do not move the loss.",
        ),
        wrong={key: rule(E, ids, errors) for key, rule in SLIPS.items()},
    )


def padding_row(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Ids, Array]:
        first, second = rng.permutation([1, 2, 3])[:2]
        ids = np.array([[first, second, first], [second, PADDING, PADDING]])
        return several(rng, HALVES, 4), ids, several(rng, INTEGERS, 2, 3)

    def gradient(E: Array, ids: Ids, Y: Array, gather: Gather = add_rows) -> Array:
        """Summed over the real words, not divided yet."""
        real = ids != PADDING
        return gather(E[:, None], ids[real], (E[ids] - Y)[real][:, None])[:, 0]

    def good(drawn: tuple[Array, Ids, Array]) -> bool:
        E, ids, Y = drawn
        errors, total = E[ids] - Y, gradient(*drawn)
        padded = errors[ids == PADDING].sum()
        return bool(np.abs(errors).min() > 0 and padded and np.abs(total[ids[0]]).min() > 0)

    E, ids, Y = until(draw, good)
    errors, real = E[ids] - Y, ids != PADDING
    count = int(real.sum())
    answer = gradient(E, ids, Y) / count

    def loss(E: Array) -> float:
        terms = [(E[i] - y) ** 2 for i, y in zip(ids.flat, Y.flat, strict=True) if i != PADDING]
        return float(sum(terms) / (2 * count))

    return Variant(
        prompt=rf"""Two sentences stand in the rows of a batch; the shorter one is filled up with
the padding word 0. Each of the words 0 to 3 has an embedding of one number, in $E$:
$$
\begin{{aligned}}
\text{{words}} &= {matrix(ids)}, \\
E &= {vector(E)}.
\end{{aligned}}
$$
At each place the target is the entry of
$$
Y = {matrix(Y)},
$$
and the loss is the mean of $\tfrac12 (x - y)^2$ over the real words, with $x$ the embedding at
the place; padding is masked.

Give the derivatives of the loss by the four embeddings.""",
        answer=answer,
        objective=loss,
        at=E,
        solution=rf"""Errors $x - y$ at all places:
$$
{matrix(errors)}.
$$

The two places of padding are left out, so word 0 gets 0. Of the {count} others, those of the same
word are added: ${vector(answer * count)}$.

The mean is over {count} real words: ${vector(answer)}$.""",
        hints=(
            "Which places count, and how many are they?",
            "Words that occur more than once collect the errors of all their places.",
            rf"Before the mean the derivatives are ${vector(answer * count)}$.",
        ),
        wrong={
            "padding_not_masked": add_rows(E[:, None], ids.ravel(), errors.reshape(-1, 1))[:, 0]
            / ids.size,
            "padding_in_mean": answer * count / ids.size,
            "row_overwritten": gradient(E, ids, Y, last_row) / count,
            "word_mean_left_out": answer * count,
        },
    )


def negative_sampling(rng: np.random.Generator) -> Variant:
    def gradient(v: Array, near: Array, *noise: Array) -> Array:
        """By the center v; no noise word, one or more."""
        return skip_gram.gradients(v, near, np.reshape(noise, (-1, len(v)))).center

    def draw() -> tuple[Array, Array, Array]:
        return several(rng, TENTHS, 2), several(rng, HALVES, 2), several(rng, HALVES, 2)

    def good(drawn: tuple[Array, Array, Array]) -> bool:
        v, near, noise = drawn
        up, down = SIGMOID.f([near @ v, noise @ v]) - np.array([1, 0])
        return all(keeps_digits(terms) for terms in zip(up * near, down * noise, strict=True))

    v, near, noise = until(draw, good)
    p, n = SIGMOID.f([near @ v, noise @ v]).tolist()
    answer = gradient(v, near, noise)

    def loss(v: Array) -> float:
        return float(np.logaddexp(0, -near @ v) + np.logaddexp(0, noise @ v))

    return Variant(
        prompt=rf"""Skip-gram with negative sampling sees a word with the vector $v$, a word near
it with the output vector $u$, and one noise word with the output vector $\tilde u$. Its loss is
$$
E = -\ln \sigma(u \cdot v) - \ln \sigma(-\tilde u \cdot v)
$$
with $v = {vector(v)}$, $u = {vector(near)}$ and $\tilde u = {vector(noise)}$.

Give $\dfrac{{\partial E}}{{\partial v}}$.""",
        answer=answer,
        objective=loss,
        at=v,
        solution=rf"""Products: $u \cdot v = {number(near @ v)}$ and $\tilde u \cdot v =
{number(noise @ v)}$, with $\sigma(u \cdot v) {equals(p)}$ and $\sigma(\tilde u \cdot v)
{equals(n)}$.

Both terms are a sigmoid with cross-entropy, so by the products the derivatives are probability
minus label: ${number(p)} - 1 {equals(p - 1)}$ for the near word, and ${number(n)} - 0$ for the
noise word.

Together: $\dfrac{{\partial E}}{{\partial v}} = (\sigma(u \cdot v) - 1)\, u +
\sigma(\tilde u \cdot v)\, \tilde u \approx {vector(answer)}$. A step against it moves $v$ toward
$u$ and away from $\tilde u$.""",
        hints=(
            r"$-\ln \sigma(z)$ has the derivative $\sigma(z) - 1$, and $-\ln \sigma(-z)$ has"
            r" $\sigma(z)$.",
            r"The near word has the label 1 and the noise word 0.",
            rf"$\sigma(u \cdot v) {equals(p)}$ and $\sigma(\tilde u \cdot v) {equals(n)}$.",
        ),
        wrong={
            "noise_label_one": gradient(v, near) + gradient(v, noise),
            "labels_exchanged": gradient(v, noise, near),
            "noise_left_out": gradient(v, near),
            "ce_double": (p - 1) * p * (1 - p) * near + n * n * (1 - n) * noise,
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="embeddings/lookup-gradient",
        chapter=8,
        topic="embeddings",
        title="The gradient of an embedding table",
        difficulty="medium",
        kind="matrix",
        source="Bengio et al. 2003",
        seconds=180,
        make=lookup_gradient,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="embeddings/padding-row",
        chapter=8,
        topic="embeddings",
        title="Embeddings of a padded batch",
        difficulty="hard",
        kind="vector",
        source="Paszke et al. 2019",
        seconds=240,
        make=padding_row,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="embeddings/negative-sampling",
        chapter=8,
        topic="embeddings",
        title="One step of skip-gram",
        difficulty="hard",
        kind="vector",
        source="Mikolov, Sutskever et al. 2013, equation 4",
        seconds=240,
        make=negative_sampling,
        tags=frozenset({"complete"}),
    ),
)
