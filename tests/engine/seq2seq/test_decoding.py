"""Decoding: greedy, sampled and by beam search, against a search over everything."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine.activations import log_softmax
from engine.seq2seq import END, START, Seq2Seq
from engine.seq2seq.beam import beam_search, length_penalty, path
from engine.seq2seq.decoding import encode, greedy, greedy_batch, sample
from tests.engine.seq2seq.models import BATCH, MODELS, start

LIMIT = 4
SEEDS = range(5)


def spread(model: Seq2Seq, seed: int) -> np.ndarray:
    """A theta whose words differ more in probability."""
    return 2 * start(model, seed)


def log_probability(model, theta, source, words) -> float:
    memory = model.encode(theta, source[None])
    fed = np.array([[START, *words[:-1]]])
    written = model.decode(theta, memory, memory.state, fed)
    return log_softmax(written.logits[0])[np.arange(len(words)), list(words)].sum()


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("seed", SEEDS)
def test_greedy_takes_the_most_probable_word_each_time(name, seed):
    model, source = MODELS[name], BATCH.source[0]
    theta = spread(model, seed)
    decoded = greedy(model, theta, source, LIMIT)
    for step, before in zip(decoded.steps, (START, *decoded.ids), strict=False):
        assert step.id == step.probabilities.argmax() == step.logits.argmax()
        assert step.input == before
        np.testing.assert_allclose(step.probabilities.sum(), 1)
    words = tuple(step.id for step in decoded.steps)
    assert decoded.ended == (words[-1] == END) == (len(decoded.ids) < len(words))
    expected = log_probability(model, theta, source, words)
    np.testing.assert_allclose(decoded.log_probability, expected, rtol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_many_at_once_are_as_one_by_one(name):
    model = MODELS[name]
    for seed in SEEDS:
        theta = spread(model, seed)
        together = greedy_batch(model, theta, BATCH.source, LIMIT)
        alone = tuple(greedy(model, theta, source, LIMIT).ids for source in BATCH.source)
        assert together == alone


def everything(words: int) -> list[tuple[int, ...]]:
    """Every translation of at most LIMIT tokens: those that end, and those cut off."""
    others = [word for word in range(words) if word != END]
    ended = [(*way, END) for n in range(LIMIT) for way in itertools.product(others, repeat=n)]
    return ended + list(itertools.product(others, repeat=LIMIT))


@pytest.mark.parametrize("penalty", [0.0, 0.6, 1.5])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_beam_wide_enough_finds_the_best_of_all(seed, penalty):
    model = Seq2Seq(7, 4, 3, 4)
    theta, source = spread(model, seed), BATCH.source[1]
    scores = {
        words: log_probability(model, theta, source, words) / length_penalty(len(words), penalty)
        for words in everything(4)
    }
    best = max(scores, key=scores.__getitem__)
    found = beam_search(model, theta, source, 4**LIMIT, penalty, LIMIT).hypotheses
    first = found[0]
    assert (*first.ids, END)[: len(best)] == best
    np.testing.assert_allclose(first.score, scores[best], rtol=1e-10)
    assert len(found) == len(scores)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("width", [1, 2, 4])
def test_a_beam_tells_what_it_kept(name, width):
    model, source = MODELS[name], BATCH.source[2]
    theta = spread(model, width)
    beam = beam_search(model, theta, source, width, 0.6, LIMIT)
    nodes = beam.nodes
    for step in range(max(node.step for node in nodes) + 1):
        at = [node for node in nodes if node.step == step]
        assert len(at) <= 2 * width
        assert [node.total for node in at] == sorted((node.total for node in at), reverse=True)
        assert sum(node.kept for node in at) <= width
    for k, node in enumerate(nodes):
        way = path(nodes, k)
        assert [nodes[place].step for place in way] == list(range(node.step + 1))
        total = sum(nodes[place].log_probability for place in way)
        np.testing.assert_allclose(node.total, total, rtol=1e-12)
        assert all(nodes[place].kept for place in way[:-1])
    scores = [found.score for found in beam.hypotheses]
    assert scores == sorted(scores, reverse=True)
    assert 1 <= len(scores) <= width
    for found in beam.hypotheses:
        words = (*found.ids, END) if found.ended else found.ids
        expected = log_probability(model, theta, source, words)
        np.testing.assert_allclose(found.log_probability, expected, rtol=1e-12)
        assert nodes[found.node].kept


@pytest.mark.parametrize("name", MODELS)
def test_a_beam_of_one_is_greedy(name):
    model, source = MODELS[name], BATCH.source[0]
    for seed in SEEDS:
        theta = spread(model, seed)
        (only,) = beam_search(model, theta, source, 1, 0.6, LIMIT).hypotheses
        decoded = greedy(model, theta, source, LIMIT)
        assert (only.ids, only.ended) == (decoded.ids, decoded.ended)


def test_a_width_of_none_is_refused():
    with pytest.raises(ValueError, match="width of 1 or more, got 0"):
        beam_search(MODELS["plain"], start(MODELS["plain"]), BATCH.source[0], 0)


def test_samples_come_as_often_as_they_are_probable():
    model, source = MODELS["plain"], BATCH.source[0]
    theta, rng = spread(model, 0), np.random.default_rng(0)
    for temperature in (0.5, 1.0, 2.0):
        drawn = [sample(model, theta, source, temperature, rng, 1) for _ in range(2000)]
        logits = drawn[0].steps[0].logits / temperature
        expected = np.exp(logits - logits.max())
        counts = np.bincount([step.steps[0].id for step in drawn], minlength=len(logits))
        np.testing.assert_allclose(counts / 2000, expected / expected.sum(), atol=0.04)


def test_a_cold_sample_is_greedy():
    model, source = MODELS["general"], BATCH.source[0]
    theta = spread(model, 1)
    drawn = sample(model, theta, source, 1e-3, np.random.default_rng(0), LIMIT)
    assert drawn.ids == greedy(model, theta, source, LIMIT).ids


@pytest.mark.parametrize("name", MODELS)
def test_the_last_state_of_the_encoder_is_where_the_decoder_starts(name):
    model, source = MODELS[name], BATCH.source[0]
    theta = start(model)
    states = encode(model, theta, source)
    h, c = model.encode(theta, source[None]).state
    assert states.hidden.shape == states.cell.shape == (len(source), model.hidden)
    width = model.encoder.cells[0].hidden
    for values, last in ((states.hidden, h[-1, 0]), (states.cell, c[-1, 0])):
        ends = [values[-1, :width], values[0, width:]]
        np.testing.assert_array_equal(np.concatenate(ends), last)


def test_attention_is_told_where_there_is_some():
    for name, model in MODELS.items():
        (first, *_) = greedy(model, start(model), BATCH.source[0], LIMIT).steps
        assert (first.attention is None) == (model.attention is None), name
        if first.attention is not None:
            assert first.attention.shape == (4,)
            np.testing.assert_allclose(first.attention.sum(), 1)
