"""The RNN by hand: central differences, PyTorch, and parameter counts of a separate reference."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from engine.by_hand.rnn import (
    Weights,
    half_squared_error,
    hidden_states,
    outputs,
    parameter_count,
    states_before,
    sums,
    through_time,
    without_biases,
)
from engine.gradcheck import check_gradient
from engine.printed.recurrent import printed_hidden_states

NAMES = [field.name for field in fields(Weights)]


@pytest.fixture
def rng():
    return np.random.default_rng(5)


@pytest.fixture
def p(rng):
    shapes = {"W_xh": (4, 3), "W_hh": (4, 4), "W_hy": (2, 4), "b_h": 4, "b_y": 2}
    return Weights(**{name: rng.normal(size=shape) * 0.7 for name, shape in shapes.items()})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("steps", [1, 6])
def test_through_time_is_the_central_difference(name, steps, rng, p):
    x, target = rng.normal(size=(steps, 3)), rng.normal(size=(steps, 2))
    gradient = getattr(through_time(p, x, target), name)

    def error(values):
        return half_squared_error(replace(p, **{name: values}), x, target)

    assert check_gradient(error, gradient, getattr(p, name)).passed(1e-8)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("reset", [False, True])
def test_through_time_holds_for_every_activation_and_with_the_reset(activation, reset, rng, p):
    x, target = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    gradient = through_time(p, x, target, activation, reset=reset)

    def error(flat):
        return half_squared_error(p.at(flat), x, target, activation, reset=reset)

    assert check_gradient(error, gradient.flat, p.flat).passed(1e-8)
    assert bool(gradient.W_hh.any()) is not reset


def test_the_reset_is_the_printed_listing(rng, p):
    x = rng.normal(size=(6, 3))
    h = hidden_states(p, x, reset=True)
    np.testing.assert_array_equal(h, printed_hidden_states(p, x))
    assert not states_before(h, reset=True).any()
    np.testing.assert_array_equal(states_before(h), h[:-1])


def test_sums_are_what_the_states_are_made_of(rng, p):
    x = rng.normal(size=(6, 3))
    h = hidden_states(p, x)
    np.testing.assert_allclose(np.tanh(sums(p, x, h[:-1])), h[1:], atol=1e-15)


def test_flat_and_back(p):
    flat = p.flat
    assert flat.shape == (p.size,)
    again = p.at(flat)
    for name in NAMES:
        np.testing.assert_array_equal(getattr(again, name), getattr(p, name))


def test_without_the_carried_term_only_one_step_is_right(rng, p):
    x, target = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    for steps, same in ((1, True), (6, False)):
        whole, cut = (
            through_time(p, x[:steps], target[:steps], carry=carry).W_xh for carry in (True, False)
        )
        assert np.allclose(whole, cut) is same


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_pytorch_agrees(activation, rng, p):
    torch = pytest.importorskip("torch")
    x, target = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    rnn = torch.nn.RNN(3, 4, nonlinearity=activation, dtype=torch.float64)
    head = torch.nn.Linear(4, 2, dtype=torch.float64)
    pairs = {
        "W_xh": rnn.weight_ih_l0,
        "W_hh": rnn.weight_hh_l0,
        "b_h": rnn.bias_ih_l0,
        "W_hy": head.weight,
        "b_y": head.bias,
    }
    with torch.no_grad():
        rnn.bias_hh_l0.zero_()
        for name, theirs in pairs.items():
            theirs.copy_(torch.tensor(getattr(p, name)))
    y = head(rnn(torch.tensor(x))[0])
    error = ((y - torch.tensor(target)) ** 2).sum() / 2
    error.backward()
    ours = outputs(p, hidden_states(p, x, activation))
    np.testing.assert_allclose(ours, y.detach().numpy(), atol=1e-13)
    gradient = through_time(p, x, target, activation)
    for name, theirs in pairs.items():
        np.testing.assert_allclose(getattr(gradient, name), theirs.grad.numpy(), atol=1e-12)


def test_nothing_that_comes_in_is_modified(rng, p):
    x, target = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    before = [value.copy() for value in (x, target, *vars(p).values())]
    through_time(p, x, target)
    for value, old in zip((x, target, *vars(p).values()), before, strict=True):
        np.testing.assert_array_equal(value, old)


def test_size_counts_every_parameter(p):
    assert p.size == 4 * 3 + 4 * 4 + 4 + 2 * 4 + 2 == 42
    assert without_biases(p.W_xh, p.W_hh, p.W_hy).size == p.size


@pytest.mark.parametrize(("cell", "count"), [("RNN", 6208), ("GRU", 18624), ("LSTM", 24832)])
def test_parameter_counts_are_those_of_the_reference(cell, count):
    assert parameter_count(cell, 32, 64) == count


@pytest.mark.parametrize(("cell", "name"), [("RNN", "RNN"), ("GRU", "GRU"), ("LSTM", "LSTM")])
def test_pytorch_counts_the_same_and_a_second_bias(cell, name):
    torch = pytest.importorskip("torch")
    theirs = sum(w.numel() for w in getattr(torch.nn, name)(5, 7).parameters())
    blocks = parameter_count(cell, 5, 7) // parameter_count("RNN", 5, 7)
    assert parameter_count(cell, 5, 7) == theirs - blocks * 7
    assert parameter_count(cell, 5, 7, biases=2) == theirs


def test_peepholes_are_three_vectors_of_an_lstm():
    assert parameter_count("LSTM", 4, 8) == 416
    assert parameter_count("LSTM", 4, 8, peepholes=True) == 440
    with pytest.raises(ValueError, match="GRU"):
        parameter_count("GRU", 4, 8, peepholes=True)
