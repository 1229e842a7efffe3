"""The nested fields on one table of houses: a rule by hand, a learned line, a learned network, a
network that draws prices, and one that writes about houses word by word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats
from engine.data import Table, houses, price_law, standardize
from engine.network import mlp
from engine.optimizers import Adam
from engine.studies.adverts import WordNetwork, counted_model, pair_counts, perplexity, train_words
from engine.studies.price_model import PriceModel
from engine.training import fit
from engine.types import Array

UNITS, STEPS, RATE = (8, 8), 400, 0.02
FRESH = 500
PER_ROOM, NEAR_OCEAN, NEAR = 100.0, 150.0, 5.0  # thousand dollars, thousand dollars, km


def hand_rule(x: ArrayLike) -> Array:
    """Price (n,) by a rule of thumb: 100 a bedroom, 150 more within 5 km of the ocean.

    Thousand dollars, for houses x (n, 4) as in `engine.data.houses`. Nothing in it is learned.
    """
    rows = as_floats(x)
    return PER_ROOM * rows[:, 0] + NEAR_OCEAN * (rows[:, 2] < NEAR)


@dataclass(frozen=True, eq=False)
class Line:
    """Price = weights (4,) times features plus bias, in thousand dollars."""

    weights: Array
    bias: float

    def __call__(self, x: ArrayLike) -> Array:
        return as_floats(x) @ self.weights + self.bias


def fit_line(table: Table) -> Line:
    """The line with the least squared error on the table (Legendre 1805)."""
    design = np.column_stack([np.ones(len(table.y)), table.x])
    theta = np.linalg.lstsq(design, table.y)[0]
    return Line(theta[1:], float(theta[0]))


def fit_network(table: Table, seed: int) -> PriceModel:
    """A network 4-8-8-1 trained by Adam on half squared error; `seed` draws its weights."""
    x, x_mean, x_sd = standardize(table.x)
    y, y_mean, y_sd = standardize(table.y)
    network = mlp([4, *UNITS, 1], hidden="tanh")
    start = network.initialize(np.random.default_rng(seed), "xavier_normal")
    trained = fit(network, start, x, y[:, None], "half_squared_error", Adam(RATE), STEPS)
    return PriceModel(network, trained.theta, table, x_mean, x_sd, float(y_mean), float(y_sd))


def rms(prices: Array, true: Array) -> float:
    """Root mean squared difference, in the unit of the prices."""
    return float(np.sqrt(np.mean((prices - true) ** 2)))


def surprise(prices: Array, sd: float, sold: Array) -> float:
    """Mean negative log density, in nats a house, of sales (n,) under normals around prices (n,)
    with standard deviation sd."""
    z = (sold - prices) / sd
    return float(np.mean(z**2) / 2 + np.log(sd) + np.log(2 * np.pi) / 2)


@dataclass(frozen=True, eq=False)
class Systems:
    """One system for each field, all learned from the same houses.

    `line_sd` and `network_sd` are what each leaves unexplained on those houses; `counts` and
    `network` words likewise. `fresh` houses were seen by none of them.
    """

    table: Table
    fresh: Table
    line: Line
    network: PriceModel
    line_sd: float
    network_sd: float
    counts: Array
    words: WordNetwork

    def errors(self) -> dict[str, float]:
        """Root mean squared error on fresh houses against the law, thousand dollars."""
        x, law = self.fresh.x, price_law(self.fresh.x)
        prices = {"rule": hand_rule(x), "line": self.line(x), "network": self.network.forward(x)[0]}
        return {name: rms(values, law) for name, values in prices.items()}

    def surprises(self) -> dict[str, float]:
        """Nats a fresh sale of the line and of the network, each with the spread it leaves."""
        x, sold = self.fresh.x, self.fresh.y
        return {
            "line": surprise(self.line(x), self.line_sd, sold),
            "network": surprise(self.network.forward(x)[0], self.network_sd, sold),
        }

    def perplexities(self) -> dict[str, float]:
        """Of the next word in adverts of fresh houses: counted pairs, and the network."""
        fresh = pair_counts(self.fresh.x)
        return {
            "pairs": perplexity(counted_model(self.counts), fresh),
            "network": perplexity(self.words.probabilities(), fresh),
        }

    def parameters(self) -> dict[str, int]:
        """How many numbers each system learned."""
        size = self.network.network.size  # to draw, it needs the spread as well
        words = self.words.network.size
        line = self.line.weights.size + 1
        return {"rule": 0, "line": line, "network": size, "draws": size + 1, "words": words}


def learn_systems(n: int, seed: int = 0) -> Systems:
    """All systems, from the first n houses of a table that does not depend on n."""
    whole = houses(np.random.default_rng(0), 400)
    table = Table(**(vars(whole) | {"x": whole.x[:n], "y": whole.y[:n]}))
    line, network = fit_line(table), fit_network(table, seed)
    counts = pair_counts(table.x)
    return Systems(
        table,
        houses(np.random.default_rng(1), FRESH),
        line,
        network,
        rms(line(table.x), table.y),
        rms(network.forward(table.x)[0], table.y),
        counts,
        train_words(counts, seed),
    )
