"""The race of the optimizers page, 8 rules x 300 steps in 2-D, against torch.optim."""

from __future__ import annotations

from typing import Any

from engine.descent import descend
from engine.optimizers import OPTIMIZERS
from engine.surfaces import SURFACES
from tests.benchmarks.table import Result, median_seconds

STEPS = 300
TARGET = 1 / 20
SURFACE = SURFACES["ravine"]
PEERS: dict[str, tuple[str, dict[str, Any]]] = {
    "GD": ("SGD", {}),
    "SGD": ("SGD", {}),
    "Momentum": ("SGD", {"momentum": 0.9}),
    "Nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "AdaGrad": ("Adagrad", {}),
    "RMSProp": ("RMSprop", {"alpha": 0.9}),
    "Adam": ("Adam", {}),
    "AdamW": ("AdamW", {}),
}


def ours() -> None:
    for make in OPTIMIZERS.values():
        descend(make(learning_rate=0.01), SURFACE, SURFACE.start, STEPS)


def torch_race(torch: Any) -> None:
    """The same surface by autograd, with point and value of every step kept as in `descend`."""
    weights = torch.tensor([1.0, 50.0], dtype=torch.float64)
    for name, hyperparameters in PEERS.values():
        theta = torch.tensor(SURFACE.start, dtype=torch.float64, requires_grad=True)
        optimizer = getattr(torch.optim, name)([theta], lr=0.01, **hyperparameters)
        path = []
        for _ in range(STEPS):
            optimizer.zero_grad()
            loss = 0.5 * (weights * theta * theta).sum()
            loss.backward()
            optimizer.step()
            path.append((theta.tolist(), loss.item()))


def run() -> Result:
    try:
        import torch
    except ImportError:
        (seconds,) = median_seconds(ours)
        return Result(f"{seconds * 1e3:.1f} ms; torch is not installed", "1/20 of torch", False)
    mine, peer = median_seconds(ours, lambda: torch_race(torch))
    measured = f"1/{peer / mine:.0f} of torch.optim ({mine * 1e3:.1f} of {peer * 1e3:.0f} ms)"
    return Result(measured, "at most 1/20", mine / peer <= TARGET)
