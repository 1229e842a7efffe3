"""What an encoder-decoder and its batches refuse, in words."""

from __future__ import annotations

import numpy as np
import pytest

from engine.seq2seq import PAD, Batch, Seq2Seq


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"attention": "cosine"}, "choose None or dot, general, additive"),
        ({"hidden": 5, "bidirectional": True}, "even number of units, got 5"),
        ({"dropout": 1.0}, r"lie in \[0, 1\), got 1.0"),
    ],
)
def test_settings(settings, words):
    with pytest.raises(ValueError, match=words):
        Seq2Seq(7, 8, **settings)


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ([[4, 5]], [[4], [5]], r"expected source \(n, s\)"),
        ([4, 5], [[4]], r"expected source \(n, s\)"),
        ([[4, PAD]], [[4]], "no padding"),
        (np.empty((1, 0)), [[4]], r"expected source \(n, s\)"),
    ],
)
def test_batches(source, target, words):
    with pytest.raises(ValueError, match=words):
        Batch(np.array(source), np.array(target))
