"""Errata of chapter 4 on weight decay: by what AdamW decays, and how that differs from L2."""

from __future__ import annotations

import numpy as np

from engine.optimizers import Adam, AdamW
from engine.printed.listings import (
    PrintedAdamW,
    decay_path,
    printed_bias_step,
    printed_decay_weights,
)
from pages.handbook.model import Erratum

RATES = {"learning_rate": 0.1, "weight_decay": 0.1}


def _stored_weights() -> str:
    parameters = {"W1": np.array([[7.0]]), "b1": np.array([[0.0]])}
    ((name, value),) = printed_decay_weights(parameters).items()
    return (
        f"For `W1` = 7 and `b1` = 0 the listing stores only `{name}`, with the value "
        f"{value.item():g}."
    )


def _frozen_decay() -> str:
    steps = [100, 200, 400]
    printed, right = (
        decay_path(rule(**RATES), 1.0, steps[-1])[steps] for rule in (PrintedAdamW, AdamW)
    )
    return (
        rf"With zero gradient and $\eta\lambda = 0.01$ a weight of 1 is, after 100, 200 and 400 "
        f"steps, ${printed[0]:z.3f}$, ${printed[1]:.3f}$ and ${printed[2]:.3f}$ as listed, but "
        f"{right[0]:.3f}, {right[1]:.3f} and {right[2]:.3f} by true decay."
    )


def _bias_decayed_by_weights() -> str:
    bias = printed_bias_step(PrintedAdamW(**RATES), [[0.0]], [[0.0]], [[5.0]])
    return (
        rf"With one weight of 5, zero gradient and $\eta\lambda = 0.01$ a bias of 0 moves to "
        f"${bias.item():.4g}$ in one step."
    )


def _decay_scales_with_rate() -> str:
    slow, fast = (decay_path(AdamW(rate, weight_decay=0.1), 1.0, 1)[-1] for rate in (0.01, 0.02))
    return (
        rf"With $\lambda = 0.1$ and zero gradient a step multiplies the weight by {slow:.4f} at "
        rf"$\eta = 0.01$ and by {fast:.4f} at $\eta = 0.02$."
    )


def _noisy_weight(optimizer: Adam, noise: list[float]) -> float:
    """A weight from 1 after one step for each gradient in `noise`."""
    weight, state = 1.0, optimizer.init(1.0)
    for gradient in noise:
        weight, state = optimizer.step(weight, gradient, state)
    return weight


def _shrinkage(sd: float, decoupled: bool) -> float:
    """How much lower weight decay leaves a weight of 1 after 2,000 steps of gradient noise."""
    noise = (sd * np.random.default_rng(0).normal(size=2000)).tolist()
    decayed = AdamW(weight_decay=0.1, decoupled=decoupled)
    return _noisy_weight(Adam(), noise) - _noisy_weight(decayed, noise)


def _l2_is_not_decay() -> str:
    coupled, decoupled = ([_shrinkage(sd, kind) for sd in (0.1, 10.0)] for kind in (False, True))
    return (
        "After 2,000 steps with gradient noise of sd 0.1 and of sd 10, Adam with L2 has shrunk a "
        f"weight of 1 by {coupled[0]:.4g} and {coupled[1]:.4g}; AdamW by {decoupled[0]:.4g} and "
        f"{decoupled[1]:.4g}."
    )


def _equation_against_engine() -> str:
    rng = np.random.default_rng(0)
    adam, adamw = Adam(0.01), AdamW(0.01, weight_decay=0.1)
    written = theta = rng.normal(size=5)
    moments = state = adam.init(theta)
    for gradient in rng.normal(size=(30, 5)):
        decay = adamw.learning_rate * adamw.weight_decay * written
        written, moments = adam.step(written, gradient, moments)
        written = written - decay
        theta, state = adamw.step(theta, gradient, state)
    return (
        "Over 30 steps this equation and AdamW as run on this page differ by at most "
        f"{np.abs(written - theta).max():.1e}."
    )


DECAY_ERRATA = (
    Erratum(
        "H68",
        "C",
        ("conventions",),
        "AdamW's docstring says that `w` holds zeros under the gradients' names.",
        "The listing stores copies of the weights in `w`. The right rule does not need `w`.",
        _stored_weights,
    ),
    Erratum(
        "H69",
        "A",
        ("conventions",),
        "Weight decay uses `w`, a copy of the initial weights that never changes.",
        r"Decay the current weight: "
        r"$\theta \mathrel{-}= \eta\,(\hat m / (\sqrt{\hat v} + \epsilon) + \lambda\theta)$.",
        _frozen_decay,
    ),
    Erratum(
        "H70",
        "A",
        ("conventions",),
        "The update of a bias adds the decay of the layer's weight matrix.",
        r"Usually biases do not decay; if they do, by $\lambda b$. The printed shapes fit only a "
        "layer with one input, which is then silently wrong.",
        _bias_decayed_by_weights,
    ),
    Erratum(
        "H71",
        "B",
        ("conventions",),
        "AdamW decouples weight decay from the learning rate.",
        "It decouples it from the adaptive scaling of the gradient. The decay is still "
        r"$\eta\lambda\theta$.",
        _decay_scales_with_rate,
    ),
    Erratum(
        "H72",
        "B",
        ("conventions",),
        "`weight_decay` sets the strength of L2, and decay is subtracted from the update.",
        "Adam with L2 is not AdamW: L2 passes through the adaptive scaling. Decay is subtracted "
        "from the weight.",
        _l2_is_not_decay,
    ),
    Erratum(
        "H73",
        "B",
        ("conventions",),
        "The text refers to equations of AdamW; none is printed.",
        r"$\theta_{t+1} = \theta_t - \eta \left( \frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} "
        r"+ \lambda\theta_t \right)$",
        _equation_against_engine,
    ),
)
