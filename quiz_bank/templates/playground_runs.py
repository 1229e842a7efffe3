"""What is wrong with this run: a report in numbers, to be matched with its fault and picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from engine.playground.look import look_at_layers
from engine.playground.run import outputs, score
from engine.playground.settings import Settings
from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.latex import number
from quiz_bank.templates.pictures import legend, lettered, right_letter
from quiz_bank.templates.playground import (
    Curves,
    item,
    listed,
    loss_curves,
    percent,
    random_draw,
    run_settings,
    surface,
    trained,
)

CUT = 3.0  # losses above it leave the picture
ORDER = ("overfits", "well", "dead", "jumps")  # what fails most often first, to redraw soon
JUMPING = 7  # losses at the end of a run that jumps, where it must do so still

RUNS = {  # a run: what its owner chose, and what comes of it
    "well": (
        "ReLU units and Adam with the rate 0.05",
        "nothing is wrong: both losses fall and stay low, and the gradients are small because"
        " little is left to learn",
    ),
    "dead": (
        "ReLU units and SGD with the rate 10",
        "a huge step has pushed all ReLU units of the second layer below 0 on every training"
        " example: the layer is dead, no gradient passes, and only the output's bias still moves",
    ),
    "jumps": (
        "tanh units and SGD with the rate 15",
        "the rate is far too large: steps overshoot, the loss jumps up and down, and the run"
        " does not settle on a good map",
    ),
    "overfits": (
        "ReLU units and Adam with the rate 0.05, but only a tenth of the examples for training",
        "it overfits: a few examples are learned by heart, and the test loss rises",
    ),
}


def _chosen(run: str, usual: Settings) -> Settings:
    relu = replace(usual, activations=("relu", "relu"), initializer="he_normal")
    return {
        "well": relu,
        "dead": replace(relu, optimizer="SGD", rate=10.0),
        "jumps": replace(usual, optimizer="SGD", rate=15.0),
        "overfits": replace(relu, share=0.1),
    }[run]


def _as_said(run: str, curves: Curves) -> bool:
    """Whether RUNS is right about this run."""
    end, test, training = score(curves.experiment, curves.end), curves.test[1], curves.training[1]
    if run == "well":
        good = min(end.training_quality, end.test_quality) >= 0.9
        return bool(good and test[-1] < test.min() + 0.05)
    if run == "overfits":
        return bool(training[-1] < 0.1 and test[-1] > test.min() + 0.1)
    if run == "jumps":
        return bool(end.training_quality < 0.9 and np.ptp(training[-JUMPING:]) > 0.2)
    looks = look_at_layers(curves.experiment, curves.end)
    return looks[1].dead == 1 and not any(look.gradient_norm for look in looks)


def _rounded(values: list[float]) -> str:
    return listed([f"${number(float(f'{value:.2g}'))}$" for value in values])


def loss_fault(rng: np.random.Generator) -> Variant:
    epochs = int(rng.choice([44, 48, 52, 56]))

    def run_of(draw: int, run: str) -> Curves:
        usual = run_settings(draw, data="circle", noise=0.15, n=160, units=(8, 8), rate=0.05)
        return loss_curves(_chosen(run, usual), epochs, 4)

    def typical(draw: int) -> bool:
        return all(_as_said(run, run_of(draw, run)) for run in ORDER)

    draw = random_draw(rng, typical)
    runs = {run: run_of(draw, run) for run in RUNS}

    def report(run: str) -> str:
        experiment, end = runs[run].experiment, runs[run].end
        scores, looks = score(experiment, end), look_at_layers(experiment, end)
        return (
            f"training accuracy {percent(scores.training_quality)}, test accuracy"
            f" {percent(scores.test_quality)}, dead units"
            f" {listed([percent(look.dead) for look in looks[:-1]])} of the hidden layers, lengths"
            f" of the three layers' gradients {_rounded([look.gradient_norm for look in looks])}"
        )

    reports = {run: report(run) for run in RUNS}

    def picture(run: str) -> Picture:
        named = {"the choice": RUNS[run][0], "the report": reports[run]}
        lines = {"training loss": runs[run].training, "test loss": runs[run].test}
        lines = {name: (at, np.where(y <= CUT, y, np.nan)) for name, (at, y) in lines.items()}
        return Picture("epoch", "loss", named, lines=lines)

    right, *others = (str(run) for run in rng.permutation(list(RUNS)))
    wrong = [(picture(run), f"These are {RUNS[run][0]}: {RUNS[run][1]}.") for run in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The playground's data is Circle with noise 0.15, 160 examples (random draw
{draw}). Half of them train unless something else is said, and a batch is the whole training set.
Four people train a network with two hidden layers of 8 units for {epochs} epochs. They choose:
{"; ".join(RUNS[run][0] for run in sorted(RUNS))}.

One of the runs reports at its end: {reports[right]}.

What is wrong with this run, if anything? Choose the picture of its losses. Losses above
{number(CUT)} are cut off.""",
        answer=options,
        solution=rf"""The report is that of {RUNS[right][0]}: {RUNS[right][1]}. That is picture
{right_letter(options)}.

Read a report in this order. A layer whose units are all dead passes no gradient: all lengths are
exactly 0, and nothing but the output's bias can be learned any more. (Some dead units beside living
ones are common with ReLU and need not hurt.) A training accuracy far from full although gradients
flow can mean steps that are too long; a test accuracy far below the training accuracy means
overfitting. The pictures show:
{legend(options, "the choice")}.""",
        hints=(
            "Does any gradient still reach the weights?",
            "Compare the training accuracy with the test accuracy.",
        ),
    )


