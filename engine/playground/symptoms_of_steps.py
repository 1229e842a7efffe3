"""Checks of the step that an update takes: overflowing, too long, too short.

Each takes the evidence and gives what it found, or None.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.playground.evidence import RECENT, RISEN, RISEN_BY, Evidence
from engine.playground.finding import Finding, written
from engine.playground.run import Moment, begin, task_at
from engine.playground.settings import LIMITS
from engine.stability import gd_limit, momentum_limit
from engine.types import Array

# Where the loss is no parabola, training hovers just above 2/L itself (Cohen et al. 2021, fig. 1).
ABOVE_BOUND = 1.5
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
    if e.course.diverged is None:
        return None
    step, tensor = e.course.diverged
    seen = f"Update {step:,} sent {tensor} beyond all bounds; the numbers shown are those before."
    cure = {"rate": _one_digit(e.settings.rate / 10), "clip": "norm"}
    return Finding("Diverged", seen, step, 7, "exploding_gradients", "clipping", cure)


def rate_too_large(e: Evidence) -> Finding | None:
    """The learning rate is far above 2 / L, the bound of descent at the largest curvature L: now,
    or at the start of a run whose loss has only risen since. Clipped steps have no such bound."""
    if e.settings.optimizer not in BOUNDS or e.settings.clip != "none":
        return None
    places = [("", e.course.now, e.curvature)]
    start = e.marks[0].scores.training_loss
    if _has_risen(e):
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
    factor = 1.0 if _has_risen(e) or _is_quadratic(e) else ABOVE_BOUND
    if not rate > factor * bound:
        return None
    formula = "2 (1 + β)/L" if e.settings.optimizer == "Momentum" else "2/L"
    does = "may overshoot" if _is_falling(e) else "overshoot and grow"
    seen = (
        f"The learning rate {written(rate)} is about {written(rate / bound)} times the bound "
        f"{formula} = {written(bound)}, L = {written(curvature)} being about the largest curvature "
        f"of the loss{words}. Steps along it {does}."
    )
    cure = {"rate": _one_digit(e.settings.rate * bound / rate / 2)}
    return Finding("Learning rate too large", seen, rate / bound, 4, "optimizers", "map", cure)


def _has_risen(e: Evidence) -> bool:
    """Whether the training loss is above its start, or no number."""
    return not e.scores.training_loss <= e.marks[0].scores.training_loss


def _is_quadratic(e: Evidence) -> bool:
    """Whether the loss is a parabola in every direction, so that the bound is exact."""
    return not e.settings.units and not e.experiment.is_classification


def _is_falling(e: Evidence) -> bool:
    """Whether no step has been taken, or the last ones went down in spite of all."""
    if e.course.now.step == 0:
        return True
    return e.scores.training_loss < e.before(RECENT).scores.training_loss


def risen(e: Evidence) -> Finding | None:
    """The training loss is above its start, for no reason that another check knows."""
    start, now = e.marks[0].scores.training_loss, e.scores.training_loss
    if now <= start:
        return None
    seen = (
        f"The training loss is above its start: it has risen from {written(start)} to "
        f"{written(now)}. Steps too large can do that."
    )
    is_clear = not now - start <= max(RISEN * start, RISEN_BY)
    cure = {"rate": _one_digit(e.settings.rate / 10)} if is_clear else {}
    place = 4, "optimizers", "map", cure, is_clear
    return Finding("Loss above its start", seen, now - start, *place)


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
