"""What the checks look at: a course's state, each part computed when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from engine.clipping import norm
from engine.playground.build import Experiment
from engine.playground.course import Course, Mark
from engine.playground.curvature import full_gradient, largest_curvature
from engine.playground.look import LayerLook, look_at_layers
from engine.playground.reachable import line_quality, neighbor_quality
from engine.playground.run import Moment, Scores, begin, score
from engine.playground.settings import Settings
from engine.types import Array

RECENT = 10  # epochs over which the course of the loss is told
RISEN = 0.1  # of a loss: by how much it is above that where it has clearly risen
RISEN_BY = 0.02  # and at least this, since shares of a tiny loss mean little
SOLVED = 0.95  # share right or R² from which small gradients and flat units mean no harm


@dataclass(frozen=True, eq=False)
class Evidence:
    """A course at the moment shown. `is_deep` allows what takes dozens of gradients."""

    course: Course
    is_deep: bool = True

    @property
    def experiment(self) -> Experiment:
        """The course's experiment."""
        return self.course.experiment

    @property
    def settings(self) -> Settings:
        """Those of the experiment."""
        return self.experiment.settings

    @property
    def theta(self) -> Array:
        """The parameters (size,) now."""
        return self.course.now.theta

    @cached_property
    def layers(self) -> list[LayerLook]:
        """Every hidden layer and the output, on all training examples."""
        return look_at_layers(self.experiment, self.course.now)

    @cached_property
    def scores(self) -> Scores:
        """Losses and qualities now."""
        return score(self.experiment, self.course.now)

    @cached_property
    def marks(self) -> list[Mark]:
        """The scores that are kept, up to now, and now."""
        now = self.course.now.step
        return [m for m in self.course.marks if m.step < now] + [Mark(now, self.scores)]

    def before(self, epochs: int) -> Mark:
        """The last mark that is at least so many epochs old, or that of the start."""
        step = self.course.now.step - epochs * self.experiment.steps_per_epoch
        return next((m for m in reversed(self.marks[:-1]) if m.step <= step), self.marks[0])

    @cached_property
    def is_solved(self) -> bool:
        """Whether hardly anything is left to learn of the training examples."""
        return self.scores.training_quality >= SOLVED

    @cached_property
    def gradient_norms(self) -> tuple[float, float]:
        """Length of the gradient on all training examples: at the start and now."""
        return _first_norm(self.experiment), _norm(self.experiment, self.course.now)

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Length of the gradient by the first layer's weights and by the last's."""
        first, last = self.layers[0].weight_gradient, self.layers[-1].weight_gradient
        return norm(first), norm(last)

    @cached_property
    def curvature(self) -> float:
        """About the largest curvature of the loss; NaN where that is too much to ask."""
        if not self.is_deep:
            return float("nan")
        return largest_curvature(self.experiment, self.course.now)

    @cached_property
    def first_curvature(self) -> float:
        """The same at the start."""
        if not self.is_deep:
            return float("nan")
        return _first_curvature(self.experiment)

    @cached_property
    def reachable(self) -> tuple[float, float]:
        """Share right, or R², of the training examples: of the line with the lowest loss, and of
        the nearest neighbors."""
        return _reachable(self.experiment)

    def root_mean_square(self, theta: Array) -> float:
        """Root of the mean squared weight, biases left out."""
        return float(np.sqrt(np.mean(theta[self.experiment.network.weights] ** 2)))


@lru_cache(maxsize=8)
def _reachable(experiment: Experiment) -> tuple[float, float]:
    sample, is_classification = experiment.sample, experiment.is_classification
    x, y = experiment.task.training.x, sample.y[sample.is_training]
    return line_quality(x, y, is_classification), neighbor_quality(x, y, is_classification)


@lru_cache(maxsize=8)
def _first_curvature(experiment: Experiment) -> float:
    return largest_curvature(experiment, begin(experiment))


@lru_cache(maxsize=8)
def _first_norm(experiment: Experiment) -> float:
    return _norm(experiment, begin(experiment))


def _norm(experiment: Experiment, moment: Moment) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        return norm(full_gradient(experiment, moment, moment.theta))
