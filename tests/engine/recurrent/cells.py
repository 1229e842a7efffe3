"""Cells of every kind with parameters, sequences, states and an objective, for the tests here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.recurrent import GRU, LSTM, RNN, Recurrent

N, T, D, H = 3, 5, 2, 4

CELLS = {
    "rnn": RNN(D, H),
    "rnn relu": RNN(D, H, activation="relu"),
    "rnn two layers": RNN(D, H, layers=2),
    "rnn residual": RNN(H, H, layers=2, residual_layers=True, residual_time=True),
    "lstm": LSTM(D, H),
    "lstm two layers": LSTM(D, H, layers=2),
    "lstm residual": LSTM(H, H, layers=3, residual_layers=True, residual_time=True),
    "lstm frozen": LSTM(D, H, frozen={"f": 0.9, "g": -0.3}),
    "gru": GRU(D, H),
    "gru two layers": GRU(D, H, layers=2),
    "gru before": GRU(D, H, reset="before"),
    "gru before, residual": GRU(
        D, H, layers=2, reset="before", residual_layers=True, residual_time=True
    ),
    "gru frozen": GRU(D, H, frozen={"z": 0.2}),
    "gru before, frozen": GRU(D, H, reset="before", frozen={"r": 0.7, "n": 0.1}),
}


@dataclass
class Case:
    """A cell at a point: objective = sum of outputs and last states, each times random weights."""

    cell: Recurrent
    theta: np.ndarray
    x: np.ndarray
    start: tuple[np.ndarray, ...]
    doutputs: np.ndarray
    dstate: tuple[np.ndarray, ...]

    def outside(self, parts):
        return parts if len(parts) > 1 else parts[0]

    def forward(self, theta=None, x=None, start=None):
        theta = self.theta if theta is None else theta
        start = self.outside(self.start if start is None else start)
        return self.cell.forward(theta, self.x if x is None else x, start)

    def objective(self, theta=None, x=None, start=None):
        y, cache = self.forward(theta, x, start)
        ends = cache.state if isinstance(cache.state, tuple) else (cache.state,)
        last = sum(np.sum(end * d) for end, d in zip(ends, self.dstate, strict=True))
        return float(np.sum(y * self.doutputs) + last)

    def backward(self, window=None):
        _, cache = self.forward()
        dstate = self.outside(self.dstate)
        return self.cell.backward(self.theta, cache, self.doutputs, dstate, window)

    def backward_trace(self, window=None):
        _, cache = self.forward()
        dstate = self.outside(self.dstate)
        return self.cell.backward_trace(self.theta, cache, self.doutputs, dstate, window)


def case(cell: Recurrent, seed: int = 0) -> Case:
    rng = np.random.default_rng(seed)
    state = (cell.layers, N, cell.hidden)
    return Case(
        cell,
        rng.normal(0, 0.6, cell.size),
        rng.normal(size=(N, T, cell.d_in)),
        tuple(rng.normal(0, 0.5, state) for _ in cell.parts),
        rng.normal(size=(N, T, cell.hidden)),
        tuple(rng.normal(size=state) for _ in cell.parts),
    )
