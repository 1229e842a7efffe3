"""Early stopping on a run that is recorded to its end, so that any patience can be tried on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.network import mlp
from engine.optimizers import Adam
from engine.stopping import at_epoch
from engine.task import Examples, Task
from engine.training import train
from engine.types import Array

EPOCHS = 200
RATE = 0.002
GRID = np.linspace(-1, 1, 61)


def law(x: Array) -> Array:
    """The curve behind the examples: sin 3x."""
    return np.sin(3 * x)


def noisy_examples(rng: np.random.Generator, n: int, noise: float) -> Examples:
    """n points (n, 1) uniform in -1 to 1 on the curve, with normal noise of sd `noise`."""
    x = rng.uniform(-1, 1, (n, 1))
    return Examples(x, law(x) + noise * rng.normal(size=(n, 1)))


@dataclass(frozen=True, eq=False)
class Recorded:
    """A whole run: losses (epochs + 1,) from before the first step on, and the fitted curve
    (epochs + 1, 61) over GRID at each epoch. The test loss is half the squared error expected on
    fresh examples: that of the curve against the law, and the noise that no net can know."""

    training_set: Examples
    validation_set: Examples
    training: Array
    validation: Array
    test: Array
    curves: Array

    @property
    def best(self) -> int:
        """The epoch with the lowest validation loss."""
        return int(np.argmin(self.validation))


def wide_normal(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Weights (n_in, n_out) of variance 1 / n_in, four times as large from the one input: units
    that bend at different places from the start, so that a large net soon fits the noise."""
    gain = 4.0 if n_in == 1 else 1.0
    return np.asarray(gain / np.sqrt(n_in) * rng.normal(size=(n_in, n_out)))


def record(n: int, noise: float, width: int, seed: int) -> Recorded:
    """200 epochs of Adam for a 1-width-width-1 tanh net on n examples, with n more held out."""
    rng = np.random.default_rng(seed)
    training, held_out = noisy_examples(rng, n, noise), noisy_examples(rng, n, noise)
    network = mlp((1, width, width, 1), "tanh")
    task = Task(network, "half_squared_error", Adam(RATE), training, held_out)
    losses, curves = [], []
    for epoch in train(task, network.initialize(rng, wide_normal), rng, [at_epoch(EPOCHS)]):
        losses.append([epoch.scores["training loss"], epoch.scores["validation loss"]])
        curves.append(network.forward(epoch.theta, GRID[:, None])[0][:, 0])
    fitted = np.array(curves)
    test = ((fitted - law(GRID)) ** 2).mean(axis=1) / 2 + noise**2 / 2
    by_set = np.array(losses)
    return Recorded(training, held_out, by_set[:, 0], by_set[:, 1], test, fitted)


def stopped_at(losses: Sequence[float] | Array, patience: int, least_gain: float) -> int | None:
    """The epoch at which the rule `engine.stopping.patience` ends this history; None if never."""
    best, at = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - least_gain:
            best, at = float(loss), epoch
        if epoch - at >= patience:
            return epoch
    return None


def stopping_shares(eigenvalues: Array, learning_rate: float, steps: int) -> Array:
    """How far descent from 0 has come to the least-squares solution after `steps`, in each
    direction: 1 - (1 - rate s)^steps for an eigenvalue s of X^T X / n, as in the loss's Hessian."""
    return np.asarray(1 - (1 - learning_rate * eigenvalues) ** steps)


def ridge_shares(eigenvalues: Array, strength: float) -> Array:
    """The same for the minimum with strength / 2 |w|^2 added: s / (s + strength) (Bishop 1995)."""
    return np.asarray(eigenvalues / (eigenvalues + strength))
