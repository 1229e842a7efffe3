"""Chapter 6: signals and gradients layer by layer, to be predicted before they are drawn."""

from __future__ import annotations

from functools import cache

import numpy as np

from engine.studies.signal_propagation import Expected, expected_signals
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import one
from quiz_bank.templates.latex import number
from quiz_bank.templates.pictures import legend, lettered, right_letter
from quiz_bank.templates.slips import RELU, SIGMOID, TANH

UNITS = {"sigmoid": SIGMOID, "tanh": TANH, "ReLU": RELU}
DEEPEST = 24
DEPTHS = tuple(range(12, DEEPEST + 1, 2))


@cache
def signals(unit: str, gain: float) -> Expected:
    """What a very wide network of the deepest kind does, from inputs with mean square 1."""
    return expected_signals(UNITS[unit], gain, DEEPEST)


def weights_words(gain: float) -> str:
    return rf"$n \operatorname{{Var}}(W) = {number(gain)}$"


def gradient_by_layer(rng: np.random.Generator) -> Variant:
    depth = int(rng.choice(DEPTHS))
    cases = {
        "sigmoid": one(rng, (1.0, 1.5, 2.0)),
        "ReLU, too small": one(rng, (0.8, 1.0, 1.2)),
        "ReLU, as by He": 2.0,
        "ReLU, too large": one(rng, (4.0, 5.0, 6.0)),
    }
    reasons = {
        "sigmoid": "the squared slope of a sigmoid is at most a sixteenth",
        "ReLU, too small": "ReLU halves the mean square, and the weights do not make up for it",
        "ReLU, as by He": "ReLU halves the mean square, and the weights double it",
        "ReLU, too large": "the weights more than make up for the half that ReLU cuts",
    }
    layers = np.arange(depth + 1.0)

    def per_layer(case: str) -> float:
        """Factor per layer on the way back, in the geometric mean."""
        factors = signals(case.partition(",")[0], cases[case]).factors[:depth]
        return float(np.exp(np.log(factors).mean() / 2))

    def picture(case: str) -> Picture:
        unit, gain = case.partition(",")[0], cases[case]
        factors = signals(unit, gain).factors[:depth]
        norms = np.sqrt(np.cumprod([1.0, *factors[::-1]])[::-1])
        settings = {"activation": unit, "weights": weights_words(gain)}
        lines = {"gradient": (layers, norms)}
        return Picture("layer", "length of the gradient", settings, lines=lines, log_y=True)

    def feedback(case: str) -> str:
        way = f"a layer multiplies the length by about {per_layer(case):.2g}"
        unit = case.partition(",")[0]
        return f"This is {unit} with {weights_words(cases[case])}: {way}, because {reasons[case]}."

    right, *others = (str(case) for case in rng.permutation(list(cases)))
    options = lettered(rng, picture(right), [(picture(case), feedback(case)) for case in others])
    unit = right.partition(",")[0]
    return Variant(
        prompt=rf"""A very wide network has {depth} layers of width $n$ with the activation {unit}.
The weights are independent with mean 0 and {weights_words(cases[right])}, the inputs have mean
square 1, and the gradient at the last layer's output has length 1. Which picture shows the length
of the gradient, on a log axis, from the input (layer 0) to the output?""",
        answer=options,
        solution=rf"""Back through one layer the mean square of the gradient is multiplied by
$n \operatorname{{Var}}(W)$ and by the mean squared slope of the activation.

For {unit} with {weights_words(cases[right])} the length is multiplied by about
{per_layer(right):.2g} per layer: {reasons[right]}. Over {depth} layers that makes
${number(per_layer(right) ** depth)}$. That is picture {right_letter(options)}.

The pictures show: {legend(options, "activation", "weights")}.""",
        hints=(
            r"A layer multiplies the mean square of the gradient by $n \operatorname{Var}(W)$"
            r" and by the mean squared slope.",
            r"The mean squared slope of ReLU is $\tfrac12$; that of a sigmoid is at most"
            r" $\tfrac1{16}$.",
        ),
    )


def tanh_signal(rng: np.random.Generator) -> Variant:
    depth = int(rng.choice(DEPTHS))
    gains = (
        one(rng, (0.1, 0.2, 0.25, 0.3)),
        one(rng, (1.0, 1.1)),
        one(rng, (2.0, 2.25, 2.5)),
        one(rng, (25.0, 50.0, 100.0)),
    )
    courses = (
        "the layers multiply the signal by less than 1 and it dies out within a few of them",
        "the weights keep the scale, and only the bend of tanh lets the signal fade slowly",
        "the weights are larger than the bend of tanh can undo at first, and the signal settles"
        " where the two balance",
        "nearly every unit is saturated near $-1$ or 1, where its slope is almost 0",
    )
    layers = np.arange(depth + 1.0)

    def picture(k: int) -> Picture:
        size = np.sqrt(signals("tanh", gains[k]).mean_squares[: depth + 1])
        settings = {"weights": weights_words(gains[k])}
        lines = {"signal": (layers, size)}
        return Picture("layer", "root mean square", settings, lines=lines)

    right, *others = (int(k) for k in rng.permutation(4))
    wrong = [(picture(k), f"This is {weights_words(gains[k])}: {courses[k]}.") for k in others]
    options = lettered(rng, picture(right), wrong)
    last = np.sqrt(signals("tanh", gains[right]).mean_squares[depth])
    return Variant(
        prompt=rf"""A very wide network has {depth} $\tanh$ layers of width $n$, without biases. The
weights are independent with mean 0 and {weights_words(gains[right])}, and the inputs have the root
mean square 1. Which picture shows the root mean square of the activations, from the input (layer 0)
to the output?""",
        answer=options,
        solution=rf"""A pre-activation has $n \operatorname{{Var}}(W)$ times the mean square of its
inputs, and $\tanh$ makes large values smaller.

With {weights_words(gains[right])}, {courses[right]}: the last layer has the root mean square
${number(last)}$. That is picture {right_letter(options)}.

Xavier's weights have $n \operatorname{{Var}}(W) = 1$ where a layer has as many outputs as inputs.
The pictures show: {legend(options, "weights")}.""",
        hints=(
            r"Near 0 the slope of $\tanh$ is 1: small signals change by the root of"
            r" $n \operatorname{Var}(W)$ per layer.",
            r"Large pre-activations end near $-1$ or 1, whatever their size.",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="vanishing/gradient-by-layer",
        chapter=6,
        topic="vanishing",
        title="Predict the picture: a gradient layer by layer",
        difficulty="medium",
        kind="picture",
        source="Glorot & Bengio 2010; He et al. 2015, section 2.2; handbook chapter 6",
        seconds=120,
        make=gradient_by_layer,
        tags=frozenset({"essential"}),
    ),
    Question(
        id="vanishing/tanh-signal",
        chapter=6,
        topic="vanishing",
        title="Predict the picture: a signal through tanh layers",
        difficulty="medium",
        kind="picture",
        source="Glorot & Bengio 2010; Poole et al. 2016; handbook chapter 6",
        seconds=120,
        make=tanh_signal,
        tags=frozenset({"complete"}),
    ),
)
