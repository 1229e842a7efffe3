"""A run as it is watched: played, stopped by rules, rewound, with its scores after each epoch.

What is kept depends on how far the run has come and not on how it got there: scores and moments of
epochs at an even distance, which doubles when they grow too many.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np

from engine.playground.build import Experiment
from engine.playground.run import Moment, Scores, Trainer, begin, score
from engine.task import Divergence
from engine.types import Array

MARKS = 400  # scores kept at most
MOMENTS_BYTES = 2**20
PIECE = 64  # steps between two looks at the clock at most


@dataclass(frozen=True)
class Mark:
    """Scores after some steps."""

    step: int
    scores: Scores


@dataclass(eq=False)
class Course:
    """One experiment's run so far. `now` is the moment shown, `reached` the last step scored."""

    experiment: Experiment
    trainer: Trainer
    now: Moment
    marks: list[Mark]
    moments: list[Moment]
    best: float
    best_epoch: int = 0
    reached: int = 0
    end: tuple[int, str] | None = None
    divergence: Divergence | None = None
    every: int = 1
    keep_every: int = 1
    goal: int | None = None
    room: int = field(default=MARKS)

    @property
    def epoch(self) -> int:
        """Whole passes over the training examples so far."""
        return self.now.step // self.experiment.steps_per_epoch

    @property
    def diverged(self) -> Divergence | None:
        """The update that made a number overflow, where the run stands before it."""
        return self.divergence if self.stopped else None

    @property
    def stopped(self) -> str:
        """Why the run does not go on from here; empty while it does."""
        return self.end[1] if self.end and self.now.step >= self.end[0] else ""


def start_course(experiment: Experiment) -> Course:
    """The course before the first step."""
    now = begin(experiment)
    first = score(experiment, now)
    room = max(16, min(MARKS, MOMENTS_BYTES // max(1, 8 * 3 * experiment.network.size)))
    trainer = Trainer(experiment)
    return Course(experiment, trainer, now, [Mark(0, first)], [now], first.watched, room=room)


def play(course: Course, epochs: int, seconds: float = float("inf")) -> None:
    """Goes on to the end of the epoch `epochs` later, or until the time is over or it stops."""
    size = course.experiment.steps_per_epoch
    _advance(course, (course.epoch + epochs) * size, seconds)


def take_steps(course: Course, steps: int) -> None:
    """Goes on by a few updates."""
    _advance(course, course.now.step + steps)


def go_to(course: Course, step: int, seconds: float = float("inf")) -> bool:
    """Shows the moment after `step` updates, from the nearest one that is kept; whether it was
    reached within the time. A run that stops before it shows its end."""
    if step < course.now.step or course.goal != step:
        kept = [moment.step for moment in course.moments]
        nearest = course.moments[bisect_right(kept, step) - 1]
        if step < course.now.step or nearest.step > course.now.step:
            course.now = nearest
    course.goal = step
    _advance(course, step, seconds)
    arrived = course.now.step >= step or bool(course.stopped)
    if arrived:
        course.goal = None
    return arrived


def _advance(course: Course, last: int, seconds: float = float("inf")) -> None:
    """To step `last`, a piece at a time, with a score at the end of every epoch on the way."""
    deadline = time.monotonic() + seconds
    size, fit = course.experiment.steps_per_epoch, 1 if seconds < float("inf") else PIECE
    while course.now.step < last and not course.stopped:
        begin = time.monotonic()
        steps = min(fit, size - course.now.step % size, last - course.now.step)
        course.now = course.trainer.advance(course.now, steps)
        fit = _fitting(steps, time.monotonic() - begin, deadline)
        if course.now.diverged:
            course.end, course.divergence = (course.now.step, _told(course)), course.now.diverged
        elif course.now.step % size == 0 and course.now.step > course.reached:
            _finish_epoch(course)
        if time.monotonic() > deadline:
            return


def _fitting(steps: int, took: float, deadline: float) -> int:
    """How many steps fit before the deadline, by the time that the last ones took."""
    left = (deadline - time.monotonic()) * steps / max(took, 1e-9)
    return int(max(1, min(PIECE, left)))


def _told(course: Course) -> str:
    assert course.now.diverged is not None
    step, tensor = course.now.diverged
    return f"Diverged at step {step:,} in {tensor}."


def _finish_epoch(course: Course) -> None:
    """Scores the epoch that has just ended, keeps what is to be kept and asks the stop rules."""
    scores = score(course.experiment, course.now)
    course.reached = course.now.step
    if scores.watched < course.best:
        course.best, course.best_epoch = scores.watched, course.epoch
    if course.epoch % course.every == 0:
        course.marks.append(Mark(course.now.step, scores))
    if course.epoch % course.keep_every == 0:
        course.moments.append(course.now)
    _thin(course)
    if reason := _why_stop(course, scores):
        course.end = course.now.step, reason


def _thin(course: Course) -> None:
    size = course.experiment.steps_per_epoch
    if len(course.marks) > MARKS:
        course.every *= 2
        course.marks = [m for m in course.marks if m.step // size % course.every == 0]
    if len(course.moments) > course.room:
        course.keep_every *= 2
        course.moments = [m for m in course.moments if m.step // size % course.keep_every == 0]


def _why_stop(course: Course, scores: Scores) -> str:
    settings = course.experiment.settings
    if settings.stop_epochs and course.epoch >= settings.stop_epochs:
        return f"Stopped after {settings.stop_epochs:,} epochs."
    if settings.stop_loss and scores.training_loss <= settings.stop_loss:
        return f"Stopped: the training loss is at most {settings.stop_loss:g}."
    if settings.patience and course.epoch - course.best_epoch >= settings.patience:
        return f"Stopped: no better test loss for {settings.patience:,} epochs."
    return ""


def history(course: Course) -> dict[str, Array]:
    """Columns (marks,) of what is kept: epoch, step and each score, up to the last epoch scored."""
    marks = course.marks
    size = course.experiment.steps_per_epoch
    columns = {
        "epoch": np.array([mark.step // size for mark in marks], float),
        "step": np.array([mark.step for mark in marks], float),
    }
    names = ("training_loss", "test_loss", "training_quality", "test_quality")
    return columns | {n: np.array([getattr(m.scores, n) for m in marks]) for n in names}
