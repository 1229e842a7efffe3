"""The training step of a small network as a list of NumPy calls that is made once and then played.

On a network of a few units a step costs what its calls and its new arrays cost, not its arithmetic.
So the calls of one step are bound beforehand, each to its operand and to the memory it fills: the
tape. `CompiledStep` plays the tape of `take_step` for sequences of Dense and Activation layers and
gives its numbers but for rounding, in a tenth of its time. What makes the tape short:

- A row per unit, a column per example, and a row of ones for the bias: a layer is one product,
  z = M [1; a] with M (d_out, 1 + d_in), and its gradient another, delta [1; a]^T.
- Every loss here has the derivative prediction - target at the logits, and every slope is written
  as upper - lower as well: 1 - a^2 for tanh. One subtraction yields them all (`_Room`).
- The mean over the batch is left to the rate, and theta - rate gradient is one product of
  (1, -rate) with the matrix [theta; gradient]. Its result is the theta of a second such matrix, so
  the two take turns.

Slopes from outputs and sigmoid - target are exact to 1e-16 of 1, not of themselves: where every
unit is saturated, an update rule that divides by the gradient's length shows the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.activations import ACTIVATIONS, Elementwise
from engine.layers import Activation, Dense
from engine.losses import LOSSES
from engine.network import Network
from engine.optimizers import GD, SGD, Optimizer
from engine.task import Task
from engine.training import moved, penalized
from engine.types import Array

FAR = 1e30  # no useful parameter is so large; beyond, a product of a few may overflow

Fill = Callable[[Array, Array], object]  # from an operand, into memory of the same shape
Call = tuple[Callable[..., object], Any, Array]


def _relu(z: Array, out: Array) -> None:
    np.maximum(z, 0.0, out=out)


def _sigmoid(z: Array, out: Array) -> None:
    np.negative(z, out)
    np.minimum(out, 700.0, out=out)  # exp(710) overflows
    np.exp(out, out)
    np.add(out, 1.0, out)
    np.reciprocal(out, out)


def _softmax(z: Array, out: Array) -> None:
    np.subtract(z, z.max(axis=0), out)
    np.exp(out, out)
    np.divide(out, out.sum(axis=0), out)


class Rule(NamedTuple):
    """An activation in place, z to a, and its slope upper - lower, filled from a.

    None leaves what is there: z for f, 1 for upper, 0 for lower.
    """

    f: Fill | None
    upper: Fill | None
    lower: Fill | None


RULES: dict[str, Rule] = {
    "linear": Rule(None, None, None),
    "tanh": Rule(np.tanh, None, np.square),
    "sigmoid": Rule(_sigmoid, np.positive, np.square),
    "relu": Rule(_relu, np.sign, None),
}
"""Any other activation keeps z, and its slope is its df(z)."""

LINKS: dict[str, tuple[Fill | None, Callable[[int], float]]] = {
    "half_squared_error": (None, lambda k: 1.0),
    "mean_squared_error": (None, lambda k: 2 / k),
    "binary_cross_entropy": (_sigmoid, lambda k: 1 / k),
    "cross_entropy": (_softmax, lambda k: 1.0),
}
"""From the k outputs to the prediction, in place, and c: the loss's gradient at the outputs is
c (prediction - target) / n."""


def _rule(kind: Elementwise) -> Rule | None:
    return next((rule for name, rule in RULES.items() if ACTIVATIONS[name] is kind), None)


def _assigned(f: Callable[[ArrayLike], Array]) -> Fill:
    def fill(z: Array, out: Array) -> None:
        out[...] = f(z)

    return fill


def can_compile(task: Task) -> bool:
    """Whether `CompiledStep(task)` exists."""
    return not obstacle(task)


def obstacle(task: Task) -> str:
    """Why the task has no compiled step; empty if it has one."""
    layers, y = task.network.layers, task.training.y
    kinds = (Dense, Activation) * (len(layers) // 2)
    if tuple(map(type, layers)) != kinds:
        return "its layers are not Dense and Activation in turns"
    last = layers[-1]
    if not isinstance(last, Activation) or last.rule is not ACTIVATIONS["linear"]:
        return "its last activation is not linear"
    if task.loss not in LINKS:
        return f"its loss is none of {', '.join(LINKS)}"
    if task.augment is not None:
        return "its examples are augmented at every step"
    if task.loss == "cross_entropy" and y.ndim == 2 and np.abs(y.sum(axis=1) - 1).max() > 1e-14:
        return "its targets are not probabilities that sum to 1"
    return ""


class _Plan:
    """Widths (d_in, ..., d_out) of a network, its hidden activations, and the rows of its units.

    The units of all layers after the inputs are stacked, and each hidden layer has a row of ones
    above it: `rows` are the units' spans in the stack, `hidden` the rows before the outputs'.
    """

    def __init__(self, network: Network) -> None:
        dense = [layer for layer in network.layers if isinstance(layer, Dense)]
        kinds = [layer.rule for layer in network.layers if isinstance(layer, Activation)]
        self.widths = [dense[0].d_in, *(layer.d_out for layer in dense)]
        self.kinds = kinds[:-1]
        self.shapes = [(d_out, 1 + d_in) for d_in, d_out in pairwise(self.widths)]
        ends = np.cumsum([0, *(1 + d for d in self.widths[1:-1])]).tolist()
        self.hidden: int = ends[-1]
        self.rows = [slice(start + 1, stop) for start, stop in pairwise(ends)]
        self.rows.append(slice(self.hidden, self.hidden + self.widths[-1]))

    def matrices(self, flat: NDArray[Any]) -> list[NDArray[Any]]:
        """Views of a flat (size,) as the matrices M = [b W^T] of the layers."""
        ends = np.cumsum([0, *(d_out * columns for d_out, columns in self.shapes)])
        spans = zip(pairwise(ends), self.shapes, strict=True)
        return [flat[start:stop].reshape(shape) for (start, stop), shape in spans]

    def order(self) -> NDArray[np.intp]:
        """Where each entry of the network's theta (size,) lies in the flat of `matrices`."""
        size = sum(d_out * columns for d_out, columns in self.shapes)
        places = self.matrices(np.arange(size))
        return np.concatenate([part for m in places for part in (m[:, 1:].T.ravel(), m[:, 0])])


