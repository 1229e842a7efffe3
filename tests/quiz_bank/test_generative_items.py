"""Questions on autoencoders and generative models: worked from the numbers of their prompts alone,
with PyTorch; listings that are run; and the claims of their prose."""

from __future__ import annotations

import re
from itertools import islice

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.generative import GAN_LOSSES, VAE, Autoencoder, Gan
from engine.generative.adversarial import mode_shares
from engine.generative.autoencoder import gaussian_noise
from engine.generative.gan import jensen_shannon, optimal_discriminator
from engine.generative.gaussian import kl_to_standard
from engine.generative.pca import least_errors, principal_axes
from engine.generative.two_modes import MODES, two_modes
from engine.network import mlp
from engine.optimizers import Adam
from quiz_bank.certify import certified_variants, variant_of
from quiz_bank.grading import evaluate
from quiz_bank.loader import load_bank
from tests.quiz_bank.listings import line_of, listing_of, right_option, run
from tests.quiz_bank.prompts import as_printed, exact, row

TOPICS = ("autoencoders", "vae", "gan")
QUESTIONS = {question.id: question for question in load_bank() if question.topic in TOPICS}
NUMBER = r"\{?(-?[0-9.]*[0-9])"


def rows(prompt):
    """All vectors in the words, in their order."""
    found = re.findall(rf"\(({NUMBER}(?:,\\ {NUMBER})+)\)", prompt)
    return [np.array([float(part) for part in parts[0].split(r",\ ")]) for parts in found]


def scalars(prompt, *names):
    flat = " ".join(prompt.split())
    found = [re.search(rf"(?<![\w\\]){re.escape(name)} = {NUMBER}", flat) for name in names]
    return [float(match[1]) for match in found]


def parameters(prompt, keep):
    d, h, k, _, last = (int(n) for n in re.findall(r"\d+", prompt)[:5])
    assert d == last
    return 2 * (d * h + h * k) + h + k + h + d


def bottleneck_error(prompt, keep):
    grid = re.search(r"\\begin{bmatrix} (.*?) \\end", prompt)[1]
    S = np.array([[float(x) for x in line.split(" & ")] for line in grid.split(r" \\ ")])
    k = int(re.search(r"bottleneck of (\d)", prompt)[1])
    return np.sort(np.roots(np.poly(S)).real)[: 3 - k].sum()


def tied_gradient(prompt, keep):
    x, w = row(prompt, "x"), row(prompt, "w")
    z = keep(w @ x)
    e = keep(z * w - x)
    return keep(z * e) + keep(keep(e @ w) * x)


def sample(prompt, keep):
    mu, s, noise = (row(prompt, name) for name in (r"\mu", r"\log \sigma^2", r"\epsilon"))
    return mu + keep(keep(np.exp(s / 2)) * noise)


def divergence(prompt, keep):
    mu, sd = row(prompt, r"\mu"), row(prompt, r"\sigma")
    return keep((mu**2 + sd**2 - 1 - keep(2 * np.log(sd))) / 2).sum()


def sample_gradient(prompt, keep):
    mu, s, noise, w, x = scalars(prompt, r"\mu", "s", r"\epsilon", "w", "x")
    sd = keep(np.exp(s / 2))
    dz = keep(w * (w * keep(mu + sd * noise) - x))
    return np.array([dz, dz * keep(sd * noise / 2)])


def bound(prompt, keep):
    x, mu, sd, noise = scalars(prompt, "x", r"\mu", r"\sigma", r"\epsilon")
    w, sign, b = re.search(rf"mean \${NUMBER}\\,z ([+-]) {NUMBER}\$", prompt).groups()
    mean = keep(float(w) * keep(mu + sd * noise) + float(sign + b))
    density = keep(-((x - mean) ** 2) / 2 - np.log(2 * np.pi) / 2)
    return density - keep((mu**2 + sd**2 - 1 - keep(2 * np.log(sd))) / 2)


def discriminator_loss(prompt, keep):
    real, fake = rows(prompt)
    return keep(-keep(np.log(real)).mean()) + keep(-keep(np.log(1 - fake)).mean())


def best_discriminator(prompt, keep):
    p, q = row(prompt, "p"), row(prompt, "q")
    return 1 / (1 + q / p)


