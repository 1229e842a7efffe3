"""Chapter 9: bugs of a training loop by the pictures they make, to be predicted."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from engine.batches import batches
from engine.losses import LOSSES
from engine.optimizers import GD
from engine.types import Array
from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.draws import INTEGERS, distinct, one
from quiz_bank.templates.latex import equals, number, signed
from quiz_bank.templates.parabola import moved
from quiz_bank.templates.pictures import legend, lettered, right_letter

EXAMPLES, BATCH, EPOCHS = 120, 20, 4
PER_EPOCH = EXAMPLES // BATCH
CUT = 1.3  # losses above it leave the picture
STEPS = 30

BUGS: dict[str, tuple[str, str]] = {  # what the loop does, and what its losses look like
    "shuffled": (
        "draws a new random order of the examples for each epoch",
        "the losses scatter from batch to batch, and on the whole they fall",
    ),
    "sorted": (
        "takes the examples sorted by class, in the same order in each epoch",
        "after a first shock, where the class changes, one pattern comes back every"
        f" {PER_EPOCH} steps: the unit leans toward the class that it sees and forgets the other",
    ),
    "apart": (
        "shuffles the labels apart from the inputs before training",
        r"the losses stay near $\ln 2 \approx 0.693$, because the inputs say nothing about the"
        " labels that they are given",
    ),
    "uphill": (
        "adds the step to the weights where it should subtract it",
        "the losses climb from the first steps on and leave the picture",
    ),
}


@lru_cache(maxsize=256)
def batch_losses(bug: str, distance: float, rate: float, seed: int) -> Array:
    """The loss (steps,) of each batch, before its step, of a logistic unit of one input."""
    rng, loss, rule = np.random.default_rng(seed), LOSSES["binary_cross_entropy"], GD(rate)
    labels = np.repeat([0.0, 1.0], EXAMPLES // 2)
    inputs = distance * (labels - 0.5) + rng.normal(size=EXAMPLES)
    x = np.column_stack([inputs, np.ones(EXAMPLES)])
    y = rng.permutation(labels) if bug == "apart" else labels
    theta, losses = np.zeros(2), []
    for _ in range(EPOCHS):
        orders = list(batches(rng, EXAMPLES, BATCH))
        in_order = np.arange(EXAMPLES).reshape(PER_EPOCH, BATCH)
        for rows in in_order if bug == "sorted" else orders:
            logits = x[rows] @ theta
            losses.append(loss.value(logits, y[rows]))
            gradient = x[rows].T @ loss.gradient(logits, y[rows])
            theta = moved(rule, theta, -gradient if bug == "uphill" else gradient, ())
    return np.array(losses)


def losses_of_batches(rng: np.random.Generator) -> Variant:
    distance, rate = one(rng, (1.6, 1.8, 2.0)), one(rng, (1.0, 1.25, 1.5))
    draw = int(rng.integers(1, 9))
    steps = np.arange(1.0, EPOCHS * PER_EPOCH + 1)

    def picture(bug: str) -> Picture:
        losses = batch_losses(bug, distance, rate, draw)
        lines = {"loss": (steps, np.where(losses <= CUT, losses, np.nan))}
        return Picture("step", "loss of the batch", {"the loop": BUGS[bug][0]}, lines=lines)

    right, *others = (str(bug) for bug in rng.permutation(list(BUGS)))
    wrong = [(picture(bug), f"This loop {BUGS[bug][0]}: {BUGS[bug][1]}.") for bug in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""A logistic unit with one input learns two classes of {EXAMPLES // 2} examples
each. The inputs have standard deviation 1 within each class, and the classes lie
${number(distance)}$ apart (random draw {draw}). It starts at zero and makes {EPOCHS} epochs with
batches of {BATCH} and the learning rate ${number(rate)}$. The loop {BUGS[right][0]}. Which picture
shows the loss of each batch before its step? Losses above {number(CUT)} are cut off.""",
        answer=options,
        solution=rf"""An epoch has {EXAMPLES} / {BATCH} = {PER_EPOCH} steps, and the first loss is
$\ln 2 \approx 0.693$ in each picture.

This loop {BUGS[right][0]}. So the picture is this: {BUGS[right][1]}. That is picture
{right_letter(options)}.

The pictures show a loop that: {legend(options, "the loop")}.""",
        hints=(
            f"How many steps make one epoch of {EXAMPLES} examples?",
            "What do two batches in a row have in common in this loop?",
        ),
    )


