"""The scores of a run as its curves show them, with the moment shown and the best test loss."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from engine.playground.course import Course, history
from engine.playground.run import Scores, score
from engine.types import Array

SETS = ("training", "test")


@dataclass(frozen=True, eq=False)
class Curves:
    """Scores of a run (m,) after `epochs` (m,), evenly spaced from 0, which take `size` steps each.

    The moment shown is `step`, with the scores `now`. `best` is the lowest test loss of the run so
    far, after `best_epoch`; `quality` is what the second score is called.
    """

    epochs: Array
    losses: dict[str, Array]
    qualities: dict[str, Array]
    size: int
    step: int
    now: Scores
    best: float
    best_epoch: int
    quality: str = "accuracy"

    @property
    def at(self) -> float:
        """The moment shown, in epochs."""
        return self.step / self.size

    @property
    def end(self) -> float:
        """The last moment drawn, in epochs."""
        return max(float(self.epochs[-1]), self.at, float(self.best_epoch))

    @property
    def is_rewound(self) -> bool:
        """Whether the run has gone on from the moment shown."""
        return self.at < self.end


def curves_of(course: Course) -> Curves:
    """What is drawn of a course."""
    kept = history(course)
    return Curves(
        kept["epoch"],
        {name: kept[f"{name}_loss"] for name in SETS},
        {name: kept[f"{name}_quality"] for name in SETS},
        course.experiment.steps_per_epoch,
        course.now.step,
        score(course.experiment, course.now),
        course.best,
        course.best_epoch,
        "accuracy" if course.experiment.is_classification else "R²",
    )


def curves_table(curves: Curves) -> pd.DataFrame:
    """A row per epoch that is kept."""
    columns = {"epoch": curves.epochs.astype(int)}
    columns["step"] = columns["epoch"] * curves.size
    columns |= {f"{name} loss": curves.losses[name] for name in SETS}
    return pd.DataFrame(
        columns | {f"{name} {curves.quality}": curves.qualities[name] for name in SETS}
    )
