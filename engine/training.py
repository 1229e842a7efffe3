"""Training: the loop around forward, backward and step, and what there is to tell about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.batches import batches
from engine.clipping import norm
from engine.layers import Pass
from engine.losses import LOSSES
from engine.network import Network, Trace
from engine.optimizers import Optimizer
from engine.task import Best, Divergence, Epoch, Rule, Task
from engine.types import Array

NO_STEPS: Array = np.empty(0)


@dataclass(eq=False)
class Position:
    """What changes from step to step: parameters, the optimizer's state, what norms remember."""

    theta: Array
    state: Any
    memory: Any = None
    step: int = 0


def train(
    task: Task, theta: Array, rng: np.random.Generator, rules: Sequence[Rule]
) -> Iterator[Epoch]:
    """Yields the start and then each epoch, until a rule says why to stop or a number overflows.

    `rng` draws the batches, the augmentation and dropout. A run that diverges ends with the last
    finite parameters. Raises ValueError without any rule, since such a run would never end.
    """
    if not rules:
        raise ValueError("training needs at least one rule that ends it")
    run = Position(theta, task.optimizer.init(theta))
    history = [_report(task, run, [], None)]
    yield history[0]
    while not history[-1].stopped:
        norms, diverged = _pass_over(task, run, rng)
        history.append(_report(task, run, history, diverged, norms, rules))
        yield history[-1]


def _pass_over(
    task: Task, run: Position, rng: np.random.Generator
) -> tuple[Array, Divergence | None]:
    """One epoch of steps on `run`; the gradients' lengths, and where it diverged if it did."""
    n = len(task.training.x)
    norms: list[float] = []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for rows in batches(rng, n, task.batch_size or n):
            length, tensor = take_step(task, run, rows, rng)
            if tensor:
                return np.array(norms), Divergence(run.step + 1, tensor)
            norms.append(length)
            run.step += 1
    return np.array(norms), None


def take_step(task: Task, run: Position, rows: Any, rng: np.random.Generator) -> tuple[float, str]:
    """One update of `run`: the length of its gradient before clipping, and "".

    Where a number overflows, `run` stays, and what is returned is nan and the first tensor that is
    not finite. `rows` are those of the batch; the caller counts the steps.
    """
    x, y = task.training.x[rows], task.training.y[rows]
    loss, network = LOSSES[task.loss], task.network
    if task.augment is not None:
        x = task.augment(rng, x)
    prediction, trace = network.forward(run.theta, x, Pass(True, rng, run.memory))
    if not np.isfinite(loss.value(prediction, y)):
        return np.nan, _overflowing_output(trace)
    gradient = network.backward(run.theta, trace, loss.gradient(prediction, y))
    gradient = penalized(task, run.theta, gradient)
    if not np.isfinite(gradient).all():
        return np.nan, f"the gradient of {_overflowing_name(network, gradient)}"
    theta, state = moved(task, run.theta, run.state, gradient)
    if not np.isfinite(theta).all():
        return np.nan, _overflowing_name(network, theta)
    run.theta, run.state, run.memory = theta, state, trace.memory
    return norm(gradient), ""


def penalized(task: Task, theta: Array, gradient: Array) -> Array:
    """The loss's gradient (size,) plus that of the task's penalty; writes into `gradient`."""
    if task.penalty is not None:
        weights = task.network.weights
        gradient[weights] += task.penalty.gradient(theta[weights])
    return gradient


def moved(task: Task, theta: Array, state: Any, gradient: Array) -> tuple[Array, Any]:
    """Theta and state after the clipped gradient's update and the shrinking that follows it."""
    used = gradient if task.clip is None else task.clip(gradient)
    theta, state = task.optimizer.step(theta, used, state)
    if task.shrink is not None:
        weights = task.network.weights
        theta[weights] = task.shrink(theta[weights], float(task.optimizer.learning_rate))
    return theta, state


def _overflowing_output(trace: Trace) -> str:
    finite = [bool(np.isfinite(output).all()) for output in trace.outputs]
    return "the loss" if all(finite) else f"the output of layer {finite.index(False) + 1}"


def _overflowing_name(network: Network, theta: Array) -> str:
    named = network.unpack(theta)
    return next(name for name, values in named.items() if not np.isfinite(values).all())


def _report(
    task: Task,
    run: Position,
    history: Sequence[Epoch],
    diverged: Divergence | None,
    norms: Array = NO_STEPS,
    rules: Sequence[Rule] = (),
) -> Epoch:
    scores = _scores(task, run)
    watched = scores["training loss" if task.validation is None else "validation loss"]
    best = Best(len(history), watched, run.theta, run.memory)
    if history and not watched < history[-1].best.loss:
        best = history[-1].best
    epoch = Epoch(len(history), run.step, run.theta, run.memory, scores, norms, best)
    if diverged is not None:
        reason = f"diverged at step {diverged.step:,} in {diverged.tensor}"
        return replace(epoch, stopped=reason, diverged=diverged)
    so_far = [*history, epoch]
    return replace(epoch, stopped=next(filter(None, (rule(so_far) for rule in rules)), ""))


def _scores(task: Task, run: Position) -> dict[str, float]:
    sets = {"training": task.training, "validation": task.validation}
    scores = {}
    with np.errstate(over="ignore", invalid="ignore"):
        for name, examples in sets.items():
            if examples is None:
                continue
            evaluation = Pass(memory=run.memory)
            prediction, _ = task.network.forward(run.theta, examples.x, evaluation)
            measures = {"loss": LOSSES[task.loss].value} | dict(task.metrics)
            for measure, f in measures.items():
                scores[f"{name} {measure}"] = float(f(prediction, examples.y))
    return scores


@dataclass(frozen=True, eq=False)
class Fit:
    """Parameters after the last step, and the loss (steps + 1,) before each step and at the end."""

    theta: Array
    losses: Array


def fit(
    network: Network,
    theta: Array,
    x: Array,
    y: Array,
    loss: str,
    optimizer: Optimizer,
    steps: int,
) -> Fit:
    """Full-batch descent of LOSSES[loss] over examples x (n, d) and targets y, from theta.

    A run that overflows keeps its last finite parameters; the losses from there on are NaN.
    """
    measure = LOSSES[loss]
    state = optimizer.init(theta)
    losses = np.full(steps + 1, np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps + 1):
            prediction, trace = network.forward(theta, x)
            value = measure.value(prediction, y)
            if not np.isfinite(value):
                break
            losses[step] = value
            if step == steps:
                break
            gradient = network.backward(theta, trace, measure.gradient(prediction, y))
            moved, state = optimizer.step(theta, gradient, state)
            if not np.isfinite(moved).all():
                break
            theta = moved
    return Fit(theta, losses)
