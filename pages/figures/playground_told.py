"""The board of the playground in words and in plain values: axes, colors, and what was picked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.playground.build import Experiment
from engine.playground.course import Course
from engine.playground.data import Scale
from engine.playground.run import score
from pages.figures.base import Look, counted, listed, number

CLASS_LINES = (1, 0, 2, 3, 4, 6)  # class 1 has the color of what is positive, class 0 of the rest
NEGATIVE, POSITIVE = CLASS_LINES[:2]

Shown = tuple[int, int]


class Pick(NamedTuple):
    """What was chosen on the board.

    kind is "weight" (name "W1 2,3"), "bias" ("b1 3"), "unit" (`unit` is its hidden layer and its
    place in it, from 1; zeros for none), "point" (`row` of sample.x from 1) or "place", an empty
    one, in the coordinates of sample.x.
    """

    kind: str
    name: str = ""
    unit: tuple[int, int] = (0, 0)
    row: int = 0
    place: tuple[float, float] = (0.0, 0.0)


def class_colors(look: Look, classes: int) -> tuple[str, ...]:
    """The color of each class, wherever classes have one."""
    return tuple(look.lines[k] for k in CLASS_LINES[:classes])


def ticks(scale: Scale, reach: float) -> list[tuple[float, str]]:
    """Round numbers along an axis, each with its place from -1 to 1; `scale` says what was
    standardized."""
    half = scale.sd * reach
    if not half > 0 or not np.isfinite(half):
        return [(0.0, number(scale.mean, 3))]
    rough = half / 3
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * next((k for k in (1, 2, 5) if k * power >= rough), 10)
    low, high = np.ceil((scale.mean - half) / step), np.floor((scale.mean + half) / step)
    values = np.arange(low, high + 1) * step
    return [(float((v - scale.mean) / half), number(float(v))) for v in values]


def has_unit(units: tuple[int, ...], unit: tuple[int, int]) -> bool:
    """Whether hidden layers of so many units have this one, its layer and place from 1."""
    return 1 <= unit[0] <= len(units) and 1 <= unit[1] <= units[unit[0] - 1]


def read_pick(raw: object, experiment: Experiment) -> Pick | None:
    """What a browser says was picked, if this run has such a thing; None for anything else."""
    if not isinstance(raw, dict):
        return None
    try:
        layer, unit = (int(k) for k in raw.get("unit", (0, 0)))
        a, b = (float(v) for v in raw.get("place", (0, 0)))
        name, row = str(raw.get("name", "")), int(raw.get("row", 0))
        pick = Pick(str(raw.get("kind")), name, (layer, unit), row, (a, b))
    except (TypeError, ValueError, OverflowError):
        return None
    return pick if PICKS.get(pick.kind, lambda p, e: False)(pick, experiment) else None


def _names_entry(pick: Pick, experiment: Experiment) -> bool:
    """Whether the name is that of an entry, as "W1 2,3"."""
    matrix, _, place = pick.name.partition(" ")
    entry = experiment.network.unpack(experiment.start).get(matrix)
    if entry is None or not place.replace(",", "").isdecimal():
        return False
    at = place.split(",")
    inside = (k.isdecimal() and 1 <= int(k) <= n for k, n in zip(at, entry.shape, strict=False))
    return len(at) == entry.ndim and all(inside)


def _is_inside(pick: Pick, experiment: Experiment) -> bool:
    return all(abs(v) <= experiment.sample.reach for v in pick.place)


PICKS = {
    "weight": _names_entry,
    "bias": _names_entry,
    "unit": lambda p, e: p.unit == (0, 0) or has_unit(e.settings.units, p.unit),
    "point": lambda p, e: 1 <= p.row <= len(e.sample.x),
    "place": _is_inside,
}
"""When what was picked is a thing of the run."""


def told_alt(course: Course) -> str:
    """The board in words: the layers, the data, how well it is met, and the step."""
    experiment, sample = course.experiment, course.experiment.sample
    train = int(sample.is_training.sum())
    now = score(experiment, course.now)
    name, form = ("accuracy", _share) if experiment.is_classification else ("R²", number)
    return (
        f"Network of {_layers(experiment)}. {counted(train, 'training point')} and "
        f"{counted(len(sample.x) - train, 'test point')} {_kinds(sample.labels)}. Step "
        f"{course.now.step:,}: {name} {form(now.training_quality)} in training, "
        f"{form(now.test_quality)} on test points."
    )


def _share(value: float) -> str:
    return f"{value:.1%}"


def _layers(experiment: Experiment) -> str:
    settings = experiment.settings
    pairs = zip(settings.units, settings.activations, strict=True)
    hidden = [
        f"a hidden layer of {counted(n, kind.replace('_', ' ') + ' unit')}" for n, kind in pairs
    ]
    return listed(
        [
            f"{counted(len(experiment.inputs), 'input')} ({', '.join(experiment.inputs)})",
            *hidden,
            counted(max(1, experiment.task.training.y.shape[1]), "output"),
        ]
    )


def _kinds(labels: tuple[str, ...]) -> str:
    return f"of {len(labels)} classes" if labels else "with a number each"
