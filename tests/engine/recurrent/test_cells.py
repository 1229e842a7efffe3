"""Every cell: derivatives against central differences, traces, truncation, frozen gates, shapes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.gradcheck import check_gradient
from engine.recurrent import CELLS as KINDS
from engine.recurrent import GRU, LSTM, RNN
from tests.engine.recurrent.cells import CELLS, D, H, N, T, case

every_cell = pytest.mark.parametrize("name", CELLS)


@every_cell
@pytest.mark.parametrize("seed", range(3))
def test_gradients_are_central_differences(name, seed):
    at = case(CELLS[name], seed)
    gradient, dx, dstart = at.backward()
    dstart = dstart if isinstance(dstart, tuple) else (dstart,)
    assert check_gradient(lambda theta: at.objective(theta), gradient, at.theta).passed(1e-8)
    assert check_gradient(lambda x: at.objective(x=x), dx, at.x).passed(1e-8)
    for k, d in enumerate(dstart):

        def by_start(part, k=k):
            return at.objective(start=(*at.start[:k], part, *at.start[k + 1 :]))

        assert check_gradient(by_start, d, at.start[k]).passed(1e-8)


@every_cell
def test_derivatives_by_states_are_those_of_what_is_still_to_come(name):
    at = case(replace(CELLS[name], layers=1, residual_layers=False))
    _, cache = at.forward()
    trace = at.backward_trace()[3][0]
    values = cache.values[0]
    for k in range(1, T):
        rest = replace(at, x=at.x[:, k:], doutputs=at.doutputs[:, k:])
        states = [values[part][k][None] for part in at.cell.parts]
        for place, part in enumerate(at.cell.parts):

            def objective(moved, place=place, rest=rest, states=states, k=k):
                start = (*states[:place], moved, *states[place + 1 :])
                own = np.sum(start[0][0] * at.doutputs[:, k - 1])
                return rest.objective(start=start) + own

            if part == "c":  # c_k is in h_k too
                dh = trace["dh"][:, k - 1]
                o, tanh_c = values["o"][k - 1], values["tanh_c"][k - 1]
                through_h = dh * o * (1 - tanh_c**2)
            else:
                through_h = 0
            found = trace[f"d{part}"][:, k - 1] - through_h
            assert check_gradient(objective, found[None], states[place]).passed(1e-8)


def slopes(gate, value):
    return 1 - value**2 if gate in "ng" else value * (1 - value)


@pytest.mark.parametrize("name", ["rnn two layers", "lstm two layers", "gru", "gru before"])
def test_pre_activations_get_the_value_gradients_times_the_slopes(name):
    at = case(CELLS[name])
    _, cache = at.forward()
    gradient, *_, traces = at.backward_trace()
    views = at.cell.unpack(gradient)
    for layer, (found, values) in enumerate(zip(traces, at.cell.trace(cache), strict=True)):
        for gate in at.cell.gates:
            expected = found[f"d{gate}"] * slopes(gate, values[gate])
            np.testing.assert_allclose(found[f"du_{gate}"], expected, rtol=1e-12, atol=1e-14)
        total = np.concatenate([found[f"du_{gate}"].sum((0, 1)) for gate in at.cell.gates])
        np.testing.assert_allclose(views[f"b{layer + 1}"], total, rtol=1e-12)


def test_traces_satisfy_the_equations_of_the_lstm():
    at = case(LSTM(D, H))
    y, cache = at.forward()
    v = at.cell.trace(cache)[0]
    c_before = np.concatenate([at.start[1][0][:, None], v["c"][:, :-1]], axis=1)
    np.testing.assert_allclose(v["c"], v["f"] * c_before + v["i"] * v["g"], atol=1e-15)
    np.testing.assert_allclose(v["h"], v["o"] * np.tanh(v["c"]), atol=1e-15)
    np.testing.assert_array_equal(y, v["h"])
    assert all(values.shape == (N, T, H) for values in v.values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("window", [1, 2, 4])
def test_a_window_cuts_the_sequence_in_pieces_whose_states_count_as_given(kind, window):
    at = case(KINDS[kind](D, H, layers=2))
    found, dx, _ = at.backward(window)
    start, total, parts = at.start, np.zeros(at.cell.size), []
    for first in range(0, T, window):
        piece = slice(first, first + window)
        _, cache = at.forward(x=at.x[:, piece], start=start)
        dstate = at.outside(at.dstate) if piece.stop >= T else None
        own = at.cell.backward(at.theta, cache, at.doutputs[:, piece], dstate)
        total += own[0]
        parts.append(own[1])
        start = cache.state if isinstance(cache.state, tuple) else (cache.state,)
    np.testing.assert_allclose(found, total, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(dx, np.concatenate(parts, axis=1), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_a_window_as_long_as_the_sequence_changes_nothing(kind):
    at = case(KINDS[kind](D, H))
    np.testing.assert_array_equal(at.backward(T)[0], at.backward()[0])


@pytest.mark.parametrize("name", [name for name in CELLS if "frozen" in name])
def test_frozen_gates_have_their_value_and_parameters_without_gradient(name):
    at = case(CELLS[name])
    _, cache = at.forward()
    gradient = at.cell.unpack(at.backward()[0])
    for gate, value in at.cell.frozen.items():
        assert np.all(at.cell.trace(cache)[0][gate] == value)
        k = at.cell.gates.index(gate) * H
        for parameter in ("W1", "U1", "b1"):
            assert not gradient[parameter][..., k : k + H].any()


@every_cell
def test_nothing_that_comes_in_is_modified(name):
    at = case(CELLS[name])
    came_in = (at.theta, at.x, *at.start, at.doutputs, *at.dstate)
    before = [values.copy() for values in came_in]
    at.backward(2)
    for values, old in zip(came_in, before, strict=True):
        np.testing.assert_array_equal(values, old)


@pytest.mark.parametrize("kind", KINDS)
def test_going_on_from_a_state_is_as_going_through(kind):
    at = case(KINDS[kind](D, H, layers=2))
    whole, end = at.forward()
    first, middle = at.cell.forward(at.theta, at.x[:, :2], at.outside(at.start))
    second, last = at.cell.forward(at.theta, at.x[:, 2:], middle.state)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, rtol=1e-13)
    np.testing.assert_allclose(last.state, end.state, rtol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_a_state_of_one_layer_may_leave_the_layers_out(kind):
    at = case(KINDS[kind](D, H))
    flat = at.outside(tuple(part[0] for part in at.start))
    y, cache = at.cell.forward(at.theta, at.x, flat)
    np.testing.assert_array_equal(y, at.forward()[0])
    assert np.shape(cache.state) == np.shape(flat)
    *_, dstate = at.cell.backward(at.theta, cache, at.doutputs)
    assert np.shape(dstate) == np.shape(flat)


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_state_it_starts_at_zero(kind):
    at = case(KINDS[kind](D, H))
    zeros = tuple(np.zeros_like(part) for part in at.start)
    np.testing.assert_array_equal(
        at.cell.forward(at.theta, at.x)[0], at.cell.forward(at.theta, at.x, at.outside(zeros))[0]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_single_precision_stays_single(kind):
    at = case(KINDS[kind](D, H, layers=2))
    theta, x = at.theta.astype(np.float32), at.x.astype(np.float32)
    y, cache = at.cell.forward(theta, x)
    found = at.cell.backward(theta, cache, at.doutputs.astype(np.float32))
    assert {np.asarray(a).dtype for a in (y, *found)} == {np.dtype(np.float32)}
    exact = at.cell.forward(at.theta, at.x)[0]
    np.testing.assert_allclose(y, exact, atol=2e-6)


@pytest.mark.parametrize(("kind", "size"), [("RNN", 6_208), ("GRU", 18_624 + 64), ("LSTM", 24_832)])
def test_sizes_are_those_of_one_bias_per_gate(kind, size):
    assert KINDS[kind](32, 64).size == size
    assert GRU(32, 64, reset="before").size == 18_624


def test_orthogonal_states_and_the_forget_bias_at_the_start():
    cell = LSTM(3, 5, layers=2)
    views = cell.unpack(cell.initialize(np.random.default_rng(0), forget_bias=2.0))
    for block in np.split(views["U2"], 4, axis=1):
        np.testing.assert_allclose(block.T @ block, np.eye(5), atol=1e-14)
    np.testing.assert_array_equal(views["b2"], np.repeat([2.0, 0, 0, 0], 5))
    assert abs(views["W1"]).max() <= np.sqrt(6 / 8)


def test_an_overflow_comes_out_as_infinite_and_far_gates_as_0_and_1():
    at = case(LSTM(1, 1))
    theta = np.zeros(at.cell.size)
    at.cell.unpack(theta)["b1"][:] = [-1e6, 1e6, 1e6, 1e6]
    trace = at.cell.trace(at.cell.forward(theta, np.ones((1, 2, 1)))[1])[0]
    assert [trace[gate][0, 0, 0] for gate in "figo"] == [0, 1, 1, 1]


WRONG = {
    "theta of shape": lambda cell: cell.forward(np.zeros(3), np.zeros((1, 2, D))),
    "expected x of shape": lambda cell: cell.forward(np.zeros(cell.size), np.zeros((2, D))),
    r"\(n, t, 2\), got": lambda cell: cell.forward(np.zeros(cell.size), np.zeros((1, 0, D))),
    "expected a state": lambda cell: cell.forward(
        np.zeros(cell.size), np.zeros((1, 2, D)), np.zeros((2, H))
    ),
    "expected doutputs": lambda cell: cell.backward(
        np.zeros(cell.size),
        cell.forward(np.zeros(cell.size), np.zeros((1, 2, D)))[1],
        np.zeros((1, 3, H)),
    ),
    "expected a window": lambda cell: cell.backward(
        np.zeros(cell.size),
        cell.forward(np.zeros(cell.size), np.zeros((1, 2, D)))[1],
        np.zeros((1, 2, H)),
        window=0,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("message", WRONG)
def test_what_does_not_fit_is_refused(kind, message):
    with pytest.raises(ValueError, match=message):
        WRONG[message](KINDS[kind](D, H))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RNN(D, H, activation="sine"), "activation"),
        (lambda: GRU(D, H, reset="never"), "reset"),
        (lambda: LSTM(D, H, frozen={"z": 1.0}), "gates among"),
        (lambda: GRU(D, H, frozen={"r": np.inf}), "finite"),
    ],
)
def test_unknown_settings_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
