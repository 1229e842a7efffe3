"""The same polynomial fitted to many samples: how its test error splits into its three sources.

E (y - fit)^2 = bias^2 + variance + noise (Geman, Bienenstock & Doursat 1992, section 3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from engine.data import standardize
from engine.studies.polynomials import LAWS, fit_degrees, predict
from engine.types import Array

SETS = 50  # resampled training sets
TESTS = 200  # inputs of the test set, spread evenly
ROUNDING = 1e-20  # a mean square below it is 0 but for rounding


@dataclass(frozen=True, eq=False)
class Parts:
    """Where the expected test error of each degree (degrees,) comes from.

    `noise` is the variance of the noise; `measured` is the error on fresh noisy points, a second
    way to the same number.
    """

    bias2: Array
    variance: Array
    noise: float
    measured: Array

    @property
    def total(self) -> Array:
        """bias^2 + variance + noise, per degree."""
        return np.asarray(self.bias2 + self.variance + self.noise)


@dataclass(frozen=True, eq=False)
class Study:
    """Fits of every degree to one training set and to resampled ones, with their errors.

    x, y (n,) are the training set and test_x, test_y (m,) the test set, inputs in [-1, 1].
    `coefficients` (degrees, k) are the fits to them, `resampled` (degrees, SETS, k) those to the
    other sets, and `spread` (degrees,) the variance of these at the test inputs. Errors are mean
    squares per degree. `parts` needs a known law, and is None for a table. A table's own units are
    x_low to x_high for the inputs, and y_sd y + y_mean.
    """

    x: Array
    y: Array
    test_x: Array
    test_y: Array
    coefficients: Array
    resampled: Array
    train_error: Array
    test_error: Array
    spread: Array
    parts: Parts | None
    x_low: float = -1.0
    x_high: float = 1.0
    y_mean: float = 0.0
    y_sd: float = 1.0

    def inputs(self, x: ArrayLike) -> Array:
        """Inputs in [-1, 1] in the table's own units."""
        share = (np.asarray(x, np.float64) + 1) / 2
        return np.asarray(self.x_low * (1 - share) + self.x_high * share)

    def targets(self, y: ArrayLike) -> Array:
        """Targets in the table's own units."""
        return np.asarray(y, np.float64) * self.y_sd + self.y_mean

    @property
    def best(self) -> int:
        """The lowest degree with the lowest test error."""
        return int(np.argmin(np.maximum(self.test_error, ROUNDING)))


def draw(
    rng: np.random.Generator, law: str, n: int, noise: float, sets: int
) -> tuple[Array, Array]:
    """Sets of n points (x, y), each (sets, n), of LAWS[law] plus normal noise of this sd.

    Each input is uniform in one of n equal parts of [-1, 1], so that no set leaves a wide gap.
    """
    x = -1 + 2 * (np.arange(n) + rng.random((sets, n))) / n
    return x, LAWS[law].f(x) + noise * rng.normal(size=(sets, n))


def decompose(predictions: Array, truth: Array, noisy: Array, noise: float) -> Parts:
    """Parts of the test error of predictions (degrees, sets, m) of a law's values truth (m,).

    `noisy` (sets, m) are fresh targets for `measured`, each set with its own. The variance divides
    by the number of sets, so that bias^2 + variance is exactly the mean of (fit - truth)^2.
    """
    mean = predictions.mean(axis=1)
    return Parts(
        ((mean - truth) ** 2).mean(axis=-1),
        predictions.var(axis=1).mean(axis=-1),
        noise**2,
        ((predictions - noisy) ** 2).mean(axis=(1, 2)),
    )


def study_law(law: str, n: int, noise: float, ridge: float, seed: int) -> Study:
    """Every degree on samples of a law: the first of SETS is the training set of the errors."""
    rng = np.random.default_rng(seed)
    x, y = draw(rng, law, n, noise, SETS)
    test_x = -1 + (2 * np.arange(TESTS) + 1) / TESTS
    truth = LAWS[law].f(test_x)
    noisy = truth + noise * rng.normal(size=(SETS, TESTS))
    fits = fit_degrees(x, y, ridge)
    predictions = predict(fits, test_x)
    parts = decompose(predictions, truth, noisy, noise)
    train, test = np.stack([x[0], y[0]]), np.stack([test_x, noisy[0]])
    return _study(train, test, fits[:, 0], fits, parts.variance, parts)


def study_table(x: ArrayLike, y: ArrayLike, ridge: float, seed: int) -> Study:
    """Every degree on 70% of the points x, y (n,); the others are the test set.

    Inputs are scaled to [-1, 1] and targets to mean 0 and variance 1 over all points, so errors are
    shares of the variance of y. The resampled sets are bootstraps of the training set (Efron 1979).
    Raises ValueError for fewer than 5 points and for inputs or targets that are all the same.
    """
    rows = np.column_stack([np.asarray(x, np.float64), np.asarray(y, np.float64)])
    if len(rows) < 5 or not np.ptp(rows, axis=0).all():
        raise ValueError(f"expected 5 points that differ in x and in y, got {len(rows)}")
    rng = np.random.default_rng(seed)
    y_scaled, mean, sd = standardize(rows[:, 1])
    scaled = np.column_stack([unit_range(rows[:, 0]), y_scaled])
    order = rng.permutation(len(rows))
    kept = -(-7 * len(rows) // 10)
    train, test = scaled[order[:kept]], scaled[order[kept:]]
    sets = np.concatenate([train[None], train[rng.integers(kept, size=(SETS, kept))]])
    fits = fit_degrees(sets[..., 0], sets[..., 1], ridge)
    spread = predict(fits[:, 1:], test[:, 0]).var(axis=1).mean(axis=-1)
    study = _study(train.T, test.T, fits[:, 0], fits[:, 1:], spread, None)
    low, high = float(rows[:, 0].min()), float(rows[:, 0].max())
    return replace(study, x_low=low, x_high=high, y_mean=float(mean), y_sd=float(sd))


def unit_range(x: Array) -> Array:
    """x (n,) mapped to [-1, 1] by its own range."""
    low, high = x.min(), x.max()
    return np.asarray(np.clip(2 * ((x - low) / (high - low)) - 1, -1, 1))


def _study(
    train: Array,
    test: Array,
    fits: Array,
    resampled: Array,
    spread: Array,
    parts: Parts | None,
) -> Study:
    (x, y), (test_x, test_y) = train, test
    train_error = ((predict(fits, x) - y) ** 2).mean(axis=-1)
    test_error = ((predict(fits, test_x) - test_y) ** 2).mean(axis=-1)
    return Study(x, y, test_x, test_y, fits, resampled, train_error, test_error, spread, parts)
