"""Every mistake in the LSTM's backward pass spoils what it should, and only that."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from engine.by_hand.lstm import (
    CANDIDATE,
    OUTPUT,
    UPDATE,
    backward,
    forward,
    labeled,
    weight_gradient,
)
from engine.by_hand.lstm_checks import parameter_check
from engine.by_hand.lstm_example import EXAMPLE, Example
from engine.by_hand.lstm_nudges import central_differences
from engine.by_hand.lstm_rules import Rules, by_rules
from engine.by_hand.wrong_lstm import MISTAKES

STEPS = forward(EXAMPLE)
RIGHT = by_rules(Rules(), EXAMPLE, STEPS)
LABELS = list(labeled(RIGHT.steps))
LAST, FIRST = LABELS[:8], LABELS[8:]
ROWS = {gate: {3 * k, 3 * k + 1, 3 * k + 2, 12 + k} for k, gate in enumerate("fuco")}
ALL = set(range(16))
THROUGH_THE_CELL = set(LABELS) - {"2.1", "2.2.2"}
SPOILED = {  # labels and parameters
    "none": (set(), set()),
    "brackets": ({"2.3.2", "2.4.1", *FIRST}, ALL),
    "output_path": ({"2.4.1", *FIRST}, ALL),
    "whole_row": ({"2.4.1", *FIRST}, ALL),
    "slope_o": ({"2.2.2", "2.4.1", *FIRST}, ALL),
    "slope_u": ({"2.3.1", "2.4.1", *FIRST}, ALL),
    "slope_c": ({"2.3.2", "2.4.1", *FIRST}, ALL),
    "input_only": (set(), ROWS["u"]),
    "averaged": (set(LABELS), ALL),
    "flat_square": (THROUGH_THE_CELL, ALL),
    "cell_path": (set(FIRST) - {"1.1", "1.2.2"}, ALL - ROWS["o"]),
    "no_da": (set(FIRST), ALL),
    "no_dc": (set(FIRST) - {"1.1", "1.2.2"}, ALL - ROWS["o"]),
    "last_step": (set(), ALL),
    "no_tanh": (THROUGH_THE_CELL, ALL),
    "sigmoid_slope": ({"2.3.2", "2.4.1", *FIRST}, ALL),
}


def outcome(key, example=EXAMPLE):
    return by_rules(MISTAKES[key].rules, example, forward(example))


def parameter_differences(example):
    numeric = parameter_check(example, np.zeros((4, 4))).numeric
    return np.append(numeric[:, :-1], numeric[:, -1])


def label(key, name):
    return labeled(outcome(key).steps)[name]


@pytest.mark.parametrize("key", MISTAKES)
def test_central_differences_expose_what_the_mistake_spoils(key):
    wrong = outcome(key)
    labels, numeric = labeled(wrong.steps), central_differences(EXAMPLE)
    off = np.abs(wrong.flat - parameter_differences(EXAMPLE)) > 1e-7
    found = {name for name in LABELS if abs(labels[name] - numeric[name]) > 1e-7}
    assert (found, set(np.flatnonzero(off).tolist())) == SPOILED[key]


@pytest.mark.parametrize("seed", range(4))
def test_the_right_rules_are_the_backward_pass(seed):
    rng = np.random.default_rng(seed)
    t = 2 + seed
    example = Example(
        W=rng.normal(size=(4, 3)),
        b=rng.normal(size=4),
        x=rng.normal(size=(t, 2)),
        y=rng.normal(size=t),
        a_0=0.3,
        c_0=-0.7,
    )
    steps = forward(example)
    right, found = backward(example, steps), by_rules(Rules(), example, steps)
    for own, wanted in zip(found.steps, right, strict=True):
        for field in fields(wanted):
            np.testing.assert_array_equal(getattr(own, field.name), getattr(wanted, field.name))
    dW, db = weight_gradient(right)
    np.testing.assert_array_equal(found.flat, [*dW.ravel(), *db])
    np.testing.assert_allclose(found.flat, parameter_differences(example), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("brackets", "2.3.2", -0.500663),
        ("output_path", "2.4.1", 0.113031 + 0.0056837),
        ("slope_o", "2.2.2", 0.003286),
        ("averaged", "2.1", -0.220507),
        ("cell_path", "1.2.1", -0.118908),
        ("no_dc", "1.2.1", -0.0576621),
        ("no_da", "1.1", -0.384379),
    ],
)
def test_the_number_that_exposes_it_is_that_of_the_reference(key, name, value):
    assert label(key, name) == pytest.approx(value, abs=1e-6)


def test_whole_rows_add_what_belongs_to_the_inputs():
    du, W = RIGHT.steps[1].du, EXAMPLE.W
    extra = sum(du[k] * W[k, :2].sum() for k in range(4) if k != OUTPUT)
    assert label("whole_row", "2.4.1") == pytest.approx(0.113031 + extra, abs=1e-6)


def test_a_slope_twice_is_the_slope_times_the_right_gradient():
    s = STEPS[1].cell
    for key, name, slope in [
        ("slope_o", "2.2.2", s.gate_o * (1 - s.gate_o)),
        ("slope_u", "2.3.1", s.gate_u * (1 - s.gate_u)),
        ("slope_c", "2.3.2", 1 - s.candidate**2),
    ]:
        right = labeled(RIGHT.steps)[name]
        assert label(key, name) == pytest.approx(slope * right, rel=1e-12)


def test_mistakes_of_the_weights_alone():
    found = outcome("last_step")
    np.testing.assert_array_equal(found.dW, RIGHT.steps[1].dW)
    assert np.abs(found.dW - RIGHT.dW).max() == pytest.approx(0.02984, abs=5e-6)
    wrong = outcome("input_only")
    by_value = sum(g.dvalue[UPDATE] * s.xa for g, s in zip(RIGHT.steps, STEPS, strict=True))
    np.testing.assert_allclose(wrong.dW[UPDATE], by_value, rtol=1e-12)


def test_rules_of_the_cell_state():
    s, g = STEPS[1].cell, RIGHT.steps[1]
    assert label("no_tanh", "2.2.1") == pytest.approx(g.da * s.gate_o, rel=1e-12)
    flat = g.da * s.gate_o * (1 - np.tanh(2 * s.c))
    assert label("flat_square", "2.2.1") == pytest.approx(flat, rel=1e-12)
    slope = s.candidate * (1 - s.candidate)
    assert label("sigmoid_slope", "2.3.2") == pytest.approx(g.dvalue[CANDIDATE] * slope, rel=1e-12)


def test_one_step_has_no_next():
    example = replace(EXAMPLE, x=EXAMPLE.x[:1], y=EXAMPLE.y[:1])
    right = outcome("none", example).flat
    for key in ("cell_path", "no_da", "no_dc", "last_step", "averaged"):
        np.testing.assert_array_equal(outcome(key, example).flat, right)


@pytest.mark.parametrize("key", MISTAKES)
def test_every_mistake_is_finite_for_large_numbers(key):
    rng = np.random.default_rng(0)
    for _ in range(20):
        W, b, x, y, state = (
            rng.choice([-1e3, -1, 0, 30, 1e3], s) for s in [(4, 3), 4, (2, 2), 2, 2]
        )
        example = Example(W, b, x, y, float(state[0]), float(state[1]))
        assert np.isfinite(outcome(key, example).flat).all()


def test_names_are_distinct_and_rules_stand_beside_right_ones():
    assert len({mistake.name for mistake in MISTAKES.values()}) == len(MISTAKES)
    for key, mistake in MISTAKES.items():
        assert bool(mistake.rule) == bool(mistake.right) == (key != "none")
        assert mistake.rule != mistake.right or key == "none"
