"""Chapter 6: what layers do to signals and gradients, and starting weights."""

from __future__ import annotations

import numpy as np

from engine.activations import Elementwise
from engine.printed.depth import printed_xavier_variance
from engine.schemes import SCHEMES
from engine.studies.signal_propagation import expected_signals
from engine.types import Array
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import distinct, one, several
from quiz_bank.templates.latex import equals, number, vector
from quiz_bank.templates.slips import RELU, SIGMOID, SIGMOID_SLIPS


def sigmoid_chain(rng: np.random.Generator) -> Variant:
    x = one(rng, (-1.0, -0.5, 0.5, 1.0))
    w = several(rng, (-4.0, -3.0, -2.0, 2.0, 3.0, 4.0), 3)

    def passes(w: Array, x: float) -> tuple[Array, Array]:
        """Pre-activations and outputs of the three layers."""
        sums, outputs = [], [x]
        for weight in w:
            sums.append(weight * outputs[-1])
            outputs.append(float(SIGMOID.f(sums[-1])))
        return np.array(sums), np.array(outputs[1:])

    def output(x: Array) -> float:
        for weight in w:
            x = 1 / (1 + np.exp(-weight * x))
        return float(x)

    z, a = passes(w, x)

    def gradient(unit: Elementwise) -> float:
        return float(np.prod(w * unit.df(z)))

    answer = gradient(SIGMOID)
    slopes = SIGMOID.df(z)
    return Variant(
        prompt=rf"""Three sigmoid layers of one unit each, without biases: $a_l = \sigma(w_l
a_{{l-1}})$ with $w = {vector(w)}$ and the input $a_0 = {number(x)}$.

What is $\dfrac{{\partial a_3}}{{\partial a_0}}$?""",
        answer=answer,
        objective=output,
        at=np.array(x),
        solution=rf"""Forward: $z \approx {vector(z)}$ and $a \approx {vector(a)}$.

Slopes: $\sigma'(z_l) = a_l (1 - a_l)$, which gives ${vector(slopes)}$. No slope is
above $\tfrac14$.

Each layer multiplies the gradient by $w_l\, \sigma'(z_l)$: by
${vector(w * slopes)}$.

Product: $\dfrac{{\partial a_3}}{{\partial a_0}} {equals(answer)}$. Although every weight has size 2
or more, little is left after three layers.""",
        hints=(
            r"Each layer multiplies the gradient by $w_l$ and by the slope of its sigmoid.",
            rf"The outputs are $a \approx {vector(a)}$.",
            r"$\sigma'(z_l) = a_l (1 - a_l)$.",
        ),
        wrong={key: gradient(unit) for key, unit in SIGMOID_SLIPS.items()}
        | {"largest_slope": float(np.prod(w / 4))},
    )


BOUNDS = [
    (w, k)
    for w in (0.5, 0.8, 1.0, 1.2, 1.5, 1.6, 2.0, 2.4, 2.5, 3.0)
    for k in (3, 4, 5, 6, 8)
    if 5 <= k / -np.log10(w / 4) <= 70
]


def layers_below(rng: np.random.Generator) -> Variant:
    w, k = BOUNDS[rng.integers(len(BOUNDS))]

    def layers(per_layer: float) -> float:
        """How many factors it takes to fall below the limit."""
        count, left = 0, 1.0
        while left >= 10.0**-k and count < 1000:
            count, left = count + 1, left * per_layer
        return float(count)

    top = float(SIGMOID.df(0.0))
    answer = layers(w * top)
    wrong = {"one_short": answer - 1, "slope_one_half": layers(w * float(SIGMOID.f(0.0)))}
    return Variant(
        prompt=rf"""Every layer of a deep network has one sigmoid unit with the weight
$w = {number(w)}$. On its way back the gradient starts at length 1. From how many layers on is it
below $10^{{-{k}}}$ whatever the input? Take the largest slope that a sigmoid can have.""",
        answer=answer,
        objective=lambda a: float(1 / (1 + np.exp(-w * a))),
        at=np.array(0.0),
        key=lambda slope: layers(float(slope)),
        solution=rf"""The slope $\sigma(1 - \sigma)$ is largest at $z = 0$, with the value
$\tfrac14$. So one layer multiplies the gradient by at most
$w/4 = {number(w / 4)}$.

It takes the smallest whole $L$ with ${number(w / 4)}^L < 10^{{-{k}}}$, that is
$L > \dfrac{{-{k}}}{{\log_{{10}} {number(w / 4)}}} {equals(-k / np.log10(w / 4))}$.

So $L = {number(answer)}$ layers.""",
        hints=(
            r"What is the largest value of $\sigma(1 - \sigma)$, and where?",
            rf"One layer multiplies the gradient by at most ${number(w / 4)}$.",
        ),
        wrong={key: value for key, value in wrong.items() if value < 999},
    )


FANS = (50.0, 64.0, 100.0, 128.0, 200.0, 256.0, 300.0, 512.0, 784.0)


