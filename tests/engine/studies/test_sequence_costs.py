"""Costs of sequence layers: PyTorch's parameters, products counted one by one, kept arrays."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.rnn import BLOCKS
from engine.recurrent import CELLS
from engine.studies.cell_timing import MOST_PRODUCTS, MOST_STEPS, cell_seconds, timed_size
from engine.studies.sequence_costs import (
    KEPT,
    STATES,
    Stack,
    attention_kept_values,
    attention_parameters,
    attention_products,
    crossover,
    kept_values,
    leading_products,
    overtaken_from,
    parameter_parts,
    path_lengths,
    stack_parameters,
    step_products,
    waiting_steps,
)

each_cell = pytest.mark.parametrize("cell", BLOCKS)
STACKS = (Stack(32, 64), Stack(5, 7, 3), Stack(1, 1), Stack(9, 2, 2))
each_stack = pytest.mark.parametrize("stack", STACKS, ids=str)


@pytest.mark.parametrize(("cell", "count"), [("RNN", 6208), ("GRU", 18624), ("LSTM", 24832)])
def test_counts_are_those_of_the_reference(cell, count):
    assert stack_parameters(cell, Stack(32, 64)) == count


@each_cell
@each_stack
@pytest.mark.parametrize("peepholes", [False, True])
@pytest.mark.parametrize("biases", [1, 2])
def test_parts_are_all_parameters(cell, stack, peepholes, biases):
    parts = parameter_parts(cell, stack, peepholes=peepholes, biases=biases)
    assert sum(parts.values()) == stack_parameters(cell, stack, peepholes=peepholes, biases=biases)


@each_cell
@each_stack
def test_pytorch_has_as_many_with_two_bias_vectors(cell, stack):
    torch = pytest.importorskip("torch")
    theirs = getattr(torch.nn, cell)(stack.d, stack.h, stack.layers)
    count = sum(weights.numel() for weights in theirs.parameters())
    assert stack_parameters(cell, stack, biases=2) == count
    parts = parameter_parts(cell, stack, biases=2)
    named = list(theirs.named_parameters())
    for part, name in (("input", "weight_ih"), ("recurrent", "weight_hh"), ("bias", "bias")):
        assert parts[part] == sum(w.numel() for key, w in named if key.startswith(name))


@each_stack
def test_the_engine_has_as_many_with_one(stack):
    for name, count in (("RNN", 0), ("LSTM", 0), ("GRU", stack.h * stack.layers)):
        cell = CELLS[name](stack.d, stack.h, stack.layers)  # a GRU's inner bias stays its own
        assert stack_parameters(name, stack) == cell.size - count


@each_stack
def test_attention_has_the_parameters_of_pytorch(stack):
    torch = pytest.importorskip("torch")
    theirs = torch.nn.MultiheadAttention(stack.h, 1)
    count = sum(weights.numel() for weights in theirs.parameters())
    assert attention_parameters(stack) == stack.layers * count


def test_an_lstm_has_four_times_the_parameters():
    for stack in STACKS:
        rnn = stack_parameters("RNN", stack)
        assert stack_parameters("LSTM", stack) == 4 * rnn
        assert stack_parameters("GRU", stack) == 3 * rnn


@each_cell
@pytest.mark.parametrize("peepholes", [False, True])
def test_products_of_a_step_are_one_per_weight_and_those_of_gates(cell, peepholes):
    stack = Stack(5, 7, 3)
    parts = parameter_parts(cell, stack, peepholes=peepholes)
    of_weights = parts["input"] + parts["recurrent"] + parts["peephole"]
    gates = {"RNN": 0, "GRU": 3, "LSTM": 3}[cell] * 7 * 3
    assert step_products(cell, stack, peepholes=peepholes) == of_weights + gates


def test_attention_products_are_counted_one_by_one():
    t, h = 6, 4
    counted = 0
    for _ in range(4):
        counted += t * h * h  # a projection
    counted += sum(h for _ in range(t) for _ in range(t))  # scores
    counted += sum(t for _ in range(t) for _ in range(h))  # weighted sums
    assert attention_products(Stack(4, h), t) == counted
    assert attention_products(Stack(9, h, 3), t) == 3 * counted


@each_stack
def test_leading_terms_cross_at_the_width(stack):
    recurrent, attention = leading_products(stack, [stack.h, stack.h + 1])
    assert recurrent[0] == attention[0]
    assert recurrent[1] < attention[1]


@each_cell
@each_stack
@pytest.mark.parametrize("peepholes", [False, True])
def test_at_the_crossover_both_take_the_same(cell, stack, peepholes):
    at = crossover(cell, stack, peepholes=peepholes)
    of_cell = at * step_products(cell, stack, peepholes=peepholes)
    np.testing.assert_allclose(attention_products(stack, at), of_cell, atol=1e-6)


def test_the_crossover_of_the_reference_sizes():
    assert crossover("LSTM", Stack(32, 64)) == 65.5
    assert crossover("RNN", Stack(32, 64)) < 0


@each_stack
@pytest.mark.parametrize("peepholes", [False, True])
def test_attention_overtakes_the_lstm_at_a_whole_length(stack, peepholes):
    steps = np.arange(1, 4 * (stack.d + stack.h))
    lstm = steps * step_products("LSTM", stack, peepholes=peepholes)
    first = steps[attention_products(stack, steps) > lstm][0]
    assert overtaken_from(stack, peepholes=peepholes) == first


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("steps", [1, 5])
def test_waiting_is_the_longest_path_through_the_grid(layers, steps):
    longest = np.zeros((layers + 1, steps + 1), int)
    for layer in range(1, layers + 1):
        for t in range(1, steps + 1):
            longest[layer, t] = 1 + max(longest[layer - 1, t], longest[layer, t - 1])
    chain, at_once = waiting_steps(Stack(2, 2, layers), steps)
    assert chain == longest[-1, -1]
    assert at_once == layers


def test_paths_are_as_long_as_the_sequence_or_one():
    path, direct = path_lengths([1, 8])
    np.testing.assert_array_equal(path, [1, 8])
    np.testing.assert_array_equal(direct, [1, 1])


@each_cell
def test_what_is_kept_is_what_the_engine_keeps(cell):
    network = CELLS[cell](3, 4)
    _, cache = network.forward(network.initialize(np.random.default_rng(0)), np.ones((1, 5, 3)))
    arrays = cache.values[0]
    if cell == "RNN":  # n and h hold the same numbers there
        np.testing.assert_array_equal(arrays["n"], arrays["h"][1:])
    kept = [name for name, values in arrays.items() if values.shape[-1] == 4]  # not joined again
    assert KEPT[cell] == len(kept) - (cell == "RNN")
    assert STATES[cell] == len(network.parts)
    assert kept_values(cell, Stack(3, 4), 5) == KEPT[cell] * 4 * 5


def test_attention_keeps_its_weights():
    stack = Stack(3, 4, 2)
    t, h = 5, 4
    arrays = [np.empty((t, h)) for _ in "qkvmo"] + [np.empty((t, t))]
    assert attention_kept_values(stack, t) == 2 * sum(array.size for array in arrays)


@pytest.mark.parametrize("stack", [*STACKS, Stack(512, 512, 4)], ids=str)
@pytest.mark.parametrize(("steps", "batch"), [(1, 1), (8192, 256), (256, 1)])
def test_what_is_timed_is_small(stack, steps, batch):
    t, n = timed_size(stack, steps, batch)
    assert 1 <= t <= min(steps, MOST_STEPS)
    assert 1 <= n <= batch
    assert t * n == 1 or t * n * step_products("LSTM", stack) <= MOST_PRODUCTS


def test_every_cell_takes_some_time():
    seconds = cell_seconds(Stack(3, 4), 2, 2)
    assert set(seconds) == set(BLOCKS)
    assert all(0 < taken < 1 for taken in seconds.values())