class _Room:
    """The memory for batches of n examples, (rows, n) each, and the tapes that are bound to it.

    `delta` is upper - lower, row by row of the plan's stack: the slopes of the hidden units, and
    prediction - target. A batch is written to `entry`, the last rows of `lower`:
    targets, ones and inputs.
    """

    def __init__(self, plan: _Plan, n: int) -> None:
        self.plan = plan
        hidden, stack = plan.hidden, plan.rows[-1].stop
        self.upper = np.ones((stack, n))
        self.lower = np.zeros((stack + 1 + plan.widths[0], n))
        self.delta = np.zeros((stack, n))
        self.flow = np.empty((max(plan.widths), n))
        self.sums = np.zeros((hidden, n))  # z, where the slope is of z
        self.outputs = np.ones((hidden, n))
        self.entry = self.lower[hidden:]
        above = [self.outputs[rows.start - 1 : rows.stop] for rows in plan.rows[:-1]]
        self.inputs = [self.lower[stack:], *above]  # [1; a] below each layer
        self.deltas = [self.delta[rows] for rows in plan.rows]

    def tape(self, theta: Array, gradient: Array, link: Fill | None) -> list[Call]:
        """The calls that turn `entry` and theta into n / c times the gradient."""
        weights, gradients = self.plan.matrices(theta), self.plan.matrices(gradient)
        prediction = self.upper[self.plan.rows[-1]]
        calls = [*self._forward(weights[:-1])]
        calls += [(weights[-1].dot, self.inputs[-1], prediction)]
        calls += [(link, prediction, prediction)] if link else []
        return [*calls, *self._slopes(), *self._backward(weights, gradients)]

    def _forward(self, weights: Sequence[Array]) -> Iterator[Call]:
        plan = self.plan
        for m, x, kind, rows in zip(weights, self.inputs, plan.kinds, plan.rows, strict=False):
            rule, a = _rule(kind), self.outputs[rows]
            z, f = (self.sums[rows], _assigned(kind.f)) if rule is None else (a, rule.f)
            yield m.dot, x, z
            if f:
                yield f, z, a

    def _slopes(self) -> Iterator[Call]:
        pairs = zip(self.plan.kinds, self.plan.rows, strict=False)
        for kind, group in groupby(pairs, key=lambda pair: pair[0]):
            spans = [rows for _, rows in group]
            rule, run = _rule(kind), slice(spans[0].start, spans[-1].stop)
            source = self.sums if rule is None else self.outputs
            upper, lower = (_assigned(kind.df), None) if rule is None else rule[1:]
            if upper:
                yield upper, source[run], self.upper[run]
            if lower:
                yield lower, source[run], self.lower[run]
        yield partial(np.subtract, self.upper), self.lower[: len(self.upper)], self.delta

    def _backward(self, weights: Sequence[Array], gradients: Sequence[Array]) -> Iterator[Call]:
        for k in reversed(range(1, len(weights))):
            flow, below = self.flow[: self.plan.widths[k]], self.deltas[k - 1]
            yield weights[k][:, 1:].T.dot, self.deltas[k], flow
            yield partial(np.multiply, flow), below, below
        for delta, x, gradient in zip(self.deltas, self.inputs, gradients, strict=True):
            yield delta.dot, x.T, gradient


