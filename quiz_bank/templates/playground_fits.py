"""What is left of a playground run under noise, a penalty or depth, to be predicted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.playground.look import look_at_layers, weights
from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.pictures import legend, lettered, right_letter
from quiz_bank.templates.playground import (
    Curves,
    item,
    listed,
    loss_curves,
    random_draw,
    run_settings,
    trained,
)

FITS = {  # training examples, units, penalty: what they are called, and the curves
    "few": (
        "12 training examples and 8 tanh units",
        "the training loss goes on toward 0 while the test loss stays high or rises: the units"
        " learn the noise of the few examples",
    ),
    "line": (
        "12 training examples and no hidden layer",
        "both losses stop early and stay high: no line tells the classes of XOR apart",
    ),
    "many": (
        "120 training examples and 8 tanh units",
        "both losses fall and stay close together",
    ),
}


def fits(rng: np.random.Generator) -> Variant:
    noise, epochs = str(rng.choice(["0.35", "0.4"])), 60

    def run_of(draw: int, run: str) -> Curves:
        usual = run_settings(draw, data="xor", noise=float(noise), n=120, share=0.1, units=(8,))
        runs = {
            "few": usual,
            "line": replace(usual, units=(), activations=()),
            "many": replace(usual, n=240, share=0.5),
        }
        return loss_curves(runs[run], epochs, 4)

    def typical(draw: int) -> bool:
        line, many = run_of(draw, "line"), run_of(draw, "many")
        apart = abs(many.training[1][-1] - many.test[1][-1])
        return bool(min(line.training[1][-1], line.test[1][-1]) > 0.4 and apart < 0.25)

    draw = random_draw(rng, typical)

    def picture(run: str) -> Picture:
        curves = run_of(draw, run)
        lines = {"training loss": curves.training, "test loss": curves.test}
        return Picture("epoch", "loss", {"the run": FITS[run][0]}, lines=lines)

    right, *others = (str(run) for run in rng.permutation(list(FITS)))
    wrong = [(picture(run), f"This has {FITS[run][0]}: {FITS[run][1]}.") for run in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The playground's data is XOR with noise {noise}: class 1 where $x_1$ and $x_2$
differ in sign, and every point then moved at random (random draw {draw}). The network is tested on
more than a hundred other examples. It reads $x_1$ and $x_2$ and makes {epochs} epochs of Adam with
the learning rate 0.1 and the whole training set as its batch. It has {FITS[right][0]}. Which
picture shows its losses?""",
        answer=options,
        solution=rf"""With {FITS[right][0]}, {FITS[right][1]}. That is picture
{right_letter(options)}.

The gap between the curves is what the network learned of its own examples alone; the height of the
lower curve is what it cannot express. The pictures show runs with:
{legend(options, "the run")}.""",
        hints=(
            "Can this network express the rule at all?",
            "Can it also fit the noise of its training examples?",
        ),
    )


READ = ("x1", "x2", "x1x1", "x2x2", "x1x2")
STRENGTHS = ("0", "0.2", "0.5", "5")
SPARSE = (
    "no penalty pulls the weights to 0, so those of useless inputs keep what chance gives them",
    "the useful weight shrinks, and the others are 0 or small beside it",
    "the useful weight is small itself, and of the others little or nothing is left",
    "the penalty outweighs any gradient, and all weights are exactly 0",
)

USELESS = {
    2: 0.15,
    1: 0.2,
    0: 0.8,
}  # by strength: useless weights stay below this part of the useful


