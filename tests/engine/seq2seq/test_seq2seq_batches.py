"""Batches: one source length each, every example once, targets ended and padded."""

from __future__ import annotations

import numpy as np
import pytest

from engine.seq2seq import END, PAD, START
from engine.seq2seq.batch import batch_count, cut, make_batch, shuffled
from engine.seq2seq.embedding import lookup, lookup_gradient

RNG = np.random.default_rng(0)
EXAMPLES = [
    (tuple(RNG.integers(4, 20, n)), tuple(RNG.integers(4, 20, n + k % 3)))
    for k, n in enumerate(RNG.integers(1, 6, 200))
]


def seen(batches) -> list:
    return sorted(
        (tuple(source), tuple(word for word in target if word not in (END, PAD)))
        for batch in batches
        for source, target in zip(batch.source, batch.target, strict=True)
    )


def test_every_example_is_in_one_batch():
    for batches in (cut(EXAMPLES, 16), shuffled(EXAMPLES, 16, np.random.default_rng(0))):
        assert seen(batches) == sorted(EXAMPLES)
        assert max(len(batch.source) for batch in batches) == 16
        assert {batch.source.shape[1] for batch in batches} == set(range(1, 6))


@pytest.mark.parametrize("size", [1, 7, 16, 1000])
def test_batches_are_counted_without_being_made(size):
    assert batch_count([((), (4,)), *EXAMPLES], size) == len(cut(EXAMPLES, size))
    assert batch_count([], size) == 0


def test_examples_without_a_source_are_left_out():
    assert seen(cut([((), (4,)), *EXAMPLES], 16)) == sorted(EXAMPLES)


def test_shuffling_depends_on_the_generator_alone():
    first, same, other = (shuffled(EXAMPLES, 16, np.random.default_rng(s)) for s in (0, 0, 1))
    assert [b.source.tolist() for b in first] == [b.source.tolist() for b in same]
    assert [b.source.tolist() for b in first] != [b.source.tolist() for b in other]


def test_targets_end_and_inputs_start():
    batch = make_batch([((4, 5), (6, 7, 8)), ((5, 5), (9,))])
    np.testing.assert_array_equal(batch.target, [[6, 7, 8, END], [9, END, PAD, PAD]])
    np.testing.assert_array_equal(batch.inputs, [[START, 6, 7, 8], [START, 9, END, PAD]])
    assert batch.words == 6


def test_a_word_that_stands_twice_gets_both_gradients():
    E, ids, dy = RNG.normal(size=(6, 3)), RNG.integers(0, 6, (4, 5)), RNG.normal(size=(4, 5, 3))
    expected = np.zeros_like(E)
    np.add.at(expected, ids, dy)
    np.testing.assert_allclose(lookup_gradient(ids, dy, 6), expected, atol=1e-14)
    np.testing.assert_array_equal(lookup(E, ids)[2, 3], E[ids[2, 3]])
