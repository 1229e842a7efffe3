"""Losses of generative adversarial networks, and what the best discriminator knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats, sigmoid, softplus
from engine.types import Array


@dataclass(frozen=True)
class Term:
    """A loss of logits, the mean of f over them, and df, the derivative of f."""

    f: Callable[[Array], Array]
    df: Callable[[Array], Array]

    def value(self, logits: ArrayLike) -> float:
        """The mean of f over the logits; any shape. Raises ValueError for none."""
        return float(np.mean(self.f(_some(logits))))

    def gradient(self, logits: ArrayLike) -> Array:
        """The derivative of the mean, shaped like the logits. Raises ValueError for none."""
        s = _some(logits)
        return np.asarray(self.df(s) / s.size)


@dataclass(frozen=True)
class GanLoss:
    """What both players lower, from the discriminator's logits s, where D = sigmoid(s).

    The discriminator's loss is real.value(s of data) + fake.value(s of generated examples), the
    generator's is generator.value(s of generated examples)."""

    real: Term
    fake: Term
    generator: Term

    def discriminator_value(self, real: ArrayLike, fake: ArrayLike) -> float:
        """The discriminator's loss of its logits of data and of generated examples."""
        return self.real.value(real) + self.fake.value(fake)


LOG_D = Term(lambda s: softplus(-s), lambda s: -sigmoid(-s))  # -log D
LOG_NOT_D = Term(softplus, sigmoid)  # -log(1 - D)

GAN_LOSSES: dict[str, GanLoss] = {
    # Goodfellow et al. 2014, equation 1: the generator lowers mean log(1 - D)
    "minimax": GanLoss(LOG_D, LOG_NOT_D, Term(lambda s: -softplus(s), lambda s: -sigmoid(s))),
    # Goodfellow et al. 2014, section 3: it lowers mean -log D instead
    "non-saturating": GanLoss(LOG_D, LOG_NOT_D, LOG_D),
    # Mao et al. 2017, equation 9, with a = 0 and b = c = 1; s itself is what is pulled to a label
    "least squares": GanLoss(
        Term(lambda s: (s - 1) ** 2 / 2, lambda s: s - 1),
        Term(lambda s: s**2 / 2, lambda s: s),
        Term(lambda s: (s - 1) ** 2 / 2, lambda s: s - 1),
    ),
    # Arjovsky, Chintala & Bottou 2017, equation 2: s scores, and a critic must not be steep
    "Wasserstein": GanLoss(
        Term(lambda s: -s, lambda s: -np.ones_like(s)),
        Term(lambda s: s, np.ones_like),
        Term(lambda s: -s, lambda s: -np.ones_like(s)),
    ),
}


def optimal_discriminator(p: ArrayLike, q: ArrayLike) -> Array:
    """D = p / (p + q), the best answer to data with densities p and generated examples with q, any
    shape (Goodfellow et al. 2014, proposition 1); 1/2 where neither ever is.

    Raises ValueError for shapes that differ and negative densities.
    """
    data, made = _densities(p, q)
    together = data + made
    return np.divide(data, together, out=np.full_like(together, 0.5), where=together > 0)


def game_value(p: ArrayLike, q: ArrayLike, d: ArrayLike) -> float:
    """V = sum p log d + q log(1 - d) in nats, for the probabilities (m,) p of data and q of
    generated examples, and the discriminator d in [0, 1]; -inf where it is sure and wrong
    (Goodfellow et al. 2014, equation 1)."""
    (data, made), sure = _densities(p, q), as_floats(d)
    if sure.shape != data.shape or not np.all((sure >= 0) & (sure <= 1)):
        raise ValueError("expected a discriminator in [0, 1], shaped like the probabilities")
    return float(np.sum(_weighted_log(data, sure) + _weighted_log(made, 1 - sure)))


def jensen_shannon(p: ArrayLike, q: ArrayLike) -> float:
    """The Jensen-Shannon divergence of probabilities p and q (m,), in nats, 0 to log 2: the mean of
    their divergences from (p + q) / 2 (Lin 1991, equation 3.1)."""
    data, made = _densities(p, q)
    middle = (data + made) / 2
    halves = (np.sum(_weighted_log(law, law) - _weighted_log(law, middle)) for law in (data, made))
    return float(sum(halves) / 2)


def value_at_optimum(p: ArrayLike, q: ArrayLike) -> float:
    """The value of the game against the best discriminator: -log 4 + 2 JSD(p, q)
    (Goodfellow et al. 2014, theorem 1)."""
    return -float(np.log(4)) + 2 * jensen_shannon(p, q)


def _weighted_log(weights: Array, values: Array) -> Array:
    """weights log values, 0 where the weight is 0, -inf where the value alone is."""
    with np.errstate(divide="ignore"):
        logs = np.log(values)
    return np.multiply(weights, logs, out=np.zeros_like(weights), where=weights > 0)


def _densities(p: ArrayLike, q: ArrayLike) -> tuple[Array, Array]:
    data, made = (np.asarray(law, dtype=np.float64) for law in (p, q))
    if data.shape != made.shape:
        raise ValueError(f"expected p and q of one shape, got {data.shape} and {made.shape}")
    if not (np.all(data >= 0) and np.all(made >= 0)):
        raise ValueError("expected densities of 0 or more")
    return data, made


def _some(logits: ArrayLike) -> Array:
    s = as_floats(logits)
    if not s.size:
        raise ValueError("expected at least one logit")
    return s
