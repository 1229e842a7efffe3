"""Chapter 9: sinusoidal positions by hand, and what two of them have in common."""

from __future__ import annotations

import numpy as np

from engine.positional import frequencies, sinusoidal
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import keeps_digits, one, until
from quiz_bank.templates.latex import equals, factor, number, signed, vector

BASES = (100.0, 400.0, 1600.0, 2500.0, 10_000.0)  # their square roots are whole
DEGREE = np.pi / 180


def sinusoidal_encoding(rng: np.random.Generator) -> Variant:
    base, position = one(rng, BASES), int(rng.integers(2, 10))
    first, second = position * frequencies(4, base)
    answer = sinusoidal(position + 1, 4, base)[position]
    alone = position * base ** (-np.arange(4) / 4)
    root = number(np.sqrt(base))

    def moved(u: Array) -> float:
        a, b = position, position / np.sqrt(base)
        return float(np.sin(a + u[1]) - np.cos(a + u[0]) + np.sin(b + u[3]) - np.cos(b + u[2]))

    return Variant(
        prompt=rf"""Sinusoidal positional encodings of width $d$ have, at position $p$ and for
$i = 0, 1, \dots, d/2 - 1$, the entries
$$
\begin{{aligned}}
PE_{{p,\,2i}} &= \sin(p / b^{{2i/d}}), \\
PE_{{p,\,2i+1}} &= \cos(p / b^{{2i/d}}).
\end{{aligned}}
$$
The base is $b = {int(base)}$ and the width $d = 4$; angles are in radians.

Give the encoding of position $p = {position}$, its four entries in order.""",
        answer=answer,
        objective=moved,
        at=np.zeros(4),
        solution=rf"""The first pair, $i = 0$, has $b^0 = 1$ and the angle {position}. The second,
$i = 1$, has $b^{{2/4}} = {root}$ and the angle ${position} / {root} {equals(second)}$.

Each angle gives a sine and a cosine: $\sin {position}$, $\cos {position}$, $\sin {number(second)}$
and $\cos {number(second)}$, which are about ${vector(answer)}$.""",
        hints=(
            "A sine and the cosine after it share one angle.",
            rf"The second pair has the angle ${position} / \sqrt{{{int(base)}}}$.",
        ),
        wrong={
            "sine_cosine_exchanged": answer[[1, 0, 3, 2]],
            "sines_then_cosines": answer[[0, 2, 1, 3]],
            "angle_for_each_column": np.where([1, 0, 1, 0], np.sin(alone), np.cos(alone)),
            "angle_in_degrees": np.ravel(
                [(np.sin(a * DEGREE), np.cos(a * DEGREE)) for a in (first, second)]
            ),
        },
    )


def offset_product(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[float, int, int]:
        return one(rng, BASES), int(rng.integers(23, 90)), int(rng.integers(2, 10))

    def good(drawn: tuple[float, int, int]) -> bool:
        base, _, k = drawn
        return keeps_digits(np.cos(k * frequencies(4, base)))

    base, p, k = until(draw, good)
    turns = k * frequencies(4, base)
    table = sinusoidal(p + k + 1, 4, base)
    here, there = table[p], table[p + k]
    answer = float(here @ there)
    places = np.array([1.0, 1 / np.sqrt(base)])

    def length(t: Array) -> float:
        a, b = (np.exp(1j * place * places) for place in (p, p + k))
        return float((np.abs(a + t * b) ** 2).sum()) / 2

    return Variant(
        prompt=rf"""Sinusoidal positional encodings of width 4 have at position $p$ the entries
$$
PE_p = (\sin p,\ \cos p,\ \sin(w p),\ \cos(w p)),
$$
with $w = {number(turns[1] / k)}$ and angles in radians. What is the dot product of the encodings of
the positions {p} and {p + k}?

There is a way that needs two cosines only.""",
        answer=answer,
        objective=length,
        at=np.array(0.0),
        solution=rf"""In each pair the product is
$\sin a \sin b + \cos a \cos b = \cos(b - a)$, the cosine of the difference of the two angles.

The positions differ by {k}, so the angles differ by {k} and by
${number(turns[1] / k)} \cdot {k} {equals(turns[1])}$. The dot product depends on the offset alone,
wherever it begins:
$\cos {k} + \cos {number(turns[1])} \approx {factor(np.cos(turns[0]))}
{signed(np.cos(turns[1]))} {equals(answer)}$.""",
        hints=(
            r"What is $\sin a \sin b + \cos a \cos b$?",
            rf"The angles of the first pair differ by {k}, those of the second by $w \cdot {k}$.",
        ),
        wrong={
            "one_pair_only": float(np.cos(turns[0])),
            "angles_added": float(np.cos((2 * p + k) * places).sum()),
            "position_for_offset": float(np.cos(p * places).sum()),
            "angle_in_degrees": float(np.cos(turns * DEGREE).sum()),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="transformers/sinusoidal-encoding",
        chapter=9,
        topic="transformers",
        title="The encoding of a position",
        difficulty="easy",
        kind="vector",
        source="Vaswani et al. 2017, section 3.5",
        seconds=120,
        make=sinusoidal_encoding,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="transformers/offset-product",
        chapter=9,
        topic="transformers",
        title="What two positions have in common",
        difficulty="hard",
        kind="number",
        source="Vaswani et al. 2017, section 3.5",
        seconds=180,
        make=offset_product,
        tags=frozenset({"complete"}),
    ),
)