PLACES = np.array([[0.0, 0.0], [3.5, 0.0], [-3.5, 0.0], [0.0, 3.5], [0.0, -3.5]])

FAULTS = {  # a network: what was chosen, and what comes of it
    "well": (
        "8 tanh units that read $x_1$ and $x_2$",
        "nothing is wrong: low in the middle, high all around",
    ),
    "blind": (
        "8 tanh units that read $x_1$ alone",
        "without $x_2$ all points above one another look alike, so the map has vertical stripes",
    ),
    "narrow": (
        "1 tanh unit that reads $x_1$ and $x_2$",
        "one unit can only cut the plane once, so one side of the ring is taken for the disk",
    ),
    "linear": (
        "8 linear units that read $x_1$ and $x_2$",
        "linear units make one linear function of the inputs, and no straight line tells a ring"
        " from the disk inside it, so the probability is undecided in the middle",
    ),
}
BUILDS: dict[str, dict[str, Any]] = {
    "well": {"units": (8,)},
    "blind": {"units": (8,), "features": ("x1",)},
    "narrow": {"units": (1,)},
    "linear": {"units": (8,), "activations": ("linear",)},
}


def _seen(settings: Settings, epochs: int) -> Array:
    """The probability of class 1 at each of PLACES (5,)."""
    experiment, moment = trained(settings, epochs)
    inputs = PLACES[:, : len(settings.features)]
    return outputs(experiment, moment, inputs)[:, 1]


def surface_fault(rng: np.random.Generator) -> Variant:
    n, epochs = int(rng.choice([160, 180, 200])), 50

    def settings_of(draw: int, run: str) -> Settings:
        return run_settings(draw, data="circle", n=n, rate=0.2, **BUILDS[run])

    def learns(draw: int) -> bool:
        middle, *around = _seen(settings_of(draw, "well"), epochs)
        return bool(middle < 0.5 < min(around))

    draw = random_draw(rng, learns)
    runs = {run: settings_of(draw, run) for run in FAULTS}

    def report(run: str) -> str:
        experiment, end = trained(runs[run], epochs)
        scores, looks = score(experiment, end), look_at_layers(experiment, end)
        shown = [f"{p:.2f}" for p in _seen(runs[run], epochs)]
        return (
            f"training accuracy {percent(scores.training_quality)}, training loss"
            f" {scores.training_loss:.2g}, lengths of the two layers' gradients"
            f" {_rounded([look.gradient_norm for look in looks])}, probabilities {listed(shown)}"
        )

    def picture(run: str) -> Picture:
        named = {"the choice": FAULTS[run][0], "the report": report(run)}
        return surface(runs[run], epochs, named)

    right, *others = (str(run) for run in rng.permutation(list(FAULTS)))
    wrong = [(picture(run), f"This has {FAULTS[run][0]}: {FAULTS[run][1]}.") for run in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The playground's data is Circle without noise: class 0 is a disk around the
center, class 1 a ring around that, {n} examples (random draw {draw}). Half of them train. Four
people train a network with one hidden layer by {epochs} epochs of Adam with the learning rate 0.2
and the whole training set as its batch. Their hidden layers are:
{"; ".join(FAULTS[run][0] for run in sorted(FAULTS))}.

One of the runs reports at its end: {report(right)}. The probabilities are those of class 1 at
$(0,\ 0)$, $(3.5,\ 0)$, $(-3.5,\ 0)$, $(0,\ 3.5)$ and $(0,\ -3.5)$.

What is wrong with this run, if anything? Choose the map of its probability of class 1.""",
        answer=options,
        solution=rf"""The report is that of {FAULTS[right][0]}: {FAULTS[right][1]}. That is picture
{right_letter(options)}.

Of the five points the first belongs to class 0 and the four others to class 1. The maps come from:
{legend(options, "the choice")}.""",
        hints=(
            "Which of the five probabilities are wrong, and on which side?",
            "Does the probability depend on $x_2$, on both inputs, or on none?",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    item(
        "troubleshooting/playground-losses",
        "What is wrong with this run: its losses",
        "hard",
        "Goodfellow, Bengio & Courville 2016, section 11.5; Lu et al. 2020",
        150,
        loss_fault,
    ),
    item(
        "troubleshooting/playground-surface",
        "What is wrong with this run: its map",
        "medium",
        "Goodfellow, Bengio & Courville 2016, sections 6.1 and 11.5",
        120,
        surface_fault,
    ),
)
