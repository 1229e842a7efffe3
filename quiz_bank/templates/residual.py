"""Chapter 6: derivatives of residual blocks, the identity included."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.activations import Elementwise
from engine.layers import Activation, Dense, Residual
from engine.types import Array
from quiz_bank.model import Formula, Question, Variant
from quiz_bank.templates.draws import HALVES, INTEGERS, distinct, several
from quiz_bank.templates.latex import matrix, vector
from quiz_bank.templates.slips import RELU

ALWAYS_ON = replace(RELU, df=np.ones_like)


def residual_slope(rng: np.random.Generator) -> Variant:
    k, c = int(rng.integers(2, 9)), int(rng.integers(2, 9))
    s = f"sigma({c}*x)"
    answer = f"1 + {k * c}*{s}*(1 - {s})"
    return Variant(
        prompt=rf"""A residual block computes $y = x + {k}\,\sigma({c}x)$, with $\sigma$ the
sigmoid.

Give $\dfrac{{dy}}{{dx}}$ as a formula in `x`; write `sigma(...)` for the sigmoid.""",
        answer=Formula(answer, ("x",), f"x + {k}*{s}", "x"),
        solution=rf"""Shortcut: the derivative of $x$ is 1.

Branch: the derivative of ${k}\,\sigma({c}x)$ is ${k} \cdot {c}\,\sigma({c}x)(1 - \sigma({c}x))$.

Sum: $\dfrac{{dy}}{{dx}} = 1 + {k * c}\,\sigma({c}x)(1 - \sigma({c}x))$. Where the sigmoid is
saturated the branch passes nothing, but the 1 stays.

As typed: `{answer}`""",
        hints=(
            r"Two paths lead from $x$ to $y$. What does each contribute?",
            r"The path past the branch contributes 1.",
        ),
        wrong={
            "residual_no_identity": f"{k * c}*{s}*(1 - {s})",
            "inner_slope_left_out": f"1 + {k}*{s}*(1 - {s})",
            "no_sig": f"1 + {k * c}",
        },
    )


def residual_block(rng: np.random.Generator) -> Variant:
    x, W1 = distinct(rng, INTEGERS, 2), several(rng, INTEGERS, 2, 2)
    W2, dy = several(rng, HALVES, 2, 2), distinct(rng, INTEGERS, 2)
    z = W1 @ x
    while (z > 0).sum() != 1 or not z.all():  # one hidden unit is on, the other off
        W1 = several(rng, INTEGERS, 2, 2)
        z = W1 @ x

    def parameters(first: Array, second: Array) -> dict[str, Array]:
        """By the names of the block, which multiplies rows from the left."""
        return {"W.1": first.T, "b.1": np.zeros(2), "W.3": second.T, "b.3": np.zeros(2)}

    def gradient(unit: Elementwise = RELU, first: Array = W1, second: Array = W2) -> Array:
        """Forward with the true weights, back with the given ones."""
        block = Residual((Dense(2, 2), Activation(unit), Dense(2, 2)))
        _, caches = block.forward(parameters(W1, W2), x[None])
        return np.asarray(block.backward(parameters(first, second), caches, dy[None])[0][0])

    target = x + W2 @ np.maximum(z, 0) - dy

    def loss(x: Array) -> float:
        return float(np.sum((x + W2 @ np.maximum(W1 @ x, 0) - target) ** 2) / 2)

    answer = gradient()
    dh = W2.T @ dy
    return Variant(
        prompt=rf"""A residual block computes $y = x + W_2 \max(0, W_1 x)$ with
$$
x = {matrix(x[:, None])}, \qquad W_1 = {matrix(W1)}, \qquad W_2 = {matrix(W2)}.
$$

The gradient of the loss that arrives at $y$ is $dy = {vector(dy)}$. What is the gradient with
respect to $x$?""",
        answer=answer,
        objective=loss,
        at=x,
        solution=rf"""Forward: $W_1 x = {vector(z)}$, so one hidden unit is on and one is off.

Back through $W_2$: $W_2^\top dy = {vector(dh)}$. Back through ReLU, only where the unit is on:
${vector(dh * (z > 0))}$. Back through $W_1$: $W_1^\top {vector(dh * (z > 0))} =
{vector(answer - dy)}$.

The shortcut adds $dy$ unchanged: $dx = {vector(answer - dy)} + {vector(dy)} =
{vector(answer)}$.""",
        hints=(
            rf"The pre-activations are $W_1 x = {vector(z)}$: which hidden unit is on?",
            r"Back through the branch: $W_2^\top$, the slopes of ReLU, $W_1^\top$.",
            r"Two paths lead from $x$ to $y$; their gradients are added.",
        ),
        wrong={
            "residual_no_identity": answer - dy,
            "no_sig": gradient(ALWAYS_ON),
            "not_transposed": gradient(first=W1.T, second=W2.T),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="vanishing/residual-slope",
        chapter=6,
        topic="vanishing",
        title="The slope of a residual block",
        difficulty="easy",
        kind="formula",
        source="He et al. 2016; handbook chapter 6",
        seconds=90,
        make=residual_slope,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="vanishing/residual-block",
        chapter=6,
        topic="vanishing",
        title="A gradient through a residual block",
        difficulty="hard",
        kind="vector",
        source="He et al. 2016; handbook chapter 6",
        seconds=300,
        make=residual_block,
        tags=frozenset({"complete"}),
    ),
)
