"""What curves of a playground run look like, to be predicted from its settings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.playground.build import build
from engine.playground.settings import Settings
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.latex import number
from quiz_bank.templates.pictures import legend, lettered, right_letter
from quiz_bank.templates.playground import (
    Curves,
    item,
    loss_curves,
    random_draw,
    run_settings,
)

SHARES = (0.02, 0.15, 0.9, 2.2)  # learning rates, as multiples of 1 over the largest curvature
COURSES = (
    "far below that, each step closes a small share of the distance only",
    "below it, each step closes a fair share of the distance",
    "close to 1 over it, a step removes nearly the whole error along the steepest direction",
    "above 2 over it, the error along the steepest direction grows with each step, and sooner or"
    " later the loss with it",
)


def _plane(draw: int) -> Settings:
    return run_settings(draw, data="plane", noise=0.02, optimizer="SGD")


def _curvature(draw: int) -> float:
    """The largest one of half the mean squared error on this draw's training examples."""
    x = build(_plane(draw)).task.training.x
    rows = np.column_stack([x, np.ones(len(x))])
    return float(np.linalg.eigvalsh(rows.T @ rows / len(x))[-1])


def _rates(curvature: float) -> list[str]:
    return [f"{share / curvature:.2g}" for share in SHARES]


def rates(rng: np.random.Generator) -> Variant:
    epochs = int(rng.choice([10, 12, 14]))

    def run_of(draw: int, rate: str) -> Curves:
        return loss_curves(replace(_plane(draw), rate=float(rate)), epochs)

    def grows(draw: int) -> bool:
        losses = run_of(draw, _rates(_curvature(draw))[-1]).training[1]
        return bool(losses[-1] > max(losses[0], losses[-2]))

    draw = random_draw(rng, grows)
    curvature = _curvature(draw)
    values = _rates(curvature)
    bound = rf"$2 / {curvature:.3g} = {number(float(f'{2 / curvature:.2g}'))}$"

    def picture(k: int) -> Picture:
        named, lines = {"the rate": values[k]}, {"training loss": run_of(draw, values[k]).training}
        return Picture("epoch", "training loss", named, lines=lines, log_y=True)

    right, *others = (int(k) for k in rng.permutation(len(SHARES)))
    wrong = [(picture(k), f"This is the rate {values[k]}: {COURSES[k]}.") for k in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The playground's data is Plane, a number to predict: a tenth of the sum of the
coordinates, with noise 0.02; 80 examples (random draw {draw}). Half of them train. A network
without a hidden layer reads $x_1$ and $x_2$ and makes {epochs} epochs of gradient descent on half
the mean squared error, each with the whole training set as its batch. The largest curvature of this
loss, over all directions of the parameters, is {curvature:.3g}. The learning rate is
{values[right]}. Which picture shows the training loss, on a log axis?""",
        answer=options,
        solution=rf"""The loss is a parabola in the parameters. Along a direction of curvature $c$
a step multiplies the distance to the minimum by $1 - \eta c$, so descent is stable below
$\eta = 2/c$, here below about {bound}.

The rate is {values[right]}: {COURSES[right]}. That is picture {right_letter(options)}.

The pictures show the rates: {legend(options, "the rate")}.""",
        hints=(
            r"What does one step do to the distance along a direction of curvature $c$?",
            f"Compare the rate with {bound}.",
        ),
    )


TRAINING = 64
SIZES = {  # what each batch size is called
    1: "a single example",
    4: "4 examples",
    16: "16 examples",
    TRAINING: f"all {TRAINING} training examples",
}


def batch_sizes(rng: np.random.Generator) -> Variant:
    draw, noise = random_draw(rng), float(rng.choice([0.2, 0.25, 0.3]))
    rate, epochs = str(rng.choice(["0.01", "0.02"])), 6

    def picture(size: int) -> Picture:
        settings = run_settings(
            draw, data="gaussians", noise=noise, n=2 * TRAINING, optimizer="SGD", rate=float(rate)
        )
        curves = loss_curves(replace(settings, batch_size=size), epochs)
        named, lines = {"the batch": SIZES[size]}, {"training loss": curves.training}
        return Picture("epoch", "training loss", named, lines=lines)

    def updates(size: int) -> str:
        return f"an epoch has {TRAINING // size} update{'s' if size < TRAINING else ''}"

    right, *others = (int(size) for size in rng.permutation(list(SIZES)))
    wrong = [
        (picture(size), f"Here a batch is {SIZES[size]}: {updates(size)} of the same rate.")
        for size in others
    ]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The playground's data is Gaussians with two classes and noise {noise:g},
{2 * TRAINING} examples (random draw {draw}). Half of them train. A network without a hidden layer
reads $x_1$ and $x_2$ and is trained for {epochs} epochs by SGD with the learning rate {rate}, the
same for every batch size. A batch is {SIZES[right]}. The pictures show runs that differ in the
batch size alone: {", ".join(SIZES.values())}. Which one shows this run's training loss after each
epoch?""",
        answer=options,
        solution=rf"""With a batch of {SIZES[right]}, {updates(right)}. The rate is small and the
same in all runs, and the gradient is a mean over the batch, so each update moves about equally far:
the loss falls the faster per epoch, the more updates there are. Ordered from the steepest curve to
the flattest the batches are {"; ".join(SIZES.values())}. That is picture
{right_letter(options)}.

An epoch costs about the same arithmetic whatever the batch, though small batches use the hardware
less well. The pictures show batches of: {legend(options, "the batch")}.""",
        hints=(
            "How many updates does one epoch have?",
            "The gradient is a mean over the batch: a larger batch does not make a longer step.",
        ),
    )


