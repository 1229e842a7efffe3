"""From settings to what trains: the examples, the network, its starting weights and the task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.clipping import CLIPPINGS
from engine.layers import Activation, BatchNorm, Dense, Dropout, Layer, Residual
from engine.network import Network
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.playground.data import OwnTable, Sample, draw
from engine.playground.features import FEATURES, features_of
from engine.playground.settings import Settings
from engine.regularizers import L1, L2
from engine.task import Examples, Task
from engine.types import Array

PENALTIES: dict[str, type[L1] | type[L2]] = {"l1": L1, "l2": L2}
FORMS = {
    "subgradient": "in the gradient",
    "proximal": "proximal step",
    "decoupled": "decoupled",
}
"""How a penalty acts, and what that is called."""
CLIPS = ("none", "norm", "layer", "value")
HYPERPARAMETERS = {
    "beta": ("beta", "beta1"),
    "beta2": ("beta2",),
    "epsilon": ("epsilon",),
    "decay": ("weight_decay",),
}
"""For each setting, the names that update rules have for it."""


@dataclass(frozen=True)
class Decoupled:
    """An update rule beside which the weights shrink: theta is decayed first, then stepped.

    The form of AdamW (Loshchilov & Hutter 2019, algorithm 2) for any rule, of `weights` (size,)
    alone.
    """

    rule: Optimizer
    penalty: L1 | L2
    weights: NDArray[np.bool_]
    state_names: tuple[str, ...] = ()

    @property
    def learning_rate(self) -> Any:
        """That of the rule."""
        return self.rule.learning_rate

    def init(self, theta: Array) -> Any:
        """The rule's starting state."""
        return self.rule.init(theta)

    def step(self, theta: Array, gradient: Array, state: Any) -> tuple[Array, Any]:
        """The rule's step from the decayed theta."""
        moved = theta.copy()
        moved[self.weights] -= self.learning_rate * self.penalty.gradient(theta[self.weights])
        return self.rule.step(moved, gradient, state)


@dataclass(frozen=True, eq=False)
class Experiment:
    """A run that has not begun: `task` with its training and test examples, and `start`, theta.

    `inputs` are the names of what the network reads, in the order of its columns; `own` is the
    table that the data "own" came from.
    """

    settings: Settings
    sample: Sample
    inputs: tuple[str, ...]
    network: Network
    start: Array
    task: Task
    own: OwnTable | None = None

    @property
    def is_classification(self) -> bool:
        """Whether there are classes rather than a number to predict."""
        return bool(self.sample.labels)

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one pass over the training examples."""
        return -(-len(self.task.training.x) // self.settings.batch_size)

    @property
    def test(self) -> Examples:
        """The examples that are not trained on."""
        assert self.task.validation is not None
        return self.task.validation


def build(settings: Settings, own: OwnTable | None = None) -> Experiment:
    """The experiment that the settings describe; ValueError as in `draw`."""
    sample = draw(settings, own)
    names = input_names(settings, sample)
    x, y = read_inputs(settings, sample, sample.x), targets(sample)
    network = make_network(settings, x.shape[1], y.shape[1])
    start = network.initialize(np.random.default_rng([settings.seed, 1]), settings.initializer)
    trains = sample.is_training
    train, test = Examples(x[trains], y[trains]), Examples(x[~trains], y[~trains])
    task = make_task(settings, network, loss_name(sample), train, test)
    return Experiment(settings, sample, names, network, start, task, own)


def input_names(settings: Settings, sample: Sample) -> tuple[str, ...]:
    """What the network reads, as it is written on the page."""
    if sample.is_table:
        return tuple(sample.names[k] for k in _columns(settings, sample))
    return tuple(FEATURES[key][0] for key in _features(settings))


def read_inputs(settings: Settings, sample: Sample, x: Array) -> Array:
    """What the network reads (n, d) of points or rows x."""
    if sample.is_table:
        return np.ascontiguousarray(x[:, _columns(settings, sample)])
    return features_of(x, _features(settings))


def _features(settings: Settings) -> tuple[str, ...]:
    chosen = tuple(key for key in FEATURES if key in settings.features)
    return chosen or ("x1",)


def _columns(settings: Settings, sample: Sample) -> list[int]:
    """Places of the chosen columns; all where none of the chosen is in the table."""
    chosen = [k for k, name in enumerate(sample.names) if name in settings.columns]
    return chosen or list(range(len(sample.names)))


def targets(sample: Sample) -> Array:
    """y (n, k) as the loss takes it: 0 or 1 for two classes, one-hot for more, else the value."""
    if len(sample.labels) > 2:
        one_hot: Array = np.eye(len(sample.labels))[sample.y.astype(int)]
        return one_hot
    return np.asarray(sample.y[:, None], np.float64)


def loss_name(sample: Sample) -> str:
    """The loss that fits: cross-entropy for classes, squared error for a number."""
    kinds = {0: "half_squared_error", 2: "binary_cross_entropy"}
    return kinds.get(len(sample.labels), "cross_entropy")


def make_network(settings: Settings, d_in: int, d_out: int) -> Network:
    """Dense, BatchNorm and Activation per hidden layer, with Dropout after it, then Dense.

    With `residual` a layer that keeps the width is the branch of a residual connection.
    """
    layers: list[Layer] = []
    width = d_in
    for units, kind in zip(settings.units, settings.activations, strict=True):
        norm: Sequence[Layer] = (BatchNorm(units),) if settings.batch_norm else ()
        block: Sequence[Layer] = (Dense(width, units), *norm, Activation(kind))
        if settings.residual and units == width:
            block = (Residual(tuple(block)),)
        layers += block
        if settings.dropout:
            layers.append(Dropout(settings.dropout))
        width = units
    return Network((*layers, Dense(width, d_out), Activation("linear")))


def make_task(
    settings: Settings, network: Network, loss: str, training: Examples, test: Examples
) -> Task:
    """How the network trains on the examples, by the settings."""
    task = Task(network, loss, make_optimizer(settings), training, test, settings.batch_size)
    if settings.penalty in PENALTIES:
        penalty = PENALTIES[settings.penalty](settings.strength)
        task = replace(task, **ACTS[settings.form](penalty, task))
    if settings.clip != "none":
        cut, spans = CLIPPINGS[settings.clip], network.spans
        task = replace(task, clip=lambda gradient: cut(gradient, settings.limit, spans))
    return task


ACTS: dict[str, Callable[[L1 | L2, Task], dict[str, Any]]] = {
    "subgradient": lambda penalty, task: {"penalty": penalty},
    "proximal": lambda penalty, task: {"shrink": penalty.prox},
    "decoupled": lambda penalty, task: {
        "optimizer": Decoupled(task.optimizer, penalty, task.network.weights)
    },
}
"""What each of the FORMS changes in a task."""


def make_optimizer(settings: Settings) -> Optimizer:
    """The update rule with those of the settings' hyperparameters that it has."""
    own = hyperparameters(settings.optimizer)
    values = {
        name: getattr(settings, setting)
        for setting, names in HYPERPARAMETERS.items()
        for name in names
        if name in own
    }
    if "form" in own:
        values["form"] = "pytorch"
    return OPTIMIZERS[settings.optimizer](learning_rate=settings.rate, **values)


def hyperparameters(optimizer: str) -> set[str]:
    """The names of what can be chosen of OPTIMIZERS[optimizer]."""
    return {field.name for field in fields(OPTIMIZERS[optimizer]())}
