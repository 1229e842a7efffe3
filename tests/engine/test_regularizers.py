"""Penalties: gradients by central differences, proximal maps as minimizers, decay against torch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.gradcheck import check_gradient
from engine.optimizers import GD, SGD, Adam, AdamW
from engine.regularizers import L1, L2, REGULARIZERS, ElasticNet, decay, soft_threshold

RNG = np.random.default_rng(5)
PENALTIES = [
    L2(0.3),
    L1(0.3),
    *(ElasticNet(0.7, ratio) for ratio in (0.0, 0.25, 0.5, 1.0)),
    L1(0.0),
    L2(0.0),
]
every_penalty = pytest.mark.parametrize("penalty", PENALTIES, ids=str)
weights = arrays(np.float64, st.integers(1, 6), elements=st.floats(-5, 5, width=32))
strengths = st.floats(0, 10, width=32)


def test_every_name_makes_a_penalty_of_its_strength():
    assert set(REGULARIZERS) == {"l2", "l1", "elastic_net"}
    assert all(make(0.4).strength == 0.4 for make in REGULARIZERS.values())


def test_values_by_hand():
    w = [3.0, -4.0, 0.0]
    assert L2(0.2).value(w) == pytest.approx(0.1 * 25)
    assert L1(0.2).value(w) == pytest.approx(0.2 * 7)
    assert ElasticNet(0.2, 0.25).value(w) == pytest.approx(0.2 * (0.25 * 7 + 0.75 * 25 / 2))


def test_the_handbooks_l2_is_twice_as_strong():
    """Its gradient of 0.1 w^2 at 1.7 is 0.34, that of half of it 0.17 (H81)."""
    assert float(L2(0.1).gradient(1.7)) == pytest.approx(0.17)
    assert float(L2(2 * 0.1).gradient(1.7)) == pytest.approx(0.34)
    assert L2(2 * 0.1).value(1.7) == pytest.approx(0.1 * 1.7**2)


@every_penalty
def test_gradient_is_the_central_difference_away_from_kinks(penalty):
    for _ in range(20):
        w = RNG.normal(size=7)
        w = np.where(np.abs(w) < 0.01, 0.5, w)
        assert check_gradient(penalty.value, penalty.gradient, w).passed(1e-9)


@every_penalty
def test_subgradient_at_zero_is_zero_and_supports_the_penalty(penalty):
    np.testing.assert_array_equal(penalty.gradient(np.zeros(3)), 0.0)
    for _ in range(50):
        w, other = RNG.normal(size=4), RNG.normal(size=4)
        w[RNG.integers(4)] = 0.0
        below = penalty.value(w) + penalty.gradient(w) @ (other - w)
        assert penalty.value(other) >= below - 1e-12


@given(weights, strengths, st.floats(0, 1), st.floats(0.01, 5), st.integers(0, 2**32 - 1))
def test_prox_is_the_minimizer(v, strength, ratio, step, seed):
    penalty = ElasticNet(strength, ratio)

    def objective(w):
        return penalty.value(w) + float(np.sum((w - v) ** 2)) / (2 * step)

    best = penalty.prox(v, step)
    lowest = objective(best)
    rng = np.random.default_rng(seed)
    for size in (1e-4, 1e-2, 1.0):
        moved = best + size * rng.normal(size=(20, v.size))
        assert all(objective(w) >= lowest - 1e-9 * (1 + abs(lowest)) for w in moved)
    assert objective(np.zeros_like(v)) >= lowest - 1e-9 * (1 + abs(lowest))


@every_penalty
def test_prox_solves_its_own_equation_where_it_is_not_zero(penalty):
    """(v - w) / step is the gradient of the penalty at w; at w = 0 it is within the threshold."""
    v, step = 3 * RNG.normal(size=200), 0.7
    w = penalty.prox(v, step)
    kept = w != 0
    np.testing.assert_allclose(
        ((v - w) / step)[kept], penalty.gradient(w)[kept], rtol=1e-12, atol=1e-12
    )
    threshold = getattr(penalty, "ratio", 1.0) * penalty.strength
    assert np.all(np.abs(v[~kept]) <= step * threshold)


def test_prox_of_l1_has_exact_zeros_and_that_of_l2_none():
    v = np.array([0.3, -0.05, 0.0999, -2.0])
    np.testing.assert_allclose(L1(0.2).prox(v, 0.5), [0.2, 0, 0, -1.9], atol=1e-15)
    np.testing.assert_allclose(L2(0.2).prox(v, 0.5), v / 1.1, rtol=1e-15)
    assert np.count_nonzero(L1(0.2).prox(v, 0.5) == 0) == 2


@given(weights, strengths)
def test_soft_threshold_never_makes_a_negative_zero(v, threshold):
    moved = soft_threshold(v, threshold)
    assert not np.signbit(moved[moved == 0]).any()
    assert np.all(np.abs(moved) <= np.abs(v))


@given(weights, strengths, st.floats(0.01, 5))
def test_ends_of_the_elastic_net_are_l1_and_l2(w, strength, step):
    for ratio, penalty in ((1.0, L1(strength)), (0.0, L2(strength))):
        net = ElasticNet(strength, ratio)
        assert net.value(w) == pytest.approx(penalty.value(w), rel=1e-12, abs=1e-300)
        np.testing.assert_allclose(net.gradient(w), penalty.gradient(w), rtol=1e-12)
        np.testing.assert_allclose(net.prox(w, step), penalty.prox(w, step), rtol=1e-12)


def test_decay_beside_plain_steps_is_l2_and_beside_adam_is_not():
    w, gradient = RNG.normal(size=5), RNG.normal(size=5)
    for rule in (GD(0.1), SGD(0.1)):
        coupled = rule.step(w, gradient + L2(0.4).gradient(w), rule.init(w))[0]
        beside = decay(w, 0.1, 0.4) - 0.1 * gradient
        np.testing.assert_allclose(coupled, beside, rtol=1e-13)
    adam, adamw = Adam(0.1), AdamW(0.1, weight_decay=0.4)
    zero = np.zeros_like(w)
    coupled = adam.step(w, L2(0.4).gradient(w), adam.init(w))[0]
    np.testing.assert_allclose(coupled, w - 0.1 * np.sign(w), rtol=1e-6)
    beside = adamw.step(w, zero, adamw.init(w))[0]
    np.testing.assert_allclose(beside, decay(w, 0.1, 0.4), rtol=1e-13)


@pytest.mark.parametrize("name", ["SGD", "AdamW"])
def test_weight_decay_of_torch(name):
    torch = pytest.importorskip("torch")
    w0, target = RNG.normal(size=6), RNG.normal(size=6)
    w = torch.nn.Parameter(torch.tensor(w0))
    optimizer = getattr(torch.optim, name)([w], lr=0.05, weight_decay=0.3)
    mine, rule = w0, {"SGD": SGD(0.05), "AdamW": Adam(0.05)}[name]
    state = rule.init(mine)
    for _ in range(30):
        optimizer.zero_grad()
        ((w - torch.tensor(target)) ** 2).sum().backward()
        optimizer.step()
        gradient = 2 * (mine - target)
        if name == "SGD":
            mine, state = rule.step(mine, gradient + L2(0.3).gradient(mine), state)
        else:
            mine, state = rule.step(decay(mine, 0.05, 0.3), gradient, state)
    np.testing.assert_allclose(mine, w.detach().numpy(), rtol=0, atol=1e-12)


@every_penalty
def test_gradient_is_that_of_autograd(penalty):
    torch = pytest.importorskip("torch")
    w0 = RNG.normal(size=9)
    w = torch.tensor(w0, requires_grad=True)
    share = {L1: 1.0, L2: 0.0}.get(type(penalty)) or getattr(penalty, "ratio", 0.0)
    value = penalty.strength * (share * w.abs().sum() + (1 - share) / 2 * (w**2).sum())
    value.backward()
    assert penalty.value(w0) == pytest.approx(value.item(), rel=1e-12, abs=1e-15)
    np.testing.assert_allclose(penalty.gradient(w0), w.grad.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("shape", [(), (3,), (2, 4)])
@every_penalty
def test_shapes_are_kept_and_nothing_is_changed_in_place(penalty, shape):
    w = RNG.normal(size=shape)
    before = w.copy()
    assert penalty.gradient(w).shape == penalty.prox(w, 0.1).shape == shape
    assert isinstance(penalty.value(w), float)
    np.testing.assert_array_equal(w, before)
