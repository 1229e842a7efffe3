"""Memory: recurrent cells trained on sequence tasks of growing length, and what they remember."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from engine.clipping import by_norm
from engine.optimizers import Adam
from engine.recurrent import GRU, LSTM, RNN, Recurrent
from engine.sequence_model import LossGradient, SequenceModel, loss_gradient
from engine.sequence_tasks import SEQUENCE_TASKS, Sequences, SequenceTask
from engine.task import Divergence
from engine.types import Array

BATCH, HELD_OUT = 32, 100  # sequences of a training step, and those that score it
EVERY = 10  # steps from one record to the next
SOLVED, IN_A_ROW = 0.99, 3  # a run ends early after so many records in a row with such a score

MEMORY_CELLS: dict[str, Callable[[int, int], Recurrent]] = {
    "RNN": RNN,
    "LSTM": LSTM,
    "GRU": GRU,
    "ReLU RNN": lambda d_in, hidden: RNN(d_in, hidden, activation="relu"),
}


@dataclass(frozen=True)
class MemoryRun:
    """One cell on one task at one length: everything that its training depends on.

    `clip` is the longest gradient that is not shortened; None for no clipping.
    """

    task: str = "first_symbol"
    cell: str = "LSTM"
    length: int = 20
    hidden: int = 24
    forget_bias: float = 4.0
    learning_rate: float = 0.005
    clip: float | None = 1.0
    steps: int = 300
    seed: int = 0

    @property
    def sequence_task(self) -> SequenceTask:
        return SEQUENCE_TASKS[self.task]

    @property
    def model(self) -> SequenceModel:
        task = self.sequence_task
        return SequenceModel(
            MEMORY_CELLS[self.cell](len(task.inputs), self.hidden), len(task.outputs)
        )

    def held_out(self) -> Sequences:
        """The sequences that no step trains on; the same for every cell."""
        rng = np.random.default_rng((self.seed, 2))
        return self.sequence_task.make(rng, HELD_OUT, self.length)


class MemoryRecord(NamedTuple):
    """A run after so many steps, by the held-out sequences: loss, score, and `reach` (t,), the
    root mean square over sequences of the norm of d loss / d x at each step, where the loss is a
    sequence's own. `answers` (a, k) are to the first held-out sequence. `stopped` says why the run
    ended; a run that diverged has NaN for all numbers, and where it diverged."""

    run: MemoryRun
    step: int
    loss: float
    score: float
    reach: Array
    answers: Array
    stopped: str = ""
    diverged: Divergence | None = None


def train_memory(run: MemoryRun) -> Iterator[MemoryRecord]:
    """Trains with Adam on fresh sequences in every step; yields the start and every tenth step.

    Ends after `run.steps`, once the task is solved, or where a number is no longer finite.
    """
    training, held_out, solved = _Training(run), run.held_out(), 0
    for step in range(run.steps + 1):
        tensor = training.step() if step else ""
        if not tensor and step % EVERY and step < run.steps:
            continue
        record = _record(training, held_out, step, tensor)
        solved = solved + 1 if record.score >= SOLVED else 0
        if not record.stopped and solved == IN_A_ROW:
            record = record._replace(stopped="solved")
        yield record
        if record.stopped:
            return


def train_all(
    run: MemoryRun, cells: Sequence[str], lengths: Sequence[int]
) -> Iterator[MemoryRecord]:
    """`train_memory` for every cell at each of the lengths, length by length."""
    for length in lengths:
        for cell in cells:
            yield from train_memory(replace(run, cell=cell, length=length))


class _Training:
    """What changes from step to step within one run: parameters, the optimizer's state, draws."""

    def __init__(self, run: MemoryRun) -> None:
        self.run, self.model, self.task = run, run.model, run.sequence_task
        self.theta = self.model.initialize(np.random.default_rng((run.seed, 0)), run.forget_bias)
        self.rng, self.rule = np.random.default_rng((run.seed, 1)), Adam(run.learning_rate)
        self.state = self.rule.init(self.theta)

    def step(self) -> str:
        """One update on fresh sequences; the tensor that is not finite, if there is one."""
        told, tensor = self.measure(self.task.make(self.rng, BATCH, self.run.length))
        if tensor:
            return tensor
        clip = self.run.clip
        gradient = told.gradient if clip is None else by_norm(told.gradient, clip)
        with np.errstate(over="ignore"):
            self.theta, self.state = self.rule.step(self.theta, gradient, self.state)
        return ""

    def measure(self, sequences: Sequences) -> tuple[LossGradient, str]:
        """Loss, gradient and answers on these, and the first tensor that is not finite, if any."""
        with np.errstate(over="ignore", invalid="ignore"):
            told = loss_gradient(self.model, self.theta, sequences, self.task.loss)
        if not np.isfinite(told.answers).all():
            return told, "the answers"
        if not np.isfinite(told.loss):
            return told, "the loss"
        named = self.model.unpack(told.gradient) | {"x": told.dx}
        broken = (name for name, values in named.items() if not np.isfinite(values).all())
        return told, next((f"the gradient of {name}" for name in broken), "")


def _record(training: _Training, held_out: Sequences, step: int, tensor: str) -> MemoryRecord:
    """Where the training stands by the held-out sequences; `tensor` is what broke in the step."""
    run = training.run
    told, broken = training.measure(held_out)
    if tensor := tensor or broken:
        nothing, blank = np.full(held_out.x.shape[1], np.nan), np.full_like(told.answers[0], np.nan)
        why = f"diverged at step {step:,} in {tensor}"
        return MemoryRecord(
            run, step, np.nan, np.nan, nothing, blank, why, Divergence(step, tensor)
        )
    score = training.task.score(told.answers, held_out.y)
    stopped = "steps done" if step == run.steps else ""
    return MemoryRecord(run, step, told.loss, score, reach(told.dx), told.answers[0], stopped)


def reach(dx: Array) -> Array:
    """From d loss / d x (n, t, d) of a mean over n sequences: for each step (t,) the root mean
    square over the sequences of the norm of each one's own gradient."""
    with np.errstate(over="ignore"):
        return np.asarray(np.sqrt(len(dx) * np.sum(dx**2, axis=(0, 2))))