def generator_slopes(prompt, keep):
    (s,) = scalars(prompt, "s")
    d = keep(1 / (1 + np.exp(-s)))
    return np.array([-d, d - 1])


def game_at_optimum(prompt, keep):
    p, q = row(prompt, "p"), row(prompt, "q")
    d = keep(p / (p + q))
    return keep(p @ keep(np.log(d))) + keep(q @ keep(np.log(1 - d)))


def discriminator_of(prompt):
    w, sign, c = re.search(rf"sigma\((-?[0-9.]*)(?:\\,)?x ([+-]) {NUMBER}\)", prompt).groups()
    return float(f"{w}1" if w in ("", "-") else w), float(sign + c)


def generator_step(prompt, keep):
    (a, b), z, (w, c) = scalars(prompt, "a", "b"), row(prompt, "z"), discriminator_of(prompt)
    back = keep(keep(1 / (1 + np.exp(-(w * (a * z + b) + c))) - 1) * w)
    return np.array([(back * z).mean(), back.mean()])


WORKED = {
    "autoencoders/parameters": parameters,
    "autoencoders/bottleneck-error": bottleneck_error,
    "autoencoders/tied-gradient": tied_gradient,
    "vae/reparameterized-sample": sample,
    "vae/divergence-from-the-prior": divergence,
    "vae/gradient-through-the-sample": sample_gradient,
    "vae/evidence-lower-bound": bound,
    "gan/discriminator-loss": discriminator_loss,
    "gan/best-discriminator": best_discriminator,
    "gan/generator-slopes": generator_slopes,
    "gan/value-of-the-game": game_at_optimum,
    "gan/generator-step": generator_step,
}


def variants(name, count=60):
    for seed in islice(certified_variants(QUESTIONS[name]), count):
        yield seed, variant_of(QUESTIONS[name], seed)


@pytest.mark.parametrize("name", WORKED)
def test_the_answer_follows_from_the_prompt_and_bears_rounding(name):
    for seed, variant in variants(name):
        prompt, says = variant.prompt, f"seed {seed}"
        np.testing.assert_allclose(
            WORKED[name](prompt, exact), variant.answer, rtol=1e-9, atol=1e-12, err_msg=says
        )
        rounded, rtol = WORKED[name](prompt, as_printed), QUESTIONS[name].rtol / 2
        np.testing.assert_allclose(rounded, variant.answer, rtol=rtol, atol=1e-8, err_msg=says)


def test_the_solution_names_eigenvectors_with_their_own_eigenvalues():
    for _, variant in variants("autoencoders/bottleneck-error"):
        grid = re.search(r"\\begin{bmatrix} (.*?) \\end", variant.prompt)[1]
        block = np.array([line.split(" & ")[:2] for line in grid.split(r" \\ ")[:2]], float)
        said = re.findall(rf"= {NUMBER}\$, along \$\(1, (-?1)\)", variant.solution)
        assert len(said) == 2
        for eigenvalue, second in said:
            axis = np.array([1.0, float(second)])
            np.testing.assert_array_equal(block @ axis, float(eigenvalue) * axis)


def test_the_gradient_of_tied_weights_is_printed_without_rounding():
    for _, variant in variants("autoencoders/tied-gradient"):
        np.testing.assert_allclose(rows(variant.solution)[-1], variant.answer, rtol=1e-12)


def test_every_template_is_worked_here_or_proved_as_a_picture_or_formula():
    numeric = {q.id for q in QUESTIONS.values() if q.kind in ("number", "vector", "matrix")}
    assert set(WORKED) == numeric


def test_divergences_and_bounds_are_those_of_torch():
    torch = pytest.importorskip("torch")
    laws = torch.distributions
    for _, variant in variants("vae/divergence-from-the-prior"):
        mu, sd = (torch.tensor(row(variant.prompt, name)) for name in (r"\mu", r"\sigma"))
        kl = laws.kl_divergence(laws.Normal(mu, sd), laws.Normal(0.0, 1.0)).sum()
        assert variant.answer == pytest.approx(kl.item(), rel=1e-10)
    for _, variant in variants("vae/gradient-through-the-sample"):
        mu, s, noise, w, x = scalars(variant.prompt, r"\mu", "s", r"\epsilon", "w", "x")
        m, v = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (mu, s))
        ((w * (m + (v / 2).exp() * noise) - x) ** 2 / 2).backward()
        np.testing.assert_allclose(variant.answer, [m.grad, v.grad], rtol=1e-10)


