"""Beam search: several translations kept side by side, the best of them at the end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.activations import log_softmax
from engine.seq2seq.batch import END, START, Ids
from engine.seq2seq.decoding import LIMIT, after
from engine.seq2seq.encoder import State
from engine.seq2seq.model import Memory, Seq2Seq
from engine.sequence_tasks import Integers
from engine.types import Array

ROOT = -1  # the parent of first words


class Node(NamedTuple):
    """A word that was considered: the node before it (or ROOT), its step from 0, its id, its
    log-probability and that of all up to it; whether it was kept, and whether it is END."""

    parent: int
    step: int
    id: int
    log_probability: float
    total: float
    kept: bool
    ended: bool


class Hypothesis(NamedTuple):
    """A translation without END, its log-probability, that divided by the length penalty, whether
    it ended, and its last node."""

    ids: Ids
    log_probability: float
    score: float
    ended: bool
    node: int


class Beam(NamedTuple):
    """What a search found, the best first, and every node it looked at: those kept and, at each
    step, the best that were not."""

    hypotheses: tuple[Hypothesis, ...]
    nodes: tuple[Node, ...]


def length_penalty(length: int, penalty: float) -> float:
    """((5 + length) / 6)^penalty (Wu et al. 2016, equation 14); 1 for a penalty of 0."""
    return float(((5 + length) / 6) ** penalty)


def beam_search(
    model: Seq2Seq,
    theta: Array,
    source: Integers,
    width: int = 4,
    penalty: float = 0.6,
    limit: int = LIMIT,
) -> Beam:
    """The `width` most probable beginnings at each step, for source (s,), until as many ended.

    A beginning that ends leaves the beam. Hypotheses are ordered by log-probability over length
    penalty, END counted. Raises ValueError for a width below 1.
    """
    if width < 1:
        raise ValueError(f"expected a width of 1 or more, got {width}")
    memory = model.encode(theta, source[None])
    nodes: list[Node] = []
    beam, state = [ROOT], memory.state
    ends: list[int] = []
    for step in range(limit):
        log_p, state = _next(model, theta, memory, state, beam, nodes)
        candidates = _best(log_p, beam, nodes, 2 * width)
        kept: list[tuple[int, int]] = []
        for place, word, own, total in candidates:
            keep = len(kept) + len(ends) < width
            is_end = word == END
            nodes.append(Node(beam[place], step, word, own, total, keep, is_end))
            if keep and is_end:
                ends.append(len(nodes) - 1)
            elif keep:
                kept.append((place, len(nodes) - 1))
        if not kept:
            break
        state = _rows(state, [place for place, _ in kept])
        beam = [node for _, node in kept]
    unended = beam if kept else []
    found = [_hypothesis(nodes, node, penalty) for node in (*ends, *unended)]
    return Beam(tuple(sorted(found, key=lambda found: -found.score)), tuple(nodes))


def path(nodes: tuple[Node, ...] | list[Node], last: int) -> tuple[int, ...]:
    """The nodes from the first word to this one."""
    way = [last]
    while nodes[way[0]].parent != ROOT:
        way.insert(0, nodes[way[0]].parent)
    return tuple(way)


def _next(
    model: Seq2Seq, theta: Array, memory: Memory, state: State, beam: list[int], nodes: list[Node]
) -> tuple[Array, State]:
    """Log-probabilities (beam, words) of the next word of each beginning, and the states after."""
    fed = np.array([[START if node == ROOT else nodes[node].id] for node in beam])
    shared = Memory(np.repeat(memory.outputs, len(beam), axis=0), memory.state)
    written = model.decode(theta, shared, state, fed)
    return log_softmax(written.logits[:, 0].astype(float)), after(written)


def _best(
    log_p: Array, beam: list[int], nodes: list[Node], count: int
) -> list[tuple[int, int, float, float]]:
    """The most probable continuations: place in the beam, word, its log-probability, the total."""
    before = np.array([0.0 if node == ROOT else nodes[node].total for node in beam])
    totals = before[:, None] + log_p
    order = np.argsort(-totals, axis=None, kind="stable")[:count]
    return [
        (int(place), int(word), float(log_p[place, word]), float(totals[place, word]))
        for place, word in zip(*np.unravel_index(order, totals.shape), strict=True)
    ]


def _rows(state: State, places: list[int]) -> State:
    h, c = state
    return h[:, places], c[:, places]


def _hypothesis(nodes: list[Node], last: int, penalty: float) -> Hypothesis:
    way = path(nodes, last)
    node = nodes[last]
    words = way[:-1] if node.ended else way
    score = node.total / length_penalty(len(way), penalty)
    return Hypothesis(tuple(nodes[k].id for k in words), node.total, score, node.ended, last)
