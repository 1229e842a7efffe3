"""What augmentation does to a small classifier, under a law that it respects and one it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.augmentation import Augment
from engine.losses import LOSSES
from engine.network import Network, mlp
from engine.optimizers import Adam
from engine.stopping import at_epoch
from engine.task import Examples, Task
from engine.training import train
from engine.types import Array

EPOCHS = 100
GRID = np.linspace(-1, 1, 41)  # of both features, where the surface is drawn and tested


@dataclass(frozen=True)
class LabelLaw:
    """The label is 1 above the curve height(x1). `symmetric`: a mirror image keeps its label."""

    name: str
    height: Callable[[Array], Array]
    symmetric: bool

    def labels(self, x: Array) -> Array:
        """Labels (n, 1) of points (n, 2)."""
        return (x[:, 1:] > self.height(x[:, :1])).astype(np.float64)


LABEL_LAWS: dict[str, LabelLaw] = {
    "arch": LabelLaw("Arch: left equals right", lambda x: 0.6 * np.cos(3 * x), True),
    "wave": LabelLaw("Wave: left is not right", lambda x: 0.6 * np.sin(3 * x), False),
}


@dataclass(frozen=True, eq=False)
class Classifier:
    """A trained net on its training examples: logits (41, 41) over GRID, the share of the grid
    that it gets wrong, and the cross-entropy there."""

    examples: Examples
    logits: Array
    error: float
    loss: float


def classify(law: str, n: int, seed: int, augment: Augment | None) -> Classifier:
    """A 2-16-1 tanh net trained on n points of LABEL_LAWS[law] by 100 full batches of Adam, each
    of them augmented anew, or not for None."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (n, 2))
    examples = Examples(x, LABEL_LAWS[law].labels(x))
    network = small_classifier()
    theta = network.initialize(rng)
    task = Task(network, "binary_cross_entropy", Adam(0.1), examples, augment=augment)
    *_, last = train(task, theta, rng, [at_epoch(EPOCHS)])
    grid = grid_points()
    logits, _ = network.forward(last.theta, grid)
    truth = LABEL_LAWS[law].labels(grid)
    error = float(np.mean((logits > 0) != truth))
    loss = LOSSES["binary_cross_entropy"].value(logits, truth)
    return Classifier(examples, logits.reshape(len(GRID), -1), error, loss)


@lru_cache(maxsize=1)
def small_classifier() -> Network:
    """The 2-16-1 tanh net; its output is a logit."""
    return mlp((2, 16, 1), "tanh")


def grid_points() -> Array:
    """Every point (41 * 41, 2) of the grid, the first feature varying fastest."""
    return np.stack(np.meshgrid(GRID, GRID), axis=-1).reshape(-1, 2)


def false_share(law: str, x: Array, augmented: Array) -> float:
    """The share of augmented points (n, 2) whose kept label is not what the law says of them."""
    rule = LABEL_LAWS[law]
    return float(np.mean(rule.labels(x) != rule.labels(augmented)))