Keep = Callable[[int], float]  # the share of the stored gradient that step number t starts from


def _rules(period: int) -> dict[str, tuple[Keep, str]]:
    return {
        "is set to zero before every step": (
            lambda t: 0.0,
            "the weight comes closer by the same factor at every step",
        ),
        "is never set to zero": (
            lambda t: 1.0,
            "the sum of all gradients carries the weight past the minimum, again and again, and"
            " nothing damps the swing",
        ),
        f"is set to zero only before the first of every {period} steps": (
            lambda t: float(t % period != 0),
            "the weight gathers speed in each stretch and loses it at once when the sum is"
            f" cleared, so that its course has a bend every {period} steps",
        ),
        "is multiplied by 0.9 before every step": (
            lambda t: 0.9,
            "old gradients fade, as in momentum: the weight overshoots, and the swing dies out",
        ),
    }


def stored_gradients(rng: np.random.Generator) -> Variant:
    (goal, start), c = distinct(rng, INTEGERS, 2), one(rng, (2.0, 4.0, 5.0))
    pull, period = one(rng, (0.05, 0.06, 0.08)), int(rng.choice([5, 6, 7]))
    eta, rules = round(pull / c, 6), _rules(period)

    def picture(name: str) -> Picture:
        rule, w, stored, path = GD(eta), start, 0.0, [start]
        for t in range(STEPS):
            stored = rules[name][0](t) * stored + c * (w - goal)
            w = moved(rule, w, stored, ())
            path.append(w)
        lines = {"weight": (np.arange(STEPS + 1.0), np.array(path))}
        return Picture("step", "weight w", {"the stored gradient": name}, lines=lines)

    right, *others = (str(name) for name in rng.permutation(list(rules)))
    wrong = [
        (picture(name), f"Here the stored gradient {name}: {rules[name][1]}.") for name in others
    ]
    options = lettered(rng, picture(right), wrong)
    period_of_swing = 2 * np.pi / np.arccos(1 - pull / 2)
    return Variant(
        prompt=rf"""In a framework each backward pass adds its gradient to the stored one, and the
optimizer steps along what is stored. Gradient descent on
$J(w) = \tfrac{{{number(c)}}}{{2}} (w {signed(-goal)})^2$ starts at $w = {number(start)}$ with
$\eta = {number(eta)}$. In this loop the stored gradient {right}. Which picture shows the
weight?""",
        answer=options,
        solution=rf"""If the stored gradient {right}, {rules[right][1]}. That is picture
{right_letter(options)}.

With zeroing, a step multiplies the distance to the minimum by
$1 - {number(eta)} \cdot {number(c)} {equals(1 - pull)}$. Without, the stored sum acts as a velocity
that nothing slows: momentum with the factor 1. The weight then swings like a spring, once in about
{period_of_swing:.3g} steps.

In the pictures the stored gradient: {legend(options, "the stored gradient")}.""",
        hints=(
            "What is stored when the weight passes the minimum, where the new gradient is zero?",
            "Compare with momentum: which factor does the old velocity get there?",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        id="troubleshooting/losses-of-batches",
        chapter=9,
        topic="troubleshooting",
        title="Predict the picture: the loss of each batch",
        difficulty="medium",
        kind="picture",
        source="Goodfellow, Bengio & Courville 2016, sections 8.1.3 and 11.5",
        seconds=120,
        make=losses_of_batches,
        tags=frozenset({"complete"}),
    ),
    Question(
        id="troubleshooting/stored-gradients",
        chapter=9,
        topic="troubleshooting",
        title="Predict the picture: gradients that are kept",
        difficulty="hard",
        kind="picture",
        source="Polyak 1964; Paszke et al. 2019",
        seconds=150,
        make=stored_gradients,
        tags=frozenset({"complete"}),
    ),
)
