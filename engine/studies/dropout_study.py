"""What dropout does to a net so small that every mask can be written down, and to a linear model.

Six units under dropout have 64 masks, so the ensemble that dropout stands for is averaged exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np

from engine.layers import DROPOUT_FORMS, Activation, Dense, Dropout
from engine.network import Network
from engine.types import Array

INPUTS, UNITS, SECOND = 3, 6, 4  # the sizes of the small net; its output is one number
FEATURES, EXAMPLES, NOISE = 10, 20, 1.5  # of the linear model's training sets
TRUE_WEIGHTS = np.r_[np.ones(3), np.zeros(FEATURES - 3)]


class Ensemble(NamedTuple):
    """Outputs (2^units,) of all thinned nets, the probability (2^units,) of drawing each, their
    exact mean, and the one output of the whole net in evaluation that stands for it."""

    outputs: Array
    probabilities: Array
    mean: float
    evaluated: float


@dataclass(frozen=True)
class SmallNet:
    """A 3-6-4-1 net, its six first units under dropout; `kind` names both
    activations. Weights and the first example are standard normal draws from a fixed seed."""

    rate: float
    form: str = "inverted"
    kind: str = "relu"

    @cached_property
    def head(self) -> Network:
        """What comes before the dropout."""
        return Network((Dense(INPUTS, UNITS), Activation(self.kind)))

    @cached_property
    def tail(self) -> Network:
        """What comes after it."""
        return Network((Dense(UNITS, SECOND), Activation(self.kind), Dense(SECOND, 1)))

    @cached_property
    def network(self) -> Network:
        """The whole: head, dropout, tail; its theta is that of the head and then the tail's."""
        layers = (*self.head.layers, Dropout(self.rate, self.form), *self.tail.layers)
        return Network(layers)

    def ensemble(self, theta: Array, x: Array) -> Ensemble:
        """Every mask of one example x (1, 3) and its probability, beside the net in evaluation."""
        masks = all_masks(UNITS)
        in_training, _ = DROPOUT_FORMS[self.form](1 - self.rate)
        hidden, _ = self.head.forward(theta[: self.head.size], x)
        outputs, _ = self.tail.forward(theta[self.head.size :], masks * hidden * in_training)
        evaluated, _ = self.network.forward(theta, x)
        probabilities = mask_probabilities(masks, self.rate)
        mean = float(probabilities @ outputs[:, 0])
        return Ensemble(outputs[:, 0], probabilities, mean, float(evaluated[0, 0]))


def small_weights() -> tuple[Array, Array]:
    """(theta, x) of the small net: theta (57,) with biases 0, and one example x (1, 3)."""
    rng = np.random.default_rng(4)
    first, second, last, x = (
        rng.normal(size=shape) for shape in ((UNITS, INPUTS), (SECOND, UNITS), SECOND, INPUTS)
    )
    parts = (first.T, np.zeros(UNITS), second.T, np.zeros(SECOND), last, np.zeros(1))
    return np.concatenate([part.ravel() for part in parts]), x[None]


def all_masks(units: int) -> Array:
    """Every mask (2^units, units) of zeros and ones, the empty one first and the full one last."""
    return np.array(list(product((0.0, 1.0), repeat=units)))


def mask_probabilities(masks: Array, rate: float) -> Array:
    """The probability (n,) of each mask (n, units) when every unit is dropped with `rate`."""
    kept = masks.sum(axis=1)
    return np.asarray((1 - rate) ** kept * rate ** (masks.shape[1] - kept))


class Tradeoff(NamedTuple):
    """Squared bias and variance of a prediction, both means over fresh inputs."""

    bias_squared: float
    variance: float


def fresh_inputs(rng: np.random.Generator) -> Array:
    """300 standard normal inputs (300, 10) to predict at."""
    return rng.normal(size=(300, FEATURES))


def training_sets(rng: np.random.Generator, sets: int = 400) -> tuple[Array, Array]:
    """Inputs (sets, 20, 10) and targets (sets, 20): the first three features added, and noise."""
    x, y = np.empty((sets, EXAMPLES, FEATURES)), np.empty((sets, EXAMPLES))
    for k in range(sets):
        x[k] = rng.normal(size=(EXAMPLES, FEATURES))
        y[k] = x[k] @ TRUE_WEIGHTS + NOISE * rng.normal(size=EXAMPLES)
    return x, y


def dropout_least_squares(x: Array, y: Array, rate: float) -> Array:
    """Weights (..., d) that minimize the squared error averaged over all masks of the inputs.

    x (..., n, d), y (..., n). Inverted dropout of the inputs of a linear model is, on average, a
    ridge penalty with p / (1 - p) diag(X^T X) (Srivastava et al. 2014, section 9.1).
    """
    gram = np.swapaxes(x, -1, -2) @ x
    penalty = rate / (1 - rate) * np.eye(x.shape[-1]) * gram
    moment = np.swapaxes(x, -1, -2) @ y[..., None]
    return np.linalg.solve(gram + penalty, moment)[..., 0]


def tradeoff(fresh: Array, x: Array, y: Array, rate: float) -> Tradeoff:
    """Squared bias and variance over the training sets x, y of the predictions at `fresh`."""
    predictions = dropout_least_squares(x, y, rate) @ fresh.T
    bias = predictions.mean(axis=0) - fresh @ TRUE_WEIGHTS
    return Tradeoff(float((bias**2).mean()), float(predictions.var(axis=0).mean()))