def penalties(rng: np.random.Generator) -> Variant:
    noise, epochs = str(rng.choice(["0.15", "0.2"])), 80

    def sizes_of(draw: int, k: int) -> Array:
        usual = run_settings(draw, data="xor", noise=float(noise), n=400, rate=0.05, features=READ)
        strength = float(STRENGTHS[k])
        settings = replace(usual, penalty="l1", form="proximal", strength=strength)
        experiment, moment = trained(settings, epochs)
        return np.abs(weights(experiment.network, moment.theta)[0][:, 0])

    def typical(draw: int) -> bool:
        return all(
            sizes_of(draw, k)[:4].max() < share * sizes_of(draw, k)[4]
            for k, share in USELESS.items()
        )

    draw = random_draw(rng, typical)

    def picture(k: int) -> Picture:
        bars = {"size of the weight": (np.arange(1.0, 6.0), sizes_of(draw, k))}
        named = {"the strength": rf"$\lambda = {STRENGTHS[k]}$"}
        return Picture("input", "size of its weight", named, bars=bars)

    right, *others = (int(k) for k in rng.permutation(len(STRENGTHS)))
    wrong = [(picture(k), rf"This is $\lambda = {STRENGTHS[k]}$: {SPARSE[k]}.") for k in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The playground's data is XOR with noise {noise}: class 1 where $x_1$ and $x_2$
differ in sign, 400 examples (random draw {draw}). Half of them train. A network without a hidden
layer reads five inputs, in this order: $x_1$, $x_2$, $x_1^2$, $x_2^2$ and $x_1 x_2$. It makes
{epochs} epochs of Adam with the learning rate 0.05 and the whole training set as its batch, and
after each step a proximal step of the L1 penalty with the strength $\lambda = {STRENGTHS[right]}$.
The pictures show the strengths {listed(list(STRENGTHS))} in some order. Which picture shows
the sizes of the five weights at the end?""",
        answer=options,
        solution=rf"""The sign of $x_1 x_2$ is the class, so input 5 is the useful one. A proximal
step moves each weight toward 0 by the rate times $\lambda$ and stops at 0.

With $\lambda = {STRENGTHS[right]}$, {SPARSE[right]}. That is picture {right_letter(options)}.

The pictures show: {legend(options, "the strength")}.""",
        hints=(
            "Which of the five inputs tells the classes of XOR apart by itself?",
            r"The larger $\lambda$, the fewer weights differ from 0 and the smaller they are.",
        ),
    )


DEEP: dict[str, tuple[str, str, str]] = {  # the layers: activation, initializer, their gradients
    "sigmoid units and Xavier's weights": (
        "sigmoid",
        "xavier_uniform",
        "the slope of a sigmoid is at most a quarter, so the length shrinks on the way back",
    ),
    "tanh units and Xavier's weights": (
        "tanh",
        "xavier_uniform",
        "slopes near 1 and weights of the right size keep the length about the same",
    ),
    "tanh units and normal weights with standard deviation 0.01": (
        "tanh",
        "small_normal",
        "each gradient has all the other layers' tiny weights as factors, so all are about equally"
        " tiny",
    ),
    "ReLU units and standard normal weights": (
        "relu",
        "unit_normal",
        "the weights more than make up for what ReLU cuts, so all gradients are large",
    ),
}


def layer_gradients(rng: np.random.Generator) -> Variant:
    draw, depth = random_draw(rng), int(rng.choice([4, 5, 6]))

    def picture(name: str) -> Picture:
        kind, start, _ = DEEP[name]
        settings = run_settings(draw, data="circle", units=(8,) * depth)
        settings = replace(settings, activations=(kind,) * depth, initializer=start)
        lengths = np.array([layer.gradient_norm for layer in look_at_layers(*trained(settings, 0))])
        points = {"gradient": (np.arange(1.0, depth + 2), lengths)}
        named = {"the layers": name}
        return Picture("layer", "length of the gradient", named, points=points, log_y=True)

    right, *others = (str(name) for name in rng.permutation(list(DEEP)))
    wrong = [(picture(name), f"This has {name}: {DEEP[name][2]}.") for name in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The playground's data is Circle without noise, 80 examples (random draw {draw}).
Half of them train. A network reads $x_1$ and $x_2$ and has {depth} hidden layers of 8 units each,
with {right}; biases start at 0. Before the first step, which picture shows the length of the
gradient by the weights of each layer, on a log axis, from the first hidden layer (1) to the output
({depth + 1})?""",
        answer=options,
        solution=rf"""With {right}, {DEEP[right][2]}. That is picture {right_letter(options)}.

A gradient by a layer's weights is the product of what comes in from below and what comes back from
above. The pictures show: {legend(options, "the layers")}.""",
        hints=(
            "What does one layer multiply a gradient by on its way back?",
            "What does one layer do to a signal on its way forward?",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    item(
        "regularization/playground-fits",
        "Predict the picture: training and test loss on noisy XOR",
        "medium",
        "Goodfellow, Bengio & Courville 2016, section 5.2; handbook chapter 5",
        90,
        fits,
    ),
    item(
        "regularization/playground-l1",
        "Predict the picture: weights under an L1 penalty",
        "medium",
        "Tibshirani 1996; Parikh & Boyd 2014, section 6.5.2; handbook chapter 5",
        90,
        penalties,
    ),
    item(
        "vanishing/playground-layer-gradients",
        "Predict the picture: gradients before the first step",
        "hard",
        "Glorot & Bengio 2010; He et al. 2015; handbook chapter 6",
        120,
        layer_gradients,
    ),
)
