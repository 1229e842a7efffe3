"""Forward and backward through a network with one hidden layer, stage by stage and named.

`Network` does the same in one call each; here every stage can be looked at, and replaced, which
is how a central difference is taken by any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine.activations import ACTIVATIONS, sigmoid, softplus
from engine.gradcheck import STEP, GradientCheck
from engine.network import Network, mlp
from engine.types import Array, Views

Stages = dict[str, Array]

FORWARD = ("X", "Z1", "A1", "Z2", "A2", "J")
BACKWARD = ("dA2", "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1")
STAGES = FORWARD + BACKWARD
PARAMETERS = ("W1", "b1", "W2", "b2")  # in the order they lie in theta
REDUCTIONS: dict[str, Callable[[int], float]] = {"mean": lambda n: 1 / n, "sum": lambda n: 1.0}


@dataclass(frozen=True)
class Task:
    """What the output is for: its activation, and the key in LOSSES of the loss of one example."""

    name: str
    output: str
    loss: str


TASKS = {
    "price": Task("Price", "linear", "half_squared_error"),
    "above": Task("Sold above the asking price", "sigmoid", "binary_cross_entropy"),
}


@dataclass(frozen=True, eq=False)
class Problem:
    """Examples x (n, d), targets y (n, 1), and theta of the network d - units - 1 that fits them.

    `task`, `hidden` and `reduction` are keys of TASKS, ACTIVATIONS and REDUCTIONS.
    """

    task: str
    hidden: str
    reduction: str
    x: Array
    y: Array
    theta: Array
    units: int = 4

    @cached_property
    def network(self) -> Network:
        """The network whose output the task's loss takes: a price, or the logit of a yes."""
        return mlp((self.x.shape[1], self.units, 1), self.hidden)

    @cached_property
    def parameters(self) -> Views:
        """W1 (d, units), b1 (units,), W2 (units, 1) and b2 (1,), views of theta."""
        return self.network.unpack(self.theta)

    @property
    def scale(self) -> float:
        """The factor before the sum over the examples: 1/n for the mean, 1 for the sum."""
        return REDUCTIONS[self.reduction](len(self.x))

    def at(self, theta: Array) -> Problem:
        """The same problem with other parameters."""
        return replace(self, theta=theta)


def forward(problem: Problem, replaced: Mapping[str, Array] = {}) -> Stages:
    """The stages X (n, d), Z1 and A1 (n, units), Z2 and A2 (n, 1), and the loss J, a 0-d array.

    A stage or parameter named in `replaced` takes that value instead; further axes in front of it
    are cases of their own, each with its J.
    """
    v: Stages = {"X": problem.x, **problem.parameters, **replaced}
    rules: dict[str, Callable[[], Array]] = {
        "Z1": lambda: v["X"] @ v["W1"] + v["b1"][..., None, :],
        "A1": lambda: ACTIVATIONS[problem.hidden].f(v["Z1"]),
        "Z2": lambda: v["A1"] @ v["W2"] + v["b2"][..., None, :],
        "A2": lambda: ACTIVATIONS[TASKS[problem.task].output].f(v["Z2"]),
    }
    for name, rule in rules.items():
        if name not in replaced:
            v[name] = rule()
    losses = _of_probability if "A2" in replaced else _of_sum
    v["J"] = problem.scale * losses[problem.task](v, problem.y).sum(axis=(-2, -1))
    return {name: v[name] for name in FORWARD}


def _half_square(v: Stages, y: Array) -> Array:
    return np.asarray((v["A2"] - y) ** 2 / 2)


def _cross_entropy_of_logit(v: Stages, y: Array) -> Array:
    return np.asarray(y * softplus(-v["Z2"]) + (1 - y) * softplus(v["Z2"]))


