"""The encoder-decoder: gradients against central differences and torch, shapes, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.gradcheck import check_gradient
from engine.seq2seq import END, PAD, Batch, Seq2Seq
from engine.seq2seq.loss import sequence_loss
from tests.engine.seq2seq.models import BATCH, MODELS, WORDS, Twin, start

pytestmark = pytest.mark.parametrize("name", MODELS)


def gradient(model: Seq2Seq, theta: np.ndarray, batch: Batch, smoothing: float = 0.0):
    logits, trace = model.forward(theta, batch, np.random.default_rng(5))
    loss, dlogits = sequence_loss(logits, batch.target, smoothing)
    return loss, model.backward(theta, trace, dlogits)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_every_gradient_agrees_with_central_differences(name, smoothing):
    model, theta = MODELS[name], start(MODELS[name])
    _, found = gradient(model, theta, BATCH, smoothing)
    check = check_gradient(lambda at: gradient(model, at, BATCH, smoothing)[0], found, theta)
    assert check.error < 1e-9
    assert (found != 0).mean() > 0.7


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_loss_and_every_gradient_agree_with_torch(name, smoothing):
    torch = pytest.importorskip("torch")
    model, theta = MODELS[name], start(MODELS[name])
    model = replace(model, dropout=0.0)
    twin = Twin(torch, model, theta)
    expected = twin.loss(BATCH, smoothing)
    expected.backward()
    loss, found = gradient(model, theta, BATCH, smoothing)
    np.testing.assert_allclose(loss, expected.item(), rtol=1e-12)
    np.testing.assert_allclose(found, twin.gradient(), rtol=1e-10, atol=1e-13)


def test_steps_one_at_a_time_are_those_of_one_pass(name):
    model, theta = MODELS[name], start(MODELS[name])
    logits, trace = model.forward(theta, BATCH)
    memory = model.encode(theta, BATCH.source)
    state = memory.state
    for k in range(BATCH.inputs.shape[1]):
        written = model.decode(theta, memory, state, BATCH.inputs[:, k : k + 1])
        np.testing.assert_allclose(written.logits[:, 0], logits[:, k], atol=1e-13)
        state = written.cache.state
    np.testing.assert_array_equal(memory.outputs, trace.memory.outputs)


def test_padding_says_nothing(name):
    model, theta = replace(MODELS[name], dropout=0.0), start(MODELS[name])
    longer = Batch(BATCH.source, np.column_stack([BATCH.target, np.full((3, 2), PAD)]))
    for ours, padded in zip(
        gradient(model, theta, BATCH), gradient(model, theta, longer), strict=True
    ):
        np.testing.assert_allclose(ours, padded, atol=1e-14)


def test_what_is_fed_instead_of_the_target_counts(name):
    model, theta = MODELS[name], start(MODELS[name])
    same, _ = model.forward(theta, BATCH, inputs=BATCH.inputs)
    other, _ = model.forward(theta, BATCH, inputs=np.full_like(BATCH.inputs, 4))
    np.testing.assert_array_equal(same, model.forward(theta, BATCH)[0])
    assert not np.allclose(same, other)


def test_outputs_have_the_precision_of_theta(name):
    model, theta = MODELS[name], start(MODELS[name])
    exact, _ = model.forward(theta, BATCH)
    logits, trace = model.forward(theta.astype(np.float32), BATCH, np.random.default_rng(0))
    found = model.backward(theta.astype(np.float32), trace, np.ones_like(logits))
    assert logits.dtype == found.dtype == np.float32
    assert exact.dtype == np.float64
    assert exact.shape == (*BATCH.target.shape, WORDS)


def test_parts_and_names_fill_theta(name):
    model = MODELS[name]
    theta = np.arange(model.size, dtype=float)
    views = model.unpack(theta)
    np.testing.assert_array_equal(np.concatenate([v.ravel() for v in views.values()]), theta)
    spans = list(model.spans.values())
    assert [span.stop for span in spans[:-1]] == [span.start for span in spans[1:]]
    assert (spans[0].start, spans[-1].stop) == (0, model.size)
    with pytest.raises(ValueError, match=f"shape \\({model.size},\\)"):
        model.unpack(theta[1:])


def test_a_start_has_small_word_vectors_open_forget_gates_and_no_bias(name):
    model = MODELS[name]
    theta = model.initialize(np.random.default_rng(0))
    views = model.unpack(theta)
    assert 0.05 < views["E_source"].std() < 0.2
    assert not views["b_y"].any()
    width = model.encoder.cells[0].hidden
    np.testing.assert_array_equal(views["encoder1.b"], np.repeat([1.0, 0, 0, 0], width))
    assert all(view.any() for key, view in views.items() if key != "b_y")
    np.testing.assert_array_equal(theta, model.initialize(np.random.default_rng(0)))


def test_dropout_is_for_training(name):
    model, theta = MODELS[name], start(MODELS[name])
    first, second = (model.forward(theta, BATCH, np.random.default_rng(s))[0] for s in (0, 1))
    assert np.allclose(first, second) == (not model.dropout)
    memory = model.encode(theta, BATCH.source)
    written = model.decode(theta, memory, memory.state, BATCH.inputs)
    np.testing.assert_allclose(written.logits, model.forward(theta, BATCH)[0], atol=1e-14)


def test_end_is_a_word_like_any_other(name):
    batch = Batch(BATCH.source[:1], np.array([[END]]))
    logits, _ = MODELS[name].forward(start(MODELS[name]), batch)
    assert logits.shape == (1, 1, WORDS)
