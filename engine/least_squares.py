"""Linear regression of two parameters: the same data as a surface and as batches of examples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.data import houses, standardize
from engine.types import Array

PRICE_UNIT = 100.0  # thousand dollars: prices in these units keep the parameters of order 1


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """Half mean squared error of design (n, d) @ theta (d,) against target (n,)."""

    design: Array
    target: Array

    def value(self, theta: ArrayLike) -> float:
        """The loss over all examples."""
        return float(np.mean((self.design @ np.asarray(theta) - self.target) ** 2) / 2)

    def gradient(self, theta: ArrayLike, rows: NDArray[np.intp] | slice = slice(None)) -> Array:
        """Gradient (d,) of the mean over the examples in `rows`: an unbiased estimate of all."""
        x = self.design[rows]
        return np.asarray(x.T @ (x @ np.asarray(theta) - self.target[rows]) / len(x))

    @property
    def hessian(self) -> Array:
        """Second derivatives (d, d), the same everywhere."""
        return np.asarray(self.design.T @ self.design / len(self.design))

    @property
    def minimum(self) -> Array:
        """The least-squares parameters (d,)."""
        return np.asarray(np.linalg.lstsq(self.design, self.target)[0])

    def noise_variance(self, theta: ArrayLike, batch_size: int) -> float:
        """Variance of the gradient of a batch drawn with replacement, summed over parameters.

        Exact: the variance of one example's gradient over batch_size.
        """
        each = self.design * (self.design @ np.asarray(theta) - self.target)[:, None]
        return float(each.var(axis=0).sum() / batch_size)


def house_prices(
    parameters: tuple[str, str] = ("bias", "bedrooms"),
    standardized: bool = False,
    n: int = 200,
    seed: int = 0,
) -> LeastSquares:
    """Regression of `n` house prices on two parameters, in hundred thousand dollars.

    Each of `parameters` is "bias" or a feature's name; the others stay at their least-squares
    values. `standardized` gives every feature mean 0 and variance 1. Raises ValueError for
    parameters that are unknown or not two.
    """
    table = houses(np.random.default_rng(seed), n)
    names = ("bias", *table.features)
    if len(set(parameters)) != 2 or not set(parameters) <= set(names):
        raise ValueError(f"choose two different parameters of {names}, got {parameters}")
    x = standardize(table.x)[0] if standardized else table.x
    design = np.column_stack([np.ones(n), x])
    price = table.y / PRICE_UNIT
    weights = np.linalg.lstsq(design, price)[0]
    chosen = [names.index(name) for name in parameters]
    weights[chosen] = 0.0
    return LeastSquares(design[:, chosen], price - design @ weights)
