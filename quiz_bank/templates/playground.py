"""Runs of the playground for items: trained once, and looked at as surfaces, losses and reports.

All runs of an item share one random draw, which gives the examples, the first weights and the order
of the batches, so the prompt's number for it reproduces them on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engine.playground.build import Experiment, build
from engine.playground.look import plane
from engine.playground.run import Moment, Trainer, begin, score
from engine.playground.settings import LIMITS, Settings
from engine.types import Array
from quiz_bank.model import Curve, Difficulty, Kind, Picture, Question, Variant
from quiz_bank.templates.draws import until
from quiz_bank.topics import TOPICS

WHOLE = int(LIMITS["batch_size"][1])  # as batch size: all training examples at once
DRAWS = 60
SIDE = 21  # places along each axis of a surface


def run_settings(draw: int, **changes: Any) -> Settings:
    """Settings of an item's run: whole-batch Adam on 80 clean points, from one random draw.

    `units` alone make tanh layers.
    """
    units = changes.get("units", ())
    usual: dict[str, Any] = {
        "n": 80,
        "noise": 0.0,
        "optimizer": "Adam",
        "rate": 0.1,
        "batch_size": WHOLE,
    }
    usual |= {"units": units, "activations": ("tanh",) * len(units)}
    return Settings(**usual | changes, data_seed=draw, seed=draw)


@lru_cache(maxsize=256)
def trained(settings: Settings, epochs: int) -> tuple[Experiment, Moment]:
    """The experiment, and where it stands after these epochs."""
    experiment = build(settings)
    steps = epochs * experiment.steps_per_epoch
    return experiment, Trainer(experiment).advance(begin(experiment), steps)


@dataclass(frozen=True, eq=False)
class Curves:
    """The training and the test loss of a run against its epochs, and where it ends."""

    experiment: Experiment
    end: Moment
    training: Curve
    test: Curve


@lru_cache(maxsize=256)
def loss_curves(settings: Settings, epochs: int, every: int = 1) -> Curves:
    """The losses before the first epoch and after each `every`-th."""
    experiment = build(settings)
    trainer, moment, steps = Trainer(experiment), begin(experiment), experiment.steps_per_epoch
    marks, scores = np.arange(0.0, epochs + 1, every), [score(experiment, moment)]
    for _ in marks[1:]:
        moment = trainer.advance(moment, every * steps)
        scores.append(score(experiment, moment))
    training, test = (
        np.array([getattr(s, name) for s in scores]) for name in ("training_loss", "test_loss")
    )
    return Curves(experiment, moment, (marks, training), (marks, test))


def surface(settings: Settings, epochs: int, named: Mapping[str, str], k: int = 1) -> Picture:
    """The map of the probability of class k after these epochs; `named` are its settings."""
    experiment, moment = trained(settings, epochs)
    reach = experiment.sample.reach
    ends = np.linspace(-reach, reach, SIDE)
    values = plane(experiment, moment, SIDE)[..., k]
    return Picture("x₁", "x₂", named, contours=(ends, ends, values))


def values_of(picture: Picture) -> Array:
    """The map of a surface (SIDE, SIDE), from low to high x₂."""
    assert picture.contours is not None
    return picture.contours[2]


def border(picture: Picture) -> Array:
    """The values of a surface along the edges of the plane."""
    z = values_of(picture)
    return np.concatenate([z[0], z[-1], z[:, 0], z[:, -1]])


def random_draw(rng: np.random.Generator, good: Callable[[int], bool] = bool) -> int:
    """A number from 1 to DRAWS; a good one, where what is said does not hold in every run."""
    return until(lambda: int(rng.integers(1, DRAWS + 1)), good)


def percent(share: float) -> str:
    """A share in words, without a sign that Markdown or LaTeX would read."""
    return f"{100 * share:.3g} percent"


def listed(words: list[str]) -> str:
    """The words as "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def item(
    name: str,
    title: str,
    difficulty: Difficulty,
    source: str,
    seconds: int,
    make: Callable[[np.random.Generator], Variant],
    kind: Kind = "picture",
) -> Question:
    """The item of that id; its topic is what stands before the slash."""
    topic = name.partition("/")[0]
    chapter, tags = TOPICS[topic].chapter, frozenset({"complete"})
    return Question(name, chapter, topic, title, difficulty, kind, source, seconds, make, tags)
