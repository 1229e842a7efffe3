"""Learning-rate schedules: the factor on the learning rate at each step of a run."""

from __future__ import annotations

import math
from collections.abc import Callable

Schedule = Callable[[int, int], float]

WARMUP = 0.1  # share of a run over which the rate rises


def constant(step: int, steps: int) -> float:
    """1 throughout."""
    return 1.0


def step_decay(step: int, steps: int) -> float:
    """1, 0.1 and 0.01 in the three thirds of the run."""
    return math.pow(0.1, 3 * step // steps)


def exponential(step: int, steps: int) -> float:
    """From 1 toward 0.01 by the same factor each step."""
    return math.pow(0.01, step / steps)


def cosine(step: int, steps: int) -> float:
    """Half a cosine from 1 toward 0 (Loshchilov & Hutter 2017, equation 5, without restarts)."""
    return (1 + math.cos(math.pi * step / steps)) / 2


def linear_warmup(step: int, steps: int) -> float:
    """Up to 1 over the first tenth of the run, then in a straight line toward 0."""
    warmup = max(WARMUP * steps, 1.0)
    return min((step + 1) / warmup, (steps - step) / (steps - warmup + 1))


def inverse_sqrt(step: int, steps: int) -> float:
    """Up to 1 over the first tenth, then as 1/sqrt(step) (Vaswani et al. 2017, equation 3)."""
    warmup = max(WARMUP * steps, 1.0)
    return min((step + 1) / warmup, math.sqrt(warmup / (step + 1)))


SCHEDULES: dict[str, Schedule] = {
    "constant": constant,
    "step_decay": step_decay,
    "exponential": exponential,
    "cosine": cosine,
    "linear_warmup": linear_warmup,
    "inverse_sqrt": inverse_sqrt,
}
"""name -> factor(step, steps) in [0, 1], for step = 0 (the first update) to steps - 1."""
