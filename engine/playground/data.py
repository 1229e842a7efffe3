"""The examples of a run: drawn from a cloud, from the law of the house prices, or brought along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data import houses, standardize
from engine.playground.clouds import CLOUDS, CURVES, REACH, curve
from engine.playground.settings import CLASSES, Settings
from engine.types import Array

TABLE_REACH = 3.0  # standard deviations that the plane of a table shows
TABLES = {"houses": "House prices", "own": "Own table"}
DRAWN = "drawn"
DATA = {key: cloud.name for key, cloud in CLOUDS.items()} | TABLES | {DRAWN: "Drawn by hand"}
"""Every kind of data and its name."""


@dataclass(frozen=True, eq=False)
class Scale:
    """What a standardized number was before: value = sd * z + mean, in its unit."""

    mean: float = 0.0
    sd: float = 1.0
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Sample:
    """Examples x (n, d) with classes from 0 or values y (n,), and which of them train.

    `labels` are the names of the classes, () where y is a number to predict. The columns of a
    table are standardized, as are its values; `scales` say of each column, and `target` of y, what
    they were. `reach` is how far the plane goes in both directions.
    """

    x: Array
    y: Array
    is_training: NDArray[np.bool_]
    labels: tuple[str, ...]
    names: tuple[str, ...] = ("x₁", "x₂")
    scales: tuple[Scale, ...] = (Scale(), Scale())
    target: Scale = Scale()
    reach: float = REACH

    @property
    def is_table(self) -> bool:
        """Whether the columns themselves are the features."""
        return self.reach == TABLE_REACH


@dataclass(frozen=True, eq=False)
class OwnTable:
    """A visitor's table: named columns x (n, d), and classes with their labels or values y (n,)."""

    names: tuple[str, ...]
    x: Array
    y: Array
    labels: tuple[str, ...] = ()
    target: str = "target"


def draw(settings: Settings, own: OwnTable | None = None) -> Sample:
    """The examples that the settings describe; `own` is the table of the data "own".

    Fewer than two points drawn by hand are FIRST_POINTS. Raises ValueError for unknown data and
    for "own" without a table.
    """
    rng = np.random.default_rng([settings.data_seed, 0])
    if settings.data == "own":
        if own is None:
            raise ValueError("the data is a table of your own, and there is none yet")
        return _of_table(own, settings, rng)
    if settings.data == "houses":
        table = houses(rng, settings.n, 150 * settings.noise)
        prices = OwnTable(table.features, table.x, table.y, target=table.target)
        return _of_table(prices, settings, rng, (*table.units, table.target_unit))
    if settings.data == DRAWN:
        x, y = parse_points(settings.points)
        if len(x) < 2:
            x, y = parse_points(FIRST_POINTS)
        return _of_points(x, y, max(2, int(y.max()) + 1), settings, rng)
    if settings.data not in CLOUDS:
        raise ValueError(f"unknown data {settings.data!r}; known: {', '.join(DATA)}")
    if settings.curve not in CURVES:
        raise ValueError(f"unknown curve {settings.curve!r}; known: {', '.join(CURVES)}")
    cloud = CLOUDS[settings.data]
    law = curve(settings.curve) if settings.data == "curve" else cloud.draw
    classes = nearest(settings.classes, cloud.classes)
    x, y = law(rng, settings.n, settings.noise, classes)
    return _of_points(x, y, classes, settings, rng)


def nearest(classes: int, possible: tuple[int, ...]) -> int:
    """The possible number of classes nearest to the one asked for; 0 for a number to predict."""
    return min(possible, key=lambda k: abs(k - classes)) if possible else 0


def parse_points(text: str) -> tuple[Array, Array]:
    """Points (n, 2) and classes (n,) of "x,y,class;..." as `written` makes it, or on lines; parts
    that are not such a point are left out, as is what lies outside the plane."""
    rows: list[tuple[float, float, float]] = []
    for part in text.replace("\n", ";").split(";"):
        if len(rows) == MAX_POINTS:
            break
        try:
            a, b, label = (float(value) for value in part.split(","))
        except ValueError:
            continue
        if abs(a) <= REACH and abs(b) <= REACH and label in range(CLASSES):  # not where one is nan
            rows.append((a, b, label))
    table = np.array(rows, np.float64).reshape(len(rows), 3)
    return table[:, :2], table[:, 2]


FIRST_POINTS = "-3,0,0;3,0,1"  # a point of each class: with less there is nothing to learn
MAX_POINTS = 300  # drawn by hand: more make an address too long


def written(x: Array, y: Array) -> str:
    """Points (n, 2) with classes (n,) as short text for an address."""
    rows = zip(x, y, strict=True)
    return ";".join(f"{_short(a)},{_short(b)},{_short(label)}" for (a, b), label in rows)


def _short(value: float) -> str:
    return f"{round(value, 2) + 0.0:g}"  # + 0.0 for the sign of zero


def _of_points(
    x: Array, y: Array, classes: int, settings: Settings, rng: np.random.Generator
) -> Sample:
    labels = tuple(f"class {k}" for k in range(classes))
    return Sample(x, y, _split(rng, len(x), settings.share), labels)


def _of_table(
    table: OwnTable,
    settings: Settings,
    rng: np.random.Generator,
    units: tuple[str, ...] = (),
) -> Sample:
    """The table standardized by its training rows, so that the others tell nothing."""
    is_training = _split(rng, len(table.x), settings.share)
    _, mean, sd = standardize(table.x[is_training])
    units = units or ("",) * (len(table.names) + 1)
    scales = tuple(Scale(float(m), float(s), u) for m, s, u in zip(mean, sd, units, strict=False))
    y, target = table.y, Scale()
    if not table.labels:
        _, middle, spread = standardize(y[is_training])
        target = Scale(float(middle), float(spread), units[-1])
        y = (y - middle) / spread
    x = (table.x - mean) / sd
    return Sample(x, y, is_training, table.labels, table.names, scales, target, TABLE_REACH)


def _split(rng: np.random.Generator, n: int, share: float) -> NDArray[np.bool_]:
    """Which rows train (n,): the share, at least one on either side."""
    count = min(max(round(share * n), 1), n - 1)
    chosen = np.zeros(n, bool)
    chosen[rng.permutation(n)[:count]] = True
    return chosen
