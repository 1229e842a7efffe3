"""What a word moves in the state that the decoder starts with, against encodings one by one."""

from __future__ import annotations

import numpy as np
import pytest

from engine.seq2seq import UNKNOWN, Seq2Seq
from engine.studies.kept_words import handed_over, last_states, moved_by_word

SOURCE = np.array([5, 7, UNKNOWN, 9, 6])


@pytest.fixture(params=[(1, False, None), (2, True, "general")], ids=["plain", "attention"])
def case(request):
    layers, two_ways, attention = request.param
    model = Seq2Seq(12, 10, 4, 6, layers, two_ways, attention)
    return model, model.initialize(np.random.default_rng(0))


def test_the_last_state_is_what_the_decoder_starts_with(case):
    model, theta = case
    h, c = model.encode(theta, SOURCE[None]).state
    (state,) = last_states(model, theta, SOURCE[None])
    assert state.shape == (2 * model.layers * model.hidden,)
    np.testing.assert_array_equal(np.sort(state), np.sort(np.concatenate([h, c], axis=None)))


def test_each_word_is_made_unknown_alone(case):
    model, theta = case
    (state,) = last_states(model, theta, SOURCE[None])
    moved = moved_by_word(model, theta, SOURCE)
    for k in range(len(SOURCE)):
        other = np.where(np.arange(len(SOURCE)) == k, UNKNOWN, SOURCE)
        (variant,) = last_states(model, theta, other[None])
        expected = np.linalg.norm(variant - state) / np.linalg.norm(state)
        assert moved[k] == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert moved[2] == 0
    assert (moved[[0, 1, 3, 4]] > 0).all()


def test_only_attention_hands_over_more_of_a_longer_sentence():
    assert [handed_over(Seq2Seq(9, 9, 4, 6, attention=None), s) for s in (1, 10)] == [12, 12]
    assert [handed_over(Seq2Seq(9, 9, 4, 6), s) for s in (1, 10)] == [18, 72]
