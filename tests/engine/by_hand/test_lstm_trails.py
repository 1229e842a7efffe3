"""Trails through the LSTM: links against central differences, sums against the backward pass."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from engine.activations import sigmoid
from engine.by_hand.lstm import backward, forward, total_error, weight_gradient
from engine.by_hand.lstm_example import EXAMPLE, GATES, Example
from engine.by_hand.lstm_trails import (
    RULES,
    Node,
    contribution,
    node_gradients,
    node_values,
    summed,
    trails,
    trails_to_gate,
)
from engine.gradcheck import check_gradient, numerical_gradient

STEPS = forward(EXAMPLE)


def drawn(seed, count=3, size=1.0):
    """An example of `count` steps with normal numbers of this size."""
    rng = np.random.default_rng(seed)
    return Example(
        W=size * rng.normal(size=(4, 3)),
        b=size * rng.normal(size=4),
        x=size * rng.normal(size=(count, 2)),
        y=size * rng.normal(size=count),
        a_0=float(size * rng.normal()),
        c_0=float(size * rng.normal()),
    )


EXAMPLES = {
    "the post's": EXAMPLE,
    **{f"drawn {seed}": drawn(seed, count) for seed, count in enumerate((1, 2, 3, 4))},
}
every_example = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
every_gate = pytest.mark.parametrize("gate", GATES)


def formula(example, node, v):
    """A node's value from those of the nodes before it: the post's equations 1 to 7."""
    name, t = node
    if name == "E":
        return (v["a", t] - example.y[t - 1]) ** 2 / 2
    if name == "a":
        return v["T", t] * v["Go", t]
    if name == "T":
        return np.tanh(v["C", t])
    if name == "C":
        return v["Gu", t] * v["Gc", t] + v["Gf", t] * v["C", t - 1]
    if name == "Gc":
        return np.tanh(v["uc", t])
    if name.startswith("G"):
        return float(sigmoid(v[f"u{name[1]}", t]))
    k = GATES.index(name[1])
    return example.W[k, :2] @ example.x[t - 1] + example.W[k, 2] * v["a", t - 1] + example.b[k]


@every_example
def test_node_values_obey_the_equations(example):
    steps = forward(example)
    values = node_values(example, steps)
    assert len(values) == 2 + 12 * len(steps)
    for node, value in values.items():
        if node.step:
            assert value == pytest.approx(formula(example, node, values), rel=1e-14, abs=1e-15)


@every_example
def test_every_link_is_a_central_difference(example):
    steps = forward(example)
    values = node_values(example, steps)
    for t, step in enumerate(steps, 1):
        for rule in RULES:
            of, by = Node(rule.of, t), Node(rule.by, t - rule.back)
            numeric = numerical_gradient(
                lambda moved, of=of, by=by: formula(example, of, values | {by: float(moved[0])}),
                [values[by]],
            )
            assert rule.derivative(step, example.W) == pytest.approx(numeric[0], abs=1e-9)


def test_the_rules_are_all_there_are():
    """A node that no rule names leaves the other unmoved."""
    values = node_values(EXAMPLE, STEPS)
    known = {(rule.of, rule.by, rule.back) for rule in RULES}
    for of in values:
        if of.step != 2:
            continue
        for by, value in values.items():
            if by == of:
                continue
            moved = formula(EXAMPLE, of, values | {by: value + 0.5})
            unmoved = moved == formula(EXAMPLE, of, values)
            assert unmoved != ((of.name, by.name, 2 - by.step) in known)


@every_gate
def test_a_trail_is_the_central_difference_with_all_others_held(gate):
    """Moving the end of a trail and recomputing only the nodes on it moves the error by as much."""
    values = node_values(EXAMPLE, STEPS)
    for trail in trails_to_gate(EXAMPLE.W, STEPS, gate):
        *path, end = trail.nodes

        def along(moved, path=path, end=end):
            now = {end: float(moved[0])}
            for node in reversed(path):
                now = {node: formula(EXAMPLE, node, values | now)}
            return now[path[0]]

        assert trail.product == pytest.approx(
            float(numerical_gradient(along, [values[end]])[0]), abs=1e-10
        )


@every_example
@every_gate
def test_links_join_and_products_run(example, gate):
    for trail in trails_to_gate(example.W, forward(example), gate):
        assert [link.by for link in trail.links[:-1]] == [link.of for link in trail.links[1:]]
        factors = [link.derivative for link in trail.links]
        assert len(trail.nodes) == len(trail.products) == len(factors) + 1
        for k, running in enumerate(trail.products):
            assert running == pytest.approx(np.prod(factors[:k]), rel=1e-14)
        assert trail.product == trail.products[-1]


@pytest.mark.parametrize("seed", range(20))
def test_all_trails_add_up_to_the_backward_pass(seed):
    example = drawn(seed, count=1 + seed % 4, size=(0.3, 1.0, 2.0)[seed % 3])
    steps = forward(example)
    wanted = node_gradients(steps, backward(example, steps))
    for node, gradient in wanted.items():
        errors = [Node("E", s) for s in range(max(node.step, 1), len(steps) + 1)]
        total = float(node.name == "E")
        for error in errors:
            total += sum(trail.product for trail in trails(example.W, steps, error, node))
        assert total == pytest.approx(gradient, rel=1e-12, abs=1e-12)
    for t, gradient in enumerate(backward(example, steps), 1):
        for k, gate in enumerate(GATES):
            ends = [
                trail.product
                for trail in trails_to_gate(example.W, steps, gate)
                if trail.nodes[-1] == (f"u{gate}", t)
            ]
            assert sum(ends) == pytest.approx(gradient.du[k], rel=1e-12, abs=1e-12)


@every_example
def test_sums_are_the_weight_gradient_and_central_differences(example):
    steps = forward(example)
    dW, db = weight_gradient(backward(example, steps))
    for k, gate in enumerate(GATES):
        row, bias = summed(example.W, steps, gate)
        np.testing.assert_allclose(row, dW[k], rtol=1e-12, atol=1e-14)
        assert bias == pytest.approx(db[k], rel=1e-12, abs=1e-14)

        def error(theta, k=k):
            W, b = example.W.copy(), example.b.copy()
            W[k], b[k] = theta[:3], theta[3]
            return total_error(replace(example, W=W, b=b))

        assert check_gradient(error, [*row, bias], [*example.W[k], example.b[k]]).passed(1e-9)


@every_gate
def test_numbers_of_trails(gate):
    """Two steps: one within each; back through time one over C_1, but for the output gate of step
    1, which C_1 does not contain, and one over a_1 by each gate of step 2."""
    ways = Counter(
        (trail.nodes[0].step, trail.nodes[-1].step, Node("a", 1) in trail.nodes)
        for trail in trails_to_gate(EXAMPLE.W, STEPS, gate)
    )
    wanted = {(2, 2, False): 1, (1, 1, True): 1, (2, 1, True): 4}
    assert ways == (wanted if gate == "o" else wanted | {(2, 1, False): 1})


def test_the_output_gate_does_not_reach_the_cell_state():
    assert trails(EXAMPLE.W, STEPS, Node("C", 2), Node("Go", 2)) == ()
    (trail,) = trails(EXAMPLE.W, STEPS, Node("E", 2), Node("uo", 2))
    assert [node.name for node in trail.nodes] == ["E", "a", "Go", "uo"]


def test_reference_numbers():
    within = {gate: trails_to_gate(EXAMPLE.W, STEPS, gate)[0] for gate in GATES}
    wanted = {"f": -0.034569895353, "u": 0.033864340192, "c": -0.158584493275, "o": 0.016716863949}
    for gate, value in wanted.items():
        assert within[gate].product == pytest.approx(value, abs=1e-12)
    row, bias = contribution(within["o"], STEPS)
    np.testing.assert_allclose(row, [-0.013373491159, -0.00334337279, 0.001932816203], atol=1e-12)
    assert bias == within["o"].product
    over_c = trails(EXAMPLE.W, STEPS, Node("C", 2), Node("C", 1))
    assert len(over_c) == 4  # straight, and over a_1 by each gate that C_2 contains
    (straight,) = (trail for trail in over_c if len(trail.links) == 1)
    assert straight.product == pytest.approx(0.38299011823, abs=1e-12)
    products = [t.product for t in trails(EXAMPLE.W, STEPS, Node("E", 2), Node("a", 1))]
    assert sum(products) == pytest.approx(0.113030889324, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_large_numbers_stay_finite(seed):
    example = drawn(seed, count=2, size=300.0)
    steps = forward(example)
    dW, db = weight_gradient(backward(example, steps))
    for k, gate in enumerate(GATES):
        row, bias = summed(example.W, steps, gate)
        assert np.isfinite([*row, bias]).all()
        np.testing.assert_allclose(row, dW[k], rtol=1e-9, atol=1e-12)
        assert bias == pytest.approx(db[k], rel=1e-9, abs=1e-12)
