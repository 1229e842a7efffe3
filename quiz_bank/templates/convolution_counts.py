"""Chapter 9: what a convolution costs, in parameters and in multiplications."""

from __future__ import annotations

import numpy as np

from engine.convolution import multiply_adds, output_size, parameter_count
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import distinct, one
from quiz_bank.templates.latex import number


def parameters(rng: np.random.Generator) -> Variant:
    c_in, c_out = int(one(rng, (3, 4, 6, 8))), int(one(rng, (12, 16, 24, 32)))
    k, side = int(one(rng, (3, 5))), int(rng.integers(8, 14))
    W, b = np.zeros((c_out, c_in, k, k)), np.zeros(c_out)
    answer = float(parameter_count(c_in, c_out, k))
    places = output_size(side, k) ** 2
    return Variant(
        prompt=rf"""A convolution with kernels of ${k} \times {k}$ turns images of {c_in} channels
and ${side} \times {side}$ pixels into {c_out} channels. It has biases, no padding and stride 1.

How many parameters does it have?""",
        answer=answer,
        objective=lambda x: float(x**2 * (W.size + b.size) / 2),
        at=np.array(1.0),
        solution=rf"""Each output channel has a kernel with a weight for each of its
${k} \cdot {k}$ cells and each input channel, ${c_in} \cdot {k} \cdot {k} = {c_in * k * k}$, and a
bias: {c_in * k * k + 1}.

All {c_out} output channels: ${c_out} \cdot {c_in * k * k + 1} = {number(answer)}$. The size of the
images does not count, because all places share the kernels.""",
        hints=(
            "Take one output channel first. Which numbers does one of its pixels need?",
            rf"An output channel has ${c_in} \cdot {k} \cdot {k}$ weights and a bias.",
        ),
        wrong={
            "no_biases": float(W.size),
            "conv_channels_in_left_out": float(c_out * (k * k + 1)),
            "conv_kernel_not_squared": float(c_out * (c_in * k + 1)),
            "conv_parameters_per_place": answer * places,
        },
    )


def multiplications(rng: np.random.Generator) -> Variant:
    c_in, c_out = (int(c) for c in distinct(rng, (4, 6, 7, 8, 9), 2))
    side, k = int(one(rng, (8, 10, 12, 14))), int(one(rng, (3, 5)))
    p = (k - 1) // 2
    out = output_size(side, k, p, 2)
    answer = float(multiply_adds(c_in, c_out, k, out))
    one_place = c_in * k * k

    def counted() -> int:
        """Windows times output channels times cells, by the places a window starts at."""
        starts = range(-p, side + p - k + 1, 2)
        return sum(c_out * one_place for _ in starts for _ in starts)

    return Variant(
        prompt=rf"""A convolution has kernels of ${k} \times {k}$, padding {p} and stride 2. It
turns an image of {c_in} channels and ${side} \times {side}$ pixels into {c_out} channels.

How many multiplications are that for one image? Products with the zeros of the padding count as
well.""",
        answer=answer,
        objective=lambda x: float(x**2 * counted() / 2),
        at=np.array(1.0),
        solution=rf"""A side of the output has
$\lfloor ({side} + 2 \cdot {p} - {k}) / 2 \rfloor + 1 = {out}$ pixels.

One number of the output takes ${c_in} \cdot {k} \cdot {k} = {one_place}$ multiplications, and there
are ${c_out} \cdot {out} \cdot {out} = {c_out * out * out}$ of them.

Together ${one_place} \cdot {c_out * out * out} = {number(answer)}$.""",
        hints=(
            "Multiplications for one number of the output, times how many such numbers there are.",
            rf"The output has ${out} \times {out}$ pixels in each of {c_out} channels.",
        ),
        wrong={
            "conv_input_size": float(multiply_adds(c_in, c_out, k, side)),
            "conv_channels_in_left_out": answer / c_in,
            "conv_one_channel_out": answer / c_out,
            "conv_kernel_not_squared": answer / k,
            "conv_one_place_only": float(one_place * c_out),
        },
    )


def separable(rng: np.random.Generator) -> Variant:
    c_in, c_out = (int(c) for c in distinct(rng, range(12, 65, 4), 2))
    k = int(one(rng, (3, 5, 7)))
    each, mix = c_in * parameter_count(1, 1, k, False), parameter_count(c_in, c_out, 1, False)
    answer = float(each + mix)
    depthwise, pointwise = np.zeros((c_in, 1, k, k)), np.zeros((c_out, c_in, 1, 1))
    return Variant(
        prompt=rf"""A depthwise separable convolution takes {c_in} channels to {c_out} in two
steps, without biases: first each input channel is convolved with a ${k} \times {k}$ kernel of its
own, which gives {c_in} channels again; then a $1 \times 1$ convolution makes the {c_out} output
channels.

How many parameters does it have?""",
        answer=answer,
        objective=lambda x: float(x**2 * (depthwise.size + pointwise.size) / 2),
        at=np.array(1.0),
        solution=rf"""First step: {c_in} kernels of ${k} \cdot {k}$ weights, each for one channel:
${c_in} \cdot {k * k} = {each}$.

Second step: {c_out} kernels with one weight per channel: ${c_out} \cdot {c_in} = {mix}$.

Together ${each} + {mix} = {number(answer)}$, where an ordinary convolution has ${k} \cdot {k} \cdot
{c_in} \cdot {c_out} = {k * k * c_in * c_out}$.""",
        hints=(
            "In the first step no kernel looks at more than one channel.",
            r"A $1 \times 1$ kernel has one weight for each input channel.",
        ),
        wrong={
            "conv_not_separable": float(parameter_count(c_in, c_out, k, False)),
            "conv_pointwise_left_out": float(each),
            "conv_depthwise_left_out": float(mix),
            "conv_depthwise_mixes": float(parameter_count(c_in, c_in, k, False) + mix),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="convolution/parameters",
        chapter=9,
        topic="convolution",
        title="Parameters of a convolution",
        difficulty="easy",
        kind="number",
        source="LeCun, Bottou, Bengio & Haffner 1998, section II",
        seconds=60,
        make=parameters,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="convolution/multiplications",
        chapter=9,
        topic="convolution",
        title="What a convolution costs",
        difficulty="medium",
        kind="number",
        source="Howard et al. 2017, section 3.1",
        seconds=120,
        make=multiplications,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
    Question(
        id="convolution/depthwise-separable",
        chapter=9,
        topic="convolution",
        title="A convolution in two steps",
        difficulty="medium",
        kind="number",
        source="Howard et al. 2017, section 3.1; Chollet 2017",
        seconds=120,
        make=separable,
        tags=frozenset({"complete"}),
        rtol=0.0,
        atol=0.0,
    ),
)
