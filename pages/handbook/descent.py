"""Errata of chapter 4 on gradient descent: its rate, its symbols and where it ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.losses import LOSSES
from engine.optimizers import GD
from engine.stability import gd_limit
from engine.types import Array
from pages.handbook.model import Erratum


def tilted_well(x: Any) -> Any:
    """(x^2 - 1)^2 + 0.3 x: a poor basin at positive x, the global minimum at negative x."""
    return (x * x - 1) ** 2 + 0.3 * x


def tilted_well_slope(x: Any) -> Any:
    """The derivative of `tilted_well`."""
    return 4 * x * (x * x - 1) + 0.3


def _stops_in_the_poor_basin() -> str:
    optimizer, x = GD(0.01), 1.5
    for _ in range(5000):
        x, _ = optimizer.step(x, tilted_well_slope(x), ())
    grid = np.linspace(-2, 2, 40_001)
    best = grid[tilted_well(grid).argmin()]
    return (
        rf"On $(x^2 - 1)^2 + 0.3x$ descent from 1.5 stops at $x = {x:.4g}$ with loss "
        rf"${tilted_well(x):.4g}$; the global minimum is at $x = {best:.4g}$ with loss "
        rf"${tilted_well(best):.4g}$."
    )


def _distance_after(steps: int, curvature: float, learning_rate: float) -> float:
    optimizer, x = GD(learning_rate), 1.0
    for _ in range(steps):
        x, _ = optimizer.step(x, curvature * x, ())
    return abs(x)


def _rate_depends_on_curvature() -> str:
    flat, steep = _distance_after(200, 0.5, 3.0), _distance_after(200, 100.0, 0.04)
    return (
        rf"From $x = 1$, 200 steps on curvature 0.5 with $\eta = 3$ end {flat:.1e} from the "
        rf"minimum; on curvature 100, where $2/L = {gd_limit(100.0):.2g}$, 200 steps with "
        rf"$\eta = 0.04$ end {steep:.1e} from it."
    )


def _cost_is_not_gradient() -> str:
    loss = LOSSES["mean_squared_error"]
    parts = (
        rf"at $\theta = {theta:g}$ the cost is {loss.value(theta, 1.0):.4g} and the gradient "
        f"{loss.gradient(theta, 1.0).item():.4g}"
        for theta in (3.0, 4.0)
    )
    return rf"For $J = (\theta - 1)^2$, {'; '.join(parts)}."


def _gradient_in_chunks() -> str:
    rng = np.random.default_rng(0)
    x, y, w = rng.normal(size=(1000, 5)), rng.normal(size=1000), rng.normal(size=5)
    gradient = LOSSES["half_squared_error"].gradient

    def of(rows: slice) -> Array:
        return x[rows].T @ gradient(x[rows] @ w, y[rows])

    chunks = np.mean([of(slice(start, start + 100)) for start in range(0, 1000, 100)], axis=0)
    difference = np.abs(chunks - of(slice(None))).max()
    return (
        "The gradient over 1,000 examples at once and in 10 chunks of 100 differs by at most "
        f"{difference:.1e}."
    )


DESCENT_ERRATA = (
    Erratum(
        "H26",
        "B",
        ("map",),
        "Training moves to the global optimum.",
        "First-order methods find a stationary point. For a convex loss and a suitable rate it "
        "is the global minimum; otherwise nothing guarantees that.",
        _stops_in_the_poor_basin,
    ),
    Erratum(
        "H40",
        "C",
        ("race",),
        "The list of optimizers leaves out AdamW.",
        "AdamW belongs to it: the chapter has a section on it. Nesterov momentum, AdaGrad and "
        "schedules are not treated.",
    ),
    Erratum(
        "H41",
        "B",
        ("map",),
        "Weights and biases are the example that follows the definition of a hyperparameter.",
        "Weights and biases are parameters: they are learned. Hyperparameters, such as the "
        r"learning rate, the width or $\lambda$, are set before training.",
    ),
    Erratum(
        "H42",
        "B",
        ("map",),
        "The learning rate can be in [0, 1] and is usually from 0.001 to 0.04.",
        r"For a quadratic with largest curvature $L$ the stable range is $0 < \eta < 2/L$. It may "
        "reach beyond 1 or end below 0.001.",
        _rate_depends_on_curvature,
    ),
    Erratum(
        "H43",
        "B",
        ("map",),
        r"$J(\theta)$ is the gradient of the cost.",
        r"$J(\theta)$ is the cost; its gradient is $\nabla_\theta J(\theta)$.",
        _cost_is_not_gradient,
    ),
    Erratum(
        "H44",
        "B",
        ("batches",),
        "Gradient descent must store the entire training data in each iteration.",
        "The gradient is a sum, so it can be added up chunk by chunk. The price is one pass over "
        "the data for every update.",
        _gradient_in_chunks,
    ),
)
