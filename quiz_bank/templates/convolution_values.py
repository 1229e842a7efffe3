"""Chapter 9: the numbers that a convolution puts out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.convolution import convolve
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import one, several, until
from quiz_bank.templates.latex import equals, factor, matrix, number, signed

PIXELS = (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
WEIGHTS = (-2.0, -1.0, 1.0, 2.0)
BIASES = (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0)


def convolved(x: Array, K: Array, bias: float = 0.0) -> Array:
    """One channel (h, w), one kernel, stride 1, no padding: by the engine."""
    return np.asarray(convolve(x[None, None], K[None, None], [bias])[0][0, 0])


def by_shifts(x: Array, K: Array) -> Array:
    """The same without the engine: the image shifted by each cell of the kernel, weighed, added."""
    h, w = x.shape[0] - K.shape[0] + 1, x.shape[1] - K.shape[1] + 1
    parts = [K[c] * x[c[0] : c[0] + h, c[1] : c[1] + w] for c in np.ndindex(K.shape)]
    return np.asarray(np.sum(parts, axis=0))


def arrives(output: Callable[[Array], Array], at: Array, dy: Array) -> Callable[[Array], float]:
    """A loss whose gradient at output(at) is dy: half the squared distance to output(at) - dy."""
    target = output(at) - dy
    return lambda point: float(np.sum((output(point) - target) ** 2) / 2)


def products(weights: Array, pixels: Array) -> str:
    """The sum of products of two arrays, written out."""
    terms = zip(weights.ravel(), pixels.ravel(), strict=True)
    return " + ".join(rf"{factor(weight)} \cdot {factor(pixel)}" for weight, pixel in terms)


def output_map(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[Array, Array, float]:
        return several(rng, PIXELS, 3, 4), several(rng, WEIGHTS, 2, 2), one(rng, BIASES)

    def slips(x: Array, K: Array, bias: float) -> dict[str, Array]:
        return {
            "conv_kernel_flipped": convolved(x, K[::-1, ::-1], bias),
            "conv_kernel_turned": convolved(x, K.T, bias),
            "conv_bias_left_out": convolved(x, K),
        }

    def good(drawn: tuple[Array, Array, float]) -> bool:
        x, K, _ = drawn
        turned = [K, K.T, K[::-1, ::-1]]
        return bool(x[:2, :2].all()) and len({k.tobytes() for k in turned}) == 3

    x, K, bias = until(draw, good)
    answer = convolved(x, K, bias)
    first, last = x[:2, :2], x[1:, 2:]
    return Variant(
        prompt=rf"""An image $X$ with one channel meets the kernel $K$ with the bias
$b = {number(bias)}$, stride 1 and no padding:
$$
\begin{{aligned}}
X &= {matrix(x)}, \\
K &= {matrix(K)}.
\end{{aligned}}
$$
As in deep-learning libraries the kernel is not flipped.

Give the output of the convolution.""",
        answer=answer,
        objective=lambda T: float(np.sum((by_shifts(x, K) + bias + T) ** 2) / 2),
        at=np.zeros((2, 3)),
        solution=rf"""The kernel has two places down and three across, so the output has two rows
and three columns. At each place the products of weights and pixels are added, and the bias.

Top left: ${products(K, first)} {signed(bias)} {equals(answer[0, 0])}$.

Bottom right: ${products(K, last)} {signed(bias)} {equals(answer[1, 2])}$.