STARTS = {  # initializer: what it is called, and its course
    "zeros": (
        "at zero",
        "no gradient reaches the hidden weights, since it comes through output weights of 0, and"
        " none reaches those, since every hidden output is 0: only the output's bias moves",
    ),
    "small_normal": (
        "normal with standard deviation 0.01",
        "signals are tiny at first and so are the gradients of the weights, so the loss waits near"
        " $\\ln 2 \\approx 0.693$ before it falls",
    ),
    "xavier_uniform": (
        "uniform with Xavier's variance",
        "the units differ and pass signals on from the start, so the loss, not exactly"
        " $\\ln 2$ at first, begins to fall at once",
    ),
}


def starts(rng: np.random.Generator) -> Variant:
    units, epochs = int(rng.choice([4, 5, 6])), 40

    def run_of(draw: int, start: str) -> Curves:
        settings = run_settings(draw, data="circle", units=(units,), rate=0.05, initializer=start)
        return loss_curves(settings, epochs, 2)

    draw = random_draw(rng, lambda draw: run_of(draw, "small_normal").training[1][-1] < 0.55)

    def picture(start: str) -> Picture:
        curves = run_of(draw, start)
        named, lines = {"the weights": STARTS[start][0]}, {"training loss": curves.training}
        return Picture("epoch", "training loss", named, lines=lines)

    right, *others = (str(start) for start in rng.permutation(list(STARTS)))
    wrong = [
        (picture(name), f"Here the weights start {STARTS[name][0]}: {STARTS[name][1]}.")
        for name in others
    ]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The playground's data is Circle without noise: class 0 is a disk around the
center, class 1 a ring around that, 80 examples (random draw {draw}). Half of them train. The
network reads $x_1$ and $x_2$ and has one hidden layer of {units} tanh units; its biases start at 0
and its weights start {STARTS[right][0]}. It makes {epochs} epochs of Adam with the learning rate
0.05 and the whole training set as its batch. Which picture shows its training loss?""",
        answer=options,
        solution=rf"""With weights that start {STARTS[right][0]}, {STARTS[right][1]}. That is
picture {right_letter(options)}.

Weights must start unequal, so that units can become different, and with a size that lets signals
and gradients through. The pictures show weights that start: {legend(options, "the weights")}.""",
        hints=(
            r"Where all outputs of the network are 0 the loss is $\ln 2$.",
            "The gradient of an output weight is a multiple of its hidden unit's output.",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    item(
        "optimizers/playground-rates",
        "Predict the picture: four learning rates on a plane",
        "medium",
        "LeCun, Bottou, Orr & Müller 1998, section 5.1; handbook chapter 4",
        120,
        rates,
    ),
    item(
        "optimizers/playground-batch-size",
        "Predict the picture: batch size and epochs",
        "medium",
        "Bottou, Curtis & Nocedal 2018, section 3.3; handbook chapter 4",
        90,
        batch_sizes,
    ),
    item(
        "vanishing/playground-starts",
        "Predict the picture: where the weights start",
        "medium",
        "Glorot & Bengio 2010; handbook chapter 6",
        90,
        starts,
    ),
)
