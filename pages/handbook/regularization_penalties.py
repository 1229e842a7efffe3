"""Errata of chapter 5 on overfitting and on the penalties L1 and L2."""

from __future__ import annotations

import numpy as np

from engine.gradcheck import numerical_gradient
from engine.regularizers import L1, L2
from engine.studies.bias_variance import study_law
from engine.studies.sparse_regression import proximal_step, run, sparse_problem, subgradient_step
from pages.handbook.model import Erratum


def _under_and_overfitting() -> str:
    study = study_law("sine", n=20, noise=0.3, ridge=0.0, seed=0)
    train, test = study.train_error, study.test_error
    return (
        f"On 20 noisy points of a sine, polynomials of degree 1, 5 and 15 have a training error of "
        f"{train[1]:.3g}, {train[5]:.3g} and {train[15]:.2g}, a test error of {test[1]:.3g}, "
        f"{test[5]:.3g} and {test[15]:.3g}."
    )


def _three_strengths() -> str:
    whole, half = (
        numerical_gradient(lambda w, f=factor: float(f * w**2), np.array(1.7)).item()
        for factor in (0.1, 0.05)
    )
    return (
        rf"For $\lambda = 0.1$ and $w = 1.7$ the gradient of $\lambda w^2$ is {whole:.4g}, that of "
        rf"$\frac{{\lambda}}{{2}} w^2$ {half:.4g}; the engine, which has the second form, gives "
        f"{L2(0.1).gradient(1.7).item():.4g}."
    )


def _exact_zeros() -> str:
    rng = np.random.default_rng(0)
    problem, true = sparse_problem(rng)
    start, penalty = rng.normal(size=true.size), L1(0.2)
    hovering, landed = (
        run(rule(problem, penalty, 0.05), start, 3000).w
        for rule in (subgradient_step, proximal_step)
    )
    return (
        f"Of {true.size} weights, {np.sum(true == 0)} of them truly 0, subgradient steps make "
        f"{np.sum(hovering == 0)} of the {true.size} exactly 0 and leave up to "
        f"{np.abs(hovering[2:]).max():.4g} where 0 is true; soft thresholding makes "
        f"{np.sum(landed == 0)} exactly 0."
    )


PENALTY_ERRATA = (
    Erratum(
        "H75",
        "B",
        ("fitting", "augmentation", "stopping"),
        "Overfitting, underfitting and data augmentation are promised; none of them is treated.",
        "Underfitting is a high error on training and test data, overfitting a low one on training "
        "data only. More data, made up if need be, narrows the gap.",
        _under_and_overfitting,
    ),
    Erratum(
        "H81",
        "B",
        ("penalties",),
        r"$L2 = \lambda \sum w_i^2$, without a gradient.",
        r"Its gradient is $2 \lambda w$; for $\frac{\lambda}{2} \sum w^2$ it is $\lambda w$, and "
        r"with $\frac{1}{m}$ it is $\lambda w / m$. Biases are left out.",
        _three_strengths,
    ),
    Erratum(
        "H82",
        "A",
        ("penalties",),
        "L1 drives some weights to exactly zero.",
        "So does its minimum. Subgradient steps only hover around 0, as they jump across it; "
        "soft thresholding (the proximal step) lands on it.",
        _exact_zeros,
    ),
)
