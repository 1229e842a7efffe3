"""XOR: the smallest task that no line solves, that one feature made by hand solves, and that a
hidden layer solves by itself (Minsky & Papert 1969; Rumelhart, Hinton & Williams 1986)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats, sigmoid
from engine.data import standardize
from engine.network import Network, mlp
from engine.optimizers import Adam
from engine.training import fit
from engine.types import Array

STEPS = 300
RATE = 0.1
UNDECIDED = 1e-3  # a probability this close to one half is no decision
INNER, OUTER = 0.3, 0.8  # radii of the circles, around the center (0.5, 0.5)


Features = Callable[[ArrayLike], Array]  # what a model reads of points (n, 2): (n, d)


@dataclass(frozen=True, eq=False)
class Points:
    """Points x (n, 2) of the plane with labels y (n,), each 0 or 1."""

    x: Array
    y: Array


def corners(rng: np.random.Generator, n: int, noise: float) -> Points:
    """The four corners of the unit square, label 1 where exactly one coordinate is 1.

    The truth table of XOR: neither `rng` nor `n` nor `noise` changes it.
    """
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return Points(x, np.array([0.0, 1.0, 1.0, 0.0]))


def noisy_corners(rng: np.random.Generator, n: int, noise: float) -> Points:
    """n points around the four corners in turn, moved by a normal draw with sd `noise`."""
    table = corners(rng, n, noise)
    at = np.arange(n) % 4
    return Points(table.x[at] + rng.normal(0, noise, (n, 2)), table.y[at])


def circles(rng: np.random.Generator, n: int, noise: float) -> Points:
    """n points, in turn on a circle of radius 0.3 (label 1) and of radius 0.8 (label 0) around
    (0.5, 0.5), moved by a normal draw with sd `noise`."""
    inside = np.arange(n) % 2
    angle = rng.uniform(0, 2 * np.pi, n)
    place = np.column_stack([np.cos(angle), np.sin(angle)])
    radius = np.where(inside, INNER, OUTER)[:, None]
    return Points(0.5 + radius * place + rng.normal(0, noise, (n, 2)), inside.astype(np.float64))


def raw(x: ArrayLike) -> Array:
    """The features x1, x2 as they are: (n, 2)."""
    return as_floats(x)


def with_product(x: ArrayLike) -> Array:
    """The features x1, x2 and x1 x2: (n, 3). On the corners XOR = x1 + x2 - 2 x1 x2."""
    points = as_floats(x)
    return np.column_stack([points, points[:, 0] * points[:, 1]])


def standardized(points: Points, features: Features) -> Features:
    """The features of coordinates brought to mean 0 and variance 1, as they are on `points`."""
    _, mean, sd = standardize(points.x)
    return lambda x: features((as_floats(x) - mean) / sd)


@dataclass(frozen=True, eq=False)
class Classifier:
    """A network with one logit that reads `features` of the points, and its losses in training."""

    network: Network
    theta: Array
    features: Features
    losses: Array

    def logits(self, x: ArrayLike) -> Array:
        """The logit (n,) of label 1 at points x (n, 2)."""
        return self.network.forward(self.theta, self.features(x))[0][:, 0]

    def probability(self, x: ArrayLike) -> Array:
        """The probability (n,) of label 1 at points x (n, 2), in [0, 1]."""
        return sigmoid(self.logits(x))

    def accuracy(self, points: Points) -> float:
        """Share of points whose label is told; within UNDECIDED of one half counts as label 0."""
        return float(np.mean((self.probability(points.x) > 0.5 + UNDECIDED) == (points.y > 0.5)))

    def is_undecided(self, points: Points) -> bool:
        """Whether every point gets one half, to within UNDECIDED."""
        return bool(np.all(np.abs(self.probability(points.x) - 0.5) <= UNDECIDED))


def train_classifier(
    points: Points,
    features: Features = raw,
    units: int = 0,
    activation: str = "tanh",
    seed: int = 0,
    steps: int = STEPS,
) -> Classifier:
    """A classifier with one hidden layer of `units`, trained by Adam on the whole set at once.

    With 0 units it is logistic regression and starts at zero weights; `seed` draws the others.
    Losses (steps + 1,) are binary cross-entropies in nats.
    """
    x = features(points.x)
    network = mlp([x.shape[1], *[units] * (units > 0), 1], hidden=activation)
    start = network.initialize(np.random.default_rng(seed), "xavier_normal" if units else "zeros")
    trained = fit(network, start, x, points.y[:, None], "binary_cross_entropy", Adam(RATE), steps)
    return Classifier(network, trained.theta, features, trained.losses)


POINTS: dict[str, Callable[[np.random.Generator, int, float], Points]] = {
    "corners": corners,
    "noisy": noisy_corners,
    "circles": circles,
}
