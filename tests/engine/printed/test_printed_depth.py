"""The printed formulas of chapter 6 are wrong exactly where the handbook's are."""

from __future__ import annotations

import numpy as np
import pytest

from engine.initializers import INITIALIZERS
from engine.printed.depth import printed_residual_gradient, printed_xavier_variance


@pytest.mark.parametrize(("n_in", "n_out"), [(100, 100), (300, 100), (8, 1)])
def test_printed_variance_is_too_large_by_the_root_of_the_sizes(n_in, n_out):
    right = 2 / (n_in + n_out)
    assert printed_xavier_variance(n_in, n_out) / right == pytest.approx(np.sqrt(n_in + n_out))


def test_printed_variance_against_drawn_weights():
    weights = INITIALIZERS["xavier_uniform"](np.random.default_rng(0), 400, 400)
    assert weights.var() == pytest.approx(2 / 800, rel=0.02)
    assert printed_xavier_variance(400, 400) > 28 * weights.var()


def test_printed_residual_gradient_lacks_the_upstream_gradient():
    dy, slope = np.array([0.3, -1.0]), np.array([0.5, 0.0])
    right = dy * (1 + slope)
    np.testing.assert_allclose(right - printed_residual_gradient(dy, slope), dy, rtol=1e-15)
