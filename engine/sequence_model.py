"""A recurrent cell with a dense layer on its outputs: the model that answers in sequence tasks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats
from engine.initializers import INITIALIZERS
from engine.layers import Dense
from engine.losses import LOSSES
from engine.recurrent import Cache, Recurrent
from engine.sequence_tasks import Integers, Sequences
from engine.types import Array

KEEPING = ("f", "z")  # gates that keep a state at 1: of an LSTM, of a GRU


class Trace(NamedTuple):
    """What `backward` needs: the cell's cache, its outputs (n, t, hidden), the steps asked (a,)."""

    cache: Cache
    outputs: Array
    asked: Integers


class LossGradient(NamedTuple):
    """The loss, its derivatives by theta (size,) and by x (n, t, d), and the answers (n, a, k)."""

    loss: float
    gradient: Array
    dx: Array
    answers: Array


@dataclass(frozen=True)
class SequenceModel:
    """Answers h_t V + c at the steps asked, h_t (hidden,) the cell's output. Theta (size,) is the
    cell's, then V (hidden, d_out) and c (d_out,)."""

    cell: Recurrent
    d_out: int

    @cached_property
    def head(self) -> Dense:
        """The dense layer from hidden to d_out."""
        return Dense(self.cell.hidden, self.d_out)

    @property
    def size(self) -> int:
        """The number of parameters: the length of theta."""
        return self.cell.size + (self.cell.hidden + 1) * self.d_out

    def unpack(self, theta: ArrayLike) -> dict[str, Array]:
        """Shaped views of theta by name: the cell's "W1", "U1", "b1" and so on, "V" and "c".

        Raises ValueError for a wrong size.
        """
        flat = as_floats(theta)
        if flat.shape != (self.size,):
            raise ValueError(f"expected theta of shape ({self.size},), got {flat.shape}")
        head = self._head(flat)
        return self.cell.unpack(flat[: self.cell.size]) | {"V": head["W"], "c": head["b"]}

    def initialize(self, rng: np.random.Generator, forget_bias: float = 0.0) -> Array:
        """The cell's own start, with this bias at the gates that keep the state: the forget gate of
        an LSTM, the update gate of a GRU. V is Xavier uniform, c is 0."""
        theta = np.zeros(self.size)
        theta[: self.cell.size] = self.cell.initialize(rng)
        views, hidden = self.unpack(theta), self.cell.hidden
        for k, gate in enumerate(self.cell.gates):
            if gate in KEEPING:
                for layer in range(self.cell.layers):
                    views[f"b{layer + 1}"][k * hidden : (k + 1) * hidden] = forget_bias
        views["V"][...] = INITIALIZERS["xavier_uniform"](rng, hidden, self.d_out)
        return theta

    def forward(self, theta: Array, x: Array, asked: Integers) -> tuple[Array, Trace]:
        """Answers (n, a, d_out) at the steps asked (a,), for x (n, t, d_in); and the trace."""
        outputs, cache = self.cell.forward(theta[: self.cell.size], x)
        answers, _ = self.head.forward(self._head(theta), outputs[:, asked])
        return answers, Trace(cache, outputs, asked)

    def backward(self, theta: Array, trace: Trace, danswers: Array) -> tuple[Array, Array]:
        """Derivatives by theta (size,) and by x (n, t, d_in), for those by the answers
        (n, a, d_out)."""
        outputs, asked, hidden = trace.outputs, trace.asked, self.cell.hidden
        flat = danswers.reshape(-1, self.d_out)
        dh, grads = self.head.backward(
            self._head(theta), outputs[:, asked].reshape(-1, hidden), flat
        )
        doutputs = np.zeros_like(outputs)
        doutputs[:, asked] = dh.reshape(len(outputs), -1, hidden)
        gradient, dx, _ = self.cell.backward(theta[: self.cell.size], trace.cache, doutputs)
        return np.concatenate([gradient, grads["W"].ravel(), grads["b"]]), dx

    def _head(self, theta: Array) -> dict[str, Array]:
        start = self.cell.size
        stop = start + self.cell.hidden * self.d_out
        return {"W": theta[start:stop].reshape(-1, self.d_out), "b": theta[stop:]}


def answer_loss(loss: str, answers: Array, y: Array | Integers) -> float:
    """LOSSES[loss] as the mean over all answers (n, a, k), for targets y (n, a)."""
    return LOSSES[loss].value(*_rows(answers, y))


def loss_gradient(
    model: SequenceModel, theta: Array, sequences: Sequences, loss: str
) -> LossGradient:
    """The mean of LOSSES[loss] over all answers asked for, with its derivatives."""
    answers, trace = model.forward(theta, sequences.x, sequences.asked)
    rows = _rows(answers, sequences.y)
    danswers = LOSSES[loss].gradient(*rows).reshape(answers.shape)
    gradient, dx = model.backward(theta, trace, danswers)
    return LossGradient(LOSSES[loss].value(*rows), gradient, dx, answers)


def _rows(answers: Array, y: Array | Integers) -> tuple[Array, Array | Integers]:
    """Answers (n a, k), and targets as their loss takes them: classes (n a,), values (n a, 1)."""
    flat = answers.reshape(-1, answers.shape[2])
    is_class = np.issubdtype(y.dtype, np.integer)
    return flat, y.reshape(-1) if is_class else y.reshape(-1, 1)
