"""One gradient of the LSTM by hand in two notations: by a gate's value, by its pre-activation.

The post writes dGamma for the second, and between the two lies the slope of the gate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.by_hand.lstm import Step, backward, gate_values, slopes
from engine.by_hand.lstm_example import Example
from engine.by_hand.lstm_rules import Rules, by_rules
from engine.by_hand.moved_step import (
    differences_by_pre_activations,
    differences_by_values,
    error_from,
    with_pre_activation,
)
from engine.gradcheck import numerical_gradient
from engine.types import Array


@dataclass(frozen=True, eq=False)
class Notations:
    """Per step in the order of time and per gate in the order of GATES, all (t, 4).

    Pre-activations u, values and their slopes, the gradients of the total error by values and by
    pre-activations, and the central differences of each.
    """

    u: Array
    values: Array
    slopes: Array
    by_value: Array
    by_u: Array
    numeric_by_value: Array
    numeric_by_u: Array


@dataclass(frozen=True, eq=False)
class GateCurve:
    """Along the pre-activation u (n,) of one gate at one step, all else before it kept.

    Values and slopes of the gate, right gradients of the total error by value and by u, that by u
    with exchanged rules (`wrong`), and central differences of both at every `every`-th u.
    """

    u: Array
    values: Array
    slopes: Array
    by_value: Array
    by_u: Array
    wrong: Array
    every: int
    numeric_by_value: Array
    numeric_by_u: Array


def notations(example: Example, steps: Sequence[Step]) -> Notations:
    """Both notations for all gates at all steps of the forward pass `steps`."""
    gradients = backward(example, steps)
    times = range(len(steps))
    return Notations(
        u=np.array([step.u for step in steps]),
        values=np.array([gate_values(step.u) for step in steps]),
        slopes=np.array([slopes(step.cell) for step in steps]),
        by_value=np.array([gradient.dvalue for gradient in gradients]),
        by_u=np.array([gradient.du for gradient in gradients]),
        numeric_by_value=np.array([differences_by_values(example, steps, t) for t in times]),
        numeric_by_u=np.array([differences_by_pre_activations(example, steps, t) for t in times]),
    )


def gate_curve(
    example: Example,
    steps: Sequence[Step],
    place: tuple[int, int],
    u: Array,
    rules: Rules,
    every: int = 4,
) -> GateCurve:
    """The curve over u (n,) of the gate at place: its step from 0, its row in GATES."""
    t, gate = place
    rows = []
    for value in u:
        moved = with_pre_activation(example, steps, t, gate, float(value))
        right = backward(example, moved)[t]
        wrong = by_rules(rules, example, moved).steps[t]
        own = gate_values(moved[t].u), slopes(moved[t].cell), right.dvalue, right.du, wrong.du
        rows.append([values[gate] for values in own])
    numeric = np.array([_differences(example, steps, place, float(v)) for v in u[::every]]).T
    values, slope, by_value, by_u, wrong_by_u = np.array(rows).T
    return GateCurve(u, values, slope, by_value, by_u, wrong_by_u, every, *numeric)


def _differences(
    example: Example, steps: Sequence[Step], place: tuple[int, int], u: float
) -> tuple[float, float]:
    """Central differences by value and by pre-activation where this gate's pre-activation is u."""
    t, gate = place
    c_prev, only = steps[t].cell.c_prev, np.arange(4) == gate
    values = gate_values(np.where(only, u, steps[t].u))

    def by_value(value: Array) -> float:
        return error_from(example, t, np.where(only, value, values), c_prev)

    def by_u(v: Array) -> float:
        return error_from(example, t, gate_values(np.where(only, v, steps[t].u)), c_prev)

    return (
        float(numerical_gradient(by_value, values[gate])),
        float(numerical_gradient(by_u, np.array(u))),
    )
