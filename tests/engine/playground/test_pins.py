"""A pinned weight and a pinned point: every number beside what training and the network do."""

from __future__ import annotations

import numpy as np
import pytest

from engine.losses import LOSSES
from engine.playground.build import build
from engine.playground.course import Course, play, start_course
from engine.playground.pins import entries, pin
from engine.playground.run import outputs, score
from engine.playground.settings import Settings
from engine.playground.way import way

RUNS = {
    "plain": {},
    "GD full batch": {"optimizer": "GD", "batch_size": 2000},
    "Momentum": {"optimizer": "Momentum", "schedule": "cosine", "horizon": 5},
    "Nesterov": {"optimizer": "Nesterov", "clip": "value", "limit": 0.01},
    "AdaGrad, layers": {"optimizer": "AdaGrad", "clip": "layer", "limit": 0.01},
    "RMSProp, decoupled": {"optimizer": "RMSProp", "penalty": "l2", "form": "decoupled"},
    "Adam, batch norm": {
        "optimizer": "Adam",
        "batch_norm": True,
        "residual": True,
        "units": (3, 3),
        "dropout": 0.3,
    },
    "AdamW, proximal": {"optimizer": "AdamW", "penalty": "l1", "form": "proximal"},
    "L1, clipped": {"penalty": "l1", "strength": 0.1, "clip": "norm", "limit": 0.05},
    "classes": {"data": "gaussians", "classes": 4, "batch_norm": True},
    "numbers": {"data": "houses", "residual": True, "units": (4, 4)},
    "no hidden layer": {"units": (), "activations": ()},
}


@pytest.fixture(params=RUNS)
def course(request) -> Course:
    course = start_course(build(Settings(**{"n": 60} | RUNS[request.param])))
    play(course, 2)
    return course


def test_names_are_those_of_the_network(course):
    network, theta = course.experiment.network, course.now.theta
    named = network.unpack(theta)
    assert list(entries(network).values()) == list(range(network.size))
    for key, at in entries(network).items():
        name, place = key.split(" ")
        index = tuple(int(k) - 1 for k in place.split(","))
        assert named[name][index] == theta[at]


def test_the_update_is_the_next_step_and_its_stages_add_up(course):
    after = course.trainer.advance(course.now, 1).theta
    for name, at in entries(course.experiment.network).items():
        pinned = pin(course, name)
        assert pinned.value == course.now.theta[at]
        assert pinned.update == after[at] - pinned.value
        assert pinned.shrunk == pytest.approx(pinned.value + pinned.update, rel=1e-12, abs=1e-14)


def test_the_gradient_is_the_mean_of_the_products_and_passes_its_check(course):
    for name in entries(course.experiment.network):
        pinned = pin(course, name)
        mean = np.mean(pinned.signals * pinned.deltas)
        assert mean == pytest.approx(pinned.gradient, rel=1e-12, abs=1e-15)
        assert len(pinned.rows) == len(pinned.signals) == len(pinned.deltas)
        assert pinned.check.passed(1e-8)


def test_pinning_moves_nothing(course):
    theta, step = course.now.theta.copy(), course.now.step
    pin(course, next(iter(entries(course.experiment.network))))
    np.testing.assert_array_equal(course.now.theta, theta)
    assert course.now.step == step


def test_penalty_and_clipping_are_told_apart():
    settings = Settings(penalty="l2", strength=0.5, clip="value", limit=0.02)
    course = start_course(build(settings))
    pinned = pin(course, "W1 1,1")
    assert pinned.penalty == pytest.approx(0.5 * pinned.value)
    assert pinned.used == np.clip(pinned.gradient + pinned.penalty, -0.02, 0.02)
    assert pin(course, "b1 1").penalty == 0


def test_an_update_that_overflows_is_nan():
    course = start_course(build(Settings(data="plane", rate=10, activations=("relu", "relu"))))
    play(course, 100)
    assert course.now.diverged
    assert np.isnan(pin(course, "W1 1,1").update)


def test_an_unknown_name_is_refused():
    with pytest.raises(KeyError):
        pin(start_course(build(Settings())), "W9 1,1")


def test_a_points_way_ends_where_the_network_does(course):
    experiment, now = course.experiment, course.now
    sample = experiment.sample
    for row in (0, len(sample.x) - 1):
        path = way(experiment, now, row)
        np.testing.assert_allclose(
            path.told, outputs(experiment, now, path.inputs[None])[0], rtol=1e-12
        )
        assert path.is_training == sample.is_training[row]
        incoming = path.inputs
        for layer in path.layers:
            np.testing.assert_allclose(
                layer.out, layer.f + incoming if layer.is_residual else layer.f, rtol=1e-12
            )
            assert (layer.sums == layer.z).all() != experiment.settings.batch_norm
            incoming = layer.out


def test_the_losses_of_the_points_make_the_loss(course):
    sample = course.experiment.sample
    rows = np.flatnonzero(~sample.is_training)
    losses = [way(course.experiment, course.now, int(row)).loss for row in rows]
    test_loss = score(course.experiment, course.now).test_loss
    assert np.mean(losses) == pytest.approx(test_loss, rel=1e-12)
    assert course.experiment.task.loss in LOSSES
