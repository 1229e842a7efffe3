"""A training step of an LSTM in float32, 64 sequences of 32 steps into 128 units, against torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.optimizers import Adam
from engine.recurrent import LSTM
from tests.benchmarks.table import Result, median_seconds

BATCH, LENGTH, INPUTS, HIDDEN = 64, 32, 64, 128
TARGET = 1.3


def data() -> tuple[np.ndarray, np.ndarray]:
    """Inputs (BATCH, LENGTH, INPUTS) and targets (BATCH, LENGTH, HIDDEN), float32."""
    rng = np.random.default_rng(0)
    shapes = ((BATCH, LENGTH, INPUTS), (BATCH, LENGTH, HIDDEN))
    x, y = (rng.normal(size=shape).astype(np.float32) for shape in shapes)
    return x, y


def our_step() -> Callable[[], None]:
    """Forward, half squared error, backward and Adam."""
    cell, rule = LSTM(INPUTS, HIDDEN), Adam()
    x, y = data()
    theta = cell.initialize(np.random.default_rng(0)).astype(np.float32)
    now = {"theta": theta, "state": rule.init(theta)}

    def step() -> None:
        outputs, cache = cell.forward(now["theta"], x)
        gradient, _, _ = cell.backward(now["theta"], cache, outputs - y)
        now["theta"], now["state"] = rule.step(now["theta"], gradient, now["state"])

    return step


def torch_step(torch: Any) -> Callable[[], None]:
    """The same by autograd and torch.optim."""
    net = torch.nn.LSTM(INPUTS, HIDDEN, batch_first=True)
    optimizer = torch.optim.Adam(net.parameters())
    x, y = map(torch.tensor, data())

    def step() -> None:
        optimizer.zero_grad()
        (((net(x)[0] - y) ** 2).sum() / 2).backward()
        optimizer.step()

    return step


def run() -> Result:
    try:
        import torch
    except ImportError:
        (seconds,) = median_seconds(our_step())
        return Result(f"{seconds * 1e3:.1f} ms; torch is not installed", "1.3 x torch", False)
    mine, peer = median_seconds(our_step(), torch_step(torch))
    measured = f"{mine / peer:.2f} x torch ({mine * 1e3:.1f} of {peer * 1e3:.1f} ms)"
    return Result(measured, "at most 1.3", mine / peer <= TARGET)
