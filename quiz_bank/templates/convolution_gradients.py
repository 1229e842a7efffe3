"""Chapter 9: what comes back through a convolution."""

from __future__ import annotations

import numpy as np

from engine.convolution import Gradients, convolve, convolve_backward
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.convolution_values import PIXELS, WEIGHTS, arrives, by_shifts, products
from quiz_bank.templates.draws import INTEGERS, several, until
from quiz_bank.templates.latex import equals, factor, matrix, vector


def _gradients(x: Array, K: Array, dy: Array) -> Gradients:
    """Of one image (h, w) and one kernel, stride 1, no padding."""
    _, cache = convolve(x[None, None], K[None, None])
    found = convolve_backward(cache, dy[None, None])
    return Gradients(found.x[0, 0], found.W[0, 0], found.b)


def shared_weights(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Array, Array]:
        return several(rng, INTEGERS, 4), several(rng, WEIGHTS, 2), several(rng, INTEGERS, 3)

    def outputs(x: Array, w: Array) -> Array:
        return np.asarray(convolve(x[None, None, None], w[None, None, None])[0][0, 0, 0])

    def gradient(x: Array, w: Array, errors: Array) -> Array:
        return np.asarray(_gradients(x[None], w[None], errors[None]).W[0])

    def good(drawn: tuple[Array, Array, Array]) -> bool:
        x, w, t = drawn
        errors = outputs(x, w) - t
        right = gradient(x, w, errors)
        return bool(errors.all() and right.all() and right[0] != right[1] and abs(errors).max() < 8)

    x, w, t = until(draw, good)
    y = outputs(x, w)
    errors = y - t
    answer = gradient(x, w, errors)
    return Variant(
        prompt=rf"""A kernel of two weights runs over four numbers and gives three:
$y_i = w_1 x_i + w_2 x_{{i+1}}$. The loss is $L = \tfrac12 \sum_i (y_i - t_i)^2$ with
$$
\begin{{aligned}}
x &= {vector(x)}, \\
w &= {vector(w)}, \\
t &= {vector(t)}.
\end{{aligned}}
$$

Give $\dfrac{{\partial L}}{{\partial w}}$, a vector of two numbers.""",
        answer=answer,
        objective=lambda w: float(np.sum((w[0] * x[:-1] + w[1] * x[1:] - t) ** 2) / 2),
        at=w,
        solution=rf"""Outputs $y = {vector(y)}$, errors $y - t = {vector(errors)}$.

Each weight is used at all three places, so its derivative adds up the errors times what it was
multiplied with there: $w_1$ with $x_1, x_2, x_3$ and $w_2$ with $x_2, x_3, x_4$.

$w_1$: ${products(errors, x[:-1])} {equals(answer[0])}$.

$w_2$: ${products(errors, x[1:])} {equals(answer[1])}$.

Together: ${vector(answer)}$""",
        hints=(
            r"First the outputs $y$ and the errors $y - t$.",
            "A weight that is used three times gets three terms.",
            rf"The errors are ${vector(errors)}$.",
        ),
        wrong={
            "conv_last_place": errors[-1] * x[-2:],
            "conv_places_averaged": answer / 3,
            "conv_gradient_flipped": answer[::-1],
            "conv_input_left_out": np.full(2, errors.sum()),
        },
    )


def kernel_gradient(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Array]:
        return several(rng, PIXELS, 3, 3), several(rng, (-2.0, -1.0, 1.0, 2.0, 3.0), 2, 2)

    K = several(rng, WEIGHTS, 2, 2)

    def good(drawn: tuple[Array, Array]) -> bool:
        found = _gradients(drawn[0], K, drawn[1]).W
        return bool(found.all()) and len(set(found.ravel().tolist())) >= 3

    x, dy = until(draw, good)
    answer = _gradients(x, K, dy).W
    return Variant(
        prompt=rf"""The image $X$ was convolved with a kernel $K$ of $2 \times 2$ weights (stride 1,
no padding, not flipped). The gradient of the loss that arrives at the $2 \times 2$ output is $D$:
$$
\begin{{aligned}}
X &= {matrix(x)}, \\
D &= {matrix(dy)}.
\end{{aligned}}
$$

Give the gradient with respect to $K$.""",
        answer=answer,
        objective=arrives(lambda K: by_shifts(x, K), K, dy),
        at=K,
        solution=rf"""$Y_{{ij}} = \sum_{{uv}} K_{{uv}} X_{{i+u,\, j+v}}$, so a weight meets one
pixel at each of the four places: $\dfrac{{\partial L}}{{\partial K_{{uv}}}} = \sum_{{ij}} D_{{ij}}
X_{{i+u,\, j+v}}$. That is $X$ convolved with $D$ as the kernel.

Top left: ${products(dy, x[:2, :2])} {equals(answer[0, 0])}$.

Bottom right: ${products(dy, x[1:, 1:])} {equals(answer[1, 1])}$.

All four: ${matrix(answer)}$""",
        hints=(
            "Which pixel does the top left weight meet at each of the four places of the kernel?",
            r"$\dfrac{\partial L}{\partial K_{uv}} = \sum_{ij} D_{ij} X_{i+u,\, j+v}$.",
        ),
        wrong={
            "conv_gradient_flipped": answer[::-1, ::-1],
            "conv_last_place": dy[-1, -1] * x[1:, 1:],
            "conv_places_averaged": answer / 4,
            "conv_place_by_place": dy * x[:2, :2],
        },
    )