class _Size(NamedTuple):
    """What a step needs for one size of batch: where it goes, and a tape for either side."""

    entry: Array
    tapes: tuple[tuple[Call, ...], ...]
    mean: float  # c / n
    factors: Array  # (1, -rate c / n)


class CompiledStep:
    """`take_step` of a task, as a tape; raises ValueError where `can_compile(task)` is False.

    Load a theta, cut batches, and step. Plain descent (GD, SGD) is part of the tape; with another
    update rule, a penalty, clipping or shrinking, the tape yields the gradient and they follow.
    Nothing is checked between steps: run them within `np.errstate`, as `run` does, ask `is_finite`
    now and then, and if not, replay from the last good theta with `take_step`, which tells the step
    and the tensor. `state` is the optimizer's.
    """

    def __init__(self, task: Task) -> None:
        reason = obstacle(task)
        if reason:
            raise ValueError(f"this task has no compiled step: {reason}")
        self._task, self._plan = task, _Plan(task.network)
        self._examples = _stacked(task, self._plan.widths[-1])
        self._order = self._plan.order()
        self._pairs = np.zeros((2, 2, self._order.size))  # (side, (theta, gradient), size)
        self._side, self._last, self._sizes = 0, 0, dict[int, _Size]()
        self._direct = _is_plain_descent(task)
        self._rate = _rate(task) if self._direct else 0.0
        self._gradient: Array = np.zeros(self._order.size)
        self.state: Any = task.optimizer.init(self._gradient)

    @property
    def theta(self) -> Array:
        """A copy of the parameters (size,), in the network's order."""
        return np.take(self._pairs[self._side, 0], self._order)

    def load(self, theta: ArrayLike, state: Any = None) -> None:
        """Go on from theta (size,) and the optimizer's state there; None is its start."""
        values = np.asarray(theta, np.float64)
        if values.shape != self._order.shape:
            raise ValueError(f"expected theta of shape {self._order.shape}, got {values.shape}")
        self._pairs[self._side, 0][self._order] = values
        self.state = self._task.optimizer.init(values) if state is None else state

    def gradient(self) -> Array:
        """A copy of the gradient (size,) of the last step, penalty included and before clipping."""
        if self._direct and self._last:
            return self._mean_gradient(self._side ^ 1, self._sizes[self._last].mean)
        return self._gradient.copy()

    def set_rate(self, rate: float) -> None:
        """The learning rate from now on, of an update rule that has the field."""
        if self._direct:
            self._rate = rate
            for size in self._sizes.values():
                size.factors[1] = -rate * size.mean
        else:
            rule: Any = self._task.optimizer
            self.set_optimizer(replace(rule, learning_rate=rate))

    def set_optimizer(self, optimizer: Optimizer) -> None:
        """Go on with this update rule, whose state is that of the one before: at another rate, say.

        Raises ValueError where one of the two is plain descent and the other is not.
        """
        task = replace(self._task, optimizer=optimizer)
        if _is_plain_descent(task) != self._direct:
            raise ValueError("plain descent is compiled into the step: make one for the new rule")
        self._task = task
        if self._direct:
            self.set_rate(_rate(task))

    def gather(self, rows: NDArray[np.intp] | slice) -> Array:
        """The training examples of these rows as one batch, (d_out + 1 + d_in, n)."""
        batch = self._examples[:, rows]
        self._prepare(batch.shape[1])
        return batch

    def batches(self, order: NDArray[np.intp], batch_size: int) -> list[Array]:
        """Batches of the training examples in this order; the last is smaller where needed."""
        examples = self._examples[:, order]
        cuts = range(0, len(order), batch_size)
        cut = [examples[:, start : start + batch_size] for start in cuts]
        for batch in {batch.shape[1]: batch for batch in cut}:
            self._prepare(batch)
        return cut

    def step(self, batch: Array) -> None:
        """One update by a batch of `gather` or `batches`."""
        self._play((batch,))

    def run(self, batches: Sequence[Array]) -> bool:
        """A step for each of the batches; whether all is finite after them."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self._play(batches)
        return self.is_finite()

    def is_finite(self) -> bool:
        """Whether all parameters are finite and not so large (1e30) that a loss of theirs is not.

        What overflowed in a step stays in theta, so it is enough to ask once after many steps.
        """
        return bool(np.abs(self._pairs[self._side, 0]).max() <= FAR)

    def _play(self, batches: Sequence[Array]) -> None:
        sizes, side, n = self._sizes, self._side, self._last
        for batch in batches:
            n = batch.shape[1]
            entry, tapes, mean, _ = sizes[n]
            entry[...] = batch
            for call, operand, out in tapes[side]:
                call(operand, out)
            if self._direct:
                side ^= 1
            else:
                self._update(mean)
        self._side, self._last = side, n

    def _update(self, mean: float) -> None:
        theta = self.theta
        self._gradient = penalized(self._task, theta, self._mean_gradient(self._side, mean))
        theta, self.state = moved(self._task, theta, self.state, self._gradient)
        self._pairs[self._side, 0][self._order] = theta

    def _mean_gradient(self, side: int, mean: float) -> Array:
        return np.take(self._pairs[side, 1], self._order) * mean

    def _prepare(self, n: int) -> None:
        """Make the room and the tapes for batches of n examples, once."""
        if n in self._sizes:
            return
        room, (link, scale) = _Room(self._plan, n), LINKS[self._task.loss]
        mean = scale(self._plan.widths[-1]) / n
        factors = np.array([1.0, -self._rate * mean])
        tapes = []
        for pair, other in (self._pairs, self._pairs[::-1]):
            tape = room.tape(pair[0], pair[1], link)
            tape += [(factors.dot, pair, other[0])] if self._direct else []
            tapes.append(tuple(tape))
        self._sizes[n] = _Size(room.entry, tuple(tapes), mean, factors)


def _is_plain_descent(task: Task) -> bool:
    extras = (task.penalty, task.clip, task.shrink)
    rate = np.ndim(task.optimizer.learning_rate)
    return type(task.optimizer) in (GD, SGD) and extras == (None, None, None) and not rate


def _rate(task: Task) -> float:
    return float(task.optimizer.learning_rate)


def _stacked(task: Task, k: int) -> Array:
    """Targets (k, n), ones (1, n) and inputs (d, n) of the training set, as rows of one array.

    Raises ValueError for inputs that the network does not take, and targets that the loss does not.
    """
    x, y = np.asarray(task.training.x, np.float64), np.asarray(task.training.y)
    task.network.forward(np.zeros(task.network.size), x[:1])
    LOSSES[task.loss].gradient(np.zeros((len(x), k)), y)
    targets = np.eye(k)[y] if y.ndim == 1 else y
    return np.vstack([targets.T, np.ones(len(x)), x.T])
