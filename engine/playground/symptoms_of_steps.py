"""Checks of the step that an update takes: overflowing, too long, too short.

Each takes the evidence and gives what it found, or None.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.playground.evidence import Evidence
from engine.playground.finding import Finding, written
from engine.playground.run import Moment, begin, task_at
from engine.playground.settings import LIMITS
from engine.stability import gd_limit, momentum_limit
from engine.types import Array

ABOVE_BOUND = 1.5  # training hovers just above 2/L by itself (Cohen et al. 2021, figure 1)
MOVED = 1e-3  # of theta's length: hardly a number has changed in its third digit
TRIED = 20  # updates that it takes to say so
BOUNDS: dict[str, Callable[[float, float], Array]] = {
    "GD": lambda curvature, beta: gd_limit(curvature),
    "SGD": lambda curvature, beta: gd_limit(curvature),
    "Momentum": momentum_limit,
}
"""Optimizers whose largest stable rate is known from the curvature and beta."""


def diverged(e: Evidence) -> Finding | None:
    """An update made a number overflow."""
    if e.course.now.diverged is None:
        return None
    step, tensor = e.course.now.diverged
    seen = f"Update {step:,} made {tensor} overflow; the numbers shown are the last finite ones."
    cure = {"rate": _one_digit(e.settings.rate / 10), "clip": "norm"}
    return Finding("Diverged", seen, step, 7, "exploding_gradients", "clipping", cure)


def rate_too_large(e: Evidence) -> Finding | None:
    """The learning rate is far above 2 / L, the bound of descent at the largest curvature L: now,
    or at the start of a run whose loss has only risen since."""
    if e.settings.optimizer not in BOUNDS:
        return None
    places = [("", e.course.now, e.curvature)]
    start = e.marks[0].scores.training_loss
    if not e.scores.training_loss <= start:
        words = (
            f" at the start; since then the loss has risen from {written(start)} to "
            f"{written(e.scores.training_loss)}"
        )
        places.append((words, begin(e.experiment), e.first_curvature))
    found = (_rate_at(e, *place) for place in places)
    return next((finding for finding in found if finding), None)


def _rate_at(e: Evidence, words: str, moment: Moment, curvature: float) -> Finding | None:
    if not 0 < curvature < np.inf:
        return None
    bound = float(BOUNDS[e.settings.optimizer](curvature, e.settings.beta))
    rate = float(task_at(e.experiment, moment.step).optimizer.learning_rate)
    if not rate > ABOVE_BOUND * bound:
        return None
    formula = "2 (1 + β)/L" if e.settings.optimizer == "Momentum" else "2/L"
    seen = (
        f"The learning rate {written(rate)} is {written(rate / bound)} times the bound {formula} = "
        f"{written(bound)}, L = {written(curvature)} being the largest curvature of the loss"
        f"{words}. Steps along it overshoot and grow."
    )
    cure = {"rate": _one_digit(e.settings.rate * bound / rate / 2)}
    return Finding("Learning rate too large", seen, rate / bound, 4, "optimizers", "map", cure)


def _one_digit(rate: float) -> float:
    return float(f"{max(rate, 1e-5):.0e}")


def slow(e: Evidence) -> Finding | None:
    """The parameters have hardly moved although there is a slope to go down."""
    start = e.experiment.start
    length = float(np.linalg.norm(start))
    if e.course.now.step < TRIED or length == 0:
        return None
    moved = float(np.linalg.norm(e.theta - start)) / length
    if not 0 < moved < MOVED:
        return None
    seen = (
        f"In {e.course.now.step:,} updates the parameters have moved by {written(moved)} of their "
        f"length at a learning rate of {written(e.settings.rate)}, while the gradient is "
        f"{written(e.gradient_norms[1])} long."
    )
    cure = {"rate": min(100 * e.settings.rate, LIMITS["rate"][1])}
    return Finding("Learning rate too small", seen, moved, 4, "optimizers", "race", cure)
