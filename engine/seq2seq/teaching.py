"""What the decoder is fed while it learns: the right word before, or at times its own."""

from __future__ import annotations

import numpy as np

from engine.seq2seq.batch import Batch
from engine.seq2seq.decoding import after
from engine.seq2seq.model import Seq2Seq
from engine.sequence_tasks import Integers
from engine.types import Array


def mixed_inputs(
    model: Seq2Seq, theta: Array, batch: Batch, ratio: float, rng: np.random.Generator
) -> Integers:
    """Inputs (n, t): each the target before it with probability `ratio`, else the word that the
    model finds most probable there (scheduled sampling, Bengio et al. 2015).

    The model's own words are taken as given: no derivative passes through the choice.
    """
    memory = model.encode(theta, batch.source)
    state, inputs = memory.state, batch.inputs.copy()
    right = rng.random(inputs.shape) < ratio
    for k in range(inputs.shape[1] - 1):
        written = model.decode(theta, memory, state, inputs[:, k : k + 1])
        state, own = after(written), written.logits[:, 0].argmax(axis=1)
        inputs[:, k + 1] = np.where(right[:, k + 1], inputs[:, k + 1], own)
    return inputs
