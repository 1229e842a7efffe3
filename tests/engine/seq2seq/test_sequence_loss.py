"""Cross-entropy over words, padding left out."""

from __future__ import annotations

import numpy as np
import pytest

from engine.gradcheck import check_gradient
from engine.losses import LOSSES
from engine.seq2seq import PAD
from engine.seq2seq.loss import sequence_loss

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(2, 3, 5))
TARGET = np.array([[4, 2, PAD], [1, 3, 2]])
REAL = TARGET != PAD


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
def test_gradient_agrees_with_central_differences(smoothing):
    _, found = sequence_loss(LOGITS, TARGET, smoothing)
    check = check_gradient(lambda z: sequence_loss(z, TARGET, smoothing)[0], found, LOGITS)
    assert check.error < 1e-10
    assert not found[~REAL].any()
    np.testing.assert_allclose(found.sum(axis=2), 0, atol=1e-15)


def test_it_is_the_mean_cross_entropy_of_what_is_no_padding():
    value, _ = sequence_loss(LOGITS, TARGET)
    expected = LOSSES["cross_entropy"].value(LOGITS[REAL], TARGET[REAL])
    np.testing.assert_allclose(value, expected, rtol=1e-14)


def test_smoothing_is_the_cross_entropy_with_shared_labels():
    smoothing, words = 0.3, LOGITS.shape[2]
    shares = (1 - smoothing) * np.eye(words)[TARGET] + smoothing / words
    log_p = LOGITS - np.log(np.exp(LOGITS).sum(axis=2, keepdims=True))
    expected = -(shares * log_p).sum(axis=2)[REAL].mean()
    np.testing.assert_allclose(sequence_loss(LOGITS, TARGET, smoothing)[0], expected, rtol=1e-13)


def test_nothing_but_padding_has_no_loss():
    value, gradient = sequence_loss(LOGITS, np.full((2, 3), PAD))
    assert value == 0
    assert not gradient.any()


def test_logits_far_apart_do_not_overflow():
    value, gradient = sequence_loss(LOGITS * 1e4, TARGET)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
