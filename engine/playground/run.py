"""Steps of an experiment, from any moment: what happens depends on the settings and the step alone.

The order of the examples is drawn anew for each epoch, and dropout for each step, from the seed and
that number. So a run that is cut into pieces, rewound or reproduced elsewhere is the same run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.activations import sigmoid, softmax
from engine.compiled import can_compile
from engine.layers import Pass
from engine.losses import LOSSES
from engine.playground.build import Decoupled, Experiment
from engine.schedules import SCHEDULES
from engine.task import Divergence, Examples, Task
from engine.training import Position, take_step
from engine.types import Array

Rows = NDArray[np.intp]

ORDER, DRAWS = 2, 3  # what a generator is for, beside the seed


@dataclass(frozen=True, eq=False)
class Moment:
    """Where a run stands after `step` updates: parameters, the optimizer's state, and what batch
    norm remembers. `diverged` names the update that made a number overflow, which is not in it."""

    step: int
    theta: Array
    state: Any
    memory: Any = None
    diverged: Divergence | None = None


def begin(experiment: Experiment) -> Moment:
    """The moment before the first update."""
    return Moment(0, experiment.start, experiment.task.optimizer.init(experiment.start))


def epoch_order(experiment: Experiment, epoch: int) -> Rows:
    """Rows of the training examples (n,) in the order in which epoch 0, 1, ... takes them."""
    rng = np.random.default_rng([experiment.settings.seed, ORDER, epoch])
    return rng.permutation(len(experiment.task.training.x))


def rate_factor(experiment: Experiment, step: int) -> float:
    """The schedule's factor on the learning rate at update 0, 1, ...; its last value from the
    horizon on."""
    steps = experiment.settings.horizon * experiment.steps_per_epoch
    return SCHEDULES[experiment.settings.schedule](min(step, steps - 1), steps)


def rows_of(experiment: Experiment, step: int, order: Rows) -> Rows:
    """The rows of the batch of update `step`, from the order of its epoch."""
    first = step % experiment.steps_per_epoch * experiment.settings.batch_size
    return order[first : first + experiment.settings.batch_size]


def task_at(experiment: Experiment, step: int) -> Task:
    """The task with the learning rate of update `step`."""
    task = experiment.task
    if experiment.settings.schedule == "constant":
        return task
    return replace(task, optimizer=_at_rate(task.optimizer, rate_factor(experiment, step)))


def _at_rate(rule: Any, factor: float) -> Any:
    if isinstance(rule, Decoupled):
        return replace(rule, rule=_at_rate(rule.rule, factor))
    return replace(rule, learning_rate=rule.learning_rate * factor)


class Trainer:
    """Takes the steps of one experiment; compiled where its network allows that."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        task = experiment.task
        self._is_constant = experiment.settings.schedule == "constant"
        self._step = experiment.network.compile_step(task) if can_compile(task) else None
        self._epoch, self._order = -1, np.empty(0, np.intp)
        self._batches: list[Array] = []

    def advance(self, moment: Moment, steps: int) -> Moment:
        """The moment `steps` updates later, or the last one before a number overflowed."""
        if steps < 1:
            return moment
        if self._step is None:
            return self._plainly(moment, steps)
        later = self._compiled(moment, steps)
        return later or self._until_it_diverges(moment, steps)

    def _compiled(self, moment: Moment, steps: int) -> Moment | None:
        """The moment after that many compiled steps; None where a number has become too large."""
        assert self._step is not None
        self._step.load(moment.theta, moment.state)
        step, last = moment.step, moment.step + steps
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            while step < last:
                self._order_at(step)
                first = step % len(self._batches)
                for batch in self._batches[first : first + last - step]:
                    if not self._is_constant:
                        self._step.set_optimizer(task_at(self.experiment, step).optimizer)
                    self._step.step(batch)
                    step += 1
        if not self._step.is_finite():
            return None
        return Moment(last, self._step.theta, self._step.state)

    def _largest(self) -> str:
        """The name of the parameter with the largest entry after the last compiled step."""
        assert self._step is not None
        named = self.experiment.network.unpack(np.nan_to_num(np.abs(self._step.theta), nan=np.inf))
        return max(named, key=lambda name: float(named[name].max()))

    def _until_it_diverges(self, moment: Moment, steps: int) -> Moment:
        """One compiled step after the other, so that where it ends hangs on no piece's length;
        the plain form of the step that went wrong names the tensor."""
        for _ in range(steps):
            later = self._compiled(moment, 1)
            if later is None:
                largest = self._largest()
                named = self._plainly(moment, 1).diverged
                where = named or Divergence(moment.step + 1, largest)
                return replace(moment, diverged=where)
            moment = later
        return moment

    def _plainly(self, moment: Moment, steps: int) -> Moment:
        position = Position(moment.theta, moment.state, moment.memory, moment.step)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for step in range(moment.step, moment.step + steps):
                rows = rows_of(self.experiment, step, self._order_at(step))
                rng = self._draws(step)
                _, tensor = take_step(task_at(self.experiment, step), position, rows, rng)
                if tensor:
                    return _moment(position, Divergence(step + 1, tensor))
                position.step += 1
        return _moment(position)

    def _draws(self, step: int) -> np.random.Generator:
        settings = self.experiment.settings
        if not settings.dropout:
            return UNUSED
        return np.random.default_rng([settings.seed, DRAWS, step])

    def _order_at(self, step: int) -> Rows:
        epoch = step // self.experiment.steps_per_epoch
        if epoch != self._epoch:
            self._epoch, self._order = epoch, epoch_order(self.experiment, epoch)
            if self._step is not None:
                size = self.experiment.settings.batch_size
                self._batches = self._step.batches(self._order, size)
        return self._order


