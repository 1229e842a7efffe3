"""Where the gradient of one target word goes: through a whole translation model, and through the
LSTM of two steps that is worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.by_hand.lstm import backward, forward, weight_gradient
from engine.by_hand.lstm_example import HEAD_WEIGHTS, Example
from engine.seq2seq import Batch, Seq2Seq
from engine.seq2seq.model import Trace
from engine.studies.word_step import WordStep
from engine.types import Array


def forced(model: Seq2Seq, theta: Array, batch: Batch) -> Trace:
    """One sentence with its translation fed word by word (teacher forcing, Williams & Zipser 1989);
    the trace has the vectors (1, t, hidden) that become logits."""
    return model.forward(theta, batch)[1]


def word_of(model: Seq2Seq, theta: Array, trace: Trace, position: int, label: int) -> WordStep:
    """The step that predicts the target at this position, from 0, with this label."""
    p = model.unpack(theta)
    return WordStep(trace.written.vectors[0, position], p["W_y"], p["b_y"], label)


def part_norms(
    model: Seq2Seq, theta: Array, trace: Trace, position: int, step: WordStep
) -> dict[str, float]:
    """The norm of the gradient of this one word's error, by part of the model, input side first."""
    dlogits = np.zeros_like(trace.written.logits)
    dlogits[0, position] = step.dz
    gradient = model.backward(theta, trace, dlogits)
    squares: dict[str, float] = {}
    for part, span in model.spans.items():
        if span.stop > span.start:
            name = "encoder" if part.startswith("encoder") else part
            squares[name] = squares.get(name, 0.0) + float(np.square(gradient[span]).sum())
    return {name: square**0.5 for name, square in squares.items()}


def total_norm(norms: Mapping[str, float]) -> float:
    """The norm of the whole gradient, from those of its parts."""
    return float(np.linalg.norm(list(norms.values())))


def post_word(example: Example, label: int) -> WordStep:
    """The post's step: the last output of its LSTM, W_y (3, 1) and no bias, three words."""
    return WordStep(np.array([forward(example)[-1].cell.a]), HEAD_WEIGHTS.T, None, label)


def post_part_norms(example: Example, step: WordStep) -> dict[str, float]:
    """The norm of the gradient of the post's step: of the LSTM's W (4, 3) and b (4,), and of W_y.

    The head's error stands in place of the squared errors: at the last output its derivative is
    `dvector`, at the others it is 0.
    """
    steps = [replace(now, y=now.cell.a) for now in forward(example)]
    steps[-1] = replace(steps[-1], y=steps[-1].cell.a - float(step.dvector[0]))
    dW, db = weight_gradient(backward(example, steps))
    norms = {"LSTM weights": dW, "LSTM biases": db, "dense": step.dW}
    return {name: float(np.linalg.norm(values)) for name, values in norms.items()}
