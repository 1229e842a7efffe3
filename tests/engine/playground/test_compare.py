"""Comparisons: each run is what it is alone, to the epoch that was asked for, in small pieces."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from engine.playground.build import build
from engine.playground.compare import (
    best_of,
    changed,
    compared,
    first_step_at,
    unstopped,
    with_seeds,
)
from engine.playground.data import OwnTable
from engine.playground.run import Trainer, begin, score
from engine.playground.settings import Settings

SMALL = Settings(n=40, batch_size=8)
WILD = replace(SMALL, data="plane", rate=1e4)
TABLE = OwnTable(
    ("a", "b", "c"),
    np.random.default_rng(0).normal(size=(30, 3)),
    np.arange(30) % 3,
    ("x", "y", "z"),
)
CASES = {
    "plain": SMALL,
    "dropout": replace(SMALL, dropout=0.3),
    "batch norm": replace(SMALL, batch_norm=True),
    "Adam": replace(SMALL, optimizer="Adam", schedule="cosine", horizon=7),
    "a number": replace(SMALL, data="bumps"),
    "own": replace(SMALL, data="own"),
}


def finished(runs, epochs, own=None):
    *_, last = compared(runs, epochs, own)
    return last.done


@pytest.mark.parametrize("settings", CASES.values(), ids=CASES)
def test_each_run_is_bit_for_bit_what_it_is_alone(settings):
    runs = [settings, replace(settings, rate=0.1)]
    outcomes = finished(runs, 7, TABLE)
    for run, outcome in zip(runs, outcomes, strict=True):
        experiment = build(run, TABLE)
        steps = 7 * experiment.steps_per_epoch
        alone = Trainer(experiment).advance(begin(experiment), steps)
        assert outcome.moment.step == steps
        np.testing.assert_array_equal(outcome.moment.theta, alone.theta)
        assert outcome.scores == score(experiment, alone)
        assert outcome.rank == outcome.scores.test_loss


def test_curves_begin_before_the_first_step_and_end_with_the_scores():
    for epochs in (1, 7, 403):  # the last is not among the marks that are kept
        (outcome,) = finished([SMALL], epochs)
        curves = outcome.curves
        assert curves["epoch"][0] == 0
        assert curves["epoch"][-1] == epochs
        assert np.all(np.diff(curves["step"]) > 0)
        assert len({len(column) for column in curves.values()}) == 1
        assert curves["test_loss"][-1] == outcome.scores.test_loss
        assert curves["training_quality"][-1] == outcome.scores.training_quality


def test_the_share_grows_to_one_and_what_is_done_stays_done():
    runs = with_seeds(SMALL, 3)
    seen = list(compared(runs, 5))
    shares = [progress.share for progress in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    for before, after in pairwise(seen):
        assert after.done[: len(before.done)] == before.done
    assert [outcome.settings for outcome in seen[-1].done] == runs


def test_the_pieces_are_short():
    large = replace(Settings(), n=2000, units=(16,) * 6, activations=("tanh",) * 6, batch_size=1)
    steps = compared([large], 1)
    next(steps)
    lasted = []
    for _ in range(8):
        start = time.perf_counter()
        next(steps)
        lasted.append(time.perf_counter() - start)
    assert min(lasted) < 0.05


def test_rules_to_stop_are_left_out():
    early = replace(SMALL, stop_epochs=2, stop_loss=1.0, patience=1)
    (outcome,) = finished([early], 5)
    assert outcome.curves["epoch"][-1] == 5
    assert outcome.settings == unstopped(early) == SMALL


def test_divergence_ends_a_run_and_names_step_and_tensor():
    outcome, other = finished([WILD, SMALL], 50)
    assert outcome.moment.diverged is not None
    step, tensor = outcome.moment.diverged
    assert step == outcome.moment.step + 1
    assert tensor
    assert outcome.rank == float("inf")
    assert np.isfinite(outcome.moment.theta).all()
    assert outcome.curves["step"][-1] == outcome.moment.step
    assert other.curves["epoch"][-1] == 50
    assert best_of([outcome, other]) == 1
    assert best_of([outcome]) is None


def test_seeds_count_on_from_the_own_and_stay_in_their_limits():
    assert [s.seed for s in with_seeds(SMALL, 3)] == [1, 2, 3]
    assert [s.seed for s in with_seeds(replace(SMALL, seed=9_998), 3)] == [9_998, 9_999, 0]
    assert {replace(s, seed=1) for s in with_seeds(SMALL, 5)} == {SMALL}


def test_changes_do_not_depend_on_their_order():
    changes = {"layers": 3, "units": 5, "activation": "relu", "rate": 1.0}
    backward = dict(reversed(changes.items()))
    after = changed(SMALL, changes)
    assert after == changed(SMALL, backward)
    assert (after.units, after.activations, after.rate) == ((5,) * 3, ("relu",) * 3, 1.0)
    assert changed(SMALL, {}) == SMALL


def test_the_first_step_at_a_loss_is_the_first():
    (outcome,) = finished([SMALL], 20)
    losses, steps = outcome.curves["test_loss"], outcome.curves["step"]
    step = first_step_at(outcome, float(losses[10]))
    assert step is not None
    assert (losses[steps < step] > losses[10]).all()
    assert losses[steps == step] <= losses[10]
    assert first_step_at(outcome, -1.0) is None
