"""The LSTM by hand learns: its stacked gradient, the loss along one update, and many updates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import sigmoid
from engine.by_hand.lstm import (
    CANDIDATE,
    FORGET,
    OUTPUT,
    UPDATE,
    Step,
    StepGradient,
    backward,
    forward,
    updated,
    weight_gradient,
)
from engine.by_hand.lstm_example import Example
from engine.types import Array


def stacked(steps: Sequence[Step], gradients: Sequence[StepGradient]) -> tuple[Array, Array]:
    """Factors DZ (4, t) and XA (t, 3) of the weight gradient: each step a column, and a row.

    DZ @ XA is dW (4, 3), the sum of the steps' outer products; DZ @ ones (t, 1) is db (4, 1).
    """
    return np.array([g.du for g in gradients]).T, np.array([step.xa for step in steps])


def outputs_at(example: Example, W: Array, b: Array) -> Array:
    """Outputs (k, t) of the example for each of the weights W (k, 4, 3) and biases b (k, 4)."""
    a, c = np.full(len(W), example.a_0), np.full(len(W), example.c_0)
    outputs = []
    for x in example.x:
        u = W[:, :, :-1] @ x + W[:, :, -1] * a[:, None] + b
        gates = sigmoid(u).T
        c = gates[UPDATE] * np.tanh(u[:, CANDIDATE]) + gates[FORGET] * c
        a = gates[OUTPUT] * np.tanh(c)
        outputs.append(a)
    return np.array(outputs).T


def loss_along(example: Example, dW: Array, db: Array, rates: ArrayLike) -> Array:
    """Total error at (W - rate dW, b - rate db), shaped like rates; NaN where it overflows."""
    rate = np.asarray(rates, float)
    with np.errstate(over="ignore", invalid="ignore"):
        W = example.W - rate.reshape(-1, 1, 1) * dW
        a = outputs_at(example, W, example.b - rate.reshape(-1, 1) * db)
        return np.asarray(np.sum((a - example.y) ** 2 / 2, axis=1).reshape(rate.shape))


def first_order(loss: float, dW: Array, db: Array, rates: ArrayLike) -> Array:
    """What the gradient alone says of the loss: loss - rate (|dW|^2 + |db|^2), like rates."""
    with np.errstate(over="ignore"):
        return np.asarray(loss - np.asarray(rates, float) * (np.sum(dW**2) + np.sum(db**2)))


@dataclass(frozen=True, eq=False)
class Epochs:
    """Many updates in a row, each from a forward and a backward pass of its own; the start first.

    Parameters [W | b] (n + 1, 4, 4), losses (n + 1,), outputs (n + 1, t) and lengths (n + 1,) of
    the gradient. From a divergence on all are NaN; `diverged_at` is its epoch, `tensor` the first
    array of its passes that is not finite.
    """

    parameters: Array
    losses: Array
    outputs: Array
    lengths: Array
    diverged_at: int | None = None
    tensor: str | None = None


def repeat_update(example: Example, epochs: int) -> Epochs:
    """Gradient descent at the example's learning rate; ends early where an array overflows."""
    size = (epochs + 1,)
    shapes = (*size, 4, 4), size, (*size, len(example.x)), size
    parameters, losses, outputs, lengths = (np.full(shape, np.nan) for shape in shapes)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(epochs + 1):
            steps = forward(example)
            dW, db = weight_gradient(backward(example, steps))
            if broken := _first_broken(_arrays(example, steps) | {"dW": dW, "db": db}):
                return Epochs(parameters, losses, outputs, lengths, k, broken)
            parameters[k] = np.column_stack([example.W, example.b])
            losses[k] = sum(step.error for step in steps)
            outputs[k] = [step.cell.a for step in steps]
            lengths[k] = np.hypot(np.linalg.norm(dW), np.linalg.norm(db))
            example = updated(example, dW, db)
    return Epochs(parameters, losses, outputs, lengths)


def _arrays(example: Example, steps: Sequence[Step]) -> dict[str, Array]:
    """What an epoch computes, in the order of its passes."""
    return {
        "W": example.W,
        "b": example.b,
        "u": np.array([step.u for step in steps]),
        "C": np.array([step.cell.c for step in steps]),
        "a": np.array([step.cell.a for step in steps]),
        "E": np.array([step.error for step in steps]),
    }


def _first_broken(arrays: Mapping[str, Array]) -> str | None:
    return next((name for name, v in arrays.items() if not np.isfinite(v).all()), None)