UNUSED = np.random.default_rng(0)  # nothing draws from it


def _moment(position: Position, diverged: Divergence | None = None) -> Moment:
    return Moment(position.step, position.theta, position.state, position.memory, diverged)


def outputs(experiment: Experiment, moment: Moment, inputs: Array) -> Array:
    """What the network says (n, k) of inputs (n, d): probabilities of the classes (two columns for
    two classes), or the value (n, 1) in the units that it was trained on."""
    with np.errstate(over="ignore", invalid="ignore"):
        evaluation = Pass(memory=moment.memory)
        z, _ = experiment.network.forward(moment.theta, inputs, evaluation)
    return to_probabilities(experiment, z)


def to_probabilities(experiment: Experiment, z: Array) -> Array:
    """Probabilities (n, k) of logits z; values as they are."""
    if not experiment.is_classification:
        return z
    if z.shape[1] == 1:
        p = sigmoid(z)
        return np.column_stack([1 - p, p])
    return softmax(z)


@dataclass(frozen=True)
class Scores:
    """Loss, without penalty, and accuracy or R² of the training and of the test examples."""

    training_loss: float
    test_loss: float
    training_quality: float
    test_quality: float

    @property
    def watched(self) -> float:
        """The loss that early stopping watches."""
        return self.test_loss


def score(experiment: Experiment, moment: Moment) -> Scores:
    """The scores of a moment, in evaluation mode."""
    sets = experiment.task.training, experiment.test
    (loss, quality), (test_loss, test_quality) = (_judge(experiment, moment, s) for s in sets)
    return Scores(loss, test_loss, quality, test_quality)


def _judge(experiment: Experiment, moment: Moment, examples: Examples) -> tuple[float, float]:
    with np.errstate(over="ignore", invalid="ignore"):
        evaluation = Pass(memory=moment.memory)
        z, _ = experiment.network.forward(moment.theta, examples.x, evaluation)
        loss = float(LOSSES[experiment.task.loss].value(z, examples.y))
        return loss, quality(experiment, z, examples.y)


def quality(experiment: Experiment, z: Array, y: Array) -> float:
    """The share of right classes, or R², of network outputs z (n, k) for targets y (n, k)."""
    if experiment.is_classification:
        return float(np.mean(classes(z) == classes(y - 0.5 if y.shape[1] == 1 else y)))
    spread = float(np.sum((y - y.mean()) ** 2))
    return 1 - float(np.sum((y - z) ** 2)) / spread if spread else float("nan")


def classes(z: Array) -> Rows:
    """The class (n,) that logits z (n, k) or (n, 1) name."""
    return (z[:, 0] > 0).astype(np.intp) if z.shape[1] == 1 else z.argmax(axis=1)
