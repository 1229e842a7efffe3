"""The run with slips: what clipping does to its gradients and to its error."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.noisy_training import EPOCHS, EXAMPLES, clipped_run

STEPS = EPOCHS * EXAMPLES // 8


@pytest.mark.parametrize("seed", range(3))
def test_clipping_mends_what_slips_do(seed):
    free = clipped_run("none", 1.0, 0.1, 0.02, seed)
    held = clipped_run("norm", 1.0, 0.1, 0.02, seed)
    clean = clipped_run("none", 1.0, 0.1, 0.0, seed)
    assert clean.error < held.error < free.error
    assert held.norms.shape == (STEPS,)
    assert held.share == np.mean(held.norms > 1.0) > 0.1


def test_a_limit_above_every_gradient_changes_nothing():
    free, held = (clipped_run(rule, 1e9, 0.1, 0.02) for rule in ("none", "norm"))
    np.testing.assert_array_equal(free.norms, held.norms)
    assert held.share == 0


def test_a_rate_that_overflows_is_told():
    run = clipped_run("none", 1.0, 1e80, 0.02)
    assert "diverged at step" in run.stopped