def _overwritten(K: Array, dy: Array) -> Array:
    """The slip: each window writes over what earlier windows have sent to a pixel."""
    dx = np.zeros((3, 3))
    for i, j in np.ndindex(2, 2):
        dx[i : i + 2, j : j + 2] = dy[i, j] * K
    return dx


def input_gradient(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Array]:
        return several(rng, WEIGHTS, 2, 2), several(rng, (-2.0, -1.0, 1.0, 2.0, 3.0), 2, 2)

    x = several(rng, PIXELS, 3, 3)

    def good(drawn: tuple[Array, Array]) -> bool:
        turns = drawn[0][::-1, ::-1] != drawn[0]
        return bool(_gradients(x, *drawn).x[1, 1] and turns.sum() >= 2)

    K, dy = until(draw, good)
    answer = _gradients(x, K, dy).x
    top = [rf"{factor(dy[0, j])} \cdot {factor(K[0, 1 - j])}" for j in range(2)]
    flipped = K[::-1, ::-1]
    return Variant(
        prompt=rf"""A $3 \times 3$ image was convolved with the kernel $K$ (stride 1, no padding,
not flipped). The gradient of the loss that arrives at the $2 \times 2$ output is $D$:
$$
\begin{{aligned}}
K &= {matrix(K)}, \\
D &= {matrix(dy)}.
\end{{aligned}}
$$

Give the gradient with respect to the image, a matrix of $3 \times 3$.""",
        answer=answer,
        objective=arrives(lambda x: by_shifts(x, K), x, dy),
        at=x,
        solution=rf"""Each output sends its gradient times the kernel back to the four pixels that
it looked at, and what arrives at a pixel is added up.

Top left: one window, ${factor(dy[0, 0])} \cdot {factor(K[0, 0])} {equals(answer[0, 0])}$. Top
middle: two windows, ${top[0]} + {top[1]} {equals(answer[0, 1])}$. The center lies in all four:
${products(dy, flipped)} {equals(answer[1, 1])}$; there the kernel stands turned by half a circle.

All pixels: ${matrix(answer)}$""",
        hints=(
            "Which outputs does the pixel in the corner move, and which the one in the center?",
            r"Lay $D_{ij} K$ on the window of each output, and add up what overlaps.",
        ),
        wrong={
            "conv_kernel_not_turned": _gradients(x, flipped, dy).x,
            "conv_overlaps_overwritten": _overwritten(K, dy),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="convolution/shared-weights",
        chapter=9,
        topic="convolution",
        title="The gradient of a shared weight",
        difficulty="medium",
        kind="vector",
        source="LeCun, Bottou, Bengio & Haffner 1998, section II",
        seconds=180,
        make=shared_weights,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="convolution/kernel-gradient",
        chapter=9,
        topic="convolution",
        title="The gradient of a kernel",
        difficulty="hard",
        kind="matrix",
        source="Goodfellow, Bengio & Courville 2016, equation 9.11",
        seconds=210,
        make=kernel_gradient,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="convolution/input-gradient",
        chapter=9,
        topic="convolution",
        title="Back to the image",
        difficulty="hard",
        kind="matrix",
        source="Goodfellow, Bengio & Courville 2016, equation 9.13",
        seconds=240,
        make=input_gradient,
        tags=frozenset({"complete"}),
    ),
)
