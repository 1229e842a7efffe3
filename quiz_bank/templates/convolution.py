"""Chapter 9: how large the output of a convolution is, and how far back an output looks."""

from __future__ import annotations

from math import ceil

import numpy as np

from engine.convolution import output_size, receptive_field
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import until
from quiz_bank.templates.latex import number


def _places(size: int, span: int, padding: int, stride: int) -> int:
    """Where a window of `span` pixels can start, counted one by one."""
    return len(range(-padding, size + padding - span + 1, stride))


def _all_differ(answer: float, wrong: dict[str, float]) -> bool:
    """Whether slips and truth differ, and no slip is off by the factor 2."""
    values = [answer, 2 * answer, answer / 2, *wrong.values()]
    return len(set(values)) == len(values)


def output_side(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[int, int, int, int]:
        size, padding, stride = rng.integers([13, 1, 2], [41, 4, 5])
        return int(size), int(rng.choice([3, 5, 7])), int(padding), int(stride)

    def slips(n: int, k: int, p: int, s: int) -> dict[str, float]:
        room = n + 2 * p - k
        return {
            "conv_padding_left_out": float((n - k) // s + 1),
            "conv_one_left_out": float(room // s),
            "conv_rounded_up": float(ceil(room / s) + 1),
            "conv_kernel_not_subtracted": float((n + 2 * p) // s + 1),
        }

    n, k, p, s = until(draw, lambda drawn: _all_differ(output_size(*drawn), slips(*drawn)))
    answer, room = float(output_size(n, k, p, s)), n + 2 * p - k
    return Variant(
        prompt=rf"""A convolution has kernels of ${k} \times {k}$, padding {p} (on each side) and
stride {s}. Its images have ${n} \times {n}$ pixels.

How many pixels does a side of its output have?""",
        answer=answer,
        objective=lambda x: float(x**2 * _places(n, k, p, s) / 2),
        at=np.array(1.0),
        solution=rf"""With padding a side has ${n} + 2 \cdot {p} = {n + 2 * p}$ pixels. The kernel
covers {k} of them, so it can move on by ${n + 2 * p} - {k} = {room}$.

Steps of {s}: $\lfloor {room} / {s} \rfloor = {room // s}$, since a step that does not fit is not
made. With the place it starts from: ${room // s} + 1 = {number(answer)}$.""",
        hints=(
            r"How far can the kernel move on the padded image, and how many steps are that?",
            r"$\lfloor (n + 2p - k) / s \rfloor + 1$.",
        ),
        wrong=slips(n, k, p, s),
    )


def dilated_side(rng: np.random.Generator) -> Variant:
    def draw() -> tuple[int, int, int, int]:
        size, padding, dilation = rng.integers([15, 0, 2], [41, 4, 5])
        return int(size), int(rng.choice([3, 4, 5])), int(padding), int(dilation)

    def size(n: int, span: int, p: int) -> float:
        return float(n + 2 * p - span + 1)

    def slips(n: int, k: int, p: int, d: int) -> dict[str, float]:
        return {
            "conv_dilation_left_out": size(n, k, p),
            "conv_dilation_times_kernel": size(n, d * k, p),
            "conv_dilation_as_gap": size(n, k + d * (k - 1), p),
            "conv_one_left_out": size(n, d * (k - 1) + 1, p) - 1,
        }

    def good(drawn: tuple[int, int, int, int]) -> bool:
        n, k, p, d = drawn
        wrong = slips(*drawn)
        return min(wrong.values()) > 0 and _all_differ(output_size(n, k, p, 1, d), wrong)

    n, k, p, d = until(draw, good)
    answer, span = float(output_size(n, k, p, 1, d)), d * (k - 1) + 1
    return Variant(
        prompt=rf"""A convolution has dilation {d}: its kernel has ${k} \times {k}$ weights, and
neighbors among them meet pixels that are {d} apart. Stride is 1, padding {p} (on each side), and
images have ${n} \times {n}$ pixels.

How many pixels does a side of the output have?""",
        answer=answer,
        objective=lambda x: float(x**2 * _places(n, span, p, 1) / 2),
        at=np.array(1.0),
        solution=rf"""Between the first and the last of {k} weights there are ${k} - 1 = {k - 1}$
steps of {d} pixels, so the kernel spans ${k - 1} \cdot {d} + 1 = {span}$ pixels.

The padded side has ${n} + 2 \cdot {p} = {n + 2 * p}$ pixels, so the output has
${n + 2 * p} - {span} + 1 = {number(answer)}$.""",
        hints=(
            "How many pixels lie between the first and the last weight of a row, both counted?",
            rf"The kernel spans {span} pixels. From here on it is like any other.",
        ),
        wrong=slips(n, k, p, d),
    )


Layers = list[tuple[int, int]]


def receptive_side(rng: np.random.Generator) -> Variant:
    def draw() -> Layers:
        kernels, strides = rng.choice([2, 3, 4, 5], 3), rng.choice([1, 2, 3], 3)
        return [(int(k), int(s)) for k, s in zip(kernels, strides, strict=True)]

    def own_stride_too(layers: Layers) -> float:
        field = step = 1
        for kernel, stride in layers:
            step *= stride
            field += (kernel - 1) * step
        return float(field)

    def slips(layers: Layers) -> dict[str, float]:
        kernels = [kernel for kernel, _ in layers]
        return {
            "conv_strides_left_out": float(1 + sum(k - 1 for k in kernels)),
            "conv_kernels_added": float(sum(kernels)),
            "conv_own_stride": own_stride_too(layers),
        }

    def backward(layers: Layers) -> int:
        """From the output: `reach` neighbors need (reach - 1) stride + kernel inputs."""
        reach = 1
        for kernel, stride in reversed(layers):
            reach = (reach - 1) * stride + kernel
        return reach

    def good(layers: Layers) -> bool:
        no_gaps = all(stride <= kernel for kernel, stride in layers)
        return no_gaps and _all_differ(receptive_field(layers), slips(layers))

    layers = until(draw, good)
    (k1, s1), (k2, s2), (k3, s3) = layers
    after_two = 1 + (k1 - 1) + (k2 - 1) * s1
    answer = float(receptive_field(layers))
    return Variant(
        prompt=rf"""Three convolutions follow each other, without dilation:
$$
\begin{{matrix}}
\text{{layer}} & \text{{kernel}} & \text{{stride}} \\
1 & {k1} \times {k1} & {s1} \\
2 & {k2} \times {k2} & {s2} \\
3 & {k3} \times {k3} & {s3}
\end{{matrix}}
$$

One output of layer 3 depends on a square of the image. How many pixels does its side have?""",
        answer=answer,
        objective=lambda x: float(x**2 * backward(layers) / 2),
        at=np.array(1.0),
        solution=rf"""A layer adds its kernel minus 1, in steps that are as long as the strides
before it multiply to.

Layer 1 sees {k1} pixels. Its outputs are {s1} apart on the image, so layer 2 adds
${k2 - 1} \cdot {s1} = {(k2 - 1) * s1}$, together {after_two}.

The outputs of layer 2 are ${s1} \cdot {s2} = {s1 * s2}$ apart, so layer 3 adds
${k3 - 1} \cdot {s1 * s2} = {(k3 - 1) * s1 * s2}$, together ${number(answer)}$. The stride of layer
3 plays no part: only one of its outputs is looked at.""",
        hints=(
            "How far apart, on the image, are two neighboring outputs of layer 1? Of layer 2?",
            rf"An output of layer 2 sees {after_two} pixels.",
        ),
        wrong=slips(layers),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="convolution/output-size",
        chapter=9,
        topic="convolution",
        title="Output size of a convolution",
        difficulty="easy",
        kind="number",
        source="Dumoulin & Visin 2016, relationship 6",
        seconds=60,
        make=output_side,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="convolution/dilated-size",
        chapter=9,
        topic="convolution",
        title="Output size with dilation",
        difficulty="medium",
        kind="number",
        source="Yu & Koltun 2016; Dumoulin & Visin 2016, section 5.1",
        seconds=90,
        make=dilated_side,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="convolution/receptive-field",
        chapter=9,
        topic="convolution",
        title="Receptive field of three layers",
        difficulty="medium",
        kind="number",
        source="Araujo, Norris & Sim 2019",
        seconds=120,
        make=receptive_side,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
)
