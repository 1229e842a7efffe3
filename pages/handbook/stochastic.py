"""Errata of chapter 4 on stochastic gradient descent: what is random in it, and what that costs."""

from __future__ import annotations

import numpy as np

from engine.optimizers import GD, SGD
from pages.handbook.descent import tilted_well_slope
from pages.handbook.model import Erratum


def _noise_falls_with_batch_size() -> str:
    rng = np.random.default_rng(0)
    gradients = rng.normal(1, 2, 10_000)
    one, sixteen = (
        gradients[rng.integers(gradients.size, size=(4000, size))].mean(axis=1).var()
        for size in (1, 16)
    )
    return (
        f"Over 4,000 draws the variance of the gradient estimate is {one:.4g} with 1 example and "
        f"{sixteen:.4g} with 16, smaller by a factor of {one / sixteen:.4g}."
    )


def _noise_leaves_the_poor_basin() -> str:
    rng = np.random.default_rng(0)
    optimizer, exact, noisy = GD(0.02), 1.5, np.full(200, 1.5)
    for step in range(4000):
        noise = max(0.0, 6 * (1 - step / 3000)) * rng.normal(size=noisy.size)
        exact, _ = optimizer.step(exact, tilted_well_slope(exact), ())
        noisy, _ = optimizer.step(noisy, tilted_well_slope(noisy) + noise, ())
    return (
        rf"From $x = 1.5$ on $(x^2 - 1)^2 + 0.3x$ exact descent stays in the poor basin, at "
        rf"${exact:.3g}$; with gradient noise that fades from sd 6 to 0, "
        f"{np.sum(noisy < 0)} of {noisy.size} runs end in the global one."
    )


def _same_update() -> str:
    rng = np.random.default_rng(0)
    plain = stochastic = rng.normal(size=8)
    for gradient in rng.normal(size=(20, 8)):
        plain, _ = GD(0.1).step(plain, gradient, ())
        stochastic, _ = SGD(0.1).step(stochastic, gradient, ())
    return (
        "Fed the same gradients for 20 steps, the two rules end "
        f"{np.abs(plain - stochastic).max():.2g} apart."
    )


STOCHASTIC_ERRATA = (
    Erratum(
        "H47",
        "C",
        ("batches",),
        "The objective function is differential.",
        "It is differentiable.",
    ),
    Erratum(
        "H48",
        "B",
        ("batches",),
        "SGD uses one sample or a mini-batch, and a few lines later only one sample.",
        "SGD uses a batch of 1, mini-batch SGD a batch of $B > 1$. Both estimate the full gradient "
        r"without bias, with a variance proportional to $1/B$.",
        _noise_falls_with_batch_size,
    ),
    Erratum(
        "H49",
        "B",
        ("batches",),
        r"The formula of SGD has $\nabla_\theta J(\theta_t)$, as that of gradient descent does.",
        r"$\theta_{t+1} = \theta_t - \eta \nabla_\theta J(\theta_t; x^{(i)}, y^{(i)})$: the "
        "gradient is that of the sampled example.",
    ),
    Erratum(
        "H50",
        "B",
        ("batches", "map"),
        "SGD is a bad optimizer because it finds local optima.",
        "Gradient descent does so too, and lacks the noise that can leave a shallow basin. The "
        "true cost of SGD is that noise: it needs a falling rate or averaging.",
        _noise_leaves_the_poor_basin,
    ),
    Erratum(
        "H51",
        "B",
        ("batches",),
        "The SGD listing is the update of gradient descent; nothing in it is sampled.",
        "The difference is in the gradient passed in: shuffle each epoch, take a batch, compute "
        "its gradient, update.",
        _same_update,
    ),
)
