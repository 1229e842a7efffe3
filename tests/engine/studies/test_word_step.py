"""One target word: the joined gradient, its step, and where it goes, against differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.activations import softmax_jacobian
from engine.by_hand.lstm import forward
from engine.by_hand.lstm_example import EXAMPLE, HEAD_WEIGHTS
from engine.by_hand.softmax_head import softmax_head
from engine.gradcheck import check_gradient, numerical_gradient
from engine.losses import LOSSES
from engine.seq2seq import END, Batch, Seq2Seq
from engine.seq2seq.loss import sequence_loss
from engine.studies.word_back import (
    forced,
    part_norms,
    post_part_norms,
    post_word,
    total_norm,
    word_of,
)
from engine.studies.word_step import (
    WordStep,
    cross_entropies,
    errors_after,
    jacobian_of,
    logit_check,
    relative_error,
    sgd_step,
    smoothed_gradient,
    vector_check,
    weight_check,
)
from engine.translation import shipped
from engine.translation.shipped import MODELS, load
from engine.translation.words import split

WORDS = 40


def made(sureness: float = 1.0, bias: bool = True) -> WordStep:
    """A word among 40, the label more sure by so many nats."""
    rng = np.random.default_rng(3)
    b = rng.normal(size=WORDS)
    b[7] += sureness
    W = rng.normal(size=(12, WORDS))
    return WordStep(np.tanh(rng.normal(size=12)), W, b if bias else None, 7)


STEPS = {
    "unsure": made(0.0),
    "usual": made(5.0),
    "nearly sure": made(30.0),
    "wrong": made(-30.0),
    "no bias": made(bias=False),
}
every_step = pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)


@every_step
def test_values_are_those_of_the_loss_and_the_layer(step):
    z = step.vector @ step.W + (0 if step.b is None else step.b)
    np.testing.assert_allclose(step.z, z, rtol=1e-14)
    loss = LOSSES["cross_entropy"]
    assert step.error == pytest.approx(loss.value(step.z, step.label), rel=1e-12, abs=1e-14)
    np.testing.assert_allclose(step.dz, loss.gradient(step.z, step.label), atol=1e-15)
    assert step.p.sum() == pytest.approx(1, abs=1e-14)
    assert step.dz.sum() == pytest.approx(0, abs=1e-15)
    assert step.dz[step.label] < 0
    assert (np.delete(step.dz, step.label) > 0).all()


def test_error_and_gradient_keep_their_digits_near_certainty():
    step = STEPS["nearly sure"]
    rest = np.exp(np.delete(step.z, 7).astype(np.longdouble) - step.z[7]).sum()
    assert step.error == pytest.approx(float(np.log1p(rest)), rel=1e-13)
    assert -step.dz[7] == pytest.approx(float(rest / (1 + rest)), rel=1e-13)
    assert 0 < step.error < 1e-9


@every_step
def test_gradients_are_central_differences(step):
    top = np.argsort(-step.p)[:4].tolist()
    places = [(row, column) for row in (0, 5) for column in {7, *top}]
    for check in (vector_check(step), weight_check(step, places), logit_check(step, top)):
        assert relative_error(check) < 1e-8
        assert check.passed(1e-9)
    np.testing.assert_array_equal(
        weight_check(step, places).analytic, [step.dW[place] for place in places]
    )


@every_step
def test_the_checks_are_of_the_error(step):
    """The change of the error, in which the checks are taken, has the error's own derivative."""
    plain = check_gradient(
        lambda v: float(cross_entropies(replace(step, vector=v).z, step.label)),
        step.dvector,
        step.vector,
    )
    assert plain.passed(1e-7)


def test_a_wrong_gradient_is_found():
    check = vector_check(STEPS["usual"])
    assert relative_error(replace(check, analytic=check.analytic * 1.001)) > 1e-4
    assert relative_error(replace(check, analytic=0 * check.analytic, numeric=check.analytic)) == 1
    assert relative_error(replace(check, analytic=np.zeros(2), numeric=np.zeros(2))) == 0


@every_step
@pytest.mark.parametrize("rate", [1e-3, 0.1, 3.0])
def test_a_step_lowers_the_error_as_its_norm_says(step, rate):
    after = sgd_step(step, rate)
    np.testing.assert_allclose(after.z, step.z - rate * step.stretch * step.dz, atol=1e-12)
    assert errors_after(step, np.array([0, rate])) == pytest.approx(
        [step.error, after.error], rel=1e-9
    )
    squares = (step.dW**2).sum() + (0 if step.b is None else (step.dz**2).sum())
    assert step.squared_norm == pytest.approx(squares, rel=1e-12)
    slope = numerical_gradient(lambda r: float(errors_after(step, r)[0]), np.zeros(1))
    assert slope[0] == pytest.approx(-step.squared_norm, rel=1e-6, abs=1e-9)
    tangent = step.error - rate * step.squared_norm
    assert after.error >= tangent - 1e-14  # convex: the tangent is below


