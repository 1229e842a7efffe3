"""Chapter 8: several attention heads side by side, and their parameters."""

from __future__ import annotations

import math

import numpy as np

from engine.by_hand.attention import attend
from engine.multi_head import Heads, MultiHead, attend_heads, join_heads, split_heads
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import distinct, keeps_digits, one, several, until
from quiz_bank.templates.latex import matrix, number, vector

ENTRIES = (-1.0, 0.0, 1.0, 2.0)
HEADS = (slice(0, 2), slice(2, 4))


def _attended(q: Array, K: Array, V: Array) -> Heads:
    """Two heads for one query q (4,), keys K (2, 4) and values V (2, 4)."""
    split = (split_heads(np.atleast_2d(x)[None], len(HEADS)) for x in (q, K, V))
    return attend_heads(*split)


def _joined(q: Array, K: Array, V: Array) -> Array:
    """The outputs of the two heads (2,) each, next to each other (4,)."""
    return np.asarray(join_heads(_attended(q, K, V).contexts)[0, 0])


def two_heads(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Array, Array]:
        return several(rng, ENTRIES, 4), several(rng, ENTRIES, 2, 4), several(rng, ENTRIES, 2, 4)

    def good(drawn: tuple[Array, Array, Array]) -> bool:
        found, V = _attended(*drawn).weights[0, :, 0], drawn[2]
        spread = all(0.55 < a.max() < 0.95 for a in found)
        sums = [a * column for a, part in zip(found, HEADS, strict=True) for column in V[:, part].T]
        return spread and all(s.any() and keeps_digits(s) for s in sums)

    q, K, V = until(draw, good)
    seen = _attended(q, K, V)
    (first, second), scores = seen.weights[0, :, 0], seen.scores[0, :, 0]
    answer = _joined(q, K, V)

    def objective(u: Array) -> float:
        return float(
            sum(
                np.log(np.exp(K[:, part] @ q[part] / np.sqrt(2) + V[:, part] @ u[part]).sum())
                for part in HEADS
            )
        )

    return Variant(
        prompt=rf"""A query attends to two tokens with two heads. Each head has two of the four
columns: the first head columns 1 and 2, the second columns 3 and 4 of what the projections have
made,
$$
\begin{{aligned}}
q &= {vector(q)}, \\
K &= {matrix(K)}, \\
V &= {matrix(V)}.
\end{{aligned}}
$$
Each head is scaled dot-product attention of its own.

Give the outputs of both heads, joined to four numbers (before the output projection).""",
        answer=answer,
        objective=objective,
        at=np.zeros(4),
        solution=rf"""Each head has $d_k = 2$, so scores are divided by $\sqrt 2$.

Head 1: scores ${vector(scores[0])}$, weights $a \approx {vector(first)}$, output
${vector(answer[:2])}$.

Head 2: scores ${vector(scores[1])}$, weights $a \approx {vector(second)}$, output
${vector(answer[2:])}$.

Joined: ${vector(answer)}$.""",
        hints=(
            "Each head computes its own scores, weights and sum, from its own columns.",
            r"A head has two columns, so its scores are divided by $\sqrt 2$.",
            rf"The weights are about ${vector(first)}$ and ${vector(second)}$.",
        ),
        wrong={
            "attn_scale": _joined(np.sqrt(2) * q, K, V),
            "attn_scale_by_d": _joined(q / np.sqrt(2), K, V),
            "heads_not_split": attend(q, K, V).context,
        },
    )


def head_parameters(rng: np.random.Generator) -> Variant:
    heads, size = int(one(rng, (2, 4, 8))), int(one(rng, (4, 5, 6, 7, 8, 9, 10)))
    d = heads * size
    shapes = MultiHead(d, heads).shapes()
    answer = float(sum(math.prod(s) for name, s in shapes.items() if name.startswith("W")))
    words = int(distinct(rng, range(11, 31), 1)[0])
    return Variant(
        prompt=rf"""Multi-head attention has {heads} heads over vectors of {d} numbers. Each head
has projections of its own that bring queries, keys and values to ${d} / {heads} = {size}$ numbers.
The joined outputs go through one more projection, back to {d} numbers. There are no biases, and
sentences have {words} words.

How many parameters are that?""",
        answer=answer,
        objective=lambda x: float(x**2 * (heads * 3 * d * size + heads * size * d) / 2),
        at=np.array(1.0),
        solution=rf"""One head: three projections of ${d} \cdot {size} = {d * size}$ parameters,
together ${3 * d * size}$. All {heads} heads: ${3 * d * size * heads}$.

The output projection: ${d} \cdot {d} = {d * d}$.

Together ${number(answer)}$, which is $4 \cdot {d}^2$ whatever the number of heads.""",
        hints=(
            "Count the projections of one head, then all heads, then the output projection.",
            rf"One projection of one head is a matrix of ${d} \cdot {size}$.",
        ),
        wrong={
            "output_projection_left_out": float(3 * d * d),
            "heads_not_narrow": float(3 * d * d * heads + d * d),
            "one_head_counted": float(3 * d * size + d * d),
            "once_per_step": answer * words,
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="attention/multi-head-parameters",
        chapter=8,
        topic="attention",
        title="Parameters of multi-head attention",
        difficulty="medium",
        kind="number",
        source="Vaswani et al. 2017, section 3.2.2",
        seconds=120,
        make=head_parameters,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="attention/two-heads",
        chapter=8,
        topic="attention",
        title="Two heads by hand",
        difficulty="hard",
        kind="vector",
        source="Vaswani et al. 2017, section 3.2.2",
        seconds=360,
        make=two_heads,
        tags=frozenset({"complete"}),
    ),
)
