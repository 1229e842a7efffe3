"""The variational autoencoder: divergence, samples, likelihoods and the bound with its gradient."""

from __future__ import annotations

import numpy as np
import pytest

from engine.generative import LIKELIHOODS, VAE
from engine.generative.gaussian import (
    kl_gradients,
    kl_to_standard,
    reparameterized,
    reparameterized_gradients,
)
from engine.generative.vae import gaussian_likelihood
from engine.gradcheck import check_gradient
from engine.network import mlp
from engine.optimizers import Adam

RNG = np.random.default_rng(5)
MU, LOG_VARIANCE, NOISE = RNG.normal(size=(3, 6, 2))
X = RNG.integers(2, size=(6, 4)).astype(float)
LAWS = {**LIKELIHOODS, "narrow": gaussian_likelihood(0.4)}


def model(likelihood="bernoulli", beta=1.0):
    return VAE(mlp((4, 5, 4), "tanh"), mlp((2, 5, 4), "tanh"), likelihood, beta)


def test_divergence_is_that_of_torch():
    torch = pytest.importorskip("torch")
    laws = torch.distributions
    m, s = (torch.tensor(values, requires_grad=True) for values in (MU, LOG_VARIANCE))
    kl = laws.kl_divergence(laws.Normal(m, (s / 2).exp()), laws.Normal(0.0, 1.0)).sum(1)
    np.testing.assert_allclose(kl_to_standard(MU, LOG_VARIANCE), kl.detach(), rtol=1e-10)
    kl.sum().backward()
    for got, wanted in zip(kl_gradients(MU, LOG_VARIANCE), (m.grad, s.grad), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-10, atol=1e-14)


