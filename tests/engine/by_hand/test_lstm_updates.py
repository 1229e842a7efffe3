"""The stacked gradient, one update and many: the reference run, differences, and huge rates."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.by_hand.lstm import backward, forward, total_error, updated, weight_gradient
from engine.by_hand.lstm_example import EXAMPLE, GATES
from engine.by_hand.lstm_updates import (
    first_order,
    loss_along,
    outputs_at,
    repeat_update,
    stacked,
)
from engine.gradcheck import numerical_gradient

REFERENCE = json.loads(Path(__file__).with_name("lstm_by_hand_reference.json").read_text())
STEPS = forward(EXAMPLE)
GRADIENTS = backward(EXAMPLE, STEPS)
DW, DB = weight_gradient(GRADIENTS)
RNG = np.random.default_rng(4)
ABSURD = replace(
    EXAMPLE,
    W=1000 * RNG.choice([-1.0, 1.0], (4, 3)),
    b=1000 * RNG.choice([-1.0, 1.0], 4),
    x=1000 * RNG.choice([-1.0, 1.0], (2, 2)),
    y=np.array([1000.0, -1000.0]),
    a_0=-1000.0,
    c_0=1000.0,
    learning_rate=1000.0,
)


def test_the_factors_are_those_of_the_reference():
    reference = REFERENCE["weight_gradients"]
    for factor, name in zip(stacked(STEPS, GRADIENTS), ("DZ", "XA"), strict=True):
        np.testing.assert_allclose(factor, reference[name], atol=1e-9)


def test_their_product_is_the_sum_over_steps_and_the_reference():
    DZ, XA = stacked(STEPS, GRADIENTS)
    np.testing.assert_allclose(DZ @ XA, DW, atol=1e-16)
    np.testing.assert_allclose(DZ @ np.ones((2, 1)), DB[:, None], atol=1e-16)
    totals, biases = REFERENCE["weight_gradients"]["total"], REFERENCE["bias_gradients"]["total"]
    np.testing.assert_allclose(DZ @ XA, [totals[f"dW_{g}"] for g in GATES], atol=1e-9)
    np.testing.assert_allclose(DB, [biases[f"db_{g}"] for g in GATES], atol=1e-9)
    for t in (1, 2):
        own = DZ[:, t - 1 : t] @ XA[t - 1 : t]
        np.testing.assert_allclose(own, REFERENCE["weight_gradients"][f"step_{t}"], atol=1e-9)


def test_one_update_is_that_of_the_reference():
    update = REFERENCE["update"]
    epochs = repeat_update(EXAMPLE, 1)
    for name, columns in (("W", np.s_[:, :3]), ("b", np.s_[:, 3])):
        expected = [update[f"{name}_new"][f"{name}_{gate}"] for gate in GATES]
        np.testing.assert_allclose(epochs.parameters[1][columns], expected, atol=1e-9)
    assert epochs.losses[0] == pytest.approx(update["loss_before"], abs=1e-9)
    assert epochs.losses[1] == pytest.approx(update["loss_after"], abs=1e-9)
    assert epochs.outputs[0, 1] == pytest.approx(REFERENCE["forward"][1]["a"], abs=1e-9)
    assert epochs.outputs[1, 1] == pytest.approx(update["a_2_after"], abs=1e-9)
    change = float(first_order(epochs.losses[0], DW, DB, 0.01)) - epochs.losses[0]
    assert change == pytest.approx(update["first_order_prediction_of_the_drop"], abs=1e-9)


def test_the_loss_along_is_the_error_of_the_updated_example():
    rates = np.array([[0.0, 0.01], [1.0, 100.0]])
    losses = loss_along(EXAMPLE, DW, DB, rates)
    assert losses.shape == rates.shape
    for rate, loss in zip(rates.ravel(), losses.ravel(), strict=True):
        moved = updated(replace(EXAMPLE, learning_rate=rate), DW, DB)
        assert loss == pytest.approx(total_error(moved), rel=1e-12)


def test_first_order_touches_the_loss():
    slope = numerical_gradient(lambda r: float(loss_along(EXAMPLE, DW, DB, r)[0]), np.zeros(1))
    straight = first_order(total_error(EXAMPLE), DW, DB, [0.0, 1.0])
    assert straight[0] == total_error(EXAMPLE)
    assert slope[0] == pytest.approx(straight[1] - straight[0], abs=1e-9)


@pytest.mark.parametrize("example", [EXAMPLE, ABSURD], ids=["usual", "absurd"])
def test_batched_outputs_are_those_of_the_forward_pass(example):
    W = example.W + np.array([0.0, 0.5])[:, None, None]
    b = example.b - np.array([0.0, 0.1])[:, None]
    for k, outputs in enumerate(outputs_at(example, W, b)):
        steps = forward(replace(example, W=W[k], b=b[k]))
        np.testing.assert_allclose(outputs, [step.cell.a for step in steps], atol=1e-15)


def test_many_updates_are_repeated_passes():
    epochs, example = repeat_update(replace(EXAMPLE, learning_rate=0.5), 20), EXAMPLE
    for k in range(20):
        assert epochs.losses[k] == pytest.approx(total_error(example), rel=1e-14)
        dW, db = weight_gradient(backward(example, forward(example)))
        assert epochs.lengths[k] ** 2 == pytest.approx(np.sum(dW**2) + np.sum(db**2), rel=1e-12)
        example = updated(replace(example, learning_rate=0.5), dW, db)
    assert (np.diff(epochs.losses) < 0).all()
    assert epochs.diverged_at is epochs.tensor is None


@pytest.mark.parametrize("rate", [0.0, -10.0, 1e2, 1e7, 1e200])
@pytest.mark.parametrize("example", [EXAMPLE, ABSURD], ids=["usual", "absurd"])
def test_no_rate_warns_for_outputs_are_bounded(example, rate):
    epochs = repeat_update(replace(example, learning_rate=rate), 30)
    assert np.isfinite(epochs.losses[0])
    assert np.nanmax(np.abs(epochs.outputs)) <= max(1.0, abs(example.a_0))
    loss_along(example, DW, DB, np.array([rate, 2 * rate]))


def test_an_overflow_names_its_epoch_and_array():
    epochs = repeat_update(replace(EXAMPLE, y=1000 * EXAMPLE.y, learning_rate=1e308), 5)
    assert epochs.diverged_at == 1
    assert epochs.tensor == "W"
    assert np.isfinite(epochs.losses[:1]).all()
    assert np.isnan(epochs.losses[1:]).all()
    assert np.isnan(epochs.parameters[1:]).all()
