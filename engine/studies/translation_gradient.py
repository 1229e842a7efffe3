"""The loss of one right translation, its gradient, and the largest entry of each part checked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.gradcheck import GradientCheck, check_gradient
from engine.seq2seq import Batch
from engine.seq2seq.batch import make_batch
from engine.seq2seq.loss import sequence_loss
from engine.translation.translator import Translator, examples
from engine.types import Array


class Checked(NamedTuple):
    """A mean cross-entropy in nats, its gradient (size,), the parts of the model, and the largest
    entry of the gradient in each part beside its central difference."""

    loss: float
    gradient: Array
    parts: tuple[str, ...]
    check: GradientCheck


def batch_of(translator: Translator, german: str, english: str) -> Batch:
    """One pair of sentences as a batch. ValueError for a German one without words."""
    return make_batch(examples([(german, english)], translator.source, translator.target))


def check_parts(translator: Translator, german: str, english: str) -> Checked:
    """One backward pass in float64, and central differences of one entry per part."""
    model, batch = translator.model, batch_of(translator, german, english)
    theta = translator.theta.astype(np.float64)
    logits, trace = model.forward(theta, batch)
    loss, dlogits = sequence_loss(logits, batch.target)
    gradient = model.backward(theta, trace, dlogits)
    spans = {part: span for part, span in model.spans.items() if span.stop > span.start}
    at = np.array([s.start + np.abs(gradient[s]).argmax() for s in spans.values()])

    def moved(values: Array) -> float:
        changed = theta.copy()
        changed[at] = values
        return sequence_loss(model.forward(changed, batch)[0], batch.target)[0]

    return Checked(loss, gradient, tuple(spans), check_gradient(moved, gradient[at], theta[at]))
