"""Houses small enough to follow by hand: the shared data, two decimals, and learnable answers."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.house_sales import (
    MOST_EXAMPLES,
    asking_price,
    house_problem,
    sales,
    starting_weights,
)
from engine.data import houses, standardize


def test_inputs_are_the_shared_houses_in_two_decimals():
    table = houses(np.random.default_rng(0), 200)
    x, targets = sales(MOST_EXAMPLES)
    np.testing.assert_allclose(x, standardize(table.x)[0][:16, :3], atol=0.005001)
    np.testing.assert_allclose(targets["price"][:, 0], standardize(table.y)[0][:16], atol=0.005001)
    for values in (x, targets["price"], starting_weights(0)):
        np.testing.assert_array_equal(values, np.round(values, 2))


def test_a_yes_is_a_price_far_above_the_asking_price():
    table = houses(np.random.default_rng(0), 200)
    premium = table.y - asking_price(table.x)
    yes = sales(16)[1]["above"][:, 0] == 1
    assert premium[:16][yes].min() > premium.mean() > premium[:16][~yes].max()
    assert 4 < yes.sum() < 12


@pytest.mark.parametrize("n", [0, 17])
def test_a_batch_outside_the_table_raises(n):
    with pytest.raises(ValueError, match="1 to 16"):
        sales(n)


def test_seeds_draw_other_weights():
    assert starting_weights(0).shape == (21,)
    assert not np.array_equal(starting_weights(0), starting_weights(1))
    problem = house_problem("price", "sigmoid", "mean", 5, 1)
    np.testing.assert_array_equal(problem.theta, starting_weights(1))
    assert problem.network.size == 21
