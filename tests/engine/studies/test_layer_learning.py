"""Who learns: changes by layer, the first step, and deep networks that do and do not train."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diagnostics import deep_network
from engine.gradcheck import check_gradient
from engine.layers import Pass
from engine.losses import LOSSES
from engine.optimizers import GD, OPTIMIZERS, Adam
from engine.schemes import SCHEMES
from engine.stopping import at_epoch
from engine.studies.layer_learning import (
    deep_classifier,
    first_step,
    follow_layers,
    relative_changes,
    ring_task,
)
from engine.task import Examples, Task


def test_relative_changes_are_by_weight_matrix():
    network = deep_network(3, 2, "tanh")
    theta = network.initialize(np.random.default_rng(0))
    moved = theta.copy()
    network.unpack(moved)["W2"][...] *= 1.5
    network.unpack(moved)["b3"][...] += 7
    np.testing.assert_allclose(relative_changes(network, theta, moved), [0, 0.5, 0], atol=1e-15)
    zero = np.zeros_like(theta)
    network.unpack(zero)["W1"][0, 0] = 3
    np.testing.assert_array_equal(relative_changes(network, np.zeros_like(theta), zero), [3, 0, 0])


def test_training_is_followed_layer_by_layer():
    network = deep_network(4, 3, "tanh")
    rng = np.random.default_rng(0)
    theta, x = network.initialize(rng), rng.normal(size=(12, 3))
    task = Task(network, "half_squared_error", GD(0.1), Examples(x, np.tanh(x)))
    records = list(follow_layers(task, theta, rng, [at_epoch(5)]))
    assert [record.epoch for record in records] == [0, 1, 2, 3, 4, 5]
    assert not records[0].changes.any()
    assert records[-1].stopped == "5 epochs done"
    assert records[-1].loss < records[0].loss
    gradient = network.backward(
        theta, network.forward(theta, x)[1], (network.forward(theta, x)[0] - np.tanh(x)) / 12
    )
    first = network.unpack(gradient)["W1"], network.unpack(theta)["W1"]
    expected = 0.1 * np.linalg.norm(first[0]) / np.linalg.norm(first[1])
    assert records[1].changes[0] == pytest.approx(expected, rel=1e-10)


def started(network, scheme="xavier_normal", seed=0):
    return network.initialize(np.random.default_rng(seed), SCHEMES[scheme].draw)


STRUCTURES = {
    "plain": {},
    "batch norm": {"batch_norm": True},
    "residual": {"branch_scale": 0.5},
    "both": {"batch_norm": True, "branch_scale": 0.5},
}


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("depth", [2, 3, 6])
def test_a_classifier_has_depth_weight_matrices_and_the_right_gradient(name, depth):
    network = deep_classifier(depth, 3, "tanh", **STRUCTURES[name])
    theta = started(network)
    weights = [key for key in network.unpack(theta) if key.startswith("W")]
    assert len(weights) == depth
    x, y = ring_task(np.random.default_rng(1), 10)
    loss, training = LOSSES["binary_cross_entropy"], Pass(training=True)
    output, trace = network.forward(theta, x, training)
    assert output.shape == y.shape == (10, 1)
    check = check_gradient(
        lambda t: loss.value(network.forward(t, x, training)[0], y),
        network.backward(theta, trace, loss.gradient(output, y)),
        theta,
    )
    assert check.passed(1e-7)


def test_a_depth_below_2_is_refused():
    with pytest.raises(ValueError, match="depth of 2 or more"):
        deep_classifier(1, 3, "tanh")


def test_ring_task_is_centered_and_balanced():
    x, y = ring_task(np.random.default_rng(0), 200)
    assert x.shape == (200, 2)
    assert y.mean() == 0.5
    assert np.abs(x.mean(axis=0)).max() < 0.15
    radius = np.hypot(*x.T)
    assert radius[y[:, 0] == 1].mean() < 0.5 * radius[y[:, 0] == 0].mean()


@pytest.mark.parametrize("rule", OPTIMIZERS)
@pytest.mark.parametrize("name", STRUCTURES)
def test_the_first_step_is_that_of_training(rule, name):
    network = deep_classifier(5, 4, "tanh", **STRUCTURES[name])
    task = Task(
        network,
        "binary_cross_entropy",
        OPTIMIZERS[rule](learning_rate=0.1),
        ring_task(np.random.default_rng(0), 20),
    )
    theta = started(network)
    records = list(follow_layers(task, theta, np.random.default_rng(0), [at_epoch(1)]))
    np.testing.assert_allclose(first_step(task, theta), records[1].changes, rtol=1e-9)


def test_the_first_layers_of_a_deep_sigmoid_network_stand_still():
    network = deep_classifier(10, 16, "sigmoid")
    task = Task(network, "binary_cross_entropy", GD(0.5), ring_task(np.random.default_rng(0), 64))
    records = list(follow_layers(task, started(network), np.random.default_rng(0), [at_epoch(60)]))
    assert records[-1].changes[0] < 1e-3 * records[-1].changes[-1]
    assert records[-1].loss == pytest.approx(np.log(2), abs=0.01)


def test_residual_connections_let_all_layers_learn():
    network = deep_classifier(10, 16, "tanh", branch_scale=0.5)
    task = Task(
        network, "binary_cross_entropy", Adam(0.01), ring_task(np.random.default_rng(0), 64)
    )
    records = list(follow_layers(task, started(network), np.random.default_rng(0), [at_epoch(60)]))
    assert records[-1].changes.min() > 0.05
    assert records[-1].loss < 0.2


def test_a_run_that_diverges_says_so():
    network = deep_classifier(10, 16, "relu")
    task = Task(network, "binary_cross_entropy", GD(1e30), ring_task(np.random.default_rng(0), 64))
    theta = started(network, "unit_normal")
    records = list(follow_layers(task, theta, np.random.default_rng(0), [at_epoch(200)]))
    assert np.isfinite(records[0].loss)
    assert records[-1].stopped.startswith("diverged at step ")
