"""Mode collapse: a discriminator that learns too slowly lets the generator fall into one mode."""

from __future__ import annotations

import numpy as np
import pytest

from engine.generative.adversarial import mode_shares
from engine.generative.two_modes import MODES, two_modes


def shares(schedule, seed):
    """The share of the left mode at each look from step 200 on."""
    run = two_modes(schedule, seed)
    looks = run.samples[run.seen >= 200]
    return np.array([mode_shares(samples, MODES)[0] for samples in looks])


def test_equal_rates_find_both_modes():
    for seed in range(3):
        assert np.all(np.abs(shares("equal rates", seed) - 0.5) < 0.2)


def test_a_slow_discriminator_lets_it_collapse_and_jump():
    found = np.concatenate([shares("slow discriminator", seed) for seed in (4, 5, 7)])
    collapsed = np.abs(found - 0.5) > 0.45
    assert collapsed.sum() >= 8
    assert found[collapsed].min() < 0.05
    assert found[collapsed].max() > 0.95


def test_unknown_schedules_are_named():
    with pytest.raises(ValueError, match="unknown schedule"):
        two_modes("no such schedule", 0)