def test_losses_of_the_game_are_those_of_torch():
    torch = pytest.importorskip("torch")
    bce = torch.nn.functional.binary_cross_entropy
    for _, variant in variants("gan/discriminator-loss"):
        real, fake = (torch.tensor(values) for values in rows(variant.prompt))
        loss = bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))
        assert variant.answer == pytest.approx(loss.item(), rel=1e-10)
    for _, variant in variants("gan/generator-step"):
        (a, b), (w, c) = scalars(variant.prompt, "a", "b"), discriminator_of(variant.prompt)
        leaves = torch.tensor([a, b], dtype=torch.float64, requires_grad=True)
        x = leaves[0] * torch.tensor(row(variant.prompt, "z")) + leaves[1]
        d = torch.sigmoid(w * x + c)
        bce(d, torch.ones_like(d)).backward()
        np.testing.assert_allclose(variant.answer, leaves.grad, rtol=1e-10)


def test_tied_gradients_are_those_of_torch():
    torch = pytest.importorskip("torch")
    for _, variant in variants("autoencoders/tied-gradient"):
        x = torch.tensor(row(variant.prompt, "x"))
        w = torch.tensor(row(variant.prompt, "w"), requires_grad=True)
        (((w @ x) * w - x) ** 2).sum().div(2).backward()
        np.testing.assert_allclose(variant.answer, w.grad, rtol=1e-10)


@pytest.mark.parametrize("name", [q.id for q in QUESTIONS.values() if q.kind == "formula"])
def test_wrong_formulas_differ_from_the_right_one(name):
    rng = np.random.default_rng(0)
    for _, variant in variants(name, 10):
        point = {v: rng.uniform(0.2, 0.8, 5) for v in variant.answer.variables}
        right = evaluate(variant.answer.reference, point)
        for wrong in variant.wrong.values():
            assert not np.allclose(evaluate(wrong, point), right, rtol=1e-3)


def test_the_listing_of_a_variational_loss():
    """As printed it disagrees with the engine's bound; with its one line mended it agrees."""
    rng = np.random.default_rng(1)
    name, vae = "vae/wrong-line-loss", VAE(mlp((4, 6)), mlp((3, 4)))
    theta, noise = rng.normal(size=vae.size), rng.normal(size=(7, 3))
    x = rng.integers(2, size=(7, 4)).astype(float)
    arguments = x, *vae.encode(theta, x), noise, lambda z: vae.decode(theta, z)
    expected, listing = -vae.bound(theta, x, noise).elbo, listing_of(name)
    mended = listing.replace("scale = np.exp(log_var)", "scale = np.exp(log_var / 2)")
    assert run(mended, "loss", *arguments) == pytest.approx(expected, rel=1e-12)
    assert abs(run(listing, "loss", *arguments) - expected) > 0.1
    assert right_option(name) == line_of(listing, "scale = ")


def test_the_listing_of_a_step_of_both_players():
    rng = np.random.default_rng(2)
    name, gan, eta = "gan/wrong-line-step", Gan(mlp((1, 1)), mlp((1, 1))), 0.3
    theta, phi, x, z = rng.normal(size=2), rng.normal(size=2), *rng.normal(size=(2, 6))
    fake = gan.generator.forward(theta, z[:, None])[0]
    moved = phi - eta * gan.discriminator_gradient(phi, x[:, None], fake)[1]
    made = theta - eta * gan.generator_gradient(theta, moved, z[:, None])[1]
    listing = listing_of(name)
    mended = listing.replace("ds = sigma(w * fake + c)", "ds = sigma(w * fake + c) - 1")
    arguments = *theta, *phi, x, z, eta
    agreeing = run(mended, "step", *arguments, sigma=ACTIVATIONS["sigmoid"].f)
    np.testing.assert_allclose(agreeing, [*made, *moved])
    printed = run(listing, "step", *arguments, sigma=ACTIVATIONS["sigmoid"].f)
    np.testing.assert_allclose(printed[2:], moved)
    assert not np.allclose(printed[:2], made)
    assert right_option(name) == line_of(listing, "ds = ")


