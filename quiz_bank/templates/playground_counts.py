"""What can be counted of a playground run before it starts, and what its numbers say."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from engine.playground.build import build
from engine.playground.features import FEATURES
from engine.playground.look import look_at_layers
from engine.playground.run import begin
from quiz_bank.model import Question, Variant
from quiz_bank.templates.draws import distinct, until
from quiz_bank.templates.latex import equals, number
from quiz_bank.templates.playground import item, listed, run_settings


def parameters(rng: np.random.Generator) -> Variant:
    d, classes = int(rng.integers(2, 8)), int(rng.integers(3, 7))
    a, b = (int(units) for units in distinct(rng, range(3, 9), 2))
    settings = run_settings(1, data="gaussians", classes=classes, units=(a, b))
    experiment = build(replace(settings, features=tuple(FEATURES)[:d]))
    weights = d * a + a * b + b * classes
    answer = float(weights + a + b + classes)
    return Variant(
        prompt=rf"""A network of the playground reads {d} features, has hidden layers of {a} and
{b} units without batch norm, and tells {classes} classes apart with one output for each.

How many parameters does it have?""",
        answer=answer,
        objective=lambda x: float(x**2 * experiment.network.size / 2),
        at=np.array(1.0),
        solution=rf"""A layer has a weight for each pair of an input and an output, and a bias for
each output.

First hidden layer: ${d} \cdot {a} + {a} = {d * a + a}$. Second:
${a} \cdot {b} + {b} = {a * b + b}$. Output:
${b} \cdot {classes} + {classes} = {b * classes + classes}$.

Together ${d * a + a} + {a * b + b} + {b * classes + classes} = {number(answer)}$.""",
        hints=(
            "There are three layers of weights: two hidden ones and the output.",
            rf"The first hidden layer has ${d} \cdot {a}$ weights and {a} biases.",
        ),
        wrong={
            "no_biases": float(weights),
            "output_not_counted": float(d * a + a + a * b + b),
            "first_layer_not_counted": float(a * b + b + b * classes + classes),
            "one_bias_per_layer": float(weights + 3),
            "units_for_weights": float(d + a + b + classes),
        },
    )


def updates(rng: np.random.Generator) -> Variant:
    n, share = int(rng.integers(10, 60)) * 20, int(rng.choice([40, 60, 70, 80]))
    epochs, training = int(rng.choice([12, 15, 20, 25, 40])), n * share // 100
    batch = until(lambda: int(rng.integers(7, 33)), lambda b: 0 < training % b < 0.8 * b)
    whole, rest = divmod(training, batch)
    settings = run_settings(1, n=n, share=share / 100, batch_size=batch)
    per_epoch = whole + 1
    answer = float(epochs * per_epoch)
    return Variant(
        prompt=rf"""In the playground there are {n} examples, of which {share} percent train. A
batch has {batch} examples; where they do not come out even, the last batch of an epoch takes what
is left. Training runs for {epochs} epochs.

How many updates of the parameters are that?""",
        answer=answer,
        objective=lambda x: float(x**2 * epochs * build(settings).steps_per_epoch / 2),
        at=np.array(1.0),
        solution=rf"""${n} \cdot {share} / 100 = {training}$ examples train. They make {whole} whole
batches of {batch} and one more of the {rest} that are left over: {per_epoch} updates in an epoch.

In {epochs} epochs ${epochs} \cdot {per_epoch} = {number(answer)}$.""",
        hints=(
            "Only the training examples are put into batches.",
            f"{training} examples train. How many batches of {batch} do they make, the last one"
            " included?",
        ),
        wrong={
            "all_examples_trained_on": float(epochs * -(-n // batch)),
            "last_batch_left_out": float(epochs * whole),
            "epochs_run_together": float(-(-epochs * training // batch)),
            "one_epoch_counted": float(per_epoch),
            "one_update_per_example": float(epochs * training),
        },
    )


CORNERS = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
LABELS = np.array([0, 1, 0, 1])


def best_of_lines(counts: NDArray[np.int_]) -> int:
    """The most examples that a line gets right, by trying lines of all directions and places; the
    clouds (4,) lie in CORNERS."""
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False) + 0.01
    best = 0
    for angle, place in product(angles, (-1.2, -0.6, 0.0, 0.6, 1.2)):
        above = CORNERS @ [np.cos(angle), np.sin(angle)] > place
        best = max(best, int(counts[above == LABELS].sum()))
    return best


def line_on_xor(rng: np.random.Generator) -> Variant:
    counts = distinct(rng, range(12, 64, 2), 4).astype(int)
    n, fewest = int(counts.sum()), int(counts.min())
    answer = (n - fewest) / n
    ordered = np.sort(counts)
    words = listed([str(count) for count in counts])
    return Variant(
        prompt=rf"""Four small clouds of points lie in the corners of a square, as in XOR: upper
