"""Dropout where everything can be counted: all masks, the exact mean, bias and variance."""

from __future__ import annotations

import numpy as np
import pytest

from engine.gradcheck import check_gradient
from engine.layers import DROPOUT_FORMS, Dropout, Pass
from engine.studies.dropout_study import (
    TRUE_WEIGHTS,
    UNITS,
    SmallNet,
    all_masks,
    dropout_least_squares,
    fresh_inputs,
    mask_probabilities,
    small_weights,
    tradeoff,
    training_sets,
)

THETA, X = small_weights()
RATES = (0.0, 0.2, 0.5, 0.9)


def by_hand(mask_factor, kind="relu"):
    """The small net with the first hidden layer multiplied by this factor, by matrix products."""
    named = SmallNet(0.0).network.unpack(THETA)
    f = (lambda z: np.maximum(z, 0)) if kind == "relu" else (lambda z: z)
    hidden = f(X @ named["W1"]) * mask_factor
    return float((f(hidden @ named["W2"]) @ named["W3"])[0, 0])


def test_masks_are_all_different_and_their_probabilities_sum_to_one():
    masks = all_masks(UNITS)
    assert len(np.unique(masks, axis=0)) == 2**UNITS
    for rate in RATES:
        p = mask_probabilities(masks, rate)
        assert p.sum() == pytest.approx(1, abs=1e-14)
        assert p @ masks == pytest.approx(np.full(UNITS, 1 - rate), abs=1e-14)


def test_the_reference_ensemble():
    found = SmallNet(0.5, "classic").ensemble(THETA, X)
    assert found.mean == pytest.approx(-3.695, abs=5e-4)  # all 64 masks
    assert found.evaluated == pytest.approx(-2.848, abs=5e-4)  # one scaled net


@pytest.mark.parametrize("form", DROPOUT_FORMS)
@pytest.mark.parametrize("rate", RATES)
def test_the_ensemble_is_every_thinned_net(form, rate):
    found = SmallNet(rate, form).ensemble(THETA, X)
    train, evaluate = DROPOUT_FORMS[form](1 - rate)
    assert found.outputs == pytest.approx([by_hand(m * train) for m in all_masks(UNITS)], rel=1e-12)
    assert found.evaluated == pytest.approx(by_hand(evaluate), rel=1e-12)
    assert found.mean == pytest.approx(found.outputs @ found.probabilities, rel=1e-13)


@pytest.mark.parametrize("form", ["inverted", "classic"])
@pytest.mark.parametrize("rate", RATES)
def test_a_linear_net_is_averaged_exactly(form, rate):
    found = SmallNet(rate, form, "linear").ensemble(THETA, X)
    assert found.mean == pytest.approx(found.evaluated, abs=1e-12)


def test_the_printed_rule_is_wrong_even_for_a_linear_net():
    found = SmallNet(0.2, "printed", "linear").ensemble(THETA, X)
    assert found.evaluated == pytest.approx(found.mean * 0.2 / 0.8, rel=1e-12)


@pytest.mark.parametrize("form", DROPOUT_FORMS)
def test_many_passes_come_to_the_exact_mean(form):
    net = SmallNet(0.2, form)
    exact = net.ensemble(THETA, X)
    run = Pass(True, np.random.default_rng(0))
    outputs, _ = net.network.forward(THETA, np.repeat(X, 40_000, axis=0), run)
    spread = np.sqrt(exact.probabilities @ (exact.outputs - exact.mean) ** 2)
    assert abs(outputs.mean() - exact.mean) < 4 * spread / 200


@pytest.mark.parametrize(("rate", "training", "printed"), [(0.2, 0.8, 0.2), (0.5, 0.5, 0.5)])
def test_mean_activation_in_training_and_by_the_printed_rule(rate, training, printed):
    layer, ones = Dropout(rate, "printed"), np.ones((200_000, 1))
    y, _ = layer.forward({}, ones, Pass(True, np.random.default_rng(0)))
    assert y.mean() == pytest.approx(training, abs=0.003)
    assert layer.forward({}, ones)[0].mean() == pytest.approx(printed, abs=1e-12)


@pytest.mark.parametrize("form", DROPOUT_FORMS)
@pytest.mark.parametrize("seed", range(3))
def test_dropped_units_have_no_gradient_and_the_others_the_right_one(form, seed):
    net = SmallNet(0.5, form).network

    def loss(theta):
        return float(net.forward(theta, X, Pass(True, np.random.default_rng(seed)))[0][0, 0])

    _, trace = net.forward(THETA, X, Pass(True, np.random.default_rng(seed)))
    gradient, flow = net.backward_flow(THETA, trace, np.ones((1, 1)))
    biased = THETA + 0.01  # off the kinks that biases of exactly 0 have
    _, moved = net.forward(biased, X, Pass(True, np.random.default_rng(seed)))
    assert check_gradient(loss, net.backward(biased, moved, np.ones((1, 1))), biased).error < 1e-7
    dropped = trace.caches[2][0] == 0
    assert dropped.any()
    assert (flow[2][0, dropped] == 0).all()
    named = net.unpack(gradient)
    assert (named["W1"][:, dropped] == 0).all()
    assert (named["W2"][dropped] == 0).all()


def test_dropout_of_a_linear_model_is_ridge_on_average():
    rng = np.random.default_rng(1)
    x, y, w, rate = rng.normal(size=(1, 6)), rng.normal(size=1), rng.normal(size=6), 0.3
    masks = all_masks(6)
    errors = (y - (masks * x / (1 - rate)) @ w) ** 2
    averaged = mask_probabilities(masks, rate) @ errors
    penalty = rate / (1 - rate) * (x[0] ** 2 * w**2).sum()
    assert averaged == pytest.approx(float((y - x @ w)[0] ** 2 + penalty), rel=1e-12)


def test_dropout_least_squares_is_a_minimum():
    x, y = (part[0] for part in training_sets(np.random.default_rng(2), 1))
    w, rate = dropout_least_squares(x, y, 0.4), 0.4

    def objective(w):
        return float(((y - x @ w) ** 2).sum() + rate / (1 - rate) * ((x**2).sum(0) * w**2).sum())

    assert check_gradient(objective, np.zeros(10), w).error < 1e-7
    assert dropout_least_squares(x, y, 0.0) == pytest.approx(np.linalg.lstsq(x, y)[0], rel=1e-9)


def test_bias_and_variance_are_the_reference():
    rng = np.random.default_rng(0)
    fresh = fresh_inputs(rng)
    found = [tradeoff(fresh, *training_sets(rng), rate) for rate in RATES]
    expected = [(0.00707, 2.55), (0.23, 0.935), (0.998, 0.366), (2.56, 0.0233)]
    for tradeoff_found, numbers in zip(found, expected, strict=True):
        assert tradeoff_found == pytest.approx(numbers, rel=4e-3)
    assert fresh @ TRUE_WEIGHTS == pytest.approx(fresh[:, :3].sum(axis=1))
