"""Several settings trained to the same epoch, a piece at a time, and what came of each.

Rules that stop a run early are left out, so that all go equally far; only what diverges ends
before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.playground.build import Experiment, build
from engine.playground.course import Course, history, play, start_course
from engine.playground.data import OwnTable
from engine.playground.run import Moment, Scores, score
from engine.playground.settings import LIMITS, Settings
from engine.playground.sweeps import SWEEPS
from engine.types import Array


@dataclass(frozen=True, eq=False)
class Outcome:
    """Where settings have led: the last finite moment, its scores, and `curves`, the columns
    (marks,) of `history` up to it."""

    experiment: Experiment
    moment: Moment
    scores: Scores
    curves: Mapping[str, Array]

    @property
    def settings(self) -> Settings:
        """The settings without rules to stop."""
        return self.experiment.settings

    @property
    def rank(self) -> float:
        """The test loss; infinite for what diverged."""
        loss = self.scores.test_loss
        return loss if np.isfinite(loss) and not self.moment.diverged else float("inf")


@dataclass(frozen=True)
class Progress:
    """The share done, 0 to 1, and the outcomes so far, in the order that was asked for."""

    share: float
    done: tuple[Outcome, ...]


def compared(
    runs: Sequence[Settings], epochs: int, own: OwnTable | None = None
) -> Iterator[Progress]:
    """Trains each of the runs for so many epochs, and yields after every few steps.

    `own` is the table of the data "own". Raises ValueError as `build` does.
    """
    done: tuple[Outcome, ...] = ()
    for k, settings in enumerate(runs):
        course = start_course(build(unstopped(settings), own))
        last = epochs * course.experiment.steps_per_epoch
        while course.now.step < last and not course.stopped:
            play(course, epochs - course.epoch, seconds=0)
            yield Progress((k + course.now.step / last) / len(runs), done)
        done = (*done, _outcome(course))
        yield Progress((k + 1) / len(runs), done)


def unstopped(settings: Settings) -> Settings:
    """The settings without their rules to stop."""
    return replace(settings, stop_epochs=0, stop_loss=0.0, patience=0)


def changed(settings: Settings, changes: Mapping[str, object]) -> Settings:
    """The settings with other values of some of the SWEEPS, in their order in that table."""
    for name, sweep in SWEEPS.items():
        if name in changes:
            settings = sweep.change(settings, changes[name])
    return settings


def with_seeds(settings: Settings, count: int) -> list[Settings]:
    """The settings with their seed and the next ones: other weights and orders, the same data."""
    seeds = (settings.seed + k for k in range(count))
    return [replace(settings, seed=seed % int(LIMITS["seed"][1] + 1)) for seed in seeds]


def best_of(outcomes: Sequence[Outcome]) -> int | None:
    """The place of the lowest test loss, the first of equals; None where all diverged."""
    ranks = [outcome.rank for outcome in outcomes]
    return int(np.argmin(ranks)) if np.isfinite(ranks).any() else None


def first_step_at(outcome: Outcome, loss: float) -> int | None:
    """The first step after which a test loss as low as this was seen; None where there is none."""
    reached = np.flatnonzero(outcome.curves["test_loss"] <= loss)
    return int(outcome.curves["step"][reached[0]]) if reached.size else None


def _outcome(course: Course) -> Outcome:
    now, size = course.now, course.experiment.steps_per_epoch
    scores, curves = score(course.experiment, now), history(course)
    if curves["step"][-1] != now.step:
        last = {"epoch": now.step / size, "step": now.step} | vars(scores)
        curves = {name: np.append(column, last[name]) for name, column in curves.items()}
    return Outcome(course.experiment, now, scores, curves)
