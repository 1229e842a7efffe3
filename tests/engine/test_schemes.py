"""Schemes: the stated variance, and the order of the table."""

from __future__ import annotations

import numpy as np
import pytest

from engine.schemes import SCHEMES

every_scheme = pytest.mark.parametrize("key", SCHEMES)


@every_scheme
@pytest.mark.parametrize(("n_in", "n_out"), [(200, 200), (300, 200)])
def test_variance_is_as_stated(key, n_in, n_out):
    scheme = SCHEMES[key]
    drawn = scheme.draw(np.random.default_rng(0), n_in, n_out)
    assert drawn.shape == (n_in, n_out)
    assert drawn.var() == pytest.approx(scheme.variance(n_in, n_out), rel=0.03)
    assert scheme.gain(n_in) == pytest.approx(n_in * scheme.variance(n_in, n_in))


def test_the_table_goes_from_small_to_large():
    variances = [scheme.variance(100, 100) for scheme in SCHEMES.values()]
    assert variances == sorted(variances)


def test_reference_variances():
    assert SCHEMES["xavier_normal"].variance(100, 100) == pytest.approx(0.01)
    assert SCHEMES["printed_xavier"].variance(100, 100) == pytest.approx(0.141, abs=5e-4)
    assert SCHEMES["double_he"].variance(100, 100) == 4 * SCHEMES["he_normal"].variance(100, 100)


def test_names_are_distinct():
    assert len({scheme.name for scheme in SCHEMES.values()}) == len(SCHEMES)
