"""Writes optimizer_reference.json: the paths of torch.optim that ours must take without torch.

Run with torch installed: python tests/engine/make_optimizer_reference.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

STEPS = 50
START = np.array([1.5, -0.7, 0.02])
SCALES = np.array([0.1, 1.0, 8.0])
REFERENCE = Path(__file__).with_name("optimizer_reference.json")

# case: (our optimizer, its hyperparameters, torch's optimizer, its hyperparameters)
CASES: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {
    "GD": ("GD", {"learning_rate": 0.05}, "SGD", {"lr": 0.05}),
    "SGD": ("SGD", {"learning_rate": 0.05}, "SGD", {"lr": 0.05}),
    "Momentum, pytorch": (
        "Momentum",
        {"learning_rate": 0.03, "beta": 0.8, "form": "pytorch"},
        "SGD",
        {"lr": 0.03, "momentum": 0.8},
    ),
    "Momentum, accumulate": (
        "Momentum",
        {"learning_rate": 0.03, "beta": 0.8},
        "SGD",
        {"lr": 0.03, "momentum": 0.8},
    ),
    "Momentum, average": (
        "Momentum",
        {"learning_rate": 0.03 / (1 - 0.8), "beta": 0.8, "form": "average"},
        "SGD",
        {"lr": 0.03, "momentum": 0.8},
    ),
    "Nesterov": (
        "Nesterov",
        {"learning_rate": 0.03, "beta": 0.8},
        "SGD",
        {"lr": 0.03, "momentum": 0.8, "nesterov": True},
    ),
    "AdaGrad": (
        "AdaGrad",
        {"learning_rate": 0.2, "epsilon": 1e-3},
        "Adagrad",
        {"lr": 0.2, "eps": 1e-3},
    ),
    "RMSProp": (
        "RMSProp",
        {"learning_rate": 0.01, "beta": 0.95, "epsilon": 1e-3},
        "RMSprop",
        {"lr": 0.01, "alpha": 0.95, "eps": 1e-3},
    ),
    "Adam": (
        "Adam",
        {"learning_rate": 0.02, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3},
        "Adam",
        {"lr": 0.02, "betas": (0.8, 0.99), "eps": 1e-3},
    ),
    "AdamW, decoupled": (
        "AdamW",
        {"learning_rate": 0.02, "weight_decay": 0.3},
        "AdamW",
        {"lr": 0.02, "weight_decay": 0.3},
    ),
    "AdamW, coupled": (
        "AdamW",
        {"learning_rate": 0.02, "weight_decay": 0.3, "decoupled": False},
        "Adam",
        {"lr": 0.02, "weight_decay": 0.3},
    ),
}


def gradient(theta: np.ndarray, step: int) -> np.ndarray:
    """A quadratic's gradient plus a wave, so that the path neither settles nor blows up."""
    return SCALES * theta + np.cos([0.3 * step, 0.7 * step, 1.1 * step])


def torch_path(torch: Any, name: str, hyperparameters: dict[str, Any]) -> np.ndarray:
    """Points of torch.optim's `name`, shape (STEPS, 3), in float64."""
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, name)([theta], **hyperparameters)
    points = []
    for step in range(STEPS):
        theta.grad = torch.from_numpy(gradient(theta.detach().numpy(), step))
        optimizer.step()
        points.append(theta.detach().numpy().copy())
    return np.array(points)


def main() -> None:
    import torch

    paths = {
        case: torch_path(torch, name, hyperparameters).tolist()
        for case, (_, _, name, hyperparameters) in CASES.items()
    }
    lines = ",\n".join(f"  {json.dumps(case)}: {json.dumps(path)}" for case, path in paths.items())
    REFERENCE.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main()
