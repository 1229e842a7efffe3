"""The backward pass of the LSTM by hand as a table of rules, of which each may be exchanged.

With the rules as they stand it is `engine.by_hand.lstm.backward`; `engine.by_hand.wrong_lstm` has
the exchanges that are mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.by_hand.lstm import Cell, Step, StepGradient, slopes, weight_gradient
from engine.by_hand.lstm_example import Example
from engine.types import Array

Gradients = Sequence[StepGradient]


@dataclass(frozen=True)
class Rules:
    """The rules of the backward pass. Each default is right; (4,) is in the order of GATES.

    error: a step and the number of steps -> da from the step's own error.
    output: da_local, da_next -> da.
    state: da, cell -> the part of dC that comes through the output.
    states: that part, dC_next (None at the last step) -> dC.
    gates: dC, gradients (4,) by values, cell -> those by pre-activations (4,).
    rows: du (4,), W (4, 3) -> what each gate adds to da_prev, (4,).
    weights: gradients of all steps, the steps -> (dW (4, 3), db (4,)).
    """

    error: Callable[[Step, int], float] = lambda step, _: step.cell.a - step.y
    output: Callable[[float, float], float] = lambda local, later: local + later
    state: Callable[[float, Cell], float] = lambda da, s: da * s.gate_o * (1 - s.tanh_c**2)
    states: Callable[[float, float | None], float] = lambda through, later: through + (later or 0.0)
    gates: Callable[[float, Array, Cell], Array] = lambda _, dvalue, s: dvalue * slopes(s)
    rows: Callable[[Array, Array], Array] = lambda du, W: np.asarray(du * W[:, -1])
    weights: Callable[[Gradients, Sequence[Step]], tuple[Array, Array]] = lambda gradients, _: (
        weight_gradient(gradients)
    )


@dataclass(frozen=True, eq=False)
class Outcome:
    """Gradients of every step in the order of time, and of weights (4, 3) and biases (4,)."""

    steps: tuple[StepGradient, ...]
    dW: Array
    db: Array

    @property
    def flat(self) -> Array:
        """The 12 weights row by row, then the 4 biases: (16,)."""
        return np.append(self.dW.ravel(), self.db)


def by_rules(rules: Rules, example: Example, steps: Sequence[Step]) -> Outcome:
    """The backward pass by these rules over the steps of a forward pass."""
    gradients: list[StepGradient] = []
    da_next, dc_next = 0.0, None
    for step in reversed(steps):
        gradient = _step(rules, example.W, step, len(steps), da_next, dc_next)
        gradients.insert(0, gradient)
        da_next, dc_next = gradient.da_prev, gradient.dc_prev
    return Outcome(tuple(gradients), *rules.weights(gradients, steps))


def _step(
    rules: Rules, W: Array, step: Step, count: int, da_next: float, dc_next: float | None
) -> StepGradient:
    s = step.cell
    da_local = rules.error(step, count)
    da = rules.output(da_local, da_next)
    dc_through_a = rules.state(da, s)
    dc = rules.states(dc_through_a, dc_next)
    dvalue = np.array([dc * s.c_prev, dc * s.candidate, dc * s.gate_u, da * s.tanh_c])
    du = rules.gates(dc, dvalue, s)
    via = rules.rows(du, W)
    return StepGradient(
        da_local=da_local,
        da_next=da_next,
        da=da,
        dc_through_a=dc_through_a,
        dc_next=dc_next or 0.0,
        dc=dc,
        dvalue=dvalue,
        du=du,
        dc_prev=dc * s.gate_f,
        da_prev_via=via,
        da_prev=float(via.sum()),
        dx=W[:, :-1].T @ du,
        dW=np.outer(du, step.xa),
    )
