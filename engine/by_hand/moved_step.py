"""What the error does when the gates at one step of the LSTM by hand are moved.

Their values and pre-activations are no inputs of the network; the gradients by them still have
central differences, taken here by letting the rest run again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from engine.by_hand.lstm import Step, cell, forward, gate_values, total_error
from engine.by_hand.lstm_example import Example
from engine.gradcheck import numerical_gradient
from engine.types import Array


def after(example: Example, t: int, a: float, c: float) -> Example:
    """What is left of the example after step t (0 is the first), from output a and cell state c."""
    return replace(example, x=example.x[t + 1 :], y=example.y[t + 1 :], a_0=a, c_0=c)


def error_from(example: Example, t: int, values: ArrayLike, c_prev: float) -> float:
    """Error of step t and of all later ones when the gates and candidate of step t have these
    values (4,) in the order of GATES."""
    now = cell(values, c_prev)
    own = (now.a - float(example.y[t])) ** 2 / 2
    return own + total_error(after(example, t, now.a, now.c))


def differences_by_values(example: Example, steps: Sequence[Step], t: int) -> Array:
    """Central differences (4,) of the error by the values of gates and candidate at step t."""
    c_prev = steps[t].cell.c_prev
    return numerical_gradient(
        lambda values: error_from(example, t, values, c_prev), gate_values(steps[t].u)
    )


def differences_by_pre_activations(example: Example, steps: Sequence[Step], t: int) -> Array:
    """Central differences (4,) of the error by the pre-activations of step t."""
    c_prev = steps[t].cell.c_prev
    return numerical_gradient(lambda u: error_from(example, t, gate_values(u), c_prev), steps[t].u)


def with_pre_activation(
    example: Example, steps: Sequence[Step], t: int, gate: int, u: float
) -> tuple[Step, ...]:
    """The steps (as `forward` gives them) when one gate's pre-activation at step t is u instead.

    `gate` is its row in the order of GATES. Earlier steps stay, later ones follow.
    """
    moved = np.where(np.arange(4) == gate, u, steps[t].u)
    now = cell(gate_values(moved), steps[t].cell.c_prev)
    step = replace(steps[t], u=moved, cell=now, error=(now.a - steps[t].y) ** 2 / 2)
    return (*steps[:t], step, *forward(after(example, t, now.a, now.c)))
