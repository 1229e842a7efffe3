"""Surfaces that networks of the playground draw, to be predicted from data and network."""

from __future__ import annotations

import numpy as np

from quiz_bank.model import Picture, Question, Variant
from quiz_bank.templates.pictures import legend, lettered, right_letter
from quiz_bank.templates.playground import (
    border,
    item,
    random_draw,
    run_settings,
    surface,
    values_of,
)

EPOCHS, RATE = 50, 0.2
HALF = "Half of them train"
ADAM = "Adam with the learning rate 0.2 takes"

READS: dict[str, tuple[tuple[str, ...], str]] = {  # what it reads: its features, its surface
    "$x_1$ and $x_2$": (
        ("x1", "x2"),
        "a sum of the two is linear, so the contours are parallel lines, and none of them can"
        " close around a disk",
    ),
    "$x_1^2$ and $x_2^2$": (
        ("x1x1", "x2x2"),
        "with positive weights a sum of squares grows with the distance, so the contours close"
        " around the center",
    ),
    "$x_1^2$ alone": (("x1x1",), "the height plays no part, and left and right are alike"),
    "$x_2^2$ alone": (("x2x2",), "the width plays no part, and top and bottom are alike"),
}


def features(rng: np.random.Generator) -> Variant:
    draw, n = random_draw(rng), int(rng.choice([80, 100, 120]))

    def picture(reads: str) -> Picture:
        settings = run_settings(draw, data="circle", n=n, rate=RATE, features=READS[reads][0])
        return surface(settings, EPOCHS, {"the inputs": reads})

    right, *others = (str(reads) for reads in rng.permutation(list(READS)))
    wrong = [(picture(reads), f"This reads {reads}: {READS[reads][1]}.") for reads in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The playground's data is Circle without noise: class 0 is a disk around the
center, class 1 a ring around that, {n} examples in all (random draw {draw}). {HALF}. The network
has no hidden layer and reads {right}. {ADAM} {EPOCHS} steps on the whole set. Which map shows its
probability of class 1?""",
        answer=options,
        solution=rf"""Without a hidden layer the probability is $\sigma$ of a weighted sum of what
is read. Here it reads {right}: {READS[right][1]}. That is picture {right_letter(options)}.

The feature does what a hidden layer would otherwise have to learn. The maps come from networks that
read: {legend(options, "the inputs")}.""",
        hints=(
            "A contour of the probability is a contour of the weighted sum of the inputs.",
            f"It reads {right}: for which points is the sum the same?",
        ),
    )


NETWORKS: dict[str, tuple[tuple[int, ...], str, str]] = {  # units, their activation, the surface
    "8 linear units": (
        (8,),
        "linear",
        "linear units make one linear function, whose contours are straight and parallel, and"
        " without a bend no side of the plane can be given up for the disk",
    ),
    "1 tanh unit": (
        (1,),
        "tanh",
        "one unit bends along one line only, so the map has one straight edge with a level on"
        " either side",
    ),
    "2 tanh units": (
        (2,),
        "tanh",
        "two units give two straight edges, here a strip or a wedge that stays open",
    ),
    "8 tanh units": (
        (8,),
        "tanh",
        "with edges from many sides the disk is closed in, all around or nearly so",
    ),
}


def hidden_units(rng: np.random.Generator) -> Variant:
    n = int(rng.choice([160, 200]))

    def map_of(draw: int, network: str) -> Picture:
        units, kind, _ = NETWORKS[network]
        chosen = {"n": n, "rate": RATE, "units": units, "activations": (kind,)}
        settings = run_settings(draw, data="circle", **chosen)
        return surface(settings, EPOCHS, {"the hidden layer": network})

    def closes(draw: int) -> bool:
        return float(np.quantile(border(map_of(draw, "8 tanh units")), 0.1)) > 0.5

    def cuts_once(draw: int) -> bool:
        sides = border(map_of(draw, "1 tanh unit"))
        return bool(sides.min() < 0.5 < sides.max())

    draw = random_draw(rng, lambda draw: closes(draw) and cuts_once(draw))

    def picture(network: str) -> Picture:
        return map_of(draw, network)

    right, *others = (str(network) for network in rng.permutation(list(NETWORKS)))
    wrong = [(picture(name), f"This has {name}: {NETWORKS[name][2]}.") for name in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The playground's data is Circle without noise: class 0 is a disk around the
center, class 1 a ring around that, {n} examples in all (random draw {draw}). {HALF}. The network
reads $x_1$ and $x_2$ and has one hidden layer of {right}. {ADAM} {EPOCHS} steps on the whole set.
Which map shows its probability of class 1?""",
        answer=options,
        solution=rf"""Each hidden unit sees the plane through one direction, and its value changes
across one line. With {right}, {NETWORKS[right][2]}. That is picture {right_letter(options)}.

The maps come from hidden layers of: {legend(options, "the hidden layer")}.""",
        hints=(
            "Along which lines does the value of one hidden unit stay the same?",
            "How many straight edges does it take to close a disk in?",
        ),
    )


