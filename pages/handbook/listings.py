"""Errata of chapter 4 on its program listings: what stops them or makes them surprise."""

from __future__ import annotations

import numpy as np

from engine.optimizers import Adam
from engine.printed.listings import printed_gd_step, printed_layer_count
from engine.types import Array
from pages.handbook.model import Erratum


def _history_is_overwritten() -> str:
    theta, history = np.array([1.0]), []
    for _ in range(3):
        history.append(theta)
        theta = printed_gd_step(theta, np.ones(1), 0.1)
    first, second, third = np.concatenate(history)
    return (
        f"A history kept before each of three steps reads {first:.2g}, {second:.2g}, {third:.2g} "
        "in place of 1, 0.9, 0.8."
    )


def _layers_counted() -> str:
    names = [f"{kind}{layer}" for layer in (1, 2) for kind in ("W", "b", "gamma", "beta")]
    count = printed_layer_count(dict.fromkeys(names))
    return (
        f"Two layers with batch normalization have {len(names)} arrays, counted as {count} layers."
    )


def _adam_by_sums(theta: Array, gradients: Array, rule: Adam) -> Array:
    """Adam with each moment written out as a weighted sum over all gradients so far."""
    for t in range(1, len(gradients) + 1):
        age, seen = np.arange(t)[::-1], gradients[:t]
        m_hat = rule.beta1**age @ seen * (1 - rule.beta1) / (1 - rule.beta1**t)
        v_hat = rule.beta2**age @ seen**2 * (1 - rule.beta2) / (1 - rule.beta2**t)
        theta = theta - rule.learning_rate * m_hat / (np.sqrt(v_hat) + rule.epsilon)
    return theta


def _complete_adam() -> str:
    rng = np.random.default_rng(0)
    start, gradients, adam = rng.normal(size=5), rng.normal(size=(30, 5)), Adam(0.01)
    theta, state = start, adam.init(start)
    for gradient in gradients:
        theta, state = adam.step(theta, gradient, state)
    difference = np.abs(theta - _adam_by_sums(start, gradients, adam)).max()
    return (
        "Over 30 steps the complete rule and the moments written out as weighted sums differ by at "
        f"most {difference:.1e}."
    )


LISTING_ERRATA = (
    Erratum(
        "H45",
        "B",
        ("conventions",),
        "The listing of gradient descent updates with `-=`, those of SGD and momentum do not.",
        "Updating in place changes the caller's arrays and stops on integers. Copy before you "
        "keep a history, and use arrays of floats.",
        _history_is_overwritten,
    ),
    Erratum(
        "H46",
        "C",
        ("conventions",),
        "An update rule is announced; nothing follows.",
        r"$W_l = W_l - \eta\,dW_l$ and $b_l = b_l - \eta\,db_l$.",
    ),
    Erratum(
        "H52",
        "C",
        ("conventions",),
        "The notes on the SGD listing explain `initialize_velocity` and "
        "`update_parameters_with_momentum`.",
        "Those functions belong to the momentum listing. SGD has no velocity.",
    ),
    Erratum(
        "H56",
        "B",
        ("conventions",),
        "The listings of momentum, RMSProp and Adam use `np` without importing it; RMSProp's `s` "
        "has no start.",
        "`import numpy as np`, and start `s` as zeros shaped like the parameters.",
    ),
    Erratum(
        "H57",
        "C",
        ("conventions",),
        "The number of layers is `len(parameters) // 2`.",
        "Only with exactly one weight matrix and one bias per layer.",
        _layers_counted,
    ),
    Erratum(
        "H67",
        "A",
        ("conventions",),
        "The Adam listing stops inside a string.",
        r"Update both moments for $W$ and $b$, divide them by $1 - \beta_1^t$ and "
        r"$1 - \beta_2^t$, step by $\eta\,\hat m / (\sqrt{\hat v} + \epsilon)$, return all three.",
        _complete_adam,
    ),
    Erratum(
        "H74",
        "C",
        ("conventions",),
        "Numbered lists run functions and their arguments together.",
        "Each listing has two functions; the items from the third on are arguments.",
    ),
)
