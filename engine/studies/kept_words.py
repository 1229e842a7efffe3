"""How much of each word the state keeps that an encoder hands to its decoder."""

from __future__ import annotations

import numpy as np

from engine.seq2seq import UNKNOWN, Seq2Seq
from engine.sequence_tasks import Integers
from engine.types import Array


def last_states(model: Seq2Seq, theta: Array, sources: Integers) -> Array:
    """Hidden and cell values (n, 2 layers hidden) with which the decoder starts, for sources (n, s)
    of one length."""
    h, c = model.encode(theta, sources).state
    return np.concatenate([h, c]).swapaxes(0, 1).reshape(len(sources), -1)


def moved_by_word(model: Seq2Seq, theta: Array, source: Integers) -> Array:
    """How far the last state moves (s,) as each word of source (s,) becomes UNKNOWN, relative to
    its norm: 0 where a word leaves no mark, or is unknown anyway."""
    s = len(source)
    variants = np.tile(source, (s + 1, 1))
    variants[np.arange(s), np.arange(s)] = UNKNOWN
    states = last_states(model, theta, variants)
    norm = float(np.linalg.norm(states[-1])) or 1.0
    return np.asarray(np.linalg.norm(states[:-1] - states[-1], axis=1) / norm)


def handed_over(model: Seq2Seq, s: int) -> int:
    """How many numbers the decoder gets of a sentence of s tokens: h and c of each layer, and with
    attention what the encoder put out at every token."""
    outputs = 0 if model.attention is None else s * model.hidden
    return 2 * model.layers * model.hidden + outputs
