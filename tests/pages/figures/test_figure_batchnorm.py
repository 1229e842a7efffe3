"""Batch norm's pictures and words, against means and counts taken anew."""

from __future__ import annotations

import numpy as np
import pytest

from engine.layers import BatchNorm, LayerNorm, Pass
from engine.studies.batchnorm_study import RATES, block, running_statistics
from pages.figures import batchnorm as figures
from pages.figures import batchnorm_company as company
from pages.figures.batchnorm import Column
from pages.figures.batchnorm_training import (
    describe_rates,
    describe_running,
    rates_alt,
    rates_figure,
    running_alt,
    running_figure,
)
from tests.pages.figures.reading import (
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    points,
    same,
    shown,
    validated,
)

P = {"gamma": np.full(4, 2.0), "beta": np.full(4, 0.5)}
BATCHES = [block(np.random.default_rng(9 + k), "exponential", 16) for k in range(20)]
HISTORY = running_statistics(BatchNorm(4), BATCHES)
STATES = {
    "default": (64, "batch", True),
    "evaluation": (64, "batch", False),
    "one": (1, "batch", True),
    "one in evaluation": (1, "batch", False),
    "layer": (16, "layer", True),
    "layer of one": (1, "layer", False),
}
every_state = pytest.mark.parametrize("state", STATES.values(), ids=STATES)


def run(state):
    n, norm, training = state
    x = block(np.random.default_rng(0), "exponential", n)
    layer = BatchNorm(4) if norm == "batch" else LayerNorm(4)
    y, cache = layer.forward(P, x, Pass(training, memory=HISTORY[-1]))
    return x, cache.x_hat, Column(x[:, 0], cache.x_hat[:, 0], y[:, 0])


@every_state
@every_look
def test_histograms_count_every_example(state, look):
    _, _, column = run(state)
    spec = validated(figures.stages_figure(column, True, look))
    for name in figures.STAGES:
        assert array(named(spec, name)["y"]).sum() == state[0]
    hidden = validated(figures.stages_figure(column, False, look))
    assert [trace["name"] for trace in hidden["data"]] == [figures.STAGES[0]]
    assert hidden["layout"]["xaxis"]["range"] == spec["layout"]["xaxis"]["range"]


@every_state
def test_words_tell_mean_and_spread(state):
    _, norm, training = state
    _, _, column = run(state)
    text = clean(figures.describe_stages(column, norm, training))
    assert after(text, "had mean ") == shown(column.x.mean(), 3)
    for value, words in ((column.x_hat.mean(), "now x̂ has **"), (column.y.mean(), "y has **")):
        assert after(text, words) == pytest.approx(value, rel=5.1e-3, abs=1e-12)
    assert ("no shape" in text) == (state[0] == 1)
    assert ("the same: the shape stays" in text) == (norm == "batch" and state[0] > 1)
    for revealed in (True, False) if state[0] > 1 else (True,):
        clean(figures.stages_alt(column, norm, training, revealed))


def test_lone_example_words():
    text = clean(figures.describe_lone(3.0, 13.0, (0.5, 0.5), 0.5))
    assert numbers(text)[-4:] == [3, 0.5, 13, 0.5]


@every_state
@every_look
def test_block_frames_what_shares_statistics(state, look):
    x, x_hat, _ = run(state)
    n, norm, training = state
    spec = validated(company.block_figure(x_hat, norm, look))
    same(array(spec["data"][0]["z"]), x_hat[:8])
    frame = spec["layout"]["shapes"][0]
    size = (frame["x1"] - frame["x0"], frame["y1"] - frame["y0"])
    assert size == ((4, 1) if norm == "layer" else (1, min(n, 8)))
    text = clean(company.describe_block(x, norm, training))
    if norm == "layer":
        assert after(text, "own mean ") == shown(x[0].mean(), 3)
    elif training:
        assert after(text, "its mean ") == shown(x[:, 0].mean(), 3)
    clean(company.block_alt(x, norm, training))


@every_look
def test_company_draws_both_passes(look):
    training, evaluation = np.array([1.0, 2.0, 4.0]), np.full(3, 1.5)
    spec = validated(company.company_figure(training, evaluation, look))
    same(points(named(spec, "training")), [[1, 1], [2, 2], [3, 4]])
    same(points(named(spec, "evaluation"))[:, 1], evaluation)
    text = clean(company.describe_company(training, evaluation, "batch", 8))
    assert numbers(text)[:4] == [3, 8, 3, shown(training.std(), 3)]
    assert numbers(text)[-1] == 0
    for norm, n in (("layer", 8), ("batch", 1)):
        clean(company.describe_company(training, evaluation, norm, n))
        clean(company.company_alt(training, evaluation, norm, n))


@every_look
@pytest.mark.parametrize("seen", [0, 1, 20])
def test_running_averages_are_drawn_with_the_population(look, seen):
    history = HISTORY[: seen + 1]
    spec = validated(running_figure(history, look))
    same(points(named(spec, "running mean"))[:, 1], [kept.mean[0] for kept in history])
    same(points(named(spec, "running variance"))[:, 1], [kept.variance[0] for kept in history])
    assert set(array(named(spec, "population variance")["y"])) == {4}
    text = clean(describe_running(history, 0.1, 16))
    assert numbers(text)[0] == seen
    assert after(text, "running mean is **") == shown(history[-1].mean[0], 3)
    assert after(text, " = ") == shown(0.9**seen, 2)
    clean(running_alt(history, 0.1, 1))


@every_look
def test_rates_are_drawn_and_the_best_is_told(look):
    plain = np.linspace(0.7, 3, len(RATES))
    norm = np.r_[0.5, 0.05, 0.01, np.full(len(RATES) - 3, np.nan)]
    losses = {"Plain net": plain, "Batch norm": norm}
    spec = validated(rates_figure(losses, look))
    for name, values in losses.items():
        same(points(named(spec, name)), np.column_stack([RATES, values]))
    text = clean(describe_rates(losses))
    assert after(text, "Plain net** gets to ") == 0.7
    assert after(text, "Batch norm** gets to ") == 0.01
    assert "Plain net with none of these rates" in text
    assert f"Batch norm with η = {RATES[1]:.2g} and {RATES[2]:.2g}" in text
    clean(rates_alt(losses))


def test_table_has_a_row_per_example():
    _, _, column = run(STATES["default"])
    table = figures.batchnorm_table(column)
    assert list(table) == ["example", "x", "x̂", "y"]
    np.testing.assert_array_equal(table["y"], column.y)
