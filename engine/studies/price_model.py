"""The network that prices houses, trained on standardized data and asked in dollars and years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.activations import as_floats
from engine.data import Table, houses, price_law, standardize
from engine.layers import Activation
from engine.network import Network, Trace, affine_equivalent, mlp
from engine.optimizers import Adam
from engine.training import fit
from engine.types import Array

EXAMPLES = 200
STEPS = 400
RATE = 0.02


@dataclass(frozen=True, eq=False)
class PriceModel:
    """A trained network with the scaling of its inputs and output."""

    network: Network
    theta: Array
    table: Table
    x_mean: Array
    x_sd: Array
    y_mean: float
    y_sd: float

    def scaled(self, x: Array) -> Array:
        """Houses x (n, 4) as the network reads them: mean 0, variance 1 on the training set."""
        return (as_floats(x) - self.x_mean) / self.x_sd

    def forward(self, x: Array) -> tuple[Array, Trace]:
        """Prices (n,) of houses x (n, 4) in thousand dollars, and the trace of the pass."""
        z, trace = self.network.forward(self.theta, self.scaled(x))
        return z[:, 0] * self.y_sd + self.y_mean, trace

    def surface(self, house: Array, columns: tuple[int, int], axes: tuple[Array, Array]) -> Array:
        """Prices (len(axes[1]), len(axes[0])) of the house with two of its features varied."""
        grids = np.meshgrid(*axes)
        rows = np.tile(as_floats(house), (grids[0].size, 1))
        for column, grid in zip(columns, grids, strict=True):
            rows[:, column] = grid.ravel()
        return self.forward(rows)[0].reshape(grids[0].shape)

    def error(self, seed: int = 1, n: int = 500) -> float:
        """Root mean squared error on n fresh houses against the noiseless law."""
        x = houses(np.random.default_rng(seed), n).x
        return float(np.sqrt(np.mean((self.forward(x)[0] - price_law(x)) ** 2)))

    def silent_units(self) -> int:
        """How many hidden units have a slope of zero for every training example."""
        _, trace = self.network.forward(self.theta, self.scaled(self.table.x))
        layers = zip(self.network.layers, trace.inputs, strict=True)
        slopes = [layer.rule.df(z) for layer, z in layers if isinstance(layer, Activation)]
        return int(sum((slope == 0).all(axis=0).sum() for slope in slopes))

    def line(self) -> tuple[Array, float]:
        """Weights (4,) and bias of the one affine map that an all-linear network is.

        Raises ValueError when an activation is not linear.
        """
        w, b = affine_equivalent(self.network, self.theta)
        weights = w[:, 0] / self.x_sd * self.y_sd
        return weights, float(b[0] * self.y_sd + self.y_mean - weights @ self.x_mean)


def train_price_model(layers: int, units: int, activation: str, seed: int) -> PriceModel:
    """A network 4 - units x layers - 1, trained by Adam on half squared error; seed draws theta."""
    table = houses(np.random.default_rng(0), EXAMPLES)
    x, x_mean, x_sd = standardize(table.x)
    y, y_mean, y_sd = standardize(table.y)
    network = mlp([4, *[units] * layers, 1], hidden=activation)
    start = network.initialize(np.random.default_rng(seed))
    trained = fit(network, start, x, y[:, None], "half_squared_error", Adam(RATE), STEPS)
    return PriceModel(network, trained.theta, table, x_mean, x_sd, float(y_mean), float(y_sd))


def bend(z: Array) -> float:
    """Largest distance of a surface z (m, n) on a regular grid from the plane that fits it best."""
    rows, columns = np.indices(z.shape)
    design = np.column_stack([np.ones(z.size), rows.ravel(), columns.ravel()])
    plane = design @ np.linalg.lstsq(design, z.ravel())[0]
    return float(np.abs(z.ravel() - plane).max())