def _cross_entropy(v: Stages, y: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.asarray(y * np.log(v["A2"]) + (1 - y) * np.log(1 - v["A2"]))


_of_sum = {"price": _half_square, "above": _cross_entropy_of_logit}  # exact where A2 rounds to 0, 1
_of_probability = {"price": _half_square, "above": _cross_entropy}


def output_gradient(problem: Problem, a2: Array) -> Array:
    """dA2 (n, 1): A2 - Y, or -Y / A2 + (1 - Y) / (1 - A2), times the scale.

    Infinite where A2 has rounded to 0 or 1 on the wrong side.
    """
    y = problem.y
    if problem.task == "price":
        return np.asarray(problem.scale * (a2 - y))
    with np.errstate(divide="ignore"):
        yes = -y / np.where(y > 0, a2, 1)  # where Y is 0, A2 = 0 is no division by 0
        no = (1 - y) / np.where(y < 1, 1 - a2, 1)
        return np.asarray(problem.scale * (yes + no))


def output_sum_gradient(problem: Problem, stages: Stages) -> Array:
    """dZ2 (n, 1) = A2 - Y times the scale, for both tasks: what dA2 times the slope simplifies to.

    Through the logit it keeps its digits where A2 rounds to 0 or 1.
    """
    y, z = problem.y, stages["Z2"]
    if problem.task == "price":
        return np.asarray(problem.scale * (stages["A2"] - y))
    return np.asarray(problem.scale * ((1 - y) * sigmoid(z) - y * sigmoid(-z)))


def chained_output_gradient(problem: Problem, stages: Stages) -> Array:
    """dZ2 (n, 1) before it is simplified: dA2 times the slope; NaN where that is infinity times 0.

    The slope is written A2 (1 - A2), as by hand.
    """
    a = stages["A2"]
    slope = np.ones_like(a) if problem.task == "price" else a * (1 - a)
    with np.errstate(invalid="ignore"):
        return np.asarray(output_gradient(problem, a) * slope)


def backward(problem: Problem, stages: Stages) -> Stages:
    """The gradients of J, each shaped like what it is taken by, in the order they are found."""
    w2 = problem.parameters["W2"]
    dz2 = output_sum_gradient(problem, stages)
    da1 = dz2 @ w2.T
    dz1 = da1 * ACTIVATIONS[problem.hidden].df(stages["Z1"])
    return {
        "dA2": output_gradient(problem, stages["A2"]),
        "dZ2": dz2,
        "dW2": stages["A1"].T @ dz2,
        "db2": dz2.sum(axis=0),
        "dA1": da1,
        "dZ1": dz1,
        "dW1": stages["X"].T @ dz1,
        "db1": dz1.sum(axis=0),
    }


def run(problem: Problem) -> Stages:
    """All of STAGES by name, in order."""
    stages = forward(problem)
    return stages | backward(problem, stages)


def flat(gradients: Mapping[str, Array]) -> Array:
    """dW1, db1, dW2 and db2 as one vector (size,) in the order of theta."""
    return np.concatenate([gradients[f"d{name}"].ravel() for name in PARAMETERS])


def central_difference(problem: Problem, gradient: str, step: float | None = None) -> Array:
    """The stage named `gradient` (one of BACKWARD) from values of J alone, shaped like it.

    Every entry of what it is taken by moves by `step` both ways, by default as in
    `engine.gradcheck`; for a probability by STEP times its distance from 0 and 1.
    NaN where a probability is too close to 0 or 1 to be moved.
    """
    name = gradient.removeprefix("d")
    point = problem.parameters[name] if name in PARAMETERS else forward(problem)[name]
    steps = _steps(problem, name, point) if step is None else np.full(point.shape, step)
    bumps = np.zeros((point.size, *point.shape))
    bumps.reshape(point.size, -1)[np.diag_indices(point.size)] = steps.ravel()
    above, below = point + bumps, point - bumps
    moved = (above - below).reshape(point.size, -1).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rise = forward(problem, {name: above})["J"] - forward(problem, {name: below})["J"]
        return np.asarray(rise / moved).reshape(point.shape)


def _steps(problem: Problem, name: str, point: Array) -> Array:
    if name == "A2" and problem.task == "above":
        return np.asarray(STEP * np.minimum(point, 1 - point))
    return np.asarray(STEP * np.maximum(1.0, np.abs(point)))


def check_stage(problem: Problem, gradient: str, analytic: Array) -> GradientCheck:
    """The gradient of one stage beside its central difference; error as in `check_gradient`."""
    numeric = central_difference(problem, gradient)
    scale = np.maximum(1.0, np.maximum(np.abs(analytic), np.abs(numeric)))
    with np.errstate(invalid="ignore"):
        error = np.max(np.abs(analytic - numeric) / scale)
    return GradientCheck(analytic, numeric, float(error))
