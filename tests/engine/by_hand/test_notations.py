"""Both notations of a gate's gradient: reference numbers, the slope between, and curves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.by_hand.lstm import backward, forward, slopes, total_error
from engine.by_hand.lstm_checks import parameter_check
from engine.by_hand.lstm_example import EXAMPLE
from engine.by_hand.lstm_rules import Rules
from engine.by_hand.moved_step import with_pre_activation
from engine.by_hand.notations import gate_curve, notations
from engine.by_hand.wrong_lstm import MISTAKES

REFERENCE = json.loads(Path(__file__).with_name("lstm_by_hand_reference.json").read_text())
STEPS = forward(EXAMPLE)
PAIRS = notations(EXAMPLE, STEPS)
PLACES = [(t, gate) for t in (0, 1) for gate in range(4)]


@pytest.mark.parametrize("t", [0, 1])
def test_both_gradients_are_those_of_the_reference(t):
    wanted = next(row for row in REFERENCE["backward"] if row["step"] == t + 1)
    names = ("dGf", "dGu", "dCt", "dGo")
    for found, numeric, suffix in [
        (PAIRS.by_value, PAIRS.numeric_by_value, "_value"),
        (PAIRS.by_u, PAIRS.numeric_by_u, ""),
    ]:
        reference = [wanted[f"{name}{suffix}"] for name in names]
        np.testing.assert_allclose(found[t], reference, rtol=0, atol=1e-9)
        np.testing.assert_allclose(numeric[t], reference, rtol=0, atol=1e-9)


def test_the_slope_lies_between():
    np.testing.assert_allclose(PAIRS.by_value * PAIRS.slopes, PAIRS.by_u, rtol=1e-14)
    assert PAIRS.slopes[1, 3] == pytest.approx(0.196549, abs=1e-6)
    assert ((PAIRS.slopes > 0) & (PAIRS.slopes < 1)).all()
    for gate in (0, 1, 3):
        assert (PAIRS.slopes[:, gate] <= 0.25).all()


def test_parameters_by_central_differences():
    gradients = backward(EXAMPLE, STEPS)
    gradient = sum(np.column_stack([g.dW, g.du]) for g in gradients)
    numeric = parameter_check(EXAMPLE, gradient).numeric
    np.testing.assert_allclose(numeric, gradient, rtol=0, atol=1e-10)


@pytest.mark.parametrize("place", PLACES)
def test_a_moved_pre_activation_moves_what_follows_and_nothing_before(place):
    t, gate = place
    moved = with_pre_activation(EXAMPLE, STEPS, t, gate, STEPS[t].u[gate] + 0.5)
    assert all(own is old for own, old in zip(moved[:t], STEPS[:t], strict=True))
    assert moved[t].cell.a != STEPS[t].cell.a or gate != 3
    assert len(moved) == 2
    same = with_pre_activation(EXAMPLE, STEPS, t, gate, STEPS[t].u[gate])
    assert [step.cell for step in same] == [step.cell for step in STEPS]
    bias = replace(EXAMPLE, x=EXAMPLE.x[:1], y=EXAMPLE.y[:1], b=EXAMPLE.b + 0.5 * np.eye(4)[gate])
    if t == 0:  # a bias moves the first step alone when there is no other
        assert moved[0].error == pytest.approx(total_error(bias), rel=1e-14)


@pytest.mark.parametrize("place", PLACES)
def test_curves_are_central_differences_along_the_pre_activation(place):
    u = np.linspace(-6, 6, 25)
    curve = gate_curve(EXAMPLE, STEPS, place, u, Rules(), every=3)
    np.testing.assert_allclose(curve.by_value[::3], curve.numeric_by_value, rtol=0, atol=1e-9)
    np.testing.assert_allclose(curve.by_u[::3], curve.numeric_by_u, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(curve.wrong, curve.by_u)
    np.testing.assert_allclose(curve.by_value * curve.slopes, curve.by_u, rtol=1e-12)
    expected = np.tanh(u) if place[1] == 2 else 1 / (1 + np.exp(-u))
    np.testing.assert_allclose(curve.values, expected, rtol=1e-12)


@pytest.mark.parametrize("place", PLACES)
def test_a_curve_goes_through_the_example(place):
    t, gate = place
    curve = gate_curve(EXAMPLE, STEPS, place, STEPS[t].u[[gate]], Rules(), every=1)
    assert curve.by_u[0] == pytest.approx(PAIRS.by_u[place], rel=1e-12)
    assert curve.slopes[0] == slopes(STEPS[t].cell)[gate]


def test_the_missing_brackets_along_the_candidate():
    u = np.array([-3.0, STEPS[1].u[2], 0.0])
    curve = gate_curve(EXAMPLE, STEPS, (1, 2), u, MISTAKES["brackets"].rules, every=1)
    assert curve.wrong[1] == pytest.approx(-0.500663, abs=1e-6)
    assert curve.wrong[2] == curve.by_u[2]  # where the candidate is 0, nothing is taken off
    assert curve.wrong[0] - curve.by_u[0] < -0.5
