"""The loss of a batch: cross-entropy over its words, padding left out."""

from __future__ import annotations

import numpy as np

from engine.seq2seq.batch import PAD
from engine.sequence_tasks import Integers
from engine.types import Array


def sequence_loss(logits: Array, target: Integers, smoothing: float = 0.0) -> tuple[float, Array]:
    """The mean cross-entropy over the targets (n, t) that are not PAD, in nats, and its derivative
    by the logits (n, t, words).

    With label smoothing the target's share is 1 - smoothing + smoothing / words and that of any
    other word smoothing / words (Szegedy et al. 2016, section 7).
    """
    rows, words = logits.reshape(-1, logits.shape[2]), logits.shape[2]
    labels = target.reshape(-1)
    real = labels != PAD
    weight = (real / max(1, real.sum())).astype(logits.dtype)
    shifted = rows - rows.max(axis=1, keepdims=True)
    p = np.exp(shifted)
    sums = p.sum(axis=1)
    at = np.arange(len(labels)), labels
    errors = np.log(sums) - (1 - smoothing) * shifted[at]
    if smoothing:
        errors -= smoothing * shifted.mean(axis=1)
    p *= (weight / sums)[:, None]
    p[at] -= (1 - smoothing) * weight
    if smoothing:
        p -= (smoothing / words) * weight[:, None]
    return float(errors @ weight), p.reshape(logits.shape)
