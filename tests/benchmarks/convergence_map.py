"""The convergence map of the optimizers page: 60 x 60 hyperparameters x 300 steps at once."""

from __future__ import annotations

import numpy as np

from engine.descent import descend, sweep
from engine.optimizers import Momentum
from engine.surfaces import ravine
from tests.benchmarks.table import Result, median_seconds

SIDE, STEPS = 60, 300
TARGET = 0.150
SURFACE = ravine(100)


def swept() -> None:
    rates, betas = np.geomspace(1e-3, 0.1, SIDE)[:, None], np.linspace(0, 0.99, SIDE)
    sweep(Momentum(rates, betas), SURFACE, SURFACE.start, STEPS)


def one_run() -> None:
    descend(Momentum(0.01, 0.9), SURFACE, SURFACE.start, STEPS)


def run() -> Result:
    mine, single = median_seconds(swept, one_run)
    measured = f"{mine * 1e3:.0f} ms, {mine / single / SIDE**2:.4f} of single runs"
    return Result(measured, f"at most {TARGET * 1e3:.0f} ms", mine <= TARGET)
