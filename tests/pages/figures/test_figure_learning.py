"""Who learns: the first step, a run, and captions with the engine's numbers."""

from __future__ import annotations

import numpy as np
import pytest

from engine.optimizers import GD
from engine.schemes import SCHEMES
from engine.stopping import at_epoch
from engine.studies.layer_learning import (
    LayerChanges,
    deep_classifier,
    first_step,
    follow_layers,
    ring_task,
)
from engine.task import Task
from pages.figures.learning import (
    AHEAD,
    BEHIND,
    TOGETHER,
    describe_first,
    describe_run,
    learning_table,
    profile_alt,
    profile_figure,
    run_alt,
    run_figure,
    verdict,
)
from tests.pages.figures.reading import (
    LIGHT,
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    shown,
    validated,
)

STATES = {
    "vanishes": (8, "sigmoid", "xavier_normal", 0.3, {}),
    "learns": (5, "tanh", "xavier_normal", 0.3, {"branch_scale": 0.5}),
    "diverges": (10, "relu", "unit_normal", 1e30, {}),
    "stands still": (12, "sigmoid", "small_normal", 0.1, {}),
    "shallow": (2, "tanh", "he_normal", 0.1, {}),
}
EPOCHS = 12


def state(name):
    depth, activation, scheme, rate, structure = STATES[name]
    rng = np.random.default_rng(0)
    network = deep_classifier(depth, 8, activation, **structure)
    task = Task(network, "binary_cross_entropy", GD(rate), ring_task(rng, 40))
    theta = network.initialize(rng, SCHEMES[scheme].draw)
    return first_step(task, theta), list(follow_layers(task, theta, rng, [at_epoch(EPOCHS)]))


ALL = {name: state(name) for name in STATES}
every_state = pytest.mark.parametrize("name", STATES)
finite_state = pytest.mark.parametrize("name", [name for name in STATES if name != "diverges"])


def doubles(values):
    return np.array([np.nan if v is None else v for v in values], float)


def test_verdicts():
    assert verdict(ALL["vanishes"][0]) == verdict(ALL["stands still"][0]) == BEHIND
    assert verdict(np.array([1.0, 5.0, 9.0])) == verdict(np.array([9.0, 1.0])) == TOGETHER
    assert verdict(np.array([11.0, 1.0])) == AHEAD


@every_state
@every_look
def test_profile_has_every_weight_matrix(name, look):
    first, records = ALL[name]
    spec = validated(profile_figure(first, records, look))
    drawn = named(spec, "after one step")
    np.testing.assert_array_equal(array(drawn["x"]), np.arange(1, STATES[name][0] + 1))
    np.testing.assert_allclose(doubles(drawn["y"]), np.where(first > 0, first, np.nan), rtol=1e-4)
    assert len(validated(profile_figure(first, [], look))["data"]) == 1
    hidden = validated(profile_figure(first, [], look, revealed=False))
    assert not hidden["data"]
    assert not hidden["layout"]["yaxis"]["showticklabels"]


@finite_state
def test_run_is_drawn_epoch_by_epoch(name):
    _, records = ALL[name]
    spec = validated(run_figure(records, LIGHT))
    loss = named(spec, "training loss")
    np.testing.assert_array_equal(array(loss["x"]), np.arange(EPOCHS + 1))
    np.testing.assert_allclose(doubles(loss["y"]), [r.loss for r in records], rtol=1e-4)
    last = named(spec, f"W{STATES[name][0]}, last")
    expected = [np.nan, *(r.changes[-1] for r in records[1:])]
    np.testing.assert_allclose(doubles(last["y"]), expected, rtol=1e-4)


def test_a_run_that_diverges_is_drawn_and_told():
    first, records = ALL["diverges"]
    validated(run_figure(records, LIGHT))
    text = clean(describe_run(records))
    assert records[-1].stopped in text
    assert "smaller learning rate" in text
    clean(profile_alt(first, records))


@pytest.mark.parametrize("name", ["vanishes", "learns", "shallow"])
def test_first_step_is_told(name):
    first, _ = ALL[name]
    text = clean(describe_first(first))
    assert after(text, "last weight matrix by **") == shown(first[-1], 2)
    assert after(text, "and the first by **") == shown(first[0], 2)
    assert after(text, "first over last **") == shown(first[0] / first[-1], 2)


def test_steps_that_are_lost_are_told():
    first, _ = ALL["stands still"]
    still = int((first == 0).sum())
    assert still > 0
    assert f"{still} of {len(first)} do not move" in clean(describe_first(first))
    assert "overflows" in clean(describe_first(np.array([np.nan, 1.0])))


@finite_state
def test_run_is_told(name):
    _, records = ALL[name]
    text = clean(describe_run(records))
    assert numbers(text)[0] == EPOCHS
    assert after(text, " to **") == shown(records[-1].loss, 3)
    assert after(text, "guessing: ") == shown(np.log(2), 3)
    assert after(text, "changed by **") == shown(records[-1].changes[0], 2)
    assert clean(run_alt(records)).endswith(text.replace("*", ""))


@every_state
def test_table_has_a_row_per_weight_matrix(name):
    first, records = ALL[name]
    before, later = learning_table(first, []), learning_table(first, records)
    assert len(before) == len(later) == len(first)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(later["at the end of the run"], np.log10(records[-1].changes))
    assert "at the end of the run" not in before


def test_a_run_of_one_record_is_drawn():
    record = LayerChanges(0, 0.7, np.zeros(3), "")
    validated(run_figure([record], LIGHT))
    clean(describe_run([record]))
