"""Cliff surfaces: gradients, minima, how steep they are, and descent with and without clipping."""

from __future__ import annotations

import numpy as np
import pytest

from engine.clipping import CLIPPINGS, norm
from engine.descent import descend
from engine.gradcheck import check_gradient
from engine.optimizers import GD
from engine.studies.cliff import CLIFFS, clipped, unit

each_cliff = pytest.mark.parametrize("kind", CLIFFS)
each_depth = pytest.mark.parametrize("steps", [2, 10, 50])


@each_cliff
@pytest.mark.parametrize("steps", [2, 3, 6])  # deeper, the third derivative is in the way
def test_gradients_are_central_differences(kind, steps):
    surface = CLIFFS[kind](steps)
    rng = np.random.default_rng(0)
    for _ in range(20):
        point = np.array([rng.uniform(*surface.x_range), rng.uniform(*surface.y_range)])
        check = check_gradient(lambda p: float(surface.value(p)), surface.gradient(point), point)
        assert check.passed(1e-7)


@pytest.mark.parametrize("steps", [3, 20])
def test_the_unit_is_that_of_pytorch(steps):
    torch = pytest.importorskip("torch")
    point = torch.tensor([4.3, -2.2], dtype=torch.float64, requires_grad=True)
    x = torch.zeros((), dtype=torch.float64)
    for _ in range(steps):
        x = point[0] * torch.sigmoid(x) + point[1]
    loss = (torch.sigmoid(x) - 0.7) ** 2
    loss.backward()
    surface = unit(steps)
    assert float(surface.value([4.3, -2.2])) == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(
        surface.gradient([4.3, -2.2]), point.grad.numpy(), rtol=1e-10, atol=1e-14
    )


@each_cliff
@each_depth
def test_the_minimum_is_one(kind, steps):
    surface = CLIFFS[kind](steps)
    np.testing.assert_allclose(surface.value(surface.minima), 0, atol=1e-25)
    (x0, x1), (y0, y1) = surface.x_range, surface.y_range
    for x, y in (surface.minimum, surface.start):
        assert x0 <= x <= x1
        assert y0 <= y <= y1


@each_cliff
@each_depth
def test_floats_and_arrays_agree(kind, steps):
    surface = CLIFFS[kind](steps)
    x, y = surface.start
    assert surface.f(x, y) == pytest.approx(float(surface.value([x, y])), rel=1e-12)
    np.testing.assert_allclose(surface.df(x, y), surface.gradient([x, y]), rtol=1e-12)


def steepest(steps):
    surface = unit(steps)
    grid = np.stack(
        np.meshgrid(np.linspace(*surface.x_range, 200), np.linspace(*surface.y_range, 200)), -1
    )
    return np.hypot(*np.moveaxis(surface.gradient(grid), -1, 0)).max()


def test_the_cliff_gets_steeper_with_the_steps():
    assert steepest(2) < 5
    assert 1e3 < steepest(20) < steepest(50)


@pytest.mark.parametrize("rule", CLIPPINGS)
def test_a_clipped_surface_keeps_its_values_and_clips_its_gradient(rule):
    surface = unit(50)
    wall = (6.0, -2.9886)
    other = clipped(surface, rule, 0.1)
    assert other.f(*wall) == surface.f(*wall)
    expected = CLIPPINGS[rule](np.array(surface.df(*wall)), 0.1, [slice(0, 1), slice(1, 2)])
    np.testing.assert_array_equal(other.df(*wall), expected)


def test_clipped_descent_takes_no_step_longer_than_rate_times_limit():
    surface = unit(50)
    free = descend(GD(1.0), surface, surface.start, 100)
    held = descend(GD(1.0), clipped(surface, "norm", 0.1), surface.start, 100)

    def longest(path):
        return max(map(norm, np.diff(path.points, axis=0)))

    assert longest(held) <= 0.1 + 1e-12
    assert longest(free) > 2
    assert held.values[-1] < 0.01 < free.values[-1]


def test_a_chain_is_lost_at_once_and_held_by_clipping():
    surface = CLIFFS["chain"](50)
    free = descend(GD(1.0), surface, surface.start, 100)
    assert (free.diverged_at, free.diverged_in) == (1, "point")
    held = descend(GD(1.0), clipped(surface, "norm", 0.1), surface.start, 100)
    assert held.diverged_at is None
    assert held.values[-1] < 0.05