All places: ${matrix(answer)}$""",
        hints=(
            "Lay the kernel on the top left corner, multiply cell by cell, add up, add the bias.",
            "Then move it on by one column, and after three places by one row.",
        ),
        wrong=slips(x, K, bias),
    )


Entry = tuple[Array, Array, float, tuple[int, int]]


def one_entry(rng: np.random.Generator) -> Variant:
    def draw() -> Entry:
        place = ((0, 1), (1, 0))[rng.integers(2)]
        return (
            several(rng, PIXELS, 2, 4, 4),
            several(rng, WEIGHTS, 2, 2, 2),
            one(rng, BIASES),
            place,
        )

    def entry(drawn: Entry, padding: int = 1, stride: int = 2, turn: int = 1) -> float:
        x, W, bias, place = drawn
        kernels = W[None, :, ::turn, ::turn]
        return float(convolve(x[None], kernels, [bias], padding, stride)[0][0, 0][place])

    def slips(drawn: Entry) -> dict[str, float]:
        x, W, bias, place = drawn
        return {
            "conv_padding_left_out": entry(drawn, padding=0),
            "conv_stride_left_out": entry(drawn, stride=1),
            "conv_one_channel_in": entry((x[:1], W[:1], bias, place)),
            "conv_kernel_flipped": entry(drawn, turn=-1),
            "conv_bias_left_out": entry(drawn) - bias,
        }

    def good(drawn: Entry) -> bool:
        right = entry(drawn)
        values = [right, -right, 2 * right, right / 2, *slips(drawn).values()]
        return right != 0 and len(set(values)) == len(values)

    drawn = until(draw, good)
    x, W, bias, (i, j) = drawn
    answer = entry(drawn)
    top, left = 2 * i - 1, 2 * j - 1
    inside = [(u, v) for u, v in np.ndindex(2, 2) if top + u >= 0 and left + v >= 0]
    seen = [np.array([x[c, top + u, left + v] for u, v in inside]) for c in range(2)]
    used = [np.array([W[c, u, v] for u, v in inside]) for c in range(2)]
    sums = [float(w @ pixels) for w, pixels in zip(used, seen, strict=True)]
    edge = "above the image" if i == 0 else "to the left of the image"

    def padded_sum(t: float) -> float:
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
        return float((t + bias + np.sum(W * padded[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2])) ** 2)

    return Variant(
        prompt=rf"""An image with the channels $X_1$ and $X_2$ is convolved with padding 1 (zeros)
and stride 2. One output channel has the kernel $K_1$ for the first and $K_2$ for the second input
channel, and the bias $b = {number(bias)}$:
$$
\begin{{aligned}}
X_1 &= {matrix(x[0])}, \\
X_2 &= {matrix(x[1])}, \\
K_1 &= {matrix(W[0])}, \\
K_2 &= {matrix(W[1])}.
\end{{aligned}}
$$
As in deep-learning libraries the kernel is not flipped.

Which number stands in row {i + 1}, column {j + 1} of this output channel (counted from 1)?""",
        answer=answer,
        objective=lambda t: padded_sum(float(t)) / 2,
        at=np.array(0.0),
        solution=rf"""With stride 2 this window begins {2 * i} rows and {2 * j} columns from the
corner of the padded image, so half of it lies {edge}, on zeros.

Channel 1: ${products(used[0], seen[0])} {equals(sums[0])}$.

Channel 2: ${products(used[1], seen[1])} {equals(sums[1])}$.

Both channels and the bias: ${number(sums[0])} {signed(sums[1])} {signed(bias)}
{equals(answer)}$.""",
        hints=(
            "Where does the window begin on the padded image?",
            rf"Half of the window lies {edge}. The other half counts, in both channels.",
            "Add the sums of both channels, and the bias once.",
        ),
        wrong=slips(drawn),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="convolution/output-map",
        chapter=9,
        topic="convolution",
        title="A small convolution by hand",
        difficulty="easy",
        kind="matrix",
        source="Goodfellow, Bengio & Courville 2016, section 9.1",
        seconds=180,
        make=output_map,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="convolution/one-entry",
        chapter=9,
        topic="convolution",
        title="One number of the output",
        difficulty="medium",
        kind="number",
        source="Goodfellow, Bengio & Courville 2016, equation 9.8",
        seconds=150,
        make=one_entry,
        tags=frozenset({"complete"}),
    ),
)
