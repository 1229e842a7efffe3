"""What a training run is made of: the task that is given to it, and what it tells of each epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

from engine.network import Network
from engine.optimizers import Optimizer
from engine.types import Array

Metric = Callable[[Array, Array], float]  # of a prediction and its target


class Examples(NamedTuple):
    """Inputs x (n, d) and targets y (n, k)."""

    x: Array
    y: Array


class Penalty(Protocol):
    """A term that is added to the loss, of the weights (m,)."""

    def gradient(self, w: Array) -> Array: ...


@dataclass(frozen=True, eq=False)
class Task:
    """What is trained, on what, and how.

    batch_size None is the full batch. `penalty` applies to the weights of dense layers through its
    gradient; `shrink(w, learning_rate)` to the same after each step, as a proximal map does.
    `clip(gradient)` and `augment(rng, x)` return what is used instead. `metrics` are computed for
    each set besides the loss.
    """

    network: Network
    loss: str
    optimizer: Optimizer
    training: Examples
    validation: Examples | None = None
    batch_size: int | None = None
    penalty: Penalty | None = None
    shrink: Callable[[Array, float], Array] | None = None
    clip: Callable[[Array], Array] | None = None
    augment: Callable[[np.random.Generator, Array], Array] | None = None
    metrics: Mapping[str, Metric] = field(default_factory=dict)


class Divergence(NamedTuple):
    """The step, counted from 1, at which a number was no longer finite, and its tensor."""

    step: int
    tensor: str


class Best(NamedTuple):
    """The epoch with the lowest validation loss, or training loss where nothing is held out."""

    epoch: int
    loss: float
    theta: Array
    memory: Any


@dataclass(frozen=True, eq=False)
class Epoch:
    """Where a run stands after so many passes over the data; epoch 0 is before the first step.

    `scores` holds "training loss", "validation loss" and each metric likewise, without penalty and
    in evaluation mode. `norms` (steps of this epoch,) are the gradients' lengths before clipping.
    `stopped` says why the run ended, empty while it goes on.
    """

    epoch: int
    step: int
    theta: Array
    memory: Any
    scores: Mapping[str, float]
    norms: Array
    best: Best
    stopped: str = ""
    diverged: Divergence | None = None


Rule = Callable[[Sequence[Epoch]], str]  # why to stop after these epochs; empty to go on
