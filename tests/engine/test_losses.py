"""Losses: gradients against central differences and torch, extreme logits, and refused shapes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, log_softmax, softmax
from engine.gradcheck import check_gradient
from engine.losses import LOSSES

N, K = 5, 3
rng = np.random.default_rng(7)
PREDICTION = rng.normal(size=(N, K)) * 2
CLASSES = rng.integers(K, size=N)
PROBABILITIES = softmax(rng.normal(size=(N, K)))
REAL = rng.normal(size=(N, K))
LABELS = rng.integers(2, size=(N, K))

CASES = {
    "half_squared_error, (n, k)": ("half_squared_error", PREDICTION, REAL),
    "half_squared_error, (n,)": ("half_squared_error", PREDICTION[:, 0], REAL[:, 0]),
    "half_squared_error, one number": ("half_squared_error", 1.5, -0.5),
    "mean_squared_error, (n, k)": ("mean_squared_error", PREDICTION, REAL),
    "mean_squared_error, (n,)": ("mean_squared_error", PREDICTION[:, 0], REAL[:, 0]),
    "binary_cross_entropy, labels": ("binary_cross_entropy", PREDICTION, LABELS),
    "binary_cross_entropy, probabilities": ("binary_cross_entropy", PREDICTION, PROBABILITIES),
    "binary_cross_entropy, (n,)": ("binary_cross_entropy", PREDICTION[:, 0], LABELS[:, 0]),
    "cross_entropy, classes": ("cross_entropy", PREDICTION, CLASSES),
    "cross_entropy, probabilities": ("cross_entropy", PREDICTION, PROBABILITIES),
    "cross_entropy, weighted classes": ("cross_entropy", PREDICTION, 3 * PROBABILITIES),
    "cross_entropy, one class": ("cross_entropy", PREDICTION[0], 2),
    "cross_entropy, one row": ("cross_entropy", PREDICTION[0], PROBABILITIES[0]),
}
every_case = pytest.mark.parametrize("case", CASES)


def test_the_cases_cover_the_table():
    assert {name for name, *_ in CASES.values()} == set(LOSSES)
    assert {loss.output for loss in LOSSES.values()} <= {"softmax", *ACTIVATIONS}


@every_case
def test_gradient_is_the_central_difference(case):
    name, prediction, target = CASES[case]
    loss = LOSSES[name]
    gradient = loss.gradient(prediction, target)
    assert isinstance(gradient, np.ndarray)
    check = check_gradient(lambda p: loss.value(p, target), gradient, prediction)
    assert check.passed(1e-9)
    assert isinstance(loss.value(prediction, target), float)


@every_case
def test_value_and_gradient_are_those_of_torch(case):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    name, prediction, target = CASES[case]
    reference = {
        "half_squared_error": lambda p, y: (
            functional.mse_loss(p, y, reduction="sum") / (2 * (len(p) if p.ndim else 1))
        ),
        "mean_squared_error": functional.mse_loss,
        "binary_cross_entropy": functional.binary_cross_entropy_with_logits,
        "cross_entropy": functional.cross_entropy,
    }[name]
    p = torch.tensor(prediction, dtype=torch.float64, requires_grad=True)
    y = torch.tensor(target)
    value = reference(p, y if case.endswith((", classes", "one class")) else y.double())
    value.backward()
    assert LOSSES[name].value(prediction, target) == pytest.approx(value.item(), rel=1e-12)
    np.testing.assert_allclose(
        LOSSES[name].gradient(prediction, target), p.grad.numpy(), rtol=1e-12, atol=1e-14
    )


@every_case
def test_repeating_the_batch_changes_no_mean(case):
    name, prediction, target = CASES[case]
    if np.ndim(prediction) == 0 or case.startswith("cross_entropy, one"):
        prediction, target = np.array([prediction]), np.array([target])
    twice = np.concatenate([prediction, prediction]), np.concatenate([target, target])
    assert LOSSES[name].value(*twice) == pytest.approx(LOSSES[name].value(prediction, target))


@every_case
def test_inputs_are_not_modified(case):
    name, prediction, target = CASES[case]
    before = np.copy(prediction), np.copy(target)
    LOSSES[name].value(prediction, target)
    LOSSES[name].gradient(prediction, target)
    np.testing.assert_array_equal(prediction, before[0])
    np.testing.assert_array_equal(target, before[1])


@pytest.mark.parametrize("name", LOSSES)
def test_float32_predictions_give_float32_gradients(name):
    target = CLASSES if name == "cross_entropy" else LABELS
    gradient = LOSSES[name].gradient(PREDICTION.astype(np.float32), target)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, LOSSES[name].gradient(PREDICTION, target), atol=1e-5)


def test_values_worked_by_hand():
    prediction, target = np.array([[1.0, 2.0], [3.0, 5.0]]), np.zeros((2, 2))
    assert LOSSES["half_squared_error"].value(prediction, target) == (1 + 4 + 9 + 25) / 4
    assert LOSSES["mean_squared_error"].value(prediction, target) == (1 + 4 + 9 + 25) / 4
    three = np.ones((2, 3)), np.zeros((2, 3))
    assert LOSSES["half_squared_error"].value(*three) == 1.5
    assert LOSSES["mean_squared_error"].value(*three) == 1
    assert LOSSES["binary_cross_entropy"].value([0.0], [1]) == pytest.approx(math.log(2))
    assert LOSSES["cross_entropy"].value(np.zeros((4, 10)), [0, 3, 9, 9]) == pytest.approx(
        math.log(10)
    )


def test_extreme_logits():
    binary, multi = LOSSES["binary_cross_entropy"], LOSSES["cross_entropy"]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert binary.value([1e4], [1]) == 0
        assert binary.value([1e4], [0]) == 1e4
        assert binary.value([-1e4], [1]) == 1e4
        assert binary.gradient([1e4, -1e4], [0, 1]).tolist() == [0.5, -0.5]
        assert multi.value([1e4, -1e4, 0], 0) == 0
        assert multi.value([1e4, -1e4, 0], 1) == 2e4
        assert multi.gradient([1e4, -1e4, 0], 1).tolist() == [1, -1, 0]
    # Right answers of large confidence still cost exp(-z), which 1 - sigmoid(z) rounds away.
    assert binary.value([50.0], [1]) == pytest.approx(math.exp(-50), rel=1e-14, abs=0)
    assert binary.gradient([50.0], [1])[0] == pytest.approx(-math.exp(-50), rel=1e-14, abs=0)


def test_two_class_cross_entropy_is_binary_cross_entropy_of_the_difference():
    two, labels = PREDICTION[:, :2], LABELS[:, 0]
    binary = LOSSES["binary_cross_entropy"].value(two[:, 1] - two[:, 0], labels)
    assert LOSSES["cross_entropy"].value(two, labels) == pytest.approx(binary, rel=1e-14)


def test_classes_and_one_hot_rows_agree():
    one_hot = np.eye(K)[CLASSES]
    loss = LOSSES["cross_entropy"]
    assert loss.value(PREDICTION, one_hot) == loss.value(PREDICTION, CLASSES)
    expected = -np.mean([log_softmax(z)[c] for z, c in zip(PREDICTION, CLASSES, strict=True)])
    assert loss.value(PREDICTION, CLASSES) == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(loss.gradient(PREDICTION, CLASSES).sum(axis=1), 0, atol=1e-15)


REFUSED = {
    "column against row": ("mean_squared_error", np.ones((4, 1)), np.ones(4), r"\(4, 1\).*\(4,\)"),
    "row against column": ("half_squared_error", np.ones(4), np.ones((4, 1)), r"\(4,\).*\(4, 1\)"),
    "one label for all": ("binary_cross_entropy", np.ones(3), 1, r"\(3,\).*\(\)"),
    "labels -1 and 1": ("binary_cross_entropy", np.ones(2), [-1, 1], r"\[0, 1\].*-1"),
    "label nan": ("binary_cross_entropy", np.ones(2), [math.nan, 1], r"\[0, 1\]"),
    "no examples": ("mean_squared_error", np.ones((0, 2)), np.ones((0, 2)), "at least one"),
    "class too high": ("cross_entropy", np.ones((2, 3)), [0, 3], r"0\.\.2.*0 to 3"),
    "class below 0": ("cross_entropy", np.ones((2, 3)), [-1, 0], r"0\.\.2.*-1 to 0"),
    "one class too high": ("cross_entropy", np.ones(3), 3, r"0\.\.2"),
    "classes as a column": ("cross_entropy", np.ones((2, 3)), [[0], [1]], r"\(2,\).*\(2, 1\)"),
    "classes as floats": ("cross_entropy", np.ones((2, 3)), [0.0, 1.0], "integer.*float64"),
    "too few classes": ("cross_entropy", np.ones((3, 2)), [0, 1], r"\(3,\).*\(2,\)"),
    "no logits": ("cross_entropy", np.ones((0, 3)), np.ones(0, int), r"\(0, 3\)"),
    "a number as logits": ("cross_entropy", 1.0, 0, r"\(k,\).*\(\)"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("part", ["value", "gradient"])
def test_wrong_targets_are_refused_with_expected_and_given(case, part):
    name, prediction, target, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        getattr(LOSSES[name], part)(prediction, target)
