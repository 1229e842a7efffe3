"""Chapter 9: how large a transformer's block is, and what its length and its cache cost."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from engine.transformer import EncoderBlock
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import distinct, one
from quiz_bank.templates.latex import equals, number


def _sum_of(shapes: Iterable[tuple[int, ...]]) -> int:
    return sum(map(math.prod, shapes))


def block_parameters(rng: np.random.Generator) -> Variant:
    heads, size = int(one(rng, (2, 4))), int(one(rng, (4, 5, 6, 8)))
    d = heads * size
    hidden, tokens = d * int(one(rng, (2, 3, 4))), int(rng.integers(11, 31))
    block = EncoderBlock(d, heads, hidden)
    answer = float(block.size)
    norms = _sum_of([s for part in ("norm1", "norm2") for s in block.shapes[part].values()])
    biases = 5 * d + hidden
    projections, dense = 4 * d * d + 4 * d, 2 * d * hidden + hidden + d
    return Variant(
        prompt=rf"""An encoder block of a transformer has width {d}, {heads} attention heads that
share it, and a feed-forward network with one hidden layer of {hidden} units. All projections and
dense layers have biases. Each of the two layer norms has a gain and a shift per column. The input
has {tokens} tokens.

How many parameters does the block have?""",
        answer=answer,
        objective=lambda x: float(
            x**2
            / 2
            * (heads * 3 * (d + 1) * size + (d + 1) * d + d * hidden + hidden * d + hidden + 5 * d)
        ),
        at=np.array(1.0),
        solution=rf"""Attention has four projections of ${d} \cdot {d}$ weights and {d} biases, for
queries, keys, values and the output: ${projections}$. The heads only share out the columns.

Feed-forward: ${d} \cdot {hidden} + {hidden}$ to the hidden layer and ${hidden} \cdot {d} + {d}$
back: ${dense}$.

Two norms: $2 \cdot 2 \cdot {d} = {norms}$.

Together ${projections} + {dense} + {norms} = {number(answer)}$, whatever the number of tokens.""",
        hints=(
            "Count the attention, the feed-forward network and the two norms one by one.",
            "Attention has four projections: queries, keys, values, and the output.",
        ),
        wrong={
            "no_biases": answer - biases,
            "norms_not_counted": answer - norms,
            "one_norm_counted": answer - norms / 2,
            "output_projection_left_out": answer - d * (d + 1),
            "heads_not_narrow": answer + 3 * d * (d + 1) * (heads - 1),
            "once_per_token": answer * tokens,
        },
    )


def longer_input(rng: np.random.Generator) -> Variant:
    d = int(one(rng, (64, 128, 256)))
    tokens, times = int(d * one(rng, (0.5, 1, 2, 4))), int(one(rng, (4, 7, 9, 10)))
    block = EncoderBlock(d, 4, 4 * d)
    longer = times * tokens
    answer = block.multiplications(longer) / block.multiplications(tokens)

    def growth(per_token: int, per_pair: int) -> float:
        """By how much a cost of so many products per token and per pair of tokens grows."""
        return times * (per_token + longer * per_pair) / (per_token + tokens * per_pair)

    def products(t: int) -> float:
        dense = [(d, d)] * 4 + [(d, 4 * d), (4 * d, d)]
        return t * _sum_of(dense) + sum(2.0 * t * d for _ in range(t))

    return Variant(
        prompt=rf"""An encoder block has width $d = {d}$ and a feed-forward network with one hidden
layer of $4d$ units. Count the multiplications of its four projections (queries, keys, values,
output), of the scores, of the weighted sums of the values, and of the feed-forward network.

By which factor $r$ does their number grow from {tokens} to {longer} tokens?""",
        answer=answer,
        objective=lambda x: float(x**2 / 2 * products(longer) / products(tokens)),
        at=np.array(1.0),
        solution=rf"""For $t$ tokens: the projections take $4 t d^2$ multiplications, the
feed-forward network $2 \cdot t \cdot d \cdot 4d = 8 t d^2$, scores and weighted sums
$t^2 d$ each. Together $12 t d^2 + 2 t^2 d = 2 t d\,(6d + t)$.

Only the part in $t^2$ grows faster than the input. With {times} times the tokens:
$$
r = \frac{{{longer} \cdot ({6 * d} + {longer})}}{{{tokens} \cdot ({6 * d} + {tokens})}}
= {times} \cdot \frac{{{6 * d + longer}}}{{{6 * d + tokens}}}.
$$

So $r {equals(answer)}$, between ${times}$ and ${times}^2 = {times**2}$.""",
        hints=(
            "Which parts grow with the number of tokens, and which with its square?",
            r"The projections take $4 t d^2$, the feed-forward network $8 t d^2$, scores and sums"
            r" $t^2 d$ each.",
        ),
        wrong={
            "all_linear_in_length": float(times),
            "all_quadratic_in_length": float(times**2),
            "feed_forward_left_out": growth(4 * d, 2),
            "projections_left_out": growth(8 * d, 2),
            "weighted_sums_left_out": growth(12 * d, 1),
        },
    )


def reads_per_token(rng: np.random.Generator) -> Variant:
    blocks, d = (int(one(rng, values)) for values in ((4, 6, 12, 24), (64, 128, 256, 512)))
    tokens = 100 * int(distinct(rng, range(3, 30), 1)[0])
    shapes = EncoderBlock(d, 4, 4 * d).shapes.values()
    weights = _sum_of([s for own in shapes for key, s in own.items() if key.startswith("W")])
    cached = 2 * tokens * d

    def read(cache: float) -> float:
        return float(blocks * (weights + cache))

    answer = read(cached)
    return Variant(
        prompt=rf"""A decoder-only transformer has {blocks} blocks of width {d} with {weights}
weights each. It has read {tokens} tokens, and each block keeps the keys and the values of all of
them in a cache. For the next token, every weight and every cached number is read from memory once.

How many numbers are that?""",
        answer=answer,
        objective=lambda x: float(
            x**2 / 2 * sum(12 * d * d + tokens * d + tokens * d for _ in range(blocks))
        ),
        at=np.array(1.0),
        solution=rf"""A block keeps a key and a value of {d} numbers for each of {tokens} tokens:
$2 \cdot {tokens} \cdot {d} = {cached}$.

With its weights that is ${weights} + {cached} = {weights + cached}$ per block. All {blocks} blocks
read ${blocks} \cdot {weights + cached} = {int(answer)} {equals(answer)}$ numbers.""",
        hints=(
            "Count one block: its weights, and its cache.",
            rf"For one token a block keeps a key and a value of {d} numbers each.",
        ),
        wrong={
            "cache_left_out": read(0),
            "values_not_cached": read(cached / 2),
            "queries_cached": read(1.5 * cached),
            "cache_of_one_block": float(blocks * weights + cached),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="transformers/block-parameters",
        chapter=9,
        topic="transformers",
        title="Parameters of an encoder block",
        difficulty="medium",
        kind="number",
        source="Vaswani et al. 2017, sections 3.1 to 3.3",
        seconds=180,
        make=block_parameters,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="transformers/longer-input",
        chapter=9,
        topic="transformers",
        title="What a longer input costs",
        difficulty="medium",
        kind="number",
        source="Vaswani et al. 2017, section 4 and table 1",
        seconds=180,
        make=longer_input,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="transformers/reads-per-token",
        chapter=9,
        topic="transformers",
        title="What one more token reads",
        difficulty="medium",
        kind="number",
        source="Shazeer 2019, section 2.4; Pope et al. 2023, section 2",
        seconds=150,
        make=reads_per_token,
        tags=frozenset({"complete"}),
    ),
)
