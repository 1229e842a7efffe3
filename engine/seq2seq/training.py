"""Training an encoder-decoder: batches, updates, held-out loss, and how to stop and go on.

Each batch's randomness is drawn from the seed and its number, so a run that goes on from a
checkpoint makes the same steps as one that never stopped, bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from engine.clipping import by_norm, norm
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.schedules import SCHEDULES
from engine.seq2seq.batch import Batch, Example, batch_count, cut, shuffled
from engine.seq2seq.checkpoint import Checkpoint
from engine.seq2seq.loss import sequence_loss
from engine.seq2seq.model import Seq2Seq
from engine.seq2seq.teaching import mixed_inputs
from engine.types import Array


@dataclass(frozen=True)
class Settings:
    """How to train. `teacher_forcing` is the share of right words that the decoder is fed, `clip`
    the longest gradient, `smoothing` that of the labels; `weight_decay` is AdamW's. `schedule`
    names a factor on the learning rate."""

    optimizer: str = "Adam"
    learning_rate: float = 2e-3
    schedule: str = "cosine"
    epochs: int = 10
    batch_size: int = 64
    clip: float = 1.0
    teacher_forcing: float = 1.0
    smoothing: float = 0.0
    weight_decay: float = 0.01
    seed: int = 0

    def rule(self, factor: float) -> Optimizer:
        """The update rule with the learning rate times a factor."""
        rate = self.learning_rate * factor
        if self.optimizer == "AdamW":
            return OPTIMIZERS["AdamW"](learning_rate=rate, weight_decay=self.weight_decay)
        return OPTIMIZERS[self.optimizer](learning_rate=rate)


class Progress(NamedTuple):
    """A run after one more batch: steps done of all, epochs done, the batch's loss and gradient
    norm, the held-out loss where an epoch ended; theta, the one with the lowest held-out loss so
    far, and what went wrong, if anything did."""

    step: int
    steps: int
    epoch: float
    loss: float
    norm: float
    held_out: float | None
    checkpoint: Checkpoint
    diverged: str

    @property
    def theta(self) -> Array:
        """The parameters now (size,)."""
        return self.checkpoint.theta

    @property
    def best_theta(self) -> Array:
        """The parameters with the lowest held-out loss so far; those now before the first one."""
        return self.checkpoint.best


def train(
    model: Seq2Seq,
    settings: Settings,
    examples: Sequence[Example],
    held_out: Sequence[Example],
    checkpoint: Checkpoint | None = None,
) -> Iterator[Progress]:
    """One Progress per batch, in float32, from the start or from a checkpoint.

    A run that diverges ends with the last finite parameters. Raises ValueError without examples and
    for a checkpoint of another size.
    """
    tests = cut(held_out, settings.batch_size)
    per_epoch = batch_count(examples, settings.batch_size)
    if not per_epoch:
        raise ValueError("training needs at least one pair with words on the source side")
    steps = settings.epochs * per_epoch
    now = checkpoint or start(model, settings)
    if now.theta.shape != (model.size,):
        raise ValueError(f"expected a checkpoint of {model.size} numbers, got {now.theta.size}")
    while now.step < steps:
        epoch, place = divmod(now.step, per_epoch)
        for batch in _epoch(examples, settings, epoch)[place:]:
            factor = SCHEDULES[settings.schedule](now.step, steps)
            loss, length, now, wrong = update(model, settings, now, batch, factor)
            score, ends = None, now.step % per_epoch == 0 and not wrong
            if ends and tests:
                score = mean_loss(model, now.theta, tests)
                now = now.scored(score)
            done = now.step / per_epoch
            yield Progress(now.step, steps, done, loss, length, score, now, wrong)
            if wrong:
                return


def start(model: Seq2Seq, settings: Settings) -> Checkpoint:
    """Where a run begins."""
    theta = model.initialize(np.random.default_rng(settings.seed)).astype(np.float32)
    return Checkpoint(0, theta, settings.rule(1.0).init(theta), theta, math.inf)


def update(
    model: Seq2Seq, settings: Settings, now: Checkpoint, batch: Batch, factor: float
) -> tuple[float, float, Checkpoint, str]:
    """One step: the loss, the gradient's norm, the checkpoint after, and what overflowed."""
    rng = np.random.default_rng((settings.seed, now.step))
    with np.errstate(over="ignore", invalid="ignore"):
        inputs = None
        if settings.teacher_forcing < 1:
            inputs = mixed_inputs(model, now.theta, batch, settings.teacher_forcing, rng)
        logits, trace = model.forward(now.theta, batch, rng, inputs)
        loss, dlogits = sequence_loss(logits, batch.target, settings.smoothing)
        gradient = model.backward(now.theta, trace, dlogits)
        length = norm(gradient)
        clipped = by_norm(gradient, settings.clip)
        theta, state = settings.rule(factor).step(now.theta, clipped, now.state)
    if wrong := _overflowing(model, loss, gradient, theta):
        return loss, length, now, f"diverged at step {now.step + 1:,} in {wrong}"
    best = theta if math.isinf(now.best_score) else now.best
    return loss, length, replace(now, step=now.step + 1, theta=theta, state=state, best=best), ""


def _overflowing(model: Seq2Seq, loss: float, gradient: Array, theta: Array) -> str:
    """The first of loss, gradients and parameters that is not finite, in words; "" if none."""
    if not math.isfinite(loss):
        return "the loss"
    for words, flat in (("the gradient of ", gradient), ("", theta)):
        if not np.isfinite(flat).all():
            views = model.unpack(flat)
            return words + next(name for name in views if not np.isfinite(views[name]).all())
    return ""


def mean_loss(model: Seq2Seq, theta: Array, batches: Sequence[Batch]) -> float:
    """The mean cross-entropy over all words of these batches, without dropout, in nats."""
    total, words = 0.0, 0
    for batch in batches:
        loss, _ = sequence_loss(model.forward(theta, batch)[0], batch.target)
        total, words = total + loss * batch.words, words + batch.words
    return total / words


def _epoch(examples: Sequence[Example], settings: Settings, epoch: int) -> tuple[Batch, ...]:
    rng = np.random.default_rng((settings.seed, epoch, 1))
    return shuffled(examples, settings.batch_size, rng)
