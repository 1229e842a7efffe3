"""How long the engine's recurrent cells take on this machine, forward and backward."""

from __future__ import annotations

import time

import numpy as np

from engine.recurrent import CELLS
from engine.studies.sequence_costs import Stack, step_products

MOST_STEPS = 64
MOST_PRODUCTS = 5e6  # of an LSTM's forward pass, so that turns are short
FEWEST, BUDGET = 3, 0.4  # turns, seconds


def timed_size(stack: Stack, steps: int, batch: int) -> tuple[int, int]:
    """Steps and batch size that are timed for these: less where an LSTM would take too long."""
    fitting = MOST_PRODUCTS / step_products("LSTM", stack)
    steps = int(max(1, min(steps, MOST_STEPS, fitting)))
    return steps, int(max(1, min(batch, fitting / steps)))


def cell_seconds(stack: Stack, steps: int, batch: int) -> dict[str, float]:
    """Seconds of one forward and backward pass of each cell in float32.

    The cells take turns, at least FEWEST and until BUDGET is used up; the fastest turn counts,
    since whatever else the machine does only adds to it.
    """
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, steps, stack.d), np.float32)
    networks = {name: cell(stack.d, stack.h, stack.layers) for name, cell in CELLS.items()}
    thetas = {
        name: rng.standard_normal(network.size, np.float32) / np.float32(np.sqrt(stack.h))
        for name, network in networks.items()
    }
    best = dict.fromkeys(CELLS, np.inf)
    end, turns = time.perf_counter() + BUDGET, 0
    while turns < FEWEST or time.perf_counter() < end:
        turns += 1
        for name, network in networks.items():
            start = time.perf_counter()
            y, cache = network.forward(thetas[name], x)
            network.backward(thetas[name], cache, y)
            best[name] = min(best[name], time.perf_counter() - start)
    return best