right and lower left belong to class 0, upper left and lower right to class 1. Counterclockwise from
the upper right one they have {words} points. A network without a hidden layer reads $x_1$ and
$x_2$.

What is the largest accuracy it can have on these points, as a number from 0 to 1?""",
        answer=answer,
        objective=lambda x: float(x**2 * best_of_lines(counts) / n / 2),
        at=np.array(1.0),
        solution=rf"""Without a hidden layer the two classes are divided by a straight line. No line
has both clouds of class 0 on one side and both of class 1 on the other: the diagonals cross.

But a line can cut off any single corner, and so get three clouds right and one wrong. It is best to
give up the smallest cloud, of {fewest} points.

Of {n} points {n - fewest} are right: ${n - fewest} / {n} {equals(answer)}$.""",
        hints=(
            "Can a line get all four clouds right? Can it get three?",
            "Which of the four clouds is it best to give up?",
        ),
        wrong={
            "line_no_better_than_chance": 0.5,
            "xor_taken_for_separable": 1.0,
            "two_clouds_given_up": float(ordered[2:].sum() / n),
            "largest_cloud_given_up": float(ordered[:3].sum() / n),
            "complement": fewest / n,
        },
    )


def gradient_factor(rng: np.random.Generator) -> Variant:
    draw, depth = int(rng.integers(1, 200)), int(rng.integers(3, 7))
    settings = run_settings(draw, data="circle", units=(8,) * depth)
    experiment = build(replace(settings, activations=("sigmoid",) * depth))
    looks = look_at_layers(experiment, begin(experiment))
    norms = np.array([float(f"{look.gradient_norm:.3g}") for look in looks])
    steps = norms[:-1] / norms[1:]
    ratio = norms[0] / norms[-1]
    answer = float(ratio ** (1 / depth))
    shown = listed([f"${number(norm)}$" for norm in norms])
    return Variant(
        prompt=rf"""A playground network has {depth} hidden layers of 8 sigmoid units and starts
with Xavier's weights. Before the first step it reports the lengths of the gradients by the weights
of its layers, from the first hidden layer to the output: {shown}.

By which factor does the length change per layer on the way back from the output to the first hidden
layer, as a geometric mean?""",
        answer=answer,
        objective=lambda x: float(x**2 / 2 * np.exp(np.log(steps).mean())),
        at=np.array(1.0),
        solution=rf"""From the output to the first hidden layer there are {depth} steps, and
together they change the length by the factor
${number(norms[0])} / {number(norms[-1])} {equals(ratio)}$.

A factor that gives the same when it is multiplied {depth} times is the root of that order. A factor
below 1 means that gradients vanish on the way back: the slope of a sigmoid is at most a quarter.

Per layer: ${number(ratio)}^{{1/{depth}}} {equals(answer)}$.""",
        hints=(
            "The lengths between the two ends do not matter for a geometric mean.",
            f"Between {depth + 1} layers there are {depth} steps.",
        ),
        wrong={
            "factor_of_all_steps": float(ratio),
            "layers_for_steps": float(ratio ** (1 / (depth + 1))),
            "forward_for_backward": 1 / answer,
            "factor_divided": float(ratio / depth),
            "arithmetic_mean_of_factors": float(steps.mean()),
        },
    )


QUESTIONS: tuple[Question, ...] = (
    item(
        "learning/playground-line-on-xor",
        "The best line on XOR",
        "medium",
        "Minsky & Papert 1969; handbook chapter 1",
        90,
        line_on_xor,
        "number",
    ),
    item(
        "basics/playground-parameters",
        "Parameters of a playground network",
        "easy",
        "Goodfellow, Bengio & Courville 2016, section 6.4; handbook chapter 2",
        90,
        parameters,
        "number",
    ),
    item(
        "optimizers/playground-updates",
        "Updates in a playground run",
        "easy",
        "Goodfellow, Bengio & Courville 2016, section 8.1.3; handbook chapter 4",
        75,
        updates,
        "number",
    ),
    item(
        "vanishing/playground-gradient-factor",
        "What is wrong with this run: gradients by layer",
        "medium",
        "Glorot & Bengio 2010; handbook chapter 6",
        120,
        gradient_factor,
        "number",
    ),
)
