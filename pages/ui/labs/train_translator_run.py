"""A translation model's training run: stepped, scored by held-out sentences, and light to keep.

Only what is drawn is kept of every batch; the weights are those of now and the best ones.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.seq2seq import Seq2Seq
from engine.seq2seq.batch import batch_count, cut
from engine.seq2seq.checkpoint import Checkpoint
from engine.seq2seq.training import Settings, mean_loss, start, train
from engine.translation.pairs import SentencePair
from engine.translation.pairs_data import Lesson
from engine.translation.translator import Translator
from engine.types import Array
from pages.figures.bleu import bleu
from pages.figures.train_translator_words import Scores, Standing

HELD_OUT = 500  # held-out pairs whose loss is measured, at most
SCORED = 150  # of these, those that are translated for BLEU
SHOWN = 6  # of these, those that the page shows
IDLE = 2.0  # seconds without a step after which the clock stands still


@dataclass(frozen=True)
class Size:
    """What the model is, its words apart."""

    attention: str | None = "general"
    hidden: int = 64
    embedding: int = 32
    layers: int = 1
    bidirectional: bool = True
    dropout: float = 0.0

    def model(self, lesson: Lesson) -> Seq2Seq:
        """The model for the words of a lesson."""
        return Seq2Seq(len(lesson.source), len(lesson.target), **vars(self))


@dataclass(frozen=True)
class Plan:
    """Everything that a run depends on. `pairs` is "corpus" or tells the visitor's own pairs;
    `words` and `held_out` are theirs, `share` is that of the training pairs."""

    pairs: str
    words: int
    held_out: float
    share: float
    size: Size
    settings: Settings


class Resumed(NamedTuple):
    """A run to go on with: its checkpoint and what was recorded until then."""

    checkpoint: Checkpoint
    losses: Array
    epochs: tuple[Scores, ...]
    seconds: float


class TranslatorTraining(Iterator[int]):
    """Steps through a run: `next` makes a batch's step or translates the held-out sentences of one
    length, and returns the steps done. What there is to draw is in its attributes."""

    def __init__(self, plan: Plan, lesson: Lesson, resumed: Resumed | None = None) -> None:
        self.plan, self.lesson, self.model = plan, lesson, plan.size.model(lesson)
        count = len(lesson.held_out)
        self.rows = np.random.default_rng(0).permutation(count)[:HELD_OUT]
        self.scored = [lesson.held_out_pairs[k] for k in self.rows[:SCORED]]
        self.shown = _spread([len(pair.german) for pair in self.scored], SHOWN)
        self.losses, self.epochs = array("f"), list[Scores]()
        self.checkpoint = start(self.model, plan.settings)
        self.diverged, self.seconds, self._last = "", 0.0, 0.0
        self.per_epoch = batch_count(lesson.training, plan.settings.batch_size)
        self.steps = self.per_epoch * plan.settings.epochs
        if resumed is not None:
            self.checkpoint, self.seconds = resumed.checkpoint, resumed.seconds
            self.losses.extend(resumed.losses.tolist())
            self.epochs.extend(resumed.epochs)
        self._steps = self._run(resumed and resumed.checkpoint)

    def __next__(self) -> int:
        begin = time.monotonic()
        gap = begin - self._last
        self.seconds += gap if gap < IDLE else 0.0
        self._last = begin
        return next(self._steps)

    @property
    def step(self) -> int:
        """Steps done."""
        return self.checkpoint.step

    @property
    def standing(self) -> Standing:
        """The run as it is told."""
        return Standing(
            self.step, self.per_epoch, self.steps, len(self.scored), self.epochs, self.diverged
        )

    @property
    def pairs(self) -> list[SentencePair]:
        """The sentences that are shown, with what is right."""
        return [self.scored[k] for k in self.shown]

    @property
    def share_done(self) -> float:
        """From 0 to 1."""
        return self.step / self.steps

    @property
    def seconds_left(self) -> float:
        """What the steps to come will take, if they take as long as those done."""
        return self.seconds / self.step * (self.steps - self.step) if self.step else np.nan

    def translator(self, best: bool = False) -> Translator:
        """The model with its weights of now, or with those of the lowest held-out loss."""
        theta = self.checkpoint.best if best else self.checkpoint.theta
        return Translator(self.model, theta, self.lesson.source, self.lesson.target)

    def _run(self, checkpoint: Checkpoint | None) -> Iterator[int]:
        held_out = [self.lesson.held_out[k] for k in self.rows]
        settings = self.plan.settings
        if len(self.epochs) < self.step // self.per_epoch:  # stopped between a score and its words
            batches = cut(held_out, settings.batch_size)
            yield from self._score(mean_loss(self.model, self.checkpoint.theta, batches))
        for progress in train(self.model, settings, self.lesson.training, held_out, checkpoint):
            self.checkpoint, self.diverged = progress.checkpoint, progress.diverged
            if not progress.diverged:
                self.losses.append(progress.loss)
            yield self.step
            if progress.held_out is not None:
                yield from self._score(progress.held_out)

    def _score(self, held_out: float) -> Iterator[int]:
        """Translates the scored sentences, those of one length in one go."""
        outputs = [""] * len(self.scored)
        translator = self.translator()
        readings = [len(translator.read(pair.german).ids) for pair in self.scored]
        for length in sorted(set(readings)):
            rows = [k for k, n in enumerate(readings) if n == length]
            texts = translator.translate_all([self.scored[k].german for k in rows])
            for k, text in zip(rows, texts, strict=True):
                outputs[k] = text
            yield self.step
        self.epochs.append(self._scores(held_out, outputs))

    def _scores(self, held_out: float, outputs: list[str]) -> Scores:
        wanted = [pair.english for pair in self.scored]
        right = sum(a == b for a, b in zip(outputs, wanted, strict=True)) / len(wanted)
        since = np.array(self.losses[-self.per_epoch :])
        return Scores(
            round(self.step / self.per_epoch),
            self.step,
            float(since.mean()),
            held_out,
            bleu(outputs, wanted),
            right,
            self.seconds,
            tuple(outputs[k] for k in self.shown),
        )


def _spread(lengths: list[int], count: int) -> list[int]:
    """Places of so many sentences, from a short one to a long one."""
    order, count = np.argsort(lengths, kind="stable"), min(count, len(lengths))
    places = ((np.arange(count) + 0.5) * len(lengths) / count).astype(int)
    return [int(k) for k in order[places]]
