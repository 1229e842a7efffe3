"""What the units of a trained network respond to: from edges at places to whole shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.activations import as_floats
from engine.network import Network, mlp
from engine.optimizers import AdamW
from engine.stopping import at_epoch
from engine.studies.shapes import SHAPES, SIDE, Pictures, pictures
from engine.task import Examples, Task
from engine.training import train
from engine.types import Array

UNITS = (16, 8)  # of the two hidden layers
UPDATES, BATCH = 300, 20  # the same work for any number of examples
RATE, DECAY = 0.01, 0.3
TEST_SIZE = 600
LAYERS = ("pixels", "hidden layer 1", "hidden layer 2", "output")
SIZES = (30, 60, 120, 240, 480, 960)  # of the training sets of the error curve
BAR = 5  # pixels of the short bars that probe a unit


@dataclass(frozen=True, eq=False)
class ShapeModel:
    """A network 144-16-8-6 trained on pictures of shapes, and its responses to fresh ones.

    `responses` holds one array (n, units) for each of LAYERS: pixels, hidden, hidden, logits.
    """

    network: Network
    theta: Array
    test: Pictures
    responses: tuple[Array, ...]

    def respond(self, x: ArrayLike) -> tuple[Array, ...]:
        """What each of LAYERS passes on for pictures x (n, 144)."""
        logits, trace = self.network.forward(self.theta, x)
        return as_floats(x), trace.outputs[1], trace.outputs[3], logits

    @cached_property
    def selectivities(self) -> tuple[Array, ...]:
        """eta squared of each unit (units,), for each of LAYERS."""
        return tuple(selectivity(values, self.test.y) for values in self.responses)

    @cached_property
    def class_means(self) -> tuple[Array, ...]:
        """Mean response (classes, units) to each class, for each of LAYERS."""
        return tuple(class_means(values, self.test.y) for values in self.responses)

    def error(self) -> float:
        """Share of the fresh pictures that are put in a wrong class."""
        return float(np.mean(self.responses[-1].argmax(axis=1) != self.test.y))


def train_shapes(n: int, noise: float, seed: int) -> ShapeModel:
    """A network trained by AdamW on n pictures; `seed` draws them, the weights and the batches."""
    rng = np.random.default_rng([2, seed])
    examples = pictures(rng, n, noise)
    network = mlp([SIDE * SIDE, *UNITS, len(SHAPES)], hidden="relu")
    task = Task(
        network,
        "cross_entropy",
        AdamW(RATE, weight_decay=DECAY),
        Examples(examples.x, np.eye(len(SHAPES))[examples.y]),
        batch_size=BATCH,
    )
    epochs = -(-UPDATES * BATCH // n)
    *_, last = train(task, network.initialize(rng, "he_normal"), rng, [at_epoch(epochs)])
    test = pictures(np.random.default_rng(1), TEST_SIZE, noise)
    untested = ShapeModel(network, last.theta, test, ())
    return ShapeModel(network, last.theta, test, untested.respond(test.x))


def class_means(values: Array, classes: NDArray[np.intp]) -> Array:
    """Mean value (k, d) in each of the classes 0..k-1 of values (n, d); each class occurs."""
    one_hot = np.eye(int(classes.max()) + 1)[classes]
    return np.asarray(one_hot.T @ values / one_hot.sum(axis=0)[:, None])


def selectivity(values: Array, classes: NDArray[np.intp]) -> Array:
    """eta squared (d,): the share of each column's variance that lies between the classes.

    0 where a class says nothing of the value, or where the value is constant; 1 where it says
    all (Fisher 1925, the correlation ratio).
    """
    weights = np.bincount(classes) / len(classes)
    between = weights @ (class_means(values, classes) - values.mean(axis=0)) ** 2
    total = values.var(axis=0)
    varies = np.ptp(values, axis=0) > 0
    return np.where(varies, between / np.where(varies, total, 1.0), 0.0)


def short_bars() -> tuple[Array, NDArray[np.intp]]:
    """Noiseless bars of BAR pixels at every place: pictures (m, 144), and (m, 3) whether vertical,
    row and column of the middle, from 0."""
    half, places = BAR // 2, []
    for upright in (0, 1):
        margin = (half, 0) if upright else (0, half)
        for row in range(margin[0], SIDE - margin[0]):
            places += [(upright, row, c) for c in range(margin[1], SIDE - margin[1])]
    bars = np.zeros((len(places), SIDE, SIDE))
    for bar, (upright, row, column) in zip(bars, places, strict=True):
        if upright:
            bar[row - half : row + half + 1, column] = 1
        else:
            bar[row, column - half : column + half + 1] = 1
    return bars.reshape(len(places), -1), np.array(places)


def error_curve(noise: float, seed: int) -> Iterator[tuple[int, float]]:
    """(examples, test error) of a network trained on each of SIZES, one after the other."""
    for n in SIZES:
        yield n, train_shapes(n, noise, seed).error()
