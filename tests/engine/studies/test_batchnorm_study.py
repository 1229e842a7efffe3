"""Batch norm's effects: the shape stays, running averages arrive, company matters in training."""

from __future__ import annotations

import numpy as np
import pytest

from engine.gradcheck import check_gradient
from engine.layers import BatchNorm, LayerNorm, Pass
from engine.losses import LOSSES
from engine.studies.batchnorm_study import (
    LAWS,
    MEAN,
    RATES,
    SCALES,
    SD,
    SHIFTS,
    STARTS,
    block,
    in_company,
    loss_by_rate,
    ring_net,
    running_statistics,
    skewness,
    two_rings,
)

P = {"gamma": np.full(4, 2.0), "beta": np.full(4, 0.5)}


@pytest.mark.parametrize("law", LAWS)
def test_a_block_has_the_stated_moments(law):
    x = block(np.random.default_rng(0), law, 200_000)
    assert x.mean(axis=0) == pytest.approx(MEAN * SCALES + SHIFTS, abs=0.06)
    assert x.std(axis=0) == pytest.approx(SD * SCALES, rel=0.01)


def test_reference_skewness_is_the_same_before_and_after():
    x = np.random.default_rng(0).exponential(size=200_000)
    y, cache = BatchNorm(1).forward(
        {"gamma": np.full(1, 2.0), "beta": np.full(1, 0.5)}, x[:, None], Pass(True)
    )
    assert skewness(x) == pytest.approx(2.01, abs=5e-3)
    assert skewness(cache.x_hat) == pytest.approx(skewness(x), rel=1e-12)
    assert skewness(y) == pytest.approx(skewness(x), rel=1e-12)
    assert y.mean() == pytest.approx(0.5, abs=1e-12)
    assert y.std() == pytest.approx(2, rel=1e-4)


def test_one_value_has_no_skewness():
    assert np.isnan(skewness(np.array([3.7])))


@pytest.mark.parametrize("momentum", [0.01, 0.1, 1.0])
def test_running_statistics_are_the_weighted_means(momentum):
    rng = np.random.default_rng(1)
    batches = [block(rng, "exponential", 16) for _ in range(30)]
    found = running_statistics(BatchNorm(4, momentum), batches)
    assert len(found) == 31
    mean, variance = np.zeros(4), np.ones(4)
    for kept, batch in zip(found, [None, *batches], strict=True):
        if batch is not None:
            mean = (1 - momentum) * mean + momentum * batch.mean(axis=0)
            variance = (1 - momentum) * variance + momentum * batch.var(axis=0, ddof=1)
        np.testing.assert_allclose(kept.mean, mean, rtol=0, atol=1e-12)
        np.testing.assert_allclose(kept.variance, variance, rtol=1e-12)


def test_running_statistics_come_to_the_population():
    rng = np.random.default_rng(2)
    batches = [block(rng, "normal", 256) for _ in range(400)]
    last = running_statistics(BatchNorm(4, 0.02), batches)[-1]
    assert last.mean[0] == pytest.approx(MEAN, abs=0.1)
    assert last.variance[0] == pytest.approx(SD**2, rel=0.05)


def test_batches_of_one_leave_the_variance():
    batches = [block(np.random.default_rng(k), "normal", 1) for k in range(5)]
    assert (running_statistics(BatchNorm(4), batches)[-1].variance == 1).all()


def test_company_matters_in_training_only():
    rng = np.random.default_rng(3)
    x, others = block(rng, "normal", 8), block(rng, "normal", 5 * 7).reshape(5, 7, 4)
    memory = running_statistics(BatchNorm(4), [x])[-1]
    training = in_company(BatchNorm(4), P, x[0], others, Pass(True, memory=memory))
    evaluation = in_company(BatchNorm(4), P, x[0], others, Pass(memory=memory))
    assert (training.std(axis=0) > 0.01).all()
    assert (np.ptp(evaluation, axis=0) == 0).all()
    for training_pass in (True, False):
        layer = in_company(LayerNorm(4), P, x[0], others, Pass(training_pass))
        assert (np.ptp(layer, axis=0) == 0).all()


def test_a_batch_of_one_gives_beta():
    for value in (-100.0, 3.7):
        y, cache = BatchNorm(4).forward(P, np.full((1, 4), value), Pass(True))
        assert (cache.x_hat == 0).all()
        np.testing.assert_array_equal(y[0], P["beta"])


@pytest.mark.parametrize("n", [2, 7, 64])
def test_gradients_by_a_column_sum_to_zero(n):
    rng = np.random.default_rng(n)
    x, dy = block(rng, "exponential", n), rng.normal(size=(n, 4))
    layer = BatchNorm(4)
    _, cache = layer.forward(P, x, Pass(True))
    dx, _ = layer.backward(P, cache, dy)
    assert np.abs(dx.sum(axis=0)).max() < 1e-13
    check = check_gradient(lambda v: float((dy * layer.forward(P, v, Pass(True))[0]).sum()), dx, x)
    assert check.error < 1e-7


def test_rings_do_not_touch():
    x, y = two_rings(np.random.default_rng(0), 100)
    radius = np.hypot(*x.T)
    assert radius[y[:, 0] == 1].max() <= 1
    assert radius[y[:, 0] == 0].min() >= 1.5
    assert y.mean() == 0.5


def test_ring_net_has_a_norm_before_each_activation():
    kinds = [type(layer).__name__ for layer in ring_net(True).layers]
    assert kinds == [*["Dense", "BatchNorm", "Activation"] * 3, "Dense"]
    assert "BatchNorm" not in [type(layer).__name__ for layer in ring_net(False).layers]


def test_ring_net_gradient():
    x, y = two_rings(np.random.default_rng(0), 12)
    network, loss = ring_net(True, 3, 2), LOSSES["binary_cross_entropy"]
    theta = network.initialize(np.random.default_rng(5), "he_normal")

    def value(theta):
        return loss.value(network.forward(theta, x, Pass(True))[0], y)

    output, trace = network.forward(theta, x, Pass(True))
    gradient = network.backward(theta, trace, loss.gradient(output, y))
    assert check_gradient(value, gradient, theta).error < 1e-6


@pytest.mark.parametrize("start", STARTS)
def test_batch_norm_trains_from_any_start_and_at_higher_rates(start):
    plain, norm = (loss_by_rate(on, start) for on in (False, True))
    assert plain.shape == norm.shape == (len(RATES),)
    assert {3, 4, 5} <= set(np.flatnonzero(norm < 0.05))  # the same rates from every start
    plain_best, norm_best = np.nanargmin(plain), np.nanargmin(norm)
    assert norm_best >= plain_best
    assert norm[norm_best] < plain[plain_best]


def test_too_small_a_start_never_moves_without_batch_norm():
    assert np.nanmin(loss_by_rate(False, "small")) > 0.6
