"""Writing a translation: word by word, each from what was written before."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from engine.activations import log_softmax, softmax
from engine.seq2seq.batch import END, START, Ids
from engine.seq2seq.encoder import State
from engine.seq2seq.model import Seq2Seq, Written
from engine.sequence_tasks import Integers
from engine.types import Array

LIMIT = 40  # words after which a translation that does not end is given up

Choose = Callable[[Array], int]  # a word's id from the logits (words,)


class Step(NamedTuple):
    """One word of a translation: its id and the one fed in before it; logits and probabilities
    (words,), the vector (hidden,) they come from, the state of the top layer after it, hidden and
    cell (hidden,); and where it attended (s,), if the model does."""

    id: int
    input: int
    logits: Array
    probabilities: Array
    vector: Array
    hidden: Array
    cell: Array
    attention: Array | None


class Decoded(NamedTuple):
    """A translation: its words without END, whether it ended, the log-probability of all that was
    written, and the steps, END's included."""

    ids: Ids
    ended: bool
    log_probability: float
    steps: tuple[Step, ...]


class States(NamedTuple):
    """Hidden and cell values of the encoder's top layer after each word, (s, hidden) each. Of a
    bidirectional one the first half reads forward, the second half backward."""

    hidden: Array
    cell: Array


def greedy(model: Seq2Seq, theta: Array, source: Integers, limit: int = LIMIT) -> Decoded:
    """The most probable word each time, for source (s,)."""
    return _write(model, theta, source, limit, lambda logits: int(logits.argmax()))


def sample(
    model: Seq2Seq,
    theta: Array,
    source: Integers,
    temperature: float,
    rng: np.random.Generator,
    limit: int = LIMIT,
) -> Decoded:
    """Each word drawn from softmax(logits / temperature). ValueError unless temperature > 0."""

    def draw(logits: Array) -> int:
        p = softmax(logits.astype(float), temperature=temperature)
        return int(rng.choice(len(p), p=p))

    return _write(model, theta, source, limit, draw)


def greedy_batch(
    model: Seq2Seq, theta: Array, sources: Integers, limit: int = LIMIT
) -> tuple[Ids, ...]:
    """As `greedy`, the words alone, for sources (n, s) of one length at once."""
    memory = model.encode(theta, sources)
    state, fed = memory.state, np.full((len(sources), 1), START)
    written = np.empty((len(sources), 0), int)
    while written.shape[1] < limit and not (written == END).any(axis=1).all():
        step = model.decode(theta, memory, state, fed)
        state, fed = after(step), step.logits.argmax(axis=2)
        written = np.hstack([written, fed])
    rows = ([int(word) for word in row] for row in written)
    return tuple(tuple(row[: row.index(END)] if END in row else row) for row in rows)


def encode(model: Seq2Seq, theta: Array, source: Integers) -> States:
    """The encoder's states while it reads source (s,)."""
    h, c = model.states(theta, source[None])
    return States(h[0], c[0])


def after(written: Written) -> State:
    """The decoder's state after what was written."""
    h, c = written.cache.state
    return h, c


def _write(model: Seq2Seq, theta: Array, source: Integers, limit: int, choose: Choose) -> Decoded:
    memory = model.encode(theta, source[None])
    steps: list[Step] = []
    state, fed, total = memory.state, START, 0.0
    while len(steps) < limit and fed != END:
        written = model.decode(theta, memory, state, np.array([[fed]]))
        logits = written.logits[0, 0]
        word, state = choose(logits), after(written)
        steps.append(_step(word, fed, logits, written))
        total += float(log_softmax(logits)[word])
        fed = word
    ids = tuple(step.id for step in steps if step.id != END)
    return Decoded(ids, fed == END, total, tuple(steps))


def _step(word: int, fed: int, logits: Array, written: Written) -> Step:
    h, c = after(written)
    seen = written.seen
    return Step(
        word,
        fed,
        logits,
        softmax(logits),
        written.vectors[0, 0],
        h[-1, 0],
        c[-1, 0],
        None if seen is None else seen.weights[0, 0],
    )
