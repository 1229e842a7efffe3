"""Chapter 9: numbers that pass through a transformer: add and norm, and a cached step."""

from __future__ import annotations

import numpy as np

from engine.by_hand.attention import attend
from engine.layers import LayerNorm
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import HALVES, INTEGERS, keeps_digits, one, several, until
from quiz_bank.templates.latex import matrix, number, vector
from quiz_bank.templates.normalization import WHOLE_SD

ENTRIES = (-1.0, 0.0, 1.0, 2.0)


def add_and_norm(rng: np.random.Generator) -> Variant:
    plain = {"gamma": np.ones(4), "beta": np.zeros(4)}

    def norm(row: Array) -> Array:
        y, _ = LayerNorm(4, epsilon=0.0).forward(plain, row[None])
        return np.asarray(y[0])

    def draw() -> tuple[Array, Array]:
        rows = WHOLE_SD[one(rng, tuple(WHOLE_SD))]
        x = several(rng, INTEGERS, 4)
        return x, rng.permutation(rows[rng.integers(len(rows))]) - x

    def good(drawn: tuple[Array, Array]) -> bool:
        return all(row.std() > 0.8 for row in drawn)

    x, f = until(draw, good)
    total = x + f
    mean, sd, answer = float(total.mean()), float(total.std()), norm(total)
    return Variant(
        prompt=rf"""One token enters a sublayer of a post-norm transformer as
$x = {vector(x)}$, and the sublayer itself answers $f(x) = {vector(f)}$. The layer norm has gain 1
and shift 0; leave out its small $\epsilon$.

What leaves this half of the block?""",
        answer=answer,
        objective=lambda s: float(4 * np.sqrt(((s - s.mean()) ** 2).mean())),
        at=total,
        solution=rf"""Post-norm is $\operatorname{{norm}}(x + f(x))$: first the residual connection,
$x + f(x) = {vector(total)}$.

Over the four entries of the token, the mean is ${number(mean)}$ and the variance
${number(sd**2)}$, so the standard deviation is ${number(sd)}$.

Subtract the mean and divide by the deviation: ${vector(answer)}$.""",
        hints=(
            r"Post-norm is $\operatorname{norm}(x + f(x))$.",
            rf"The sum is ${vector(total)}$, with mean ${number(mean)}$.",
        ),
        wrong={
            "residual_left_out": norm(f),
            "norm_inside_residual": x + norm(f),
            "norm_before_sublayer_sum": norm(x) + f,
            "norm_left_out": total,
            "variance_not_root": answer / sd,
        },
    )


def cached_step(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Array, Array]:
        q, K = several(rng, ENTRIES, 4), several(rng, ENTRIES, 3, 4)
        return q, K, several(rng, HALVES, 3, 2)

    def good(drawn: tuple[Array, Array, Array]) -> bool:
        q, K, V = drawn
        if len(set(K @ q)) < 3 or np.ptp(K @ q) > 4 or not np.ptp(V, axis=0).all():
            return False
        a = attend(q, K, V).weights
        return a.max() < 0.8 and all(keeps_digits(a * column) for column in V.T)

    q, K, V = until(draw, good)
    found = attend(q, K, V)
    answer = found.context

    def log_sum(u: Array) -> float:
        return float(np.log(np.exp(K @ q / 2 + V @ u).sum()))

    return Variant(
        prompt=rf"""A decoder with a causal mask writes token by token. One of its heads has
$d_k = 4$ and keeps in its cache the keys and the values of the first two tokens, in rows:
$$
\begin{{aligned}}
K &= {matrix(K[:2])}, \\
V &= {matrix(V[:2])}.
\end{{aligned}}
$$
For the third token it computes
$$
\begin{{aligned}}
q_3 &= {vector(q)}, \\
k_3 &= {vector(K[2])}, \\
v_3 &= {vector(V[2])}.
\end{{aligned}}
$$

What is the output of the head at the third token?""",
        answer=answer,
        objective=log_sum,
        at=np.zeros(2),
        solution=rf"""The third token may read itself as well, so $k_3$ and $v_3$ join the cache
first. Nothing of the first two tokens is computed again.

Scores, over $\sqrt 4$: ${vector(found.scores)}$. Weights: $a \approx {vector(found.weights)}$.

Weighted sum of the three values: ${vector(answer)}$.""",
        hints=(
            "Which tokens may the third one read?",
            rf"The scaled scores are ${vector(found.scores)}$.",
        ),
        wrong={
            "own_token_left_out": attend(q, K[:2], V[:2]).context,
            "attn_scale": attend(2 * q, K, V).context,
            "attn_scale_by_d": attend(q / 2, K, V).context,
            "equal_weights": V.mean(axis=0),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="transformers/add-and-norm",
        chapter=9,
        topic="transformers",
        title="Add and norm by hand",
        difficulty="medium",
        kind="vector",
        source="Vaswani et al. 2017, section 3.1; Xiong et al. 2020, section 3.1",
        seconds=150,
        make=add_and_norm,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="transformers/cached-step",
        chapter=9,
        topic="transformers",
        title="One step with a cache",
        difficulty="medium",
        kind="vector",
        source="Vaswani et al. 2017, section 3.2.3; Shazeer 2019, section 2.4",
        seconds=300,
        make=cached_step,
        tags=frozenset({"complete"}),
    ),
)
