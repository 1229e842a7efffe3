"""Losses of both players, the best discriminator, and small runs that collapse or do not."""

from __future__ import annotations

import numpy as np
import pytest

from engine.generative import GAN_LOSSES, Gan
from engine.generative.adversarial import Schedule, mixture, mode_shares, train
from engine.generative.gan import (
    game_value,
    jensen_shannon,
    optimal_discriminator,
    value_at_optimum,
)
from engine.gradcheck import check_gradient
from engine.network import mlp
from engine.optimizers import Adam, RMSProp

RNG = np.random.default_rng(7)
REAL, FAKE = 2 * RNG.normal(size=(2, 6, 1))
P, Q = RNG.dirichlet(np.ones(5), size=2)
DATA, NOISE = RNG.normal(size=(5, 2)), RNG.normal(size=(8, 3))


def players(loss):
    return Gan(mlp((3, 4, 2), "tanh"), mlp((2, 5, 1), "tanh"), loss)


@pytest.mark.parametrize("name", GAN_LOSSES)
@pytest.mark.parametrize("part", ["real", "fake", "generator"])
def test_gradients_of_the_losses_are_central_differences(name, part):
    term = getattr(GAN_LOSSES[name], part)
    assert check_gradient(term.value, term.gradient(REAL), REAL).passed(1e-8)


def test_losses_are_those_of_torch():
    torch = pytest.importorskip("torch")
    bce, mse = torch.nn.BCEWithLogitsLoss(), torch.nn.MSELoss()

    def labels(s, label):
        return torch.full_like(s, label)

    peers = {
        "minimax": (
            lambda r, f: bce(r, labels(r, 1.0)) + bce(f, labels(f, 0.0)),
            lambda f: -bce(f, labels(f, 0.0)),
        ),
        "non-saturating": (
            lambda r, f: bce(r, labels(r, 1.0)) + bce(f, labels(f, 0.0)),
            lambda f: bce(f, labels(f, 1.0)),
        ),
        "least squares": (
            lambda r, f: mse(r, labels(r, 1.0)) / 2 + mse(f, labels(f, 0.0)) / 2,
            lambda f: mse(f, labels(f, 1.0)) / 2,
        ),
        "Wasserstein": (lambda r, f: f.mean() - r.mean(), lambda f: -f.mean()),
    }
    assert set(peers) == set(GAN_LOSSES)
    for name, (judge, maker) in peers.items():
        rule = GAN_LOSSES[name]
        r, f = (torch.tensor(s, requires_grad=True) for s in (REAL, FAKE))
        loss = judge(r, f)
        loss.backward()
        assert rule.discriminator_value(REAL, FAKE) == pytest.approx(loss.item(), rel=1e-10)
        np.testing.assert_allclose(rule.real.gradient(REAL), r.grad, rtol=1e-10)
        np.testing.assert_allclose(rule.fake.gradient(FAKE), f.grad, rtol=1e-10)
        g = torch.tensor(FAKE, requires_grad=True)
        loss = maker(g)
        loss.backward()
        assert rule.generator.value(FAKE) == pytest.approx(loss.item(), rel=1e-10)
        np.testing.assert_allclose(rule.generator.gradient(FAKE), g.grad, rtol=1e-10)


def test_a_sure_discriminator_leaves_the_minimax_generator_no_gradient():
    s = np.array([-20.0])
    assert abs(GAN_LOSSES["minimax"].generator.gradient(s)[0]) < 1e-8
    assert GAN_LOSSES["non-saturating"].generator.gradient(s)[0] == pytest.approx(-1, abs=1e-8)
    for rule in GAN_LOSSES.values():
        assert np.isfinite(rule.discriminator_value([-900.0], [900.0]))


def test_the_best_discriminator_and_its_value():
    best = optimal_discriminator(P, Q)
    np.testing.assert_allclose(best, P / (P + Q), rtol=1e-14)
    value = game_value(P, Q, best)
    assert value == pytest.approx(value_at_optimum(P, Q), rel=1e-12)
    for _ in range(200):
        assert game_value(P, Q, np.clip(best + 0.1 * RNG.normal(size=5), 0, 1)) <= value
    check = check_gradient(lambda d: game_value(P, Q, d), np.zeros(5), best)
    assert check.passed(1e-8)


def test_jensen_shannon():
    assert jensen_shannon(P, P) == pytest.approx(0, abs=1e-15)
    assert value_at_optimum(P, P) == pytest.approx(-np.log(4))
    assert jensen_shannon([1.0, 0.0], [0.0, 1.0]) == pytest.approx(np.log(2))
    assert value_at_optimum([1.0, 0.0], [0.0, 1.0]) == pytest.approx(0, abs=1e-15)
    assert jensen_shannon(P, Q) == pytest.approx(jensen_shannon(Q, P))
    torch = pytest.importorskip("torch")
    p, q = torch.tensor(P), torch.tensor(Q)
    kl = torch.nn.functional.kl_div
    wanted = (
        kl(((p + q) / 2).log(), p, reduction="sum"),
        kl(((p + q) / 2).log(), q, reduction="sum"),
    )
    assert jensen_shannon(P, Q) == pytest.approx(sum(w.item() for w in wanted) / 2, rel=1e-10)


