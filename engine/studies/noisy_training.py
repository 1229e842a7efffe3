"""A training run whose gradients are now and then far too long, with and without clipping.

The data are the houses with slips: some prices were typed with a digit too many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.clipping import CLIPPINGS
from engine.data import houses, price_law, standardize
from engine.network import mlp
from engine.optimizers import SGD
from engine.stopping import at_epoch
from engine.task import Examples, Task
from engine.training import train
from engine.types import Array

EXAMPLES, FRESH = 200, 500
EPOCHS, BATCH = 8, 8
SLIP = 10.0  # a digit too many
NETWORK = mlp([4, 8, 1], hidden="tanh")


@dataclass(frozen=True, eq=False)
class ClippedRun:
    """Gradient lengths (steps,) before clipping, the share above the limit, the root mean squared
    error in thousand dollars on fresh houses against the noiseless law, and why the run ended."""

    norms: Array
    share: float
    error: float
    stopped: str


def clipped_run(rule: str, limit: float, rate: float, slips: float, seed: int = 0) -> ClippedRun:
    """SGD on batches of 8 with CLIPPINGS[rule]; `slips` is the share of prices typed wrongly."""
    rng = np.random.default_rng(seed)
    table = houses(rng, EXAMPLES)
    x, x_mean, x_sd = standardize(table.x)
    _, mean, sd = standardize(table.y)
    typed = np.where(rng.random(EXAMPLES) < slips, SLIP * table.y, table.y)
    task = Task(
        NETWORK,
        "half_squared_error",
        SGD(rate),
        Examples(x, ((typed - mean) / sd)[:, None]),
        batch_size=BATCH,
        clip=lambda gradient: CLIPPINGS[rule](gradient, limit, NETWORK.spans),
    )
    epochs = list(train(task, NETWORK.initialize(rng), rng, [at_epoch(EPOCHS)]))
    norms = np.concatenate([epoch.norms for epoch in epochs])
    fresh = houses(np.random.default_rng(1), FRESH).x
    with np.errstate(over="ignore", invalid="ignore"):
        y, _ = NETWORK.forward(epochs[-1].theta, (fresh - x_mean) / x_sd)
        error = np.sqrt(np.mean((y[:, 0] * sd + mean - price_law(fresh)) ** 2))
    share = float((norms > limit).mean()) if norms.size else float("nan")
    return ClippedRun(norms, share, float(error), epochs[-1].stopped)