def xavier_bound(rng: np.random.Generator) -> Variant:
    n_in, n_out = distinct(rng, FANS, 2)
    total = n_in + n_out

    def bound(variance: float) -> float:
        """Of a uniform law on [-b, b] with this variance."""
        return float(np.sqrt(3 * variance))

    variance = SCHEMES["xavier_uniform"].variance(int(n_in), int(n_out))
    answer = bound(variance)
    return Variant(
        prompt=rf"""A $\tanh$ layer has $n_\mathrm{{in}} = {number(n_in)}$ inputs and
$n_\mathrm{{out}} = {number(n_out)}$ outputs. Its starting weights are drawn evenly from
$[-b, b]$, by Xavier's rule. What is $b$?""",
        answer=answer,
        objective=lambda b: float(b**3 / 9),  # its slope b^2 / 3 is the variance on [-b, b]
        at=np.array(answer),
        key=lambda found: float(answer * np.sqrt(2 / total / found)),
        solution=rf"""Variance: $\dfrac{{2}}{{n_\mathrm{{in}} + n_\mathrm{{out}}}}
= \dfrac{{2}}{{{number(total)}}} {equals(variance)}$.

A uniform law on $[-b, b]$ has the variance $b^2/3$, so
$b = \sqrt{{3 \operatorname{{Var}}(W)}} = \sqrt{{6 / {number(total)}}} {equals(answer)}$.""",
        hints=(
            r"Which variance does Xavier's rule ask for?",
            r"A uniform law on $[-b, b]$ has the variance $b^2/3$.",
        ),
        wrong={
            "xavier_root": bound(printed_xavier_variance(int(n_in), int(n_out))),
            "sd_as_bound": variance**0.5,
            "he_for_xavier": bound(SCHEMES["he_normal"].variance(int(n_in), int(n_out))),
        },
    )


def relu_share(rng: np.random.Generator) -> Variant:
    n, depth = one(rng, (50.0, 100.0, 200.0, 400.0, 500.0)), int(rng.integers(3, 11))
    gain = one(rng, (0.5, 1.0, 1.2, 1.5, 2.5, 3.0, 4.0))
    variance = gain / n
    points, weights = np.polynomial.hermite_e.hermegauss(40)
    half = float(weights @ np.maximum(points, 0) ** 2 / weights.sum())

    def mean_square(gain: float) -> float:
        return float(expected_signals(RELU, gain, depth).mean_squares[-1])

    answer = mean_square(gain)
    return Variant(
        prompt=rf"""A deep network has {depth} ReLU layers of width $n = {number(n)}$, so wide that
averages can be trusted. The weights are independent with mean 0 and variance
$\operatorname{{Var}}(W) = {number(variance)}$, and there are no biases. The inputs have the mean
square 1.

What mean square do the activations of the last layer have?""",
        answer=answer,
        objective=lambda sd: float(np.prod(n * sd**2 * half)),
        at=np.full(depth, np.sqrt(variance)),
        key=lambda slope: float(slope @ np.full(depth, np.sqrt(variance)) / (2 * depth)),
        solution=rf"""A pre-activation sums over {number(n)} inputs, so its variance is
$n \operatorname{{Var}}(W) = {number(gain)}$ times their mean square.

ReLU sets the negative half to 0, which halves the mean square. One layer multiplies it by
$\tfrac12\, n \operatorname{{Var}}(W) = {number(gain / 2)}$; with He's variance $2/n$ this would
be 1.

After {depth} layers: ${number(gain / 2)}^{{{depth}}} {equals(answer)}$.""",
        hints=(
            r"By what does $n \operatorname{Var}(W)$ multiply the mean square before ReLU?",
            r"A pre-activation is negative half of the time, and ReLU makes it 0 there.",
        ),
        wrong={
            "relu_half": mean_square(2 * gain),
            "root_taken": answer**0.5,
            "width_left_out": mean_square(gain / n),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="vanishing/xavier-bound",
        chapter=6,
        topic="vanishing",
        title="Xavier weights from a uniform law",
        difficulty="easy",
        kind="number",
        source="Glorot & Bengio 2010, equation 16; handbook chapter 6",
        seconds=90,
        make=xavier_bound,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="vanishing/layers-below",
        chapter=6,
        topic="vanishing",
        title="How deep until the gradient is gone",
        difficulty="medium",
        kind="number",
        source="Bengio, Simard & Frasconi 1994; handbook chapter 6",
        seconds=120,
        make=layers_below,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="vanishing/relu-share",
        chapter=6,
        topic="vanishing",
        title="What ReLU layers leave of a signal",
        difficulty="medium",
        kind="number",
        source="He et al. 2015, section 2.2; handbook chapter 6",
        seconds=150,
        make=relu_share,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="vanishing/sigmoid-chain",
        chapter=6,
        topic="vanishing",
        title="A gradient through three sigmoid layers",
        difficulty="medium",
        kind="number",
        source="Hochreiter 1991; handbook chapter 6",
        seconds=240,
        make=sigmoid_chain,
        tags=frozenset({"essential"}),
    ),
)
