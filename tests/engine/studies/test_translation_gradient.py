"""The loss and gradient of one pair: against the model itself, and against differences."""

from __future__ import annotations

import numpy as np
import pytest

from engine.seq2seq import ATTENTIONS, Seq2Seq
from engine.seq2seq.loss import sequence_loss
from engine.studies.translation_gradient import batch_of, check_parts
from engine.translation.translator import Translator
from engine.translation.vocabulary import Vocabulary

GERMAN, ENGLISH = "Wie geht es dir?", "How are you?"


@pytest.fixture(params=[None, *ATTENTIONS])
def translator(request):
    source = Vocabulary.of([["wie", "geht", "es", "dir", "?"]])
    target = Vocabulary.of([["how", "are", "you", "?"]])
    model = Seq2Seq(len(source), len(target), 6, 8, 2, True, request.param)
    theta = model.initialize(np.random.default_rng(0)).astype(np.float32)
    return Translator(model, theta, source, target)


def test_the_largest_derivative_of_each_part_agrees_with_its_difference(translator):
    found, model = check_parts(translator, GERMAN, ENGLISH), translator.model
    assert found.check.error < 1e-8
    assert found.gradient.shape == (model.size,)
    assert ("attention" in found.parts) == bool(model.attention and model.shapes["attention"])
    for part, value in zip(found.parts, found.check.analytic, strict=True):
        assert abs(value) == np.abs(found.gradient[model.spans[part]]).max() > 0


def test_the_loss_is_that_of_the_reference(translator):
    batch = batch_of(translator, GERMAN, ENGLISH)
    assert batch.source.shape == (1, 5)
    logits, _ = translator.model.forward(translator.theta.astype(float), batch)
    found = check_parts(translator, GERMAN, ENGLISH)
    assert found.loss == pytest.approx(sequence_loss(logits, batch.target)[0], rel=1e-12)


def test_nothing_to_read_is_refused(translator):
    with pytest.raises(ValueError, match="source"):
        batch_of(translator, "", ENGLISH)
