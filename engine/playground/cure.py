"""What lets a run that diverged go on: a learning rate with which its first steps are stable."""

from __future__ import annotations

import numpy as np

from engine.optimizers import GD, Momentum, Nesterov
from engine.playground.build import Decoupled, Experiment
from engine.playground.curvature import largest_curvature
from engine.playground.run import begin

SHARE = 0.25  # of 1 / L: the curvature grows from there, and a batch has more of it than all do
LESS = 0.1  # where no bound is known


def steady_rate(experiment: Experiment) -> float:
    """A rate well below the bound 2 / L of plain descent at the start, with L the largest
    curvature there; times 1 - beta with momentum; a tenth of the rate for the other rules."""
    rate = experiment.settings.rate
    rule = experiment.task.optimizer
    rule = rule.rule if isinstance(rule, Decoupled) else rule
    if not isinstance(rule, GD | Momentum | Nesterov):
        return LESS * rate
    curvature = largest_curvature(experiment, begin(experiment))
    if not np.isfinite(curvature) or curvature <= 0:
        return LESS * rate
    beta = 0.0 if isinstance(rule, GD) else float(np.asarray(rule.beta))
    return min(LESS * rate, SHARE * (1 - beta) / curvature)
