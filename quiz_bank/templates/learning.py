"""Chapter 1: XOR by hand-made and learned features, and what many dimensions do to data."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from engine.losses import LOSSES
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import TENTHS, one
from quiz_bank.templates.latex import equals, number, vector
from quiz_bank.templates.slips import SIGMOID

CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
XOR = np.array([0.0, 1.0, 1.0, 0.0])


def xor_gradient(rng: np.random.Generator) -> Variant:
    a, v = one(rng, (0.5, 1.0, 1.5, 2.0)), one(rng, TENTHS)
    x = a * CORNERS
    features = np.column_stack([x, x[:, 0] * x[:, 1]])
    at = np.array([0.0, 0.0, v])
    z = features @ at
    p = SIGMOID.f(z)
    dz = LOSSES["binary_cross_entropy"].gradient(z, XOR)

    def gradient(dz: Array) -> Array:
        return np.asarray(np.round(dz @ features, 12) + 0.0)  # what cancels is 0, not 1e-17

    def loss(theta: Array) -> float:
        z = features @ theta
        return float(np.mean(np.log1p(np.exp(z)) - XOR * z))

    answer = gradient(dz)
    c, q = number(a), number(a * a)
    return Variant(
        prompt=rf"""The XOR problem on four points: $y = 0$ at $(-{c}, -{c})$ and $({c}, {c})$,
$y = 1$ at $(-{c}, {c})$ and $({c}, -{c})$. A logistic unit with the product as a third feature
predicts $p = \sigma(w_1 x_1 + w_2 x_2 + v\,x_1 x_2)$. Its parameters are $w_1 = w_2 = 0$ and
$v = {number(v)}$, and the loss $J$ is the mean binary cross-entropy of the four points.

Give the gradient $\left(\dfrac{{\partial J}}{{\partial w_1}},
\dfrac{{\partial J}}{{\partial w_2}}, \dfrac{{\partial J}}{{\partial v}}\right)$.""",
        answer=answer,
        objective=loss,
        at=at,
        solution=rf"""At a logit the gradient of one example is $p - y$, and each parameter
multiplies its feature.

The product is ${q}$ where $y = 0$ and $-{q}$ where $y = 1$, so
$p {equals(p[0])}$ where $y = 0$ and $p {equals(p[1])}$ where $y = 1$: the errors $p - y$ are
${number(p[0])}$ and ${number(p[1] - 1)}$.

The inputs $x_1$ and $x_2$ take both signs with either error, so their sums cancel. The product has
the sign of the error at every point: $\dfrac{{\partial J}}{{\partial v}} = {q} \cdot
{number(p[0])} {equals(answer[2])}$. Only the product can learn XOR.

Together: $\nabla J \approx {vector(answer)}$.""",
        hints=(
            r"For one example $\partial J / \partial z = p - y$ at the logit $z$.",
            r"Sum $(p - y)\, x_1$ over the four points, then $(p - y)\, x_1 x_2$.",
            rf"The logit is ${number(v)} \cdot {q}$ at two points and its negative at the others.",
        ),
        wrong={"no_mean": gradient(4 * dz), "ce_double": gradient(dz * p * (1 - p))},
    )


def counts(d: int, h: int, pairs: float, biases: bool = True) -> Array:
    """Parameters of a logistic unit on d inputs and their products, and of a d-h-1 network."""
    return np.array([d + pairs + biases, d * h + h + (h + 1) * biases], dtype=float)


def feature_counts(rng: np.random.Generator) -> Variant:
    d, h = int(rng.integers(4, 16)), int(rng.integers(2, 10))
    x, random = np.linspace(0.4, 1.2, d), np.random.default_rng(0)
    features = [*x, *(x[i] * x[j] for i, j in combinations(range(d), 2)), 1.0]
    size = len(features)

    def both_outputs(theta: Array) -> float:
        hidden = np.tanh([row[:-1] @ x + row[-1] for row in theta[size : -h - 1].reshape(h, d + 1)])
        return float(theta[:size] @ features + theta[-h - 1 : -1] @ hidden + theta[-1])

    def moved(gradient: Array) -> Array:
        moves = np.abs(gradient) > 1e-9
        return np.array([moves[:size].sum(), moves[size:].sum()], dtype=float)

    pairs = d * (d - 1) / 2
    answer = counts(d, h, pairs)
    return Variant(
        prompt=rf"""A task has {d} input features, and one probability is to be predicted. Model 1
is a logistic unit that gets the {d} features and, as further inputs, the product of every two
different ones. Model 2 is a fully connected network with one hidden layer of {h} units that gets
the {d} features alone. All units have biases.

How many parameters do the two models have? Give the vector (model 1, model 2).""",
        answer=answer,
        objective=both_outputs,
        at=random.uniform(0.1, 0.4, size + h * (d + 2) + 1) / d,
        key=moved,
        solution=rf"""Model 1: ${d} \cdot {d - 1} / 2 = {number(pairs)}$ different pairs, so
${d} + {number(pairs)}$ inputs with a weight each, and one bias: ${number(answer[0])}$.

