"""The post's sixteen labels: the reference's values, central differences, and what is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.by_hand.lstm import backward, forward, labeled, total_error
from engine.by_hand.lstm_example import EXAMPLE, Example
from engine.by_hand.lstm_labels import BY_NAME, LABELS, forward_values, label_values, symbol
from engine.by_hand.lstm_nudges import (
    central_differences,
    check_labels,
    node_values,
    nudged_errors,
)

REFERENCE = json.loads(Path(__file__).with_name("lstm_by_hand_reference.json").read_text())


def drawn(seed: int, scale: float = 1.0) -> Example:
    rng = np.random.default_rng(seed)
    return Example(
        W=scale * rng.normal(size=(4, 3)),
        b=scale * rng.normal(size=4),
        x=rng.normal(size=(2, 2)),
        y=rng.normal(size=2),
        a_0=float(rng.normal()),
        c_0=float(rng.normal()),
    )


EXAMPLES = [EXAMPLE, replace(EXAMPLE, a_0=0.0, c_0=0.0), *(drawn(seed) for seed in range(8))]
each_example = pytest.mark.parametrize("example", EXAMPLES)


def test_there_are_the_sixteen_labels_of_the_post_in_its_order_with_its_values():
    wanted = {
        name.partition(" ")[0]: value
        for step in REFERENCE["post_labels"].values()
        for name, value in step.items()
    }
    assert [label.name for label in LABELS] == list(wanted)
    assert len(LABELS) == 16
    values = label_values(EXAMPLE)
    for name, value in wanted.items():
        assert values[name] == pytest.approx(value, abs=1e-9)


@each_example
def test_rules_agree_with_the_backward_pass(example):
    values = label_values(example)
    for name, value in labeled(backward(example, forward(example))).items():
        assert values[name] == pytest.approx(value, rel=1e-12, abs=1e-15)


@each_example
def test_every_label_is_the_central_difference_by_its_own_node(example):
    values, differences = label_values(example), central_differences(example)
    check = check_labels(LABELS, values, differences)
    assert check.passed(1e-9)
    assert len(check.numeric) == 16


def test_a_rule_takes_only_rows_before_it_and_follows_a_changed_one():
    values = forward_values(EXAMPLE)
    seen: set[str] = set()
    for label in LABELS:
        assert set(label.needs) <= seen
        values[label.name] = label.value(values)
        seen.add(label.name)
    changed = values | {"2.1": 2 * values["2.1"]}
    assert BY_NAME["2.2.2"].value(changed) == pytest.approx(2 * values["2.2.2"])
    changed = values | {"2.4.1": 0.0}
    assert BY_NAME["1.1"].value(changed) == values["a_1"] - values["y_1"]


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)
def test_the_written_formula_evaluates_to_the_value(label):
    values = label_values(EXAMPLE)
    written = label.written(lambda name: repr(values[name]).join("()"))
    text = " + ".join(" * ".join(factors) for factors in written).replace("^2", "**2")
    assert eval(text, {}) == pytest.approx(values[label.name], rel=1e-12)
    assert all(factor for factors in label.written(symbol) for factor in factors)


def test_what_the_next_step_adds_is_written_as_zero_at_the_last():
    last = {label.name for label in LABELS if label.written(symbol)[-1] == ("0",)}
    assert last == {"2.1", "2.2.1"}
    assert BY_NAME["1.2.1"].written(symbol)[-1] == ("dC_1^{(2)}",)
    assert BY_NAME["1.1"].written(symbol) == (("a_1 - y_1",), ("da_1^{(2)}",))
    assert BY_NAME["2.2.2"].written(symbol) == (
        ("da_2", r"\tanh C_2", r"\Gamma_{o,2}", r"(1 - \Gamma_{o,2})"),
    )
    assert BY_NAME["2.3.2"].written(symbol)[0][-1] == r"(1 - (\tilde C_2)^2)"


def test_a_nudge_of_zero_changes_nothing_and_both_ways_into_a_step_add_up():
    nodes = node_values(EXAMPLE)
    assert len(nodes) == 16
    nudges = {node: np.zeros(3) for node in nodes}
    still = nudged_errors(EXAMPLE, nudges)
    np.testing.assert_allclose(still, [total_error(EXAMPLE)] * 3, rtol=1e-15)
    by = np.array([0.25])
    start = nudged_errors(EXAMPLE, {(1, "a_in"): by, (1, "c_in"): -by})
    moved = replace(EXAMPLE, a_0=EXAMPLE.a_0 + 0.25, c_0=EXAMPLE.c_0 - 0.25)
    np.testing.assert_allclose(start, total_error(moved), rtol=1e-15)


@pytest.mark.parametrize("size", [1e3, -1e3])
def test_the_largest_numbers_stay_finite(size):
    extreme = Example(
        W=np.full((4, 3), size),
        b=np.full(4, size),
        x=np.full((2, 2), size),
        y=np.full(2, -size),
        a_0=size,
        c_0=size,
    )
    for values in (label_values(extreme), central_differences(extreme)):
        assert np.isfinite(list(values.values())).all()
