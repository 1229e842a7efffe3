"""Which layers learn: how far each weight matrix of a deep network comes in training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from engine.activations import Elementwise
from engine.diagnostics import deep_network
from engine.layers import Activation, Dense, Pass
from engine.losses import LOSSES
from engine.network import Network
from engine.studies.xor import circles
from engine.task import Examples, Rule, Task
from engine.training import train
from engine.types import Array

NOISE = 0.05  # standard deviation of the points around their circles


def deep_classifier(
    depth: int,
    width: int,
    activation: str | Elementwise,
    batch_norm: bool = False,
    branch_scale: float | None = None,
) -> Network:
    """Two inputs, one logit, and `depth` weight matrices; those between the first and the last are
    the layers of `deep_network`. Raises ValueError for a depth below 2."""
    if depth < 2:
        raise ValueError(f"a classifier needs a depth of 2 or more, got {depth}")
    inner = depth - 2
    middle = deep_network(inner, width, activation, batch_norm, branch_scale) if inner else None
    first = (Dense(2, width), Activation(activation))
    return Network((*first, *(middle.layers if middle else ()), Dense(width, 1)))


def ring_task(rng: np.random.Generator, n: int) -> Examples:
    """n points x (n, 2) around the origin with labels y (n, 1): 1 on the inner ring, 0 on the
    outer one, of radius 0.6 and 1.6."""
    points = circles(rng, n, NOISE)
    return Examples(2 * points.x - 1, points.y[:, None])


class LayerChanges(NamedTuple):
    """After an epoch: the training loss, how far each weight matrix has come, why the run ended."""

    epoch: int
    loss: float
    changes: Array
    stopped: str


def relative_changes(network: Network, start: Array, theta: Array) -> Array:
    """Norm (L,) of each weight matrix's change from `start`, over its norm there.

    Where a matrix starts at 0 the norm of the change itself.
    """
    pairs = zip(network.unpack(start).items(), network.unpack(theta).values(), strict=True)
    weights = [(w0, w) for (name, w0), w in pairs if name.startswith("W")]
    return np.array([np.linalg.norm(w - w0) / (np.linalg.norm(w0) or 1) for w0, w in weights])


def first_step(task: Task, theta: Array) -> Array:
    """The relative changes (L,) after one step on the whole training set."""
    loss, network = LOSSES[task.loss], task.network
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        prediction, trace = network.forward(theta, task.training.x, Pass(training=True))
        gradient = network.backward(theta, trace, loss.gradient(prediction, task.training.y))
        moved, _ = task.optimizer.step(theta, gradient, task.optimizer.init(theta))
        return relative_changes(network, theta, moved)


def follow_layers(
    task: Task, theta: Array, rng: np.random.Generator, rules: Sequence[Rule]
) -> Iterator[LayerChanges]:
    """Trains as `train` does, and tells after each epoch how far each layer has come."""
    for epoch in train(task, theta, rng, rules):
        with np.errstate(over="ignore"):
            changes = relative_changes(task.network, theta, epoch.theta)
        yield LayerChanges(epoch.epoch, epoch.scores["training loss"], changes, epoch.stopped)
