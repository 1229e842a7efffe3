"""Sparse regression: exact zeros by solver, conditions of a minimum, paths and divergence."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.data import standardize
from engine.gradcheck import numerical_gradient
from engine.least_squares import LeastSquares
from engine.regularizers import L1, ElasticNet
from engine.studies.sparse_regression import (
    BOUND,
    WEIGHTS,
    bowl,
    coefficient_paths,
    fresh_error,
    proximal_step,
    run,
    sparse_problem,
    stationarity,
    subgradient_step,
    table_problem,
    twins,
)

STRENGTHS = np.geomspace(1e-3, 10, 25)
PROBLEM, TRUTH = sparse_problem(np.random.default_rng(0))


def reference():
    """Problem, true weights and start as the check of erratum H82 draws them."""
    rng = np.random.default_rng(0)
    problem, truth = sparse_problem(rng)
    return problem, truth, rng.normal(size=12)


def test_exact_zeros_are_0_by_subgradient_and_10_of_12_by_the_proximal_step():
    problem, truth, start = reference()
    jumping = run(subgradient_step(problem, L1(0.2), 0.05), start, 3000)
    landing = run(proximal_step(problem, L1(0.2), 0.05), start, 3000)
    assert jumping.diverged_at is landing.diverged_at is None
    assert np.count_nonzero(jumping.w == 0) == 0
    assert np.count_nonzero(landing.w == 0) == 10
    assert np.array_equal(landing.w == 0, truth == 0)
    assert np.abs(jumping.w[2:]).max() == pytest.approx(0.009998, abs=5e-7)


def test_the_reference_runs_are_those_of_plain_loops():
    problem, _, start = reference()
    x, y = problem.design, problem.target
    a, b = start, start
    for _ in range(200):
        a = a - 0.05 * (x.T @ (x @ a - y) / 60 + 0.2 * np.sign(a))
        z = b - 0.05 * x.T @ (x @ b - y) / 60
        b = np.sign(z) * np.maximum(abs(z) - 0.05 * 0.2, 0)
    for step, by_hand in ((subgradient_step, a), (proximal_step, b)):
        mine = run(step(problem, L1(0.2), 0.05), start, 200).w
        np.testing.assert_allclose(mine, by_hand, rtol=0, atol=1e-12)


def test_the_data_are_those_of_the_reference():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 12))
    truth = np.array([2, -1.5, *np.zeros(10)])
    np.testing.assert_array_equal(PROBLEM.design, x)
    np.testing.assert_allclose(PROBLEM.target, x @ truth + 0.1 * rng.normal(size=60), atol=1e-15)
    np.testing.assert_array_equal(TRUTH, truth)
    assert tuple(truth) == WEIGHTS


def correlated(seed=3):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(80, 6)) @ (np.eye(6) + 0.5)
    return table_problem(x, x @ rng.normal(size=6) + rng.normal(size=80))


PROBLEMS = {"sparse": PROBLEM, "correlated": correlated(), "bowl": bowl((2.0, 0.7), 0.3)}


@pytest.mark.parametrize("ratio", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("name", PROBLEMS)
def test_paths_are_minimizers(name, ratio):
    problem = PROBLEMS[name]
    rng = np.random.default_rng(1)
    paths = coefficient_paths(problem, STRENGTHS, ratio)
    assert paths.shape == (25, problem.design.shape[1])
    for strength, w in zip(STRENGTHS, paths, strict=True):
        penalty = ElasticNet(strength, ratio)
        assert stationarity(problem, penalty, w) < 1e-8
        lowest = problem.value(w) + penalty.value(w)
        for size in (1e-3, 0.1):
            moved = w + size * rng.normal(size=(20, w.size))
            assert all(problem.value(v) + penalty.value(v) >= lowest - 1e-12 for v in moved)


def test_the_path_of_l2_is_the_closed_form():
    for strength, w in zip(STRENGTHS, coefficient_paths(PROBLEM, STRENGTHS, 0.0), strict=True):
        exact = np.linalg.solve(
            PROBLEM.hessian + strength * np.eye(12), PROBLEM.design.T @ PROBLEM.target / 60
        )
        np.testing.assert_allclose(w, exact, rtol=0, atol=1e-9)
        assert np.count_nonzero(w == 0) == 0


def test_the_path_of_l1_is_what_the_proximal_steps_find():
    path = coefficient_paths(PROBLEM, [0.05, 0.2], 1.0)
    for strength, w in zip((0.05, 0.2), path, strict=True):
        found = run(proximal_step(PROBLEM, L1(strength), 0.5), np.zeros(12), 2000).w
        np.testing.assert_allclose(found, w, rtol=0, atol=1e-9)
        np.testing.assert_array_equal(found == 0, w == 0)


def test_l1_is_zero_from_the_largest_pull_on():
    largest = np.abs(PROBLEM.design.T @ PROBLEM.target / 60).max()
    below, above = coefficient_paths(PROBLEM, [0.999 * largest, 1.001 * largest], 1.0)
    assert np.count_nonzero(below) == 1
    assert not above.any()


def test_penalties_grow_smaller_along_the_path():
    for ratio in (0.0, 0.5, 1.0):
        penalty = ElasticNet(1.0, ratio)
        sizes = [penalty.value(w) for w in coefficient_paths(PROBLEM, STRENGTHS, ratio)]
        assert all(later <= earlier + 1e-12 for earlier, later in pairwise(sizes))


def test_a_feature_that_is_0_everywhere_keeps_the_weight_0():
    x = np.column_stack([PROBLEM.design, np.zeros(60)])
    paths = coefficient_paths(LeastSquares(x, PROBLEM.target), STRENGTHS, 0.0)
    np.testing.assert_array_equal(paths[:, -1], 0.0)
    np.testing.assert_allclose(paths[:, :-1], coefficient_paths(PROBLEM, STRENGTHS, 0.0))


def test_twins_share_what_l2_gives_and_stay_finite():
    x = np.column_stack([PROBLEM.design[:, 0]] * 2)
    for ratio in (0.0, 0.5, 1.0):
        paths = coefficient_paths(LeastSquares(x, PROBLEM.target), STRENGTHS, ratio)
        assert np.isfinite(paths).all()
        if ratio < 1:
            np.testing.assert_allclose(paths[10:, 0], paths[10:, 1], atol=1e-6)


def test_divergence_is_told_with_its_step_and_the_last_sound_weights():
    problem, _, start = reference()
    for step in (subgradient_step, proximal_step):
        ran = run(step(problem, L1(0.2), 5.0), start, 3000)
        assert 1 < ran.diverged_at < 3000
        assert np.abs(ran.w).max() <= BOUND
        shorter = run(step(problem, L1(0.2), 5.0), start, ran.diverged_at - 1)
        assert shorter.diverged_at is None
        np.testing.assert_array_equal(shorter.w, ran.w)
    assert run(lambda w: w * 1e308 * 1e308, start, 5).diverged_at == 1
    assert run(lambda w: w * np.nan, start, 5).diverged_at == 1


def test_no_steps_leave_the_start():
    start = np.arange(3.0)
    ran = run(lambda w: w + 1, start, 0)
    np.testing.assert_array_equal(ran.w, start)
    assert ran.w is not start


def test_fresh_error_is_what_fresh_rows_show():
    w = TRUTH + np.linspace(-0.3, 0.3, 12)
    fresh, _ = sparse_problem(np.random.default_rng(9), 200_000, noise=0.5)
    assert fresh_error(w, TRUTH, 0.5) == pytest.approx(2 * fresh.value(w), rel=0.02)
    assert fresh_error(TRUTH, TRUTH, 0.5) == 0.25


@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.6])
def test_bowl_has_its_minimum_and_curvature(correlation):
    problem = bowl((1.5, -2.0), correlation)
    np.testing.assert_allclose(problem.minimum, [1.5, -2.0], atol=1e-12)
    np.testing.assert_allclose(problem.hessian, [[1, correlation], [correlation, 1]], atol=1e-12)
    assert problem.value([1.5, -2.0]) == pytest.approx(0, abs=1e-25)
    point = np.array([0.3, 0.4])
    np.testing.assert_allclose(
        problem.gradient(point), numerical_gradient(problem.value, point), atol=1e-8
    )


def test_a_table_is_scaled():
    rng = np.random.default_rng(2)
    x, y = 5 + 3 * rng.normal(size=(30, 4)), 100 + rng.normal(size=30)
    problem = table_problem(x, y)
    np.testing.assert_allclose(problem.design, standardize(x)[0])
    assert 2 * problem.value(np.zeros(4)) == pytest.approx(1.0)


def test_twins_are_columns_that_differ_by_scale_and_shift_alone():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(30, 4))
    assert twins(table_problem(x, x[:, 0])) == []
    x[:, 2] = 5 - 1e3 * x[:, 1]
    assert twins(table_problem(x, x[:, 0])) == [(1, 2)]