LEARNED: dict[str, tuple[str, str]] = {  # the data: its key, and the surface
    "Circle: class 0 a disk around the center, class 1 a ring around that": (
        "circle",
        "the probability is low in the middle and high all around",
    ),
    "XOR: class 1 where $x_1$ and $x_2$ differ in sign": (
        "xor",
        "the probability is high in two opposite corners and low in the two others",
    ),
    "Gaussians: class 0 around $(2.1,\\ 2.1)$, class 1 around $(-2.1,\\ -2.1)$": (
        "gaussians",
        "one edge runs from the upper left to the lower right, high below it",
    ),
    "Sine boundary: class 1 above the curve $3 \\sin x_1$": (
        "sine",
        "the probability is high at the top and low at the bottom, with a winding edge between",
    ),
}


def which_data(rng: np.random.Generator) -> Variant:
    units = int(rng.choice([6, 7, 8]))

    def map_of(draw: int, data: str) -> Picture:
        settings = run_settings(draw, data=LEARNED[data][0], n=200, rate=RATE, units=(units,))
        return surface(settings, EPOCHS, {"the data": data})

    def clear(draw: int) -> bool:
        circle, xor, _, sine = (values_of(map_of(draw, data)) for data in LEARNED)
        ring = circle[[10, 10, 4, 16], [4, 16, 10, 10]]
        corners = xor[[4, 16, 4, 16], [16, 4, 4, 16]]
        whole = sine[-1].min() > 0.5 > sine[0].max() and ring.min() > 0.5 > circle[10, 10]
        return bool(whole and corners[:2].min() > 0.5 > corners[2:].max())

    draw = random_draw(rng, clear)

    def picture(data: str) -> Picture:
        return map_of(draw, data)

    right, *others = (str(data) for data in rng.permutation(list(LEARNED)))
    wrong = [(picture(data), f"The data here is {data}. So {LEARNED[data][1]}.") for data in others]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""A network of the playground reads $x_1$ and $x_2$ and has one hidden layer of
{units} tanh units. Its data is {right}; 200 examples without noise (random draw {draw}). {HALF}.
{ADAM} {EPOCHS} steps on the whole set. Which map shows its probability of class 1?""",
        answer=options,
        solution=rf"""The network has units enough for each of these tasks. The data is {right}. So
{LEARNED[right][1]}. That is picture {right_letter(options)}.

Far from all examples the map only goes on as the units happen to. The maps come from:
{legend(options, "the data")}.""",
        hints=(
            "Where does class 1 lie? The probability is high there.",
            "Go along the two diagonals: how often does the class change?",
        ),
    )


CORNERS = {  # each class of three Gaussians: where its cloud lies
    "class 0": "upper right",
    "class 1": "left, and a little above the middle",
    "class 2": "bottom, and a little right of the middle",
}


def three_classes(rng: np.random.Generator) -> Variant:
    draw, spread = random_draw(rng), float(rng.choice([0.0, 0.05, 0.1]))
    settings = run_settings(draw, data="gaussians", classes=3, noise=spread, rate=RATE)
    shown = list(CORNERS)

    def picture(name: str) -> Picture:
        return surface(settings, EPOCHS, {"the class": name}, shown.index(name))

    right, *others = (str(name) for name in rng.permutation(shown))
    wrong = [
        (picture(name), f"This is the probability of {name}, whose cloud lies {CORNERS[name]}.")
        for name in others
    ]
    options = lettered(rng, picture(right), wrong)
    return Variant(
        prompt=rf"""The playground's data is Gaussians with three classes and noise {spread:g},
80 examples (random draw {draw}). The clouds lie 3 from the center, class 0 in the direction of 45
degrees, counted counterclockwise from the $x_1$ axis, class 1 at 165 and class 2 at 285 degrees.
{HALF}. A network without a hidden layer reads $x_1$ and $x_2$ and ends in a softmax. {ADAM}
{EPOCHS} steps on the whole set. Which map shows the probability of {right}?""",
        answer=options,
        solution=rf"""At 45, 165 and 285 degrees the clouds lie in the upper right, at the left and
at the bottom. The cloud of {right} lies {CORNERS[right]}, so its probability is high there and on
outward. That is picture {right_letter(options)}.

Each logit is linear in $x_1$ and $x_2$, so any two classes are equal along a straight line, and the
plane falls into three wedges. The maps show: {legend(options, "the class")}.""",
        hints=(
            "In which direction from the center does the cloud of this class lie?",
            f"The cloud of {right} lies {CORNERS[right]}.",
        ),
    )


QUESTIONS: tuple[Question, ...] = (
    item(
        "learning/playground-data",
        "Predict the picture: which data was learned",
        "easy",
        "Smilkov et al. 2017, TensorFlow Playground; handbook chapter 1",
        60,
        which_data,
    ),
    item(
        "learning/playground-features",
        "Predict the picture: a circle without a hidden layer",
        "medium",
        "Smilkov et al. 2017, TensorFlow Playground; handbook chapter 1",
        90,
        features,
    ),
    item(
        "basics/playground-hidden-units",
        "Predict the picture: hidden units around a circle",
        "medium",
        "Goodfellow, Bengio & Courville 2016, section 6.4; handbook chapter 2",
        90,
        hidden_units,
    ),
    item(
        "losses/playground-three-classes",
        "Predict the picture: one of three classes",
        "easy",
        "Bishop 2006, section 4.3.4; handbook chapter 3",
        75,
        three_classes,
    ),
)
