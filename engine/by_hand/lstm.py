"""A two-step LSTM with one unit, small enough to work through by hand, every value by its name.

The seven equations are those of a blog post on LSTM backpropagation (Bayesian Quest 2020, part
IV), after Hochreiter & Schmidhuber 1997 with the forget gate of Gers, Schmidhuber & Cummins 2000.
`engine.by_hand.lstm_example` has the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import sigmoid
from engine.by_hand.lstm_example import Example
from engine.types import Array

FORGET, UPDATE, CANDIDATE, OUTPUT = range(4)  # rows, in the order of GATES


@dataclass(frozen=True)
class Cell:
    """The values of equations 2 to 7 at one step: gates, candidate, cell states and output."""

    gate_f: float
    gate_u: float
    candidate: float
    gate_o: float
    c_prev: float
    c: float
    tanh_c: float
    a: float


@dataclass(frozen=True, eq=False)
class Step:
    """One forward step: xa = [x_1, x_2, a_prev] (3,), pre-activations u (4,), cell, half squared
    error of the output against the label y."""

    xa: Array
    u: Array
    cell: Cell
    y: float
    error: float


@dataclass(frozen=True, eq=False)
class StepGradient:
    """Derivatives of the total error at one step; `_next` is what the step after it sends back.

    `dvalue` (4,) is by the values of gates and candidate, `du` (4,) by their pre-activations: the
    post writes dGamma for the latter, which are the bias gradients too. `da_prev_via` (4,) is the
    share of each row in `da_prev`; dx (2,) and dW (4, 3) are this step's own.
    """

    da_local: float
    da_next: float
    da: float
    dc_through_a: float
    dc_next: float
    dc: float
    dvalue: Array
    du: Array
    dc_prev: float
    da_prev_via: Array
    da_prev: float
    dx: Array
    dW: Array


def gate_values(u: ArrayLike) -> Array:
    """Equations 4 to 7: values (4,) in the order of GATES from pre-activations u (4,)."""
    values = sigmoid(u)
    values[CANDIDATE] = np.tanh(np.asarray(u, float)[CANDIDATE])
    return values


def cell(values: ArrayLike, c_prev: float) -> Cell:
    """Equations 2 and 3 for values (4,) in the order of GATES: the new cell state and output."""
    gate_f, gate_u, candidate, gate_o = np.asarray(values, float).tolist()
    c = gate_u * candidate + gate_f * c_prev
    tanh_c = float(np.tanh(c))
    return Cell(gate_f, gate_u, candidate, gate_o, c_prev, c, tanh_c, tanh_c * gate_o)


def forward(example: Example) -> tuple[Step, ...]:
    """Every step in the order of time, each from the output and cell state of the one before."""
    steps, a, c = [], example.a_0, example.c_0
    for x, y in zip(example.x, example.y.tolist(), strict=True):
        xa = np.append(x, a)
        u = example.W @ xa + example.b
        now = cell(gate_values(u), c)
        steps.append(Step(xa, u, now, y, (now.a - y) ** 2 / 2))
        a, c = now.a, now.c
    return tuple(steps)


def total_error(example: Example) -> float:
    """Equation 1 over all steps: the sum of half squared errors."""
    return sum(step.error for step in forward(example))


def step_backward(W: Array, step: Step, da_next: float, dc_next: float) -> StepGradient:
    """The derivatives at one step, given those that the next step sends back (0 at the last)."""
    s = step.cell
    da_local = s.a - step.y
    da = da_local + da_next
    dc_through_a = da * s.gate_o * (1 - s.tanh_c**2)
    dc = dc_through_a + dc_next
    dvalue = np.array([dc * s.c_prev, dc * s.candidate, dc * s.gate_u, da * s.tanh_c])
    du = dvalue * slopes(s)
    da_prev_via = du * W[:, -1]
    return StepGradient(
        da_local=da_local,
        da_next=da_next,
        da=da,
        dc_through_a=dc_through_a,
        dc_next=dc_next,
        dc=dc,
        dvalue=dvalue,
        du=du,
        dc_prev=dc * s.gate_f,
        da_prev_via=da_prev_via,
        da_prev=float(da_prev_via.sum()),
        dx=W[:, :-1].T @ du,
        dW=np.outer(du, step.xa),
    )


def slopes(s: Cell) -> Array:
    """Derivatives (4,) of gates and candidate by their own pre-activations, from their values."""
    gates = np.array([s.gate_f, s.gate_u, s.candidate, s.gate_o])
    slope: Array = gates * (1 - gates)
    slope[CANDIDATE] = 1 - s.candidate**2
    return slope


def backward(example: Example, steps: Sequence[Step]) -> tuple[StepGradient, ...]:
    """The derivatives at every step of `forward(example)`, in the order of time."""
    gradients: list[StepGradient] = []
    da_next = dc_next = 0.0
    for step in reversed(steps):
        gradients.append(step_backward(example.W, step, da_next, dc_next))
        da_next, dc_next = gradients[-1].da_prev, gradients[-1].dc_prev
    return tuple(reversed(gradients))


def weight_gradient(gradients: Sequence[StepGradient]) -> tuple[Array, Array]:
    """The total (dW (4, 3), db (4,)): weights are shared, so the steps add up.

    dW equals the stacked product DZ (4, t) @ XA (t, 3) of all `du` and `xa`.
    """
    dW = np.sum([gradient.dW for gradient in gradients], axis=0)
    return dW, np.sum([gradient.du for gradient in gradients], axis=0)


def updated(example: Example, dW: Array, db: Array) -> Example:
    """The example after one step of gradient descent on weights and biases."""
    rate = example.learning_rate
    return replace(example, W=example.W - rate * dW, b=example.b - rate * db)


def labeled(gradients: Sequence[StepGradient]) -> dict[str, float]:
    """Derivatives by the post's labels step.equation.term, the last step first: 2.1 to 1.4.1."""
    return {
        f"{t}.{term}": value
        for t in range(len(gradients), 0, -1)
        for term, value in _terms(gradients[t - 1]).items()
    }


def _terms(g: StepGradient) -> dict[str, float]:
    du = g.du.tolist()
    return {
        "1": g.da,
        "2.1": g.dc,
        "2.2": du[OUTPUT],
        "3.1": du[UPDATE],
        "3.2": du[CANDIDATE],
        "3.3": du[FORGET],
        "3.4": g.dc_prev,
        "4.1": g.da_prev,
    }