Model 2: the hidden layer has ${d} \cdot {h}$ weights and {h} biases, the output {h} weights and one
bias: ${d * h} + {h} + {h} + 1 = {number(answer[1])}$.

Products made by hand grow with the square of the number of features, a hidden layer of fixed width
in proportion to it. Together: ${vector(answer)}$.""",
        hints=(
            rf"How many pairs can be made of {d} features, when the order does not matter?",
            r"Every weight belongs to one input of one unit; every unit adds one bias.",
        ),
        wrong={
            "pairs_twice": counts(d, h, 2 * pairs),
            "no_biases": counts(d, h, pairs, biases=False),
        },
    )


def shell(d: int, margin: float) -> float:
    """Share of the unit cube in d dimensions that lies within `margin` of its surface."""
    return float(1 - (1 - 2 * margin) ** d)


SHELLS = [
    (d, margin)
    for d in (3, 4, 5, 8, 10, 15, 20, 30, 50)
    for margin in (0.01, 0.02, 0.03, 0.05, 0.1)
    if 0.2 < shell(d, margin) < 0.95
]


def shell_share(rng: np.random.Generator) -> Variant:
    d, m = SHELLS[rng.integers(len(SHELLS))]
    sides = np.full(d, 1 - 2 * m)
    answer = shell(d, m)
    return Variant(
        prompt=rf"""Examples are spread evenly over the cube $[0, 1]^{{{d}}}$: $d = {d}$ features
between 0 and 1. What share of them has at least one feature below ${number(m)}$ or above
${number(1 - m)}$, so that it lies near the surface of the cube?""",
        answer=answer,
        objective=lambda sides: float(np.prod(sides)),
        at=sides,
        key=lambda gradient: float(1 - sides @ gradient / d),  # Euler: the volume has degree d
        solution=rf"""One feature keeps away from both ends with probability
$1 - 2 \cdot {number(m)} = {number(1 - 2 * m)}$.

All {d} do so with probability ${number(1 - 2 * m)}^{{{d}}} {equals(1 - answer)}$: the inner cube.

The rest lies near the surface: $1 - {number(1 - 2 * m)}^{{{d}}} {equals(answer)}$. In many
dimensions nearly every example is at the edge of the data in some feature.""",
        hints=(
            r"Find the share that is far from the surface in every feature.",
            rf"The inner cube has the side $1 - 2 \cdot {number(m)}$.",
        ),
        wrong={
            "one_side_only": 1 - (1 - m) ** d,
            "shares_added": 2 * m * d,
            "complement": 1 - answer,
        },
    )


GRIDS = [
    (k, d, n)
    for k in (4, 5, 6, 8, 10)
    for d in (4, 5, 6, 7, 8)
    for n in (200, 500, 2000, 5000, 20000)
    if 2 * n <= k**d <= 1e5 * n and k != d
]


def grid_cells(rng: np.random.Generator) -> Variant:
    k, d, n = GRIDS[rng.integers(len(GRIDS))]
    widths = np.full(d, float(k))
    answer = n / k**d
    return Variant(
        prompt=rf"""A table method cuts each of {d} features into {k} intervals and stores one
prediction for every cell of the resulting grid. There are {n} training examples. At most what
share of the cells can hold an example?""",
        answer=answer,
        objective=lambda widths: float(np.prod(widths)),
        at=widths,
        key=lambda gradient: float(n * d / (widths @ gradient)),  # Euler: cells have degree d
        solution=rf"""Each further feature multiplies the number of cells by {k}: there are
${k}^{{{d}}} = {number(k**d)}$.

At best every example has a cell of its own: ${n} / {k}^{{{d}}} {equals(answer)}$. All other cells
have never seen an example; a method that learns only from examples nearby has nothing to say
there.

The share: ${number(answer)}$.""",
        hints=(
            r"How many cells has the grid for one feature, and how many for two?",
            rf"The grid has ${k}^{{{d}}}$ cells.",
        ),
        wrong={"power_as_product": n / (k * d), "power_swapped": n / d**k},
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="learning/grid-cells",
        chapter=1,
        topic="learning",
        title="Examples for the cells of a grid",
        difficulty="easy",
        kind="number",
        source="Bellman 1961; Bishop 2006, section 1.4",
        seconds=90,
        make=grid_cells,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="learning/feature-counts",
        chapter=1,
        topic="learning",
        title="Products by hand or a hidden layer",
        difficulty="medium",
        kind="vector",
        source="Goodfellow, Bengio & Courville 2016, section 6.1; handbook chapter 1",
        seconds=150,
        make=feature_counts,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="learning/shell-share",
        chapter=1,
        topic="learning",
        title="How much of a cube lies near its surface",
        difficulty="medium",
        kind="number",
        source="Bellman 1961; Hastie, Tibshirani & Friedman 2009, section 2.5",
        seconds=150,
        make=shell_share,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="learning/xor-gradient",
        chapter=1,
        topic="learning",
        title="Which weight can learn XOR",
        difficulty="hard",
        kind="vector",
        source="Minsky & Papert 1969; Goodfellow, Bengio & Courville 2016, section 6.1",
        seconds=240,
        make=xor_gradient,
        tags=frozenset({"complete"}),
    ),
)
