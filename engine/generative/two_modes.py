"""One small game on two modes: the generator finds both, or collapses into one at a time."""

from __future__ import annotations

import numpy as np

from engine.generative.adversarial import Gan, History, Schedule, mixture, train
from engine.network import mlp
from engine.optimizers import Adam

MODES = (-2.0, 2.0)
SD = 0.3

SCHEDULES: dict[str, Schedule] = {
    "equal rates": Schedule(steps=800),
    "slow discriminator": Schedule(
        steps=800, discriminator=Adam(0.001, beta1=0.5), generator=Adam(0.02, beta1=0.5)
    ),
}
"""With the slow discriminator the generator chases the mode that pays at the moment, and moves on
once that is noticed: what comes of training it too much in between (Goodfellow et al. 2014,
section 6)."""


def two_modes(schedule: str, seed: int, loss: str = "non-saturating") -> History:
    """A run on data around -2 and 2 by SCHEDULES[schedule]. Raises ValueError for an unknown
    schedule or loss."""
    if schedule not in SCHEDULES:
        raise ValueError(f"unknown schedule {schedule!r}; known: {', '.join(SCHEDULES)}")
    gan = Gan(mlp((1, 8, 1), "tanh"), mlp((1, 16, 1), "tanh"), loss)
    return train(gan, mixture(MODES, SD), np.random.default_rng(seed), SCHEDULES[schedule])