def test_divergence_is_the_mean_of_the_log_ratio():
    z = np.linspace(-14, 14, 40_001)
    for mu, log_variance in zip(MU[:, 0], LOG_VARIANCE[:, 0], strict=True):
        variance = np.exp(log_variance)
        q = np.exp(-((z - mu) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
        ratio = -((z - mu) ** 2) / (2 * variance) - log_variance / 2 + z**2 / 2
        expected = (q * ratio).sum() * (z[1] - z[0])
        assert kl_to_standard([mu], [log_variance]) == pytest.approx(expected, rel=1e-8)


def test_divergence_is_zero_for_the_standard_law_alone():
    assert kl_to_standard([0.0, 0.0], [0.0, 0.0]) == 0
    assert np.all(kl_to_standard(MU, LOG_VARIANCE) > 0)
    np.testing.assert_allclose(kl_to_standard([[0.0]], [[1e-9]]), 2.5e-19, rtol=1e-6)
    assert kl_to_standard([0.0], [2000.0]) == np.inf


def test_gradients_of_divergence_and_sample_are_central_differences():
    d_mu, d_log_variance = kl_gradients(MU, LOG_VARIANCE)
    assert check_gradient(lambda m: kl_to_standard(m, LOG_VARIANCE).sum(), d_mu, MU).passed(1e-8)
    check = check_gradient(lambda s: kl_to_standard(MU, s).sum(), d_log_variance, LOG_VARIANCE)
    assert check.passed(1e-8)
    weights = RNG.normal(size=MU.shape)
    d_mu, d_log_variance = reparameterized_gradients(LOG_VARIANCE, NOISE, weights)

    def loss(mu, log_variance):
        return (weights * reparameterized(mu, log_variance, NOISE)).sum()

    assert check_gradient(lambda m: loss(m, LOG_VARIANCE), d_mu, MU).passed(1e-8)
    assert check_gradient(lambda s: loss(MU, s), d_log_variance, LOG_VARIANCE).passed(1e-8)


def test_samples_follow_the_law():
    noise = RNG.standard_normal((200_000, 1))
    z = reparameterized(np.full_like(noise, 1.5), np.full_like(noise, np.log(0.25)), noise)
    assert z.mean() == pytest.approx(1.5, abs=0.01)
    assert z.std() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("name", LAWS)
def test_likelihoods_and_their_gradients(name):
    torch = pytest.importorskip("torch")
    law, output = LAWS[name], 2 * RNG.normal(size=X.shape)
    check = check_gradient(lambda y: law.log_density(y, X).sum(), law.gradient(output, X), output)
    assert check.passed(1e-8)
    laws, y = torch.distributions, torch.tensor(output)
    peer = {
        "bernoulli": laws.Bernoulli(logits=y),
        "gaussian": laws.Normal(y, 1.0),
        "narrow": laws.Normal(y, 0.4),
    }[name]
    wanted = peer.log_prob(torch.tensor(X)).sum(1)
    np.testing.assert_allclose(law.log_density(output, X), wanted, rtol=1e-10)


def test_extreme_logits_stay_finite():
    law, logits = LIKELIHOODS["bernoulli"], np.array([[800.0, -800.0]])
    np.testing.assert_array_equal(law.log_density(logits, np.array([[1.0, 0.0]])), [0.0])
    np.testing.assert_array_equal(law.log_density(logits, np.array([[0.0, 1.0]])), [-1600.0])


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
def test_gradient_of_the_bound_is_the_central_difference(name, beta):
    vae = model(LAWS[name] if name == "narrow" else name, beta)
    theta = RNG.normal(size=vae.size) / 2
    bound, gradient = vae.bound_and_gradient(theta, X, NOISE)
    assert bound == vae.bound(theta, X, NOISE)
    assert bound.elbo == bound.reconstruction - beta * bound.kl
    check = check_gradient(lambda t: vae.bound(t, X, NOISE).elbo, gradient, theta)
    assert check.passed(1e-8)


def test_gradient_of_the_bound_is_that_of_torch():
    torch = pytest.importorskip("torch")
    vae = model(beta=2.0)
    theta = RNG.normal(size=vae.size) / 2
    leaf, x = torch.tensor(theta, requires_grad=True), torch.tensor(X)
    sizes = [20, 5, 20, 4, 10, 5, 20, 4]
    A, a, B, b, C, c, D, d = torch.split(leaf, sizes)
    encoded = torch.tanh(x @ A.reshape(4, 5) + a) @ B.reshape(5, 4) + b
    m, s = encoded.chunk(2, dim=1)
    z = m + (s / 2).exp() * torch.tensor(NOISE)
    logits = torch.tanh(z @ C.reshape(2, 5) + c) @ D.reshape(5, 4) + d
    error = torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none")
    laws = torch.distributions
    kl = laws.kl_divergence(laws.Normal(m, (s / 2).exp()), laws.Normal(0.0, 1.0))
    elbo = (-error.sum(1) - 2 * kl.sum(1)).mean()
    elbo.backward()
    bound, gradient = vae.bound_and_gradient(theta, X, NOISE)
    assert bound.elbo == pytest.approx(elbo.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, leaf.grad, rtol=1e-10, atol=1e-12)


def test_the_bound_lies_below_the_log_likelihood_and_meets_it_at_the_posterior():
    """x = w z + noise of sd 1 with a standard normal z: everything is known in closed form."""
    w, x = 1.7, 0.9
    vae = VAE(mlp((1, 2)), mlp((1, 1)), "gaussian")
    evidence = -(x**2) / (2 * (1 + w**2)) - np.log(2 * np.pi * (1 + w**2)) / 2
    posterior = w * x / (1 + w**2), -np.log(1 + w**2)
    noise = np.polynomial.hermite_e.hermegauss(40)

    def bound(mu, log_variance):
        """The mean over the noise, by quadrature; the encoder ignores x."""
        theta = np.array([0.0, 0.0, mu, log_variance, w, 0.0])
        parts = [vae.bound(theta, [[x]], [[n]]).elbo for n in noise[0]]
        return np.average(parts, weights=noise[1])

    assert bound(*posterior) == pytest.approx(evidence, rel=1e-10)
    for mu, log_variance in zip(MU[:, 0], LOG_VARIANCE[:, 0], strict=True):
        assert bound(mu, log_variance) < evidence


def test_training_raises_the_bound_and_a_large_beta_collapses_the_code():
    rng = np.random.default_rng(0)
    x = np.repeat([[1.0, 1, 0, 0], [0, 0, 1, 1]], 16, axis=0)
    kl = {}
    for beta in (1.0, 30.0):
        vae = model(beta=beta)
        theta = vae.initialize(rng)
        rule, state = Adam(0.02), Adam(0.02).init(theta)
        start = vae.bound(theta, x, rng.standard_normal((32, 2)))
        for _ in range(400):
            bound, gradient = vae.bound_and_gradient(theta, x, rng.standard_normal((32, 2)))
            theta, state = rule.step(theta, -gradient, state)
        assert bound.elbo > start.elbo
        kl[beta] = bound.kl
    assert kl[1.0] > 0.5
    assert kl[30.0] < 0.01


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: model("no such law"), "unknown likelihood"),
        (lambda: model(beta=-1.0), "beta"),
        (lambda: gaussian_likelihood(0.0), "positive"),
        (lambda: kl_to_standard([0.0, 1.0], [0.0]), "one shape"),
        (lambda: kl_to_standard(0.0, 0.0), "one shape"),
        (lambda: VAE(mlp((4, 3)), mlp((2, 4))).encode(np.zeros(27), X), "columns"),
        (lambda: model().bound(np.zeros(3), X, NOISE), "shape"),
        (lambda: model().bound(np.zeros(model().size), X, NOISE[:2]), "one shape"),
    ],
)
def test_mistakes_are_named(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong()
