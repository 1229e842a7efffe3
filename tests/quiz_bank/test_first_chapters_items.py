"""Listings of chapters 2 and 4: printed they disagree with the engine, mended they agree."""

from __future__ import annotations

import numpy as np

from engine.activations import ACTIVATIONS
from engine.batches import batches
from engine.optimizers import Momentum
from tests.quiz_bank.listings import line_of, listing_of, right_option, run


def test_slopes_listing():
    listing = listing_of("basics/wrong-line-slopes")
    mended = listing.replace("1 - t  ", "1 - t**2")
    z = np.array([-3.0, -0.7, 0.4, 2.5])
    leaky = np.where(z > 0, 1.0, 0.1)
    named = [ACTIVATIONS[name].df(z) for name in ("sigmoid", "tanh", "relu")]
    expected = [*named, leaky, ACTIVATIONS["silu"].df(z)]
    np.testing.assert_allclose(run(mended, "slopes", z), expected, rtol=1e-12)
    assert not np.allclose(run(listing, "slopes", z)[1], expected[1])
    assert run(listing, "slopes", np.zeros(1))[1] == run(mended, "slopes", np.zeros(1))[1]
    assert right_option("basics/wrong-line-slopes") == line_of(listing, "tanh = 1 - t")


def test_mini_batch_listing():
    listing = listing_of("optimizers/wrong-line-mini-batches")
    mended = listing.replace("/ size ", "/ len(batch) ")
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(10, 2)), rng.normal(size=10), np.array([1.0, -1.0])
    rule, expected, draws = Momentum(0.05, 0.9, "pytorch"), w, np.random.default_rng(7)
    state = rule.init(w)
    for _ in range(3):
        for batch in batches(draws, 10, 4):
            gradient = X[batch].T @ (X[batch] @ expected - y[batch]) / len(batch)
            expected, state = rule.step(expected, gradient, state)
    settings = X, y, w, 0.05, 0.9, 4, 3
    for text, agrees in ((listing, False), (mended, True)):
        got = run(text, "train", *settings, np.random.default_rng(7))
        assert np.allclose(got, expected, rtol=1e-12) == agrees
    assert right_option("optimizers/wrong-line-mini-batches") == line_of(listing, "/ size")
