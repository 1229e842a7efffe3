"""Runs: paths, their divergence, one step in full, and sweeps against single runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.descent import BOUND, contraction_estimate, descend, first_within, state_at, sweep
from engine.optimizers import GD, OPTIMIZERS, Adam, AdamW, Momentum
from engine.schedules import SCHEDULES
from engine.stability import best_gd, best_momentum, contraction
from engine.surfaces import SURFACES, Surface, ravine

RAVINE = ravine(100)
GENTLE = {name: make(learning_rate=0.003) for name, make in OPTIMIZERS.items()}
every_optimizer = pytest.mark.parametrize("optimizer", GENTLE.values(), ids=GENTLE)
every_surface = pytest.mark.parametrize("name", SURFACES)


def array_points(optimizer, surface, steps):
    theta = np.array(surface.start)
    points, state = [theta], optimizer.init(theta)
    for _ in range(steps):
        theta, state = optimizer.step(theta, surface.gradient(theta), state)
        points.append(theta)
    return np.array(points)


@every_optimizer
@every_surface
def test_path_is_the_array_run(optimizer, name):
    surface = SURFACES[name]
    slow = replace(optimizer, learning_rate=1e-4)
    path = descend(slow, surface, surface.start, 60)
    np.testing.assert_allclose(path.points, array_points(slow, surface, 60), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(path.values, surface.value(path.points))
    assert (path.diverged_at, path.diverged_in) == (None, None)
    assert (path.optimizer, path.surface) == (slow, surface)


def test_no_steps_is_the_start_alone():
    path = descend(GD(), RAVINE, (1, 2), 0)
    np.testing.assert_array_equal(path.points, [[1.0, 2.0]])
    assert path.diverged_at is None


def test_noise_is_the_rngs():
    surface = SURFACES["noisy_quadratic"]
    run = [descend(GD(), surface, (1, 1), 30, np.random.default_rng(s)).points for s in (7, 7, 8)]
    exact = descend(GD(), surface, (1, 1), 30).points
    np.testing.assert_array_equal(run[0], run[1])
    assert not np.allclose(run[0], run[2])
    assert not np.allclose(run[0], exact)
    gap = (run[0][0] - run[0][1]) - (exact[0] - exact[1])
    drawn = np.random.default_rng(7).normal(scale=surface.noise, size=2)
    np.testing.assert_allclose(gap, 0.01 * drawn, rtol=0, atol=1e-15)


def test_surfaces_without_noise_ignore_the_rng():
    with_rng = descend(Adam(), RAVINE, (1, 1), 20, np.random.default_rng(0))
    np.testing.assert_array_equal(with_rng.points, descend(Adam(), RAVINE, (1, 1), 20).points)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_scales_the_learning_rate(name):
    path = descend(GD(0.01), RAVINE, (-4, 1), 40, schedule=SCHEDULES[name])
    factors = np.array([SCHEDULES[name](step, 40) for step in range(40)])[:, None]
    moves = -0.01 * factors * RAVINE.gradient(path.points[:-1])
    np.testing.assert_allclose(np.diff(path.points, axis=0), moves, rtol=0, atol=1e-13)


def test_divergence_is_told_at_the_step_that_left_the_bound():
    # Each step multiplies y by 1 - 0.1 * 100 = -9 and leaves x at 0: 9^7 is past a million.
    path = descend(GD(0.1), RAVINE, (0.0, 1.0), 50)
    assert 9**6 < BOUND < 9**7
    assert (path.diverged_at, path.diverged_in) == (7, "point")
    np.testing.assert_allclose(path.points[:7, 1], (-9.0) ** np.arange(7), rtol=1e-12)
    assert np.isnan(path.points[7:]).all()
    assert np.isnan(path.values[7:]).all()
    assert np.isfinite(path.values[:7]).all()


@every_surface
@every_optimizer
@pytest.mark.parametrize("rate", [1e3, 1e300, np.inf, np.nan])
def test_absurd_rates_neither_warn_nor_raise(name, optimizer, rate):
    surface = SURFACES[name]
    path = descend(replace(optimizer, learning_rate=rate), surface, surface.start, 30)
    lost = 31 if path.diverged_at is None else path.diverged_at
    np.testing.assert_array_equal(np.isfinite(path.values), np.arange(31) < lost)
    np.testing.assert_array_equal(np.isfinite(path.points).all(axis=1), np.arange(31) < lost)
    if rate > 1e3 or np.isnan(rate):
        assert path.diverged_at == 1


@pytest.mark.parametrize("rate", [0.1, np.float64(0.1)])
def test_overflow_names_what_overflowed(rate):
    def steep(x, y):
        return (10.0 + abs(x)) ** 400, y

    def flat(x, y):
        return 0.0 * x + 1.0, 0.0 * y

    def tall(x, y):
        return (10.0 + abs(x)) ** 400

    def low(x, y):
        return x + y

    described = {
        "name": "test",
        "label": "Test",
        "formula": "",
        "minima": np.zeros((1, 2)),
        "minimum_value": 0.0,
        "x_range": (-1.0, 1.0),
        "y_range": (-1.0, 1.0),
        "start": (0.0, 0.0),
    }
    for f, df, failure in ((low, steep, (1, "gradient")), (tall, flat, (0, "value"))):
        path = descend(GD(rate), Surface(f=f, df=df, **described), (1.0, 1.0), 3)
        assert (path.diverged_at, path.diverged_in) == failure
        assert np.isnan(path.points[path.diverged_at :]).all()


@pytest.mark.parametrize("start", [(2e6, 0.0), (np.nan, 0.0), (0.0, np.inf)])
def test_a_start_out_of_bounds_has_diverged(start):
    path = descend(Adam(), RAVINE, start, 5)
    assert path.diverged_at == 0
    assert path.diverged_in in ("point", "value")
    assert np.isnan(path.points).all()


@pytest.mark.parametrize("start", [1.0, (1.0,), (1.0, 2.0, 3.0), [[1.0, 2.0]]])
def test_other_starts_are_refused(start):
    for call in (descend, state_at, sweep):
        with pytest.raises(ValueError, match=r"shape \(2,\)"):
            call(GD(), RAVINE, start, 3)


def test_steps_outside_a_run_are_refused():
    with pytest.raises(ValueError, match="negative"):
        descend(GD(), RAVINE, (1, 1), -1)
    for step, steps in ((-1, None), (4, 3)):
        with pytest.raises(ValueError, match="0 to"):
            state_at(GD(), RAVINE, (1, 1), step, steps=steps)


@every_optimizer
@pytest.mark.parametrize("schedule", [None, SCHEDULES["cosine"]])
def test_every_step_in_full_is_that_of_the_path(optimizer, schedule):
    surface = SURFACES["noisy_quadratic"]
    path = descend(optimizer, surface, (-4, 2), 12, np.random.default_rng(5), schedule)
    rng = np.random.default_rng(5)
    noise = rng.normal(scale=surface.noise, size=(12, 2))
    for step in range(13):
        rng = np.random.default_rng(5)
        row = state_at(optimizer, surface, (-4, 2), step, rng, schedule, steps=12)
        assert row.pop("step") == step
        assert all(value.shape == (2,) for value in row.values())
        assert set(row) >= {"theta", "gradient", "update", *optimizer.state_names}
        np.testing.assert_array_equal(row["theta"], path.points[step])
        if step == 0:
            assert np.isnan(row["gradient"]).all()
            np.testing.assert_array_equal(row["update"], 0.0)
        else:
            seen = surface.gradient(path.points[step - 1]) + noise[step - 1]
            np.testing.assert_allclose(row["gradient"], seen, rtol=1e-13)
            np.testing.assert_array_equal(row["update"], path.points[step] - path.points[step - 1])


@pytest.mark.parametrize("make", [Adam, AdamW])
def test_a_step_in_full_has_the_corrected_moments(make):
    row = state_at(make(learning_rate=0.1), RAVINE, (-4, 1), 5)
    np.testing.assert_array_equal(row["t"], [5, 5])
    np.testing.assert_allclose(row["m_hat"], row["m"] / (1 - 0.9**5), rtol=1e-14)
    np.testing.assert_allclose(row["v_hat"], row["v"] / (1 - 0.999**5), rtol=1e-14)


def test_steps_after_divergence_are_nan():
    optimizer = Momentum(0.5)
    lost = descend(optimizer, RAVINE, (-4, 1), 60).diverged_at
    before, after = (state_at(optimizer, RAVINE, (-4, 1), step) for step in (lost - 1, lost))
    assert all(np.isfinite(before[name]).all() for name in ("theta", "gradient", "update", "v"))
    assert before.keys() == after.keys()
    assert all(np.isnan(value).all() for name, value in after.items() if name != "step")


def test_first_within_is_the_first_step_near_the_minimum_value():
    path = descend(GD(0.01), RAVINE, (-4, 0), 1000)
    # x shrinks by 0.99 a step, and the value is x^2 / 2.
    assert first_within(path, 1e-3) == np.ceil(np.log(np.sqrt(2e-3) / 4) / np.log(0.99))
    assert first_within(path, 1e-30) is None
    assert first_within(path, 8.0) == 0
    assert first_within(descend(GD(1.0), RAVINE, (-4, 1), 100)) is None


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_sweep_is_its_runs(name):
    rates = np.array([1e-4, 1e-3, 1e-2])
    surface = SURFACES["beale"]
    start = (1.0, 1.2)
    swept = sweep(OPTIMIZERS[name](learning_rate=rates), surface, start, 80)
    alone = [
        descend(OPTIMIZERS[name](learning_rate=rate), surface, start, 80).values[-1]
        for rate in rates.tolist()
    ]
    np.testing.assert_allclose(swept, np.nan_to_num(alone, nan=np.inf), rtol=1e-9, atol=1e-12)


def test_a_sweep_over_two_hyperparameters_is_a_grid_with_inf_where_it_overflowed():
    rates, betas = np.array([0.01, 0.03, 10.0])[:, None], np.array([[0.0, 0.6]])
    values = sweep(Momentum(rates, betas), RAVINE, (-4, 1), 300)
    np.testing.assert_array_equal(np.isfinite(values), [[True, True], [True, True], [False] * 2])
    assert values[1, 0] > RAVINE.value((-4, 1)) > values[1, 1]
    single = descend(Momentum(0.03, 0.6), RAVINE, (-4, 1), 300).values[-1]
    assert values[1, 1] == pytest.approx(single, rel=1e-9)


@pytest.mark.parametrize("best", [best_gd, best_momentum])
def test_best_hyperparameters_contract_as_stated(best):
    rate, beta, stated = best(RAVINE.eigenvalues)
    values = sweep(Momentum(np.array([rate]), beta), RAVINE, (-4, 1), 1000)
    # Momentum's best point has a double root: t r^t nears r slowly, from above.
    assert contraction_estimate(values, RAVINE, (-4, 1), 1000) == pytest.approx(stated, abs=0.01)


def test_estimated_contraction_follows_the_theory_over_the_map():
    rates, betas = np.geomspace(0.001, 0.05, 40)[:, None], np.linspace(0, 0.95, 40)
    values = sweep(Momentum(rates, betas), RAVINE, (-4, 1), 300)
    measured = contraction_estimate(values, RAVINE, (-4, 1), 300)
    stated = contraction(rates, betas, RAVINE.eigenvalues)
    clear = np.abs(stated - 1) > 0.03
    np.testing.assert_array_equal((measured > 1)[clear], (stated > 1)[clear])
    finite = np.isfinite(measured)
    np.testing.assert_allclose(measured[finite], stated[finite], rtol=0.05)
    assert (stated[~finite] > 3).all()


def test_a_start_at_the_minimum_has_no_contraction():
    assert np.isnan(contraction_estimate(np.zeros(2), RAVINE, (0, 0), 10)).all()