def test_smoothing_is_that_of_the_training():
    step = STEPS["usual"]
    expected = sequence_loss(step.z[None, None], np.array([[7]]), 0.1)[1][0, 0]
    np.testing.assert_allclose(smoothed_gradient(step, 0.1), expected, atol=1e-15)


def test_a_jacobian_of_some_words():
    step, some = STEPS["unsure"], [7, 0, 3]
    whole = softmax_jacobian(step.p)
    np.testing.assert_allclose(jacobian_of(step, some), whole[np.ix_(some, some)], atol=1e-16)


@pytest.mark.parametrize("label", range(3))
def test_three_words_are_the_softmax_head(label):
    step = post_word(EXAMPLE, label)
    a = [forward(EXAMPLE)[-1].cell.a]
    head = softmax_head(HEAD_WEIGHTS, a, np.eye(3)[label])
    for mine, theirs in [
        (step.z, head.z),
        (step.p, head.p),
        (step.error, head.error),
        (step.dz, head.dz[0]),
        (step.dvector, head.da[0]),
        (step.dW, head.dW_y.T),
        (jacobian_of(step, range(3)), head.jacobian),
    ]:
        np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("label", range(3))
def test_the_posts_gradient_goes_through_its_lstm(label):
    norms = post_part_norms(EXAMPLE, post_word(EXAMPLE, label))

    def error(**moved):
        return post_word(replace(EXAMPLE, **moved), label).error

    dW = numerical_gradient(lambda W: error(W=W), EXAMPLE.W)
    db = numerical_gradient(lambda b: error(b=b), EXAMPLE.b)
    assert norms["LSTM weights"] == pytest.approx(np.linalg.norm(dW), rel=1e-7)
    assert norms["LSTM biases"] == pytest.approx(np.linalg.norm(db), rel=1e-7)
    assert total_norm(norms) == pytest.approx(sum(v**2 for v in norms.values()) ** 0.5)


@pytest.mark.parametrize("attention", [None, "general", "additive"])
def test_parts_are_those_of_the_whole_gradient(attention):
    model = Seq2Seq(9, 8, 4, 6, bidirectional=True, attention=attention)
    theta = model.initialize(np.random.default_rng(1))
    batch = Batch(np.array([[4, 5, 6]]), np.array([[5, 7, 2]]))
    trace = forced(model, theta, batch)
    step = word_of(model, theta, trace, 1, 7)
    np.testing.assert_allclose(step.z, trace.written.logits[0, 1], atol=1e-14)
    norms = part_norms(model, theta, trace, 1, step)

    def error(moved):
        return float(cross_entropies(model.forward(moved, batch)[0][0, 1], 7))

    numeric = numerical_gradient(error, theta)
    assert total_norm(norms) == pytest.approx(np.linalg.norm(numeric), rel=1e-7)
    reading = [model.spans[name] for name in model.encoder.names]
    whole = np.concatenate([numeric[span] for span in reading])
    assert norms["encoder"] == pytest.approx(np.linalg.norm(whole), rel=1e-6)
    assert norms["dense"] == pytest.approx(step.squared_norm**0.5, rel=1e-12)
    assert ("attention" in norms) == (attention is not None)


@pytest.mark.parametrize("name", MODELS)
def test_the_shipped_models_gradients_are_central_differences(name):
    """Of every word of a held-out sentence, however sure the model is."""
    translator = load(name)
    model, theta = translator.model, translator.theta.astype(np.float64)
    row = shipped.held_out_sentences(name)[0]
    target = (*translator.target.encode(split(row.reference)), END)
    batch = Batch(translator.read(row.german).ids[None], np.array([target]))
    trace = forced(model, theta, batch)
    for position, label in enumerate(target):
        step = word_of(model, theta, trace, position, label)
        unit = int(np.abs(step.vector).argmax())
        top = np.argsort(-step.p)[:3].tolist()
        assert relative_error(vector_check(step)) < 1e-6
        assert relative_error(weight_check(step, [(unit, k) for k in top])) < 1e-6
        assert relative_error(logit_check(step, top)) < 1e-6
