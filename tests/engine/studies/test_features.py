"""Responses of units: the share of variance, the probes, and what training brings about."""

from __future__ import annotations

import numpy as np
import pytest

from engine.gradcheck import check_gradient
from engine.losses import LOSSES
from engine.studies.features import (
    BAR,
    LAYERS,
    SIZES,
    TEST_SIZE,
    class_means,
    error_curve,
    selectivity,
    short_bars,
    train_shapes,
)
from engine.studies.shapes import SHAPES, SIDE

RNG = np.random.default_rng(4)
CLASSES = RNG.permutation(np.arange(60) % 3)
VALUES = RNG.normal(size=(60, 5)) + CLASSES[:, None] * np.array([0.0, 0.5, 1, 2, 50])


def test_selectivity_is_the_share_of_variance_between_the_classes():
    means = np.array([VALUES[k == CLASSES].mean(axis=0) for k in range(3)])
    np.testing.assert_allclose(class_means(VALUES, CLASSES), means, rtol=1e-12)
    within = np.mean((VALUES - means[CLASSES]) ** 2, axis=0)
    expected = 1 - within / VALUES.var(axis=0)
    np.testing.assert_allclose(selectivity(VALUES, CLASSES), expected, rtol=1e-10)
    assert (np.diff(selectivity(VALUES, CLASSES)) > 0).all()


def test_selectivity_does_not_depend_on_scale_and_knows_the_ends():
    eta = selectivity(VALUES, CLASSES)
    np.testing.assert_allclose(selectivity(7 - 3 * VALUES, CLASSES), eta, rtol=1e-9)
    ends = np.column_stack([np.full(60, 0.1), CLASSES.astype(float)])
    np.testing.assert_allclose(selectivity(ends, CLASSES), [0, 1], atol=1e-12)


def test_short_bars_are_everywhere_once():
    bars, places = short_bars()
    assert len(bars) == 2 * SIDE * (SIDE - BAR + 1)
    np.testing.assert_array_equal(bars.sum(axis=1), np.full(len(bars), BAR))
    assert len(np.unique(bars, axis=0)) == len(bars)
    for bar, (upright, row, column) in zip(bars, places, strict=True):
        rows, columns = np.nonzero(bar.reshape(SIDE, SIDE))
        assert (rows.mean(), columns.mean()) == (row, column)
        assert (len(set(columns)) == 1) == bool(upright)


@pytest.fixture(scope="module")
def model():
    return train_shapes(240, 0.2, 0)


def test_the_responses_are_those_of_the_fresh_pictures(model):
    assert [r.shape for r in model.responses] == [(TEST_SIZE, d) for d in (144, 16, 8, 6)]
    named = model.network.unpack(model.theta)
    hidden = np.maximum(model.test.x @ named["W1"] + named["b1"], 0)
    np.testing.assert_allclose(model.responses[1], hidden, rtol=1e-12)
    wrong = model.responses[3].argmax(axis=1) != model.test.y
    assert model.error() == wrong.mean()
    assert model.network.size == 144 * 16 + 16 + 16 * 8 + 8 + 8 * 6 + 6


def test_training_is_reproduced_by_its_seed(model):
    np.testing.assert_array_equal(train_shapes(240, 0.2, 0).theta, model.theta)
    assert not np.array_equal(train_shapes(240, 0.2, 1).theta, model.theta)


@pytest.mark.parametrize("seed", range(3))
def test_deeper_units_tell_the_classes_apart_better(seed):
    found = train_shapes(240, 0.2, seed)
    responds = [np.ptp(values, axis=0) > 0 for values in found.responses]
    means = [eta[on].mean() for eta, on in zip(found.selectivities, responds, strict=True)]
    assert len(means) == len(LAYERS)
    assert (np.diff(means) > 0).all()
    assert found.error() < 0.1


def test_the_gradient_of_the_trained_network_is_the_central_difference(model):
    loss = LOSSES["cross_entropy"]
    x, y = model.test.x[:6], model.test.y[:6]
    logits, trace = model.network.forward(model.theta, x)
    gradient = model.network.backward(model.theta, trace, loss.gradient(logits, y))
    last = slice(-8 * 6 - 6, None)

    def value(part):
        theta = np.concatenate([model.theta[: last.start], part])
        return loss.value(model.network.forward(theta, x)[0], y)

    assert check_gradient(value, gradient[last], model.theta[last]).passed(1e-8)


def test_more_data_is_better():
    curve = list(error_curve(0.2, 0))
    assert tuple(n for n, _ in curve) == SIZES
    assert curve[0][1] > 0.2
    assert curve[-1][1] < 0.02
    assert all(0 <= error <= 1 for _, error in curve)


@pytest.mark.parametrize("noise", [0.0, 1.0])
@pytest.mark.parametrize("n", [SIZES[0], SIZES[-1]])
def test_the_ends_of_the_controls_train(n, noise):
    found = train_shapes(n, noise, 20)
    assert np.isfinite(found.theta).all()
    assert 0 <= found.error() < 1 - 1 / len(SHAPES) + 0.1
    for eta in found.selectivities:
        assert np.isfinite(eta).all()
        assert ((eta >= 0) & (eta <= 1 + 1e-12)).all()
