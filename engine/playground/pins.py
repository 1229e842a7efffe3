"""One number of a run in full: where a weight's next step comes from, and a point's way through.

A weight is named as in `network.unpack`, with row and column from 1: "W1 2,3", "b1 3".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.gradcheck import GradientCheck, check_gradient
from engine.layers import Pass
from engine.losses import LOSSES
from engine.network import Network, Trace
from engine.optimizers import Optimizer, describe_state
from engine.playground.build import Decoupled, Experiment
from engine.playground.course import Course
from engine.playground.run import DRAWS, Moment, epoch_order, rows_of, task_at
from engine.playground.signals import signals
from engine.task import Task
from engine.types import Array


@lru_cache(maxsize=16)
def entries(network: Network) -> Mapping[str, int]:
    """The place in theta of every parameter, by its name such as "W1 2,3", in their order."""
    return {
        f"{slot.name} {','.join(str(1 + i) for i in place)}": slot.span.start + k
        for own in network.slots
        for slot in own
        for k, place in enumerate(np.ndindex(*slot.shape))
    }


@dataclass(frozen=True, eq=False)
class Pinned:
    """One parameter at a moment, and all that decides its next update.

    `gradient` is that of the loss on the next batch: the mean of signals * deltas, both (n,), a
    number for each of the `rows` of the batch. `penalty` comes on top of it, `used` is what is left
    of the sum after clipping. The update goes from `value` to `decayed` where weights decay beside
    the rule, to `stepped` by `rule`, whose quantities are `before` and `after`, and to `shrunk` by
    a proximal step; `update` is the whole, as training does it, NaN where that overflows.
    """

    name: str
    at: int
    rows: NDArray[np.intp]
    value: float
    signals: Array
    deltas: Array
    gradient: float
    penalty: float
    used: float
    check: GradientCheck
    rule: Optimizer
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    decayed: float
    stepped: float
    shrunk: float
    update: float

    @property
    def by_decay(self) -> float:
        """What decay beside the rule adds to the value."""
        return self.decayed - self.value

    @property
    def by_shrinking(self) -> float:
        """What the proximal step adds, 0 where the rule's step overflows."""
        change = self.shrunk - self.stepped
        return change if np.isfinite(change) else 0.0


def pin(course: Course, name: str) -> Pinned:
    """The parameter of this name at the moment shown. Raises KeyError for an unknown name."""
    experiment, now = course.experiment, course.now
    at = entries(experiment.network)[name]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        order = epoch_order(experiment, course.epoch)
        rows = np.asarray(rows_of(experiment, now.step, order), np.intp)
        task = task_at(experiment, now.step)
        batch = _Batch(experiment, now, rows)
        whole, trace, flow = batch.backward(now.theta)
        multiplied, deltas = signals(experiment.network, now.theta, trace, flow, at)
        total = whole + _penalty(task, now.theta)
        used = total if task.clip is None else task.clip(total)
        move = _move(task, now, float(used[at]), at)
        after = course.trainer.advance(now, 1)
        value = float(now.theta[at])
        update = np.nan if after.diverged else float(after.theta[at]) - value
        return Pinned(
            name,
            at,
            rows,
            value,
            multiplied,
            deltas * len(rows),
            float(whole[at]),
            float(total[at] - whole[at]),
            float(used[at]),
            batch.check(now.theta, whole, at),
            *move,
            update,
        )


@dataclass(frozen=True, eq=False)
class _Batch:
    """The loss of the next batch as training sees it: the same draws of dropout at any theta."""

    experiment: Experiment
    moment: Moment
    rows: NDArray[np.intp]

    def forward(self, theta: Array) -> tuple[Array, Trace]:
        seeds = [self.experiment.settings.seed, DRAWS, self.moment.step]
        run = Pass(True, np.random.default_rng(seeds), self.moment.memory)
        x = self.experiment.task.training.x[self.rows]
        return self.experiment.network.forward(theta, x, run)

    def backward(self, theta: Array) -> tuple[Array, Trace, tuple[Array, ...]]:
        """Gradient (size,), the trace, and the gradient by each layer's input and the output."""
        z, trace = self.forward(theta)
        task = self.experiment.task
        dy = LOSSES[task.loss].gradient(z, task.training.y[self.rows])
        gradient, flow = self.experiment.network.backward_flow(theta, trace, dy)
        return gradient, trace, (*flow, dy)

    def check(self, theta: Array, gradient: Array, at: int) -> GradientCheck:
        """The gradient by theta[at] beside the central difference."""
        task = self.experiment.task

        def loss(entry: Array) -> float:
            moved = theta.copy()
            moved[at] = entry[0]
            return LOSSES[task.loss].value(self.forward(moved)[0], task.training.y[self.rows])

        return check_gradient(loss, gradient[[at]], theta[[at]])


def _penalty(task: Task, theta: Array) -> Array:
    """What the penalty adds to the gradient (size,)."""
    added = np.zeros_like(theta)
    if task.penalty is not None:
        weights = task.network.weights
        added[weights] = task.penalty.gradient(theta[weights])
    return added


def _move(
    task: Task, now: Moment, used: float, at: int
) -> tuple[Optimizer, Mapping[str, Any], Mapping[str, Any], float, float, float]:
    """The update of one parameter, stage by stage: every rule is elementwise, so it needs no
    other."""
    value, rule = float(now.theta[at]), task.optimizer
    state = tuple(float(part[at]) if np.ndim(part) else part for part in now.state)
    is_weight, decayed = bool(task.network.weights[at]), value
    if isinstance(rule, Decoupled):
        if is_weight:
            decayed -= float(rule.learning_rate * rule.penalty.gradient(value))
        rule = rule.rule
    stepped, moved = rule.step(decayed, used, state)
    shrunk = stepped
    if task.shrink is not None and is_weight:
        shrunk = float(task.shrink(np.array([stepped]), float(rule.learning_rate))[0])
    before = {"theta": decayed, **describe_state(rule, state)}
    after = {"theta": stepped, "gradient": used, **describe_state(rule, moved)}
    return rule, before, after, decayed, stepped, shrunk
