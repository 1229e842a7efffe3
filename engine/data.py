"""The data sets that every chapter shares, drawn from stated laws so that the truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array

BASE = 150.0  # all prices in thousand dollars
PER_BEDROOM = 60.0
PER_YEAR = -1.5
POOL = 35.0
OCEAN = 250.0
OCEAN_RANGE = 8.0  # km over which the ocean's worth falls to 1/e: the curve that a line cannot fit
NOISE = 15.0  # standard deviation of what the law does not explain
PRICE_FORMULA = (
    rf"{BASE:g} + {PER_BEDROOM:g}\,\mathrm{{bedrooms}} - {-PER_YEAR:g}\,\mathrm{{age}}"
    rf" + {OCEAN:g}\,e^{{-\mathrm{{distance}}/{OCEAN_RANGE:g}}} + {POOL:g}\,\mathrm{{pool}}"
)


@dataclass(frozen=True, eq=False)
class Table:
    """Examples x (n, d) with a number to predict y (n,); names and units of the columns of x."""

    features: tuple[str, ...]
    units: tuple[str, ...]
    x: Array
    target: str
    target_unit: str
    y: Array


def price_law(x: ArrayLike) -> Array:
    """Noiseless price (n,) in thousand dollars of houses x (n, 4), columns as in `houses`.

    150 + 60 bedrooms - 1.5 age + 250 exp(-distance / 8) + 35 pool. Raises ValueError for a last
    axis other than 4; one house (4,) gives one price.
    """
    rows = np.asarray(x, dtype=np.float64)
    if rows.ndim == 0 or rows.shape[-1] != 4:
        raise ValueError(f"expected houses of shape (n, 4), got {rows.shape}")
    bedrooms, age, distance, pool = np.moveaxis(rows, -1, 0)
    ocean = OCEAN * np.exp(-distance / OCEAN_RANGE)
    return np.asarray(BASE + PER_BEDROOM * bedrooms + PER_YEAR * age + ocean + POOL * pool)


def houses(rng: np.random.Generator, n: int, noise: float = NOISE) -> Table:
    """n houses priced by `price_law` plus normal noise with sd `noise` thousand dollars.

    Independent columns: bedrooms 1 to 6 and age 0 to 80 years, both whole and uniform; distance to
    the ocean uniform in 0 to 30 km; pool 0 or 1, one house in three.
    """
    x = np.column_stack(
        [
            rng.integers(1, 7, n).astype(np.float64),
            rng.integers(0, 81, n),
            rng.uniform(0, 30, n),
            rng.random(n) < 1 / 3,
        ]
    )
    return Table(
        features=("bedrooms", "age", "distance", "pool"),
        units=("rooms", "years", "km", "0 or 1"),
        x=x,
        target="price",
        target_unit="thousand dollars",
        y=price_law(x) + rng.normal(0, noise, n),
    )


def standardize(x: ArrayLike) -> tuple[Array, Array, Array]:
    """(z, mean, sd) per column, with x = z * sd + mean and sd over n; x (n, d) or (n,).

    A constant column has z = 0 and is given sd = 1.
    """
    columns = np.asarray(x, dtype=np.float64)
    constant = np.ptp(columns, axis=0) == 0
    mean = np.where(constant, columns[0], columns.mean(axis=0))
    sd = np.where(constant, 1.0, columns.std(axis=0))
    return (columns - mean) / sd, mean, sd


DATASETS: dict[str, Callable[[np.random.Generator, int], Table]] = {"houses": houses}
