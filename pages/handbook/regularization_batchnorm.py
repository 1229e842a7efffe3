"""Errata of chapter 5 on batch norm."""

from __future__ import annotations

import numpy as np

from engine.gradcheck import check_gradient
from engine.layers import BatchNorm, LayerNorm, Pass
from engine.types import Array
from pages.handbook.model import Erratum

TRAINING = Pass(training=True)


def _affine(gamma: float, beta: float, d: int = 1) -> dict[str, Array]:
    return {"gamma": np.full(d, gamma), "beta": np.full(d, beta)}


def _skewness(x: Array) -> float:
    return float((((x - x.mean()) / x.std()) ** 3).mean())


def _shape_stays() -> str:
    x = np.random.default_rng(0).exponential(size=(200_000, 1))
    y, _ = BatchNorm(1).forward(_affine(1.0, 0.0), x, TRAINING)
    return (
        f"Exponential draws have skewness {_skewness(x):.3g} before batch norm and "
        f"{_skewness(y):.3g} after it, at sd {y.std():.3g}; a Gaussian has 0."
    )


def _scale_and_shift() -> str:
    x = np.random.default_rng(0).normal(3, 2, (10_000, 1))
    y, _ = BatchNorm(1).forward(_affine(2.0, 0.5), x, TRAINING)
    return (
        rf"With $\gamma = 2$ and $\beta = 0.5$ the output has mean {y.mean():.4g} and sd "
        f"{y.std():.4g}."
    )


def _two_variances() -> str:
    x, layer = np.random.default_rng(0).normal(size=(8, 3)), BatchNorm(3)
    _, cache = layer.forward(_affine(1.0, 0.0, 3), x, TRAINING)
    running = layer.remember(None, cache).variance[0]
    unbiased = (running - (1 - layer.momentum)) / layer.momentum
    return (
        "In a batch of 8 the layer normalizes with a variance of "
        f"{cache.batch.variance[0]:.4g}, while the running variance moves from 1 to "
        f"{running:.4g}, toward {unbiased:.4g}."
    )


def _backward_and_batch_of_one() -> str:
    rng = np.random.default_rng(0)
    layer, p = BatchNorm(1), _affine(1.3, 0.0)
    x, dy = rng.normal(size=(7, 1)), rng.normal(size=(7, 1))
    dx, _ = layer.backward(p, layer.forward(p, x, TRAINING)[1], dy)
    check = check_gradient(lambda v: float((dy * layer.forward(p, v, TRAINING)[0]).sum()), dx, x)
    one = layer.forward(p, np.array([[3.7]]), TRAINING)[1].x_hat.item()
    return (
        f"The backward formula and central differences agree to {check.error:.1e}; in a batch of "
        rf"one any input has $\hat x = {one:.4g}$."
    )


def _axes_of_images() -> str:
    images = np.random.default_rng(0).normal(size=(8, 3, 5, 5))
    by_channel = images.transpose(0, 2, 3, 1).reshape(-1, 3)
    _, batch = BatchNorm(3).forward(_affine(1.0, 0.0, 3), by_channel, TRAINING)
    _, each = LayerNorm(75).forward(_affine(1.0, 0.0, 75), images.reshape(8, -1))
    return (
        f"For 8 images with 3 channels of 5 by 5 batch norm has {batch.batch.mean.size} means, "
        f"each over {len(by_channel)} numbers, and layer norm {each.sd.size}."
    )


BATCHNORM_ERRATA = (
    Erratum(
        "H83",
        "A",
        ("batchnorm",),
        "Normalized activations are like a Gaussian, which gives the method its name.",
        "Standardizing sets mean and variance and leaves the shape of the distribution as it is. "
        "The name has nothing to do with the normal law.",
        _shape_stays,
    ),
    Erratum(
        "H84",
        "B",
        ("batchnorm",),
        r"Outputs have mean 0 and sd 1; then follows $y = \gamma \hat x + \beta$, unexplained, and "
        r"$\mu_\beta$ for $\mu_B$.",
        r"The output has mean $\beta$ and sd $|\gamma|$, both learned. They are neither the "
        r"$\gamma$ of momentum nor the betas of Adam.",
        _scale_and_shift,
    ),
    Erratum(
        "H85",
        "B",
        ("batchnorm",),
        "The variance has $1/m$; running averages are mentioned without a formula.",
        r"The batch uses $1/m$. The running average, $(1 - q)\,\text{running} + q\,\text{batch}$ "
        "with $q = 0.1$ in PyTorch, takes the variance with $1/(m - 1)$.",
        _two_variances,
    ),
    Erratum(
        "H86",
        "B",
        ("batchnorm",),
        "Neither a backward formula nor a warning about a batch of one.",
        r"$dx = \frac{\gamma}{m \sigma} \left( m\,dy - \sum dy - \hat x \sum dy\,\hat x \right)$. "
        r"For $m = 1$ it is 0, and so is $\hat x$.",
        _backward_and_batch_of_one,
    ),
    Erratum(
        "H87",
        "C",
        ("batchnorm",),
        "Batch norm works because it reduces internal covariate shift.",
        "That was its motivation. Santurkar et al. (2018) put the gain down to a smoother loss "
        "surface; the question is open.",
    ),
    Erratum(
        "H88",
        "C",
        ("batchnorm",),
        "In practice batch norm comes before the activation.",
        "So it does in the original paper. After the activation is in use too.",
    ),
    Erratum(
        "H128",
        "C",
        ("batchnorm",),
        "Batch norm is described for a table of N examples by C features only.",
        "For images the mean of a channel runs over N, height and width. Layer norm takes the "
        "mean over all features of one example.",
        _axes_of_images,
    ),
)