def test_places_that_neither_law_reaches():
    np.testing.assert_array_equal(optimal_discriminator([0.0, 1.0], [0.0, 0.0]), [0.5, 1.0])
    assert game_value([1.0, 0.0], [0.0, 1.0], [1.0, 0.0]) == 0
    assert game_value([1.0, 0.0], [0.0, 1.0], [0.0, 0.5]) == -np.inf


@pytest.mark.parametrize("loss", GAN_LOSSES)
def test_gradients_of_both_players_are_central_differences(loss):
    gan = players(loss)
    theta, phi = RNG.normal(size=gan.generator.size), RNG.normal(size=gan.discriminator.size)
    fake = gan.generator.forward(theta, NOISE)[0]
    _, gradient = gan.discriminator_gradient(phi, DATA, fake)
    check = check_gradient(lambda t: gan.discriminator_gradient(t, DATA, fake)[0], gradient, phi)
    assert check.passed(1e-8)
    _, gradient = gan.generator_gradient(theta, phi, NOISE)
    check = check_gradient(lambda t: gan.generator_gradient(t, phi, NOISE)[0], gradient, theta)
    assert check.passed(1e-8)
    assert np.abs(gradient).max() > 1e-3


def test_gradients_of_both_players_are_those_of_torch():
    torch = pytest.importorskip("torch")
    gan = players("non-saturating")
    theta, phi = RNG.normal(size=gan.generator.size), RNG.normal(size=gan.discriminator.size)
    own, other = (torch.tensor(values, requires_grad=True) for values in (theta, phi))

    def generated():
        A, a, B, b = torch.split(own, [12, 4, 8, 2])
        return torch.tanh(torch.tensor(NOISE) @ A.reshape(3, 4) + a) @ B.reshape(4, 2) + b

    def judged(x):
        C, c, D, d = torch.split(other, [10, 5, 5, 1])
        return torch.tanh(x @ C.reshape(2, 5) + c) @ D.reshape(5, 1) + d

    bce = torch.nn.functional.binary_cross_entropy_with_logits
    real, fake = judged(torch.tensor(DATA)), judged(generated().detach())
    loss = bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))
    loss.backward()
    value, gradient = gan.discriminator_gradient(phi, DATA, generated().detach().numpy())
    assert value == pytest.approx(loss.item(), rel=1e-10)
    np.testing.assert_allclose(gradient, other.grad, rtol=1e-10, atol=1e-12)
    assert own.grad is None
    fake = judged(generated())
    bce(fake, torch.ones_like(fake)).backward()
    _, gradient = gan.generator_gradient(theta, phi, NOISE)
    np.testing.assert_allclose(gradient, own.grad, rtol=1e-10, atol=1e-12)


def small(loss):
    return Gan(mlp((1, 8, 1), "tanh"), mlp((1, 16, 1), "tanh"), loss)


@pytest.mark.parametrize("loss", GAN_LOSSES)
def test_a_run_moves_the_generator_to_the_data(loss):
    bound = 0.5 if loss == "Wasserstein" else None
    plan = Schedule(steps=600, critic_steps=2, bound=bound)
    run = train(small(loss), mixture([3.0], 0.5), np.random.default_rng(1), plan)
    assert run.discriminator_losses.shape == run.generator_losses.shape == (600,)
    assert run.seen.tolist() == [*range(0, 600, 50), 600]
    assert run.samples.shape == (13, 200, 1)
    assert abs(run.samples[0].mean() - 3) > 2
    assert run.samples[-1].mean() == pytest.approx(3, abs=0.6)
    assert np.abs(run.phi).max() <= (bound or np.inf)


def test_runs_repeat():
    first, second = (
        train(small("minimax"), mixture([0.0], 1.0), np.random.default_rng(4), Schedule(steps=20))
        for _ in range(2)
    )
    np.testing.assert_array_equal(first.theta, second.theta)


def test_a_run_that_overflows_ends_early():
    plan = Schedule(steps=50, discriminator=RMSProp(1e200), generator=Adam(1e200))
    run = train(small("least squares"), mixture([0.0], 1.0), np.random.default_rng(0), plan)
    assert len(run.generator_losses) < 50


def test_shares_of_modes():
    samples = mixture([-2.0, 2.0], 0.1)(np.random.default_rng(0), 4000)
    assert samples.shape == (4000, 1)
    np.testing.assert_allclose(mode_shares(samples, [-2.0, 2.0]), 0.5, atol=0.03)
    np.testing.assert_array_equal(mode_shares([[1.0], [3.0]], [-2.0, 2.0]), [0.0, 1.0])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: players("no such loss"), "unknown loss"),
        (lambda: optimal_discriminator([1.0], [0.5, 0.5]), "one shape"),
        (lambda: optimal_discriminator([-1.0], [1.0]), "0 or more"),
        (lambda: game_value([1.0], [1.0], [1.5]), "discriminator"),
        (lambda: GAN_LOSSES["minimax"].real.value([]), "one logit"),
    ],
)
def test_mistakes_are_named(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong()
