"""Paths, histogram and geometry of the penalties, drawn and said, against recomputed numbers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.regularizers import L1
from engine.studies.sparse_regression import (
    Run,
    bowl,
    coefficient_paths,
    proximal_step,
    run,
    sparse_problem,
    subgradient_step,
)
from pages.figures.penalties import (
    BINS,
    SINGLED_OUT,
    STRENGTHS,
    bin_counts,
    describe_paths,
    describe_runs,
    histogram_figure,
    leading_weights,
    paths_alt,
    paths_figure,
    paths_table,
    runs_alt,
    runs_table,
    zeros,
)
from pages.figures.penalty_geometry import (
    ball_edge,
    contour,
    describe_touch,
    geometry_alt,
    geometry_figure,
    geometry_table,
    touch,
)
from pages.ui.labs.penalty_views import CHOICES
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    points,
    same,
    validated,
)

RNG = np.random.default_rng(0)
PROBLEM, TRUTH = sparse_problem(RNG)
START = RNG.normal(size=12)
NAMES = tuple(f"w{j}" for j in range(12))
PATHS = {ratio: coefficient_paths(PROBLEM, STRENGTHS, ratio) for ratio in (0.0, 0.5, 1.0)}
each_ratio = pytest.mark.parametrize("ratio", PATHS)


def solved(strength, rate, steps):
    penalty = L1(strength)
    return {
        "subgradient": run(subgradient_step(PROBLEM, penalty, rate), START, steps),
        "proximal": run(proximal_step(PROBLEM, penalty, rate), START, steps),
    }


MINIMIZER = coefficient_paths(PROBLEM, [0.2], 1.0)[0]
RUNS = {
    "reference": (solved(0.2, 0.05, 3000), MINIMIZER, 3000),
    "one step": (solved(0.2, 0.05, 1), MINIMIZER, 1),
    "diverged": (solved(0.2, 5.0, 300), MINIMIZER, 300),
    "nothing left": (solved(10, 0.05, 300), np.zeros(12), 300),
}
each_run = pytest.mark.parametrize("name", RUNS)


def test_every_choice_of_the_strength_is_solved():
    assert set(CHOICES) <= set(STRENGTHS)
    assert np.all(np.diff(STRENGTHS) > 0)


@every_look
@each_ratio
@pytest.mark.parametrize("truth", [TRUTH, None], ids=["law", "table"])
def test_paths_are_drawn_over_the_strength(ratio, truth, look):
    spec = validated(paths_figure(STRENGTHS, PATHS[ratio], 0.2, NAMES, truth, look))
    assert spec["layout"]["xaxis"]["type"] == "log"
    leading = leading_weights(PATHS[ratio], truth)
    for j in leading:
        drawn = points(named(spec, NAMES[j]))
        same(drawn[:, 0], STRENGTHS)
        same(drawn[:, 1], PATHS[ratio][:, j])
    rest = [t for t in spec["data"] if t["name"] in ("truly 0", "the others")]
    assert len(rest) == 12 - len(leading)
    assert sum(t["showlegend"] for t in rest) == 1
    same(array(named(spec, "λ = 0.2")["x"]), [0.2, 0.2])
    low, high = spec["layout"]["yaxis"]["range"]
    assert low < PATHS[ratio].min() <= PATHS[ratio].max() < high


def test_weights_that_matter_have_lines_of_their_own():
    assert leading_weights(PATHS[1.0], TRUTH) == [0, 1]
    chosen = leading_weights(PATHS[1.0], None)
    assert len(chosen) == SINGLED_OUT
    left = np.delete(np.abs(PATHS[1.0][0]), chosen)
    assert np.abs(PATHS[1.0][0][chosen]).min() >= left.max()


def test_a_table_with_few_features_needs_no_others():
    few = PATHS[1.0][:, :3]
    spec = validated(paths_figure(STRENGTHS, few, 0.2, NAMES[:3], None, LIGHT))
    assert [t["name"] for t in spec["data"]] == [*NAMES[:3], "λ = 0.2"]


def test_paths_without_any_weight_left_are_drawn():
    validated(paths_figure(STRENGTHS, np.zeros((41, 4)), 1.0, NAMES[:4], None, LIGHT))


def test_caption_counts_exact_zeros():
    at = list(STRENGTHS).index(0.2)
    counts = {"L1": zeros(PATHS[1.0][at]), "L2": zeros(PATHS[0.0][at])}
    assert counts == {"L1": 10, "L2": 0}
    text = clean(describe_paths(counts, 0.2, 12))
    assert after(text, "λ = ") == 0.2
    assert "**10 of 12** with L1, **0 of 12** with L2" in text


@each_ratio
def test_alternative_and_table_of_paths(ratio):
    text = clean(paths_alt("some", STRENGTHS, PATHS[ratio], 0.2))
    at = list(STRENGTHS).index(0.2)
    assert after(text, "near λ = 0.2, ") == zeros(PATHS[ratio][at])
    table = paths_table(STRENGTHS, PATHS[ratio], NAMES)
    assert list(table) == ["λ", "exact zeros", *NAMES]
    np.testing.assert_array_equal(table[list(NAMES)], PATHS[ratio])
    np.testing.assert_array_equal(table["exact zeros"], (PATHS[ratio] == 0).sum(axis=1))


def test_bins_hold_every_size_once():
    w = np.array([0.0, -0.0, 1e-12, -1e-4, 2e-4, 0.01, 0.011, 0.1, 1.0, -1.5, 1e9])
    assert bin_counts(w) == [2, 2, 1, 1, 2, 1, 2]
    assert sum(bin_counts(RNG.normal(size=500))) == 500


@every_look
@each_run
def test_histogram_counts_the_weights(name, look):
    runs, _, _ = RUNS[name]
    spec = validated(histogram_figure(runs, look))
    for label, ran in runs.items():
        trace = named(spec, label)
        assert trace["x"] == list(BINS)
        expected = [0] * len(BINS) if ran.diverged_at is not None else bin_counts(ran.w)
        assert trace["y"] == expected
    patterns = {trace["marker"]["pattern"]["shape"] for trace in spec["data"]}
    assert len(patterns) == 2


def test_the_reference_is_told():
    text = clean(describe_runs(*RUNS["reference"]))
    assert text == (
        "After 3,000 **subgradient** steps **0 of 12** weights are exactly 0; where the minimum "
        "has 0 they are up to 0.009998. After 3,000 **proximal** steps **10 of 12** weights are "
        "exactly 0. The minimum itself has 10."
    )
    assert named(histogram_figure(RUNS["reference"][0], LIGHT).to_dict(), "proximal")["y"][0] == 10


@each_run
def test_runs_in_words_and_table(name):
    runs, minimizer, steps = RUNS[name]
    text = clean(describe_runs(runs, minimizer, steps))
    assert after(text, "minimum itself has ") == np.count_nonzero(minimizer == 0)
    assert ("diverge" in text) == any(r.diverged_at is not None for r in runs.values())
    for ran in runs.values():
        if ran.diverged_at is not None:
            assert f"at step {ran.diverged_at:,}." in text
    assert clean(runs_alt(runs, minimizer, steps)).endswith(text.replace("*", ""))
    table = runs_table(runs, minimizer, NAMES)
    assert len(table) == 12
    np.testing.assert_array_equal(table["minimum"], minimizer)


def test_one_run_may_diverge_alone():
    runs = {"subgradient": Run(np.ones(2), 7), "proximal": Run(np.zeros(2), None)}
    text = clean(describe_runs(runs, np.zeros(2), 10))
    assert "at step 7" in text
    assert "**2 of 2** weights are exactly 0." in text


MINIMA = [(2.0, 0.7), (0.0, 0.0), (-3.0, 3.0), (0.5, -0.1)]
TOUCHES = [
    touch(bowl(minimum, correlation), strength, ratio)
    for minimum, correlation, strength, ratio in product(
        MINIMA, (-0.9, 0.3, 0.9), (0.001, 1.0, 10.0), (1.0, 0.0)
    )
]
each_touch = pytest.mark.parametrize("state", TOUCHES, ids=range(len(TOUCHES)))


@each_touch
def test_the_ball_and_the_contour_touch(state):
    """The point lies on both, and no other point of the ball has a lower loss."""
    level = state.problem.value(state.point)
    edge = contour(state.problem, level)
    values = [state.problem.value(w) for w in edge]
    np.testing.assert_allclose(values, level, rtol=1e-9, atol=1e-12)
    ball = ball_edge(state)
    if state.ratio == 1:
        np.testing.assert_allclose(np.abs(ball).sum(axis=1), np.abs(state.point).sum(), atol=1e-12)
    else:
        np.testing.assert_allclose(np.hypot(*ball.T), np.hypot(*state.point), atol=1e-12)
    between = np.linspace(0, 1, 20)[:, None]
    for a, b in zip(ball, np.roll(ball, -1, axis=0), strict=True):
        for w in a + between * (b - a):
            assert state.problem.value(w) >= level - 1e-8


@every_look
def test_geometry_is_valid(look):
    for state in TOUCHES:
        spec = validated(geometry_figure(state, look))
        same(points(named(spec, "touching point"))[0], state.point)
        same(points(named(spec, "loss minimum"))[0], state.problem.minimum)
        assert spec["layout"]["yaxis"]["scaleanchor"] == "x"


@each_touch
def test_geometry_in_words(state):
    text = clean(describe_touch(state))
    told = numbers(text.partition(" from ")[2])
    np.testing.assert_allclose(told[:2], state.problem.minimum, rtol=6e-4, atol=1e-12)
    np.testing.assert_allclose(told[2:4], state.point, rtol=6e-4, atol=1e-12)
    words = {0: "no weight is 0", 1: "one weight is exactly 0", 2: "both weights are exactly 0"}
    assert words[int((state.point == 0).sum())] in text
    assert text.replace("*", "") in clean(geometry_alt(state))


def test_the_default_shows_a_corner_and_a_smooth_touch():
    problem = bowl((2.0, 0.7), 0.3)
    corner, smooth = touch(problem, 1.0, 1.0), touch(problem, 1.0, 0.0)
    assert (corner.zeros, smooth.zeros) == (1, 0)
    table = geometry_table((corner, smooth))
    assert list(table["penalty"]) == ["L1", "L2"]
    assert list(table["exact zeros"]) == [1, 0]
    np.testing.assert_allclose(table[["w₁", "w₂"]], [corner.point, smooth.point])
