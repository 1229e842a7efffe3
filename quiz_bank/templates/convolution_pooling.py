"""Chapter 9: average pooling, and what comes back through max pooling."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.pooling import Cache, average_pool, max_pool, pool_backward
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.convolution_values import arrives
from quiz_bank.templates.draws import INTEGERS, several, until
from quiz_bank.templates.latex import equals, matrix, number, signed


def average_pooling(rng: np.random.Generator) -> Variant:
    (x,) = until(
        lambda: (rng.integers(-4, 10, (4, 4)).astype(float),),
        lambda drawn: bool(average_pool(drawn[0][None, None], 2)[0].all()),
    )
    answer = average_pool(x[None, None], 2)[0][0, 0]
    corner = x[:2, :2]
    return Variant(
        prompt=rf"""Average pooling with windows of $2 \times 2$ and stride 2 is applied to
$$
X = {matrix(x)}.
$$

Give its output.""",
        answer=answer,
        objective=lambda T: float(
            np.sum(((x[::2, ::2] + x[::2, 1::2] + x[1::2, ::2] + x[1::2, 1::2]) / 4 + T) ** 2) / 2
        ),
        at=np.zeros((2, 2)),
        solution=rf"""The windows do not overlap: each is a quarter of the image.

Top left: $({number(corner[0, 0])} {signed(corner[0, 1])} {signed(corner[1, 0])}
{signed(corner[1, 1])}) / 4 {equals(answer[0, 0])}$.

All four windows: ${matrix(answer)}$""",
        hints=("Each of the four windows becomes one number: the mean of its four pixels.",),
        wrong={
            "pool_max_for_average": max_pool(x[None, None], 2)[0][0, 0],
            "pool_sum_for_average": 4 * answer,
            "pool_rows_for_windows": x.reshape(2, 2, 4).mean(axis=2),
        },
    )


def max_pool_gradient(rng: np.random.Generator) -> Variant:
    def backward(pool: Callable[..., tuple[Array, Cache]], x: Array, dy: Array) -> Array:
        _, cache = pool(x[None, None], 2, stride=1)
        return np.asarray(pool_backward(cache, dy[None, None])[0, 0])

    def draw() -> tuple[Array, Array]:
        return rng.permutation(np.arange(1.0, 10.0)).reshape(3, 3), several(rng, INTEGERS, 2, 2)

    def good(drawn: tuple[Array, Array]) -> bool:
        x, dy = drawn
        chosen = backward(max_pool, x, np.ones((2, 2)))
        right = backward(max_pool, x, dy)
        return bool((chosen > 0).sum() in (2, 3) and right[chosen > 0].all())

    def highest(x: Array) -> Array:
        return np.array([[x[i : i + 2, j : j + 2].max() for j in range(2)] for i in range(2)])

    x, dy = until(draw, good)
    answer = backward(max_pool, x, dy)
    y = highest(x)
    last = np.zeros_like(x)
    for i, j in np.ndindex(2, 2):
        last[x == y[i, j]] = dy[i, j]
    return Variant(
        prompt=rf"""Max pooling with windows of $2 \times 2$ and stride 1 was applied to $X$. The
gradient of the loss that arrives at its $2 \times 2$ output is $D$:
$$
\begin{{aligned}}
X &= {matrix(x)}, \\
D &= {matrix(dy)}.
\end{{aligned}}
$$

Give the gradient with respect to $X$.""",
        answer=answer,
        objective=arrives(highest, x, dy),
        at=x,
        solution=rf"""The maxima of the four windows are ${matrix(y)}$.

Only the pixel that is the maximum moves an output, so each number of $D$ goes to that pixel alone,
unchanged. A pixel that is the maximum of several windows gets the sum; all others get 0.

All pixels: ${matrix(answer)}$""",
        hints=(
            "Which pixel is the largest of each window?",
            "The windows overlap: one pixel can be the maximum of more than one.",
        ),
        wrong={
            "pool_shared": backward(average_pool, x, dy),
            "pool_all_pixels": 4 * backward(average_pool, x, dy),
            "pool_overwritten": last,
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="convolution/average-pooling",
        chapter=9,
        topic="convolution",
        title="Average pooling by hand",
        difficulty="easy",
        kind="matrix",
        source="LeCun, Bottou, Bengio & Haffner 1998, section II",
        seconds=60,
        make=average_pooling,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="convolution/max-pool-gradient",
        chapter=9,
        topic="convolution",
        title="Back through max pooling",
        difficulty="medium",
        kind="matrix",
        source="Goodfellow, Bengio & Courville 2016, section 9.3",
        seconds=120,
        make=max_pool_gradient,
        tags=frozenset({"complete"}),
    ),
)