def test_mixing_the_units_of_a_linear_autoencoder_changes_no_output():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(40, 5)) * (3, 2, 1.5, 0.4, 0.2)
    x -= x.mean(axis=0)
    axes, _ = principal_axes(x)
    mixing, model = rng.normal(size=(3, 3)), Autoencoder(mlp((5, 3)), mlp((3, 5)))
    parts = axes[:3].T @ mixing, np.zeros(3), np.linalg.inv(mixing) @ axes[:3], np.zeros(5)
    theta = np.concatenate([part.ravel() for part in parts])
    assert model.value(theta, x) == pytest.approx(least_errors(x)[3] / 2, rel=1e-9)
    np.testing.assert_allclose(model.value_and_gradient(theta, x)[1], 0, atol=1e-9)
    codes = model.encode(theta, x)
    correlations = np.corrcoef(codes.T)[np.triu_indices(3, 1)]
    assert np.abs(correlations).max() > 0.2


def test_a_wide_autoencoder_can_copy_and_noise_makes_copying_a_bad_answer():
    x = np.random.default_rng(4).normal(size=(2000, 2))
    model = Autoencoder(mlp((2, 2)), mlp((2, 2)))
    copying = np.concatenate([np.eye(2).ravel(), [0, 0], np.eye(2).ravel(), [0, 0]])
    noisy = gaussian_noise(np.random.default_rng(5), x, 1.0)
    assert model.value(copying, x) == 0
    assert model.value(copying * 0.5**0.5, x, noisy) < 0.6 * model.value(copying, x, noisy)


def test_a_code_that_costs_nothing_says_nothing():
    mu, log_variance = np.zeros((9, 2)), np.zeros((9, 2))
    assert not kl_to_standard(mu, log_variance).any()
    assert kl_to_standard([0.0], [np.log(1e-8)]) > 8
    assert right_option("vae/divergence-near-zero").startswith("The code says nothing")


def test_a_larger_beta_brings_codes_nearer_and_reconstructions_less_exact():
    x = np.repeat([[1.0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 1]], 8, axis=0)
    found = []
    for beta in (0.3, 3.0):
        rng, vae = np.random.default_rng(0), VAE(mlp((4, 8, 4), "tanh"), mlp((2, 8, 4), "tanh"))
        vae = VAE(vae.encoder, vae.decoder, beta=beta)
        theta, rule = vae.initialize(rng), Adam(0.02)
        state = rule.init(theta)
        for _ in range(400):
            _, gradient = vae.bound_and_gradient(theta, x, rng.standard_normal((24, 2)))
            theta, state = rule.step(theta, -gradient, state)
        found.append(vae.bound(theta, x, rng.standard_normal((24, 2))))
    assert found[1].kl < found[0].kl / 2
    assert found[1].reconstruction < found[0].reconstruction
    assert right_option("vae/larger-beta").startswith("Codes nearer to the prior, and less")


def test_slopes_where_the_discriminator_is_sure():
    at = np.array([-8.0])
    assert abs(GAN_LOSSES["non-saturating"].generator.gradient(at)[0]) > 0.99
    assert abs(GAN_LOSSES["minimax"].generator.gradient(at)[0]) < 0.01
    assert right_option("gan/why-non-saturating").startswith("Where $D$ is near 0")


def test_a_collapsed_generator_jumps():
    runs = [two_modes("slow discriminator", seed) for seed in (4, 5)]
    shares = [mode_shares(made, MODES)[0] for run in runs for made in run.samples[1:]]
    assert min(shares) < 0.05
    assert max(shares) > 0.95
    assert optimal_discriminator([0.5, 0.5], [1.0, 0.0])[1] == 1


def test_two_points_that_do_not_meet():
    line = np.linspace(0, 2, 21)
    for place in (1, 5, 20):
        p, q = np.eye(21)[0], np.eye(21)[place]
        assert jensen_shannon(p, q) == pytest.approx(np.log(2))
        carried = np.abs(np.cumsum(p - q))[:-1].sum() * (line[1] - line[0])
        assert carried == pytest.approx(line[place])
    assert right_option("gan/laws-that-do-not-meet").startswith("The divergence stays at $\\ln 2$")
