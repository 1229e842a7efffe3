"""Chapter 7: gradients clipped by norm and by value."""

from __future__ import annotations

import numpy as np

from engine.clipping import CLIPPINGS, norm
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import one, several
from quiz_bank.templates.latex import equals, number, vector

WHOLE_NORMS = (
    (1.0, 2.0, 2.0),
    (2.0, 3.0, 6.0),
    (1.0, 4.0, 8.0),
    (4.0, 4.0, 7.0),
    (2.0, 6.0, 9.0),
    (6.0, 6.0, 7.0),
    (3.0, 4.0, 12.0),
    (2.0, 5.0, 14.0),
    (2.0, 10.0, 11.0),
)


def clip_by_norm(rng: np.random.Generator) -> Variant:
    sizes = WHOLE_NORMS[rng.integers(len(WHOLE_NORMS))]
    g = rng.permutation(sizes) * several(rng, (-1.0, 1.0), 3)
    c, length = one(rng, (0.5, 1.0, 1.5, 2.0, 2.5)), norm(g)
    answer = CLIPPINGS["norm"](g, c, ())

    def smoothed(g: Array) -> float:
        """Huber's function of the length: its gradient is g, clipped."""
        length = np.sqrt(g @ g)
        return float(length**2 / 2 if length < c else c * length - c**2 / 2)

    return Variant(
        prompt=rf"""The gradient of all parameters is $g = {vector(g)}$. It is clipped by its norm
with the threshold $c = {number(c)}$.

Which gradient is left?""",
        answer=answer,
        objective=smoothed,
        at=g,
        solution=rf"""Norm: $\lVert g \rVert = \sqrt{{{number(g @ g)}}} = {number(length)}$, which
is above $c = {number(c)}$, so the gradient is clipped. Otherwise it would stay as it is.

All entries are multiplied by $c / \lVert g \rVert = {number(c)} / {number(length)}
{equals(c / length)}$. The length becomes $c$ and the direction stays.

Clipped: ${vector(answer)}$.""",
        hints=(
            r"Is $\lVert g \rVert$ above the threshold at all?",
            rf"The norm is $\lVert g \rVert = {number(length)}$.",
        ),
        wrong={
            "clip_value": CLIPPINGS["value"](g, c, ()),
            "clip_l1": g * c / np.abs(g).sum(),
            "clip_norm_squared": g * c / length**2,
        },
    )


def turned_by_value(rng: np.random.Generator) -> Variant:
    large = one(rng, (3.0, 4.0, 5.0, 6.0, 8.0))
    c, small = one(rng, (1.0, 1.5, 2.0)), one(rng, (0.25, 0.4, 0.5, 0.75, 1.0))
    g = rng.permutation([large, small]) * several(rng, (-1.0, 1.0), 2)
    clipped = CLIPPINGS["value"](g, c, ())
    cosine = float(g @ clipped) / (norm(g) * norm(clipped))
    angle = float(np.arccos(cosine))
    answer = float(np.degrees(angle))

    def half_square(more: Array) -> float:
        one_way, other = np.arctan2(*np.abs(g)[::-1]), np.arctan2(*np.minimum(np.abs(g), c)[::-1])
        return float((np.abs(one_way - other) * 180 / np.pi + more) ** 2 / 2)

    return Variant(
        prompt=rf"""The gradient $g = {vector(g)}$ is clipped by value: every entry is cut to
$[-c, c]$ with $c = {number(c)}$.

By which angle, in degrees, is it turned?""",
        answer=answer,
        objective=half_square,
        at=np.array(0.0),
        key=lambda slope: float(slope),
        solution=rf"""Clipped by value: $g' = {vector(clipped)}$.

Cosine: $\cos \alpha = \dfrac{{g^\top g'}}{{\lVert g \rVert\, \lVert g' \rVert}} =
\dfrac{{{number(g @ clipped)}}}{{{number(norm(g))} \cdot {number(norm(clipped))}}}
{equals(cosine)}$.

Angle: $\alpha {equals(answer)}$ degrees. Clipping by the norm of the whole gradient would keep the
direction.""",
        hints=(
            r"Which entries are larger than $c$ in size? They become $c$ or $-c$.",
            r"The cosine of the angle is the inner product over the product of the lengths.",
        ),
        wrong={
            "radians": angle,
            "cosine_itself": cosine,
            "norm_for_value": 0.0,
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="exploding/clip-by-norm",
        chapter=7,
        topic="exploding",
        title="A gradient clipped by its norm",
        difficulty="easy",
        kind="vector",
        source="Pascanu, Mikolov & Bengio 2013, algorithm 1; handbook chapter 7",
        seconds=90,
        make=clip_by_norm,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="exploding/turned-by-value",
        chapter=7,
        topic="exploding",
        title="How far clipping by value turns a gradient",
        difficulty="medium",
        kind="number",
        source="Mikolov 2012, section 3.2.2; handbook chapter 7",
        seconds=150,
        make=turned_by_value,
        tags=frozenset({"complete"}),
    ),
)
