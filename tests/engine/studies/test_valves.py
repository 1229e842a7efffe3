"""One unit that obeys words: sequences are read or refused, gates do as told, slopes are right."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import sigmoid
from engine.gradcheck import check_gradient, numerical_gradient
from engine.studies.valves import (
    GRU_GATES,
    LSTM_GATES,
    MOST_STEPS,
    WORDS,
    Step,
    gru_slopes,
    gru_step,
    inputs,
    lstm_slopes,
    lstm_step,
    read_sequence,
    run_valves,
    set_weights,
    unit,
)

RNG = np.random.default_rng(0)
STORY = "store 0.8, hold -0.9, hold 0.5, read, erase, read"
S = float(sigmoid(np.array(6.0)))


def run(kind, text=STORY, sharpness=6.0, recurrent=0.0, start=0.0, frozen=None):
    cell = unit(kind, frozen or {})
    return run_valves(cell, set_weights(cell, sharpness, recurrent), read_sequence(text), start)


def test_a_sequence_is_read():
    steps = read_sequence(" Store 0.8;hold −.5,\nread, ,")
    assert steps == (Step("store", 0.8), Step("hold", -0.5), Step("read", 0.0))
    assert [str(step) for step in steps] == ["store 0.8", "hold -0.5", "read"]
    x = inputs(steps)
    assert x.shape == (3, 1 + len(WORDS))
    np.testing.assert_array_equal(x[:, 0], [0.8, -0.5, 0])
    np.testing.assert_array_equal(x[:, 1:].sum(axis=1), 1)
    assert x[1, 1 + list(WORDS).index("hold")] == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has 0"),
        (", ;", "has 0"),
        ("hold," * (MOST_STEPS + 1), "has 11"),
        ("store 1, open 2", 'Step 2, "open 2", does not begin with one of store'),
        ("0.8", "Step 1"),
        ("store 1e400", 'Step 1: "1e400" is no number'),
        ("store nan", "is no number"),
        ("store inf", "is no number"),
        ("store 10.1", "is no number from −10 to 10"),
        ("store 1 2", '"1 2" is no number'),
        ("store 💧", "is no number"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text, words):
    with pytest.raises(ValueError, match=words):
        read_sequence(text)


def test_every_word_says_what_each_gate_does():
    assert all(set(gates) == {*LSTM_GATES, *GRU_GATES} for gates in WORDS.values())


def test_the_lstm_stores_holds_reads_and_erases():
    v = run("LSTM")
    kept = np.tanh(0.8)
    assert v["c"][0] == pytest.approx(S * kept)
    np.testing.assert_allclose(v["c"][:4], kept, atol=0.01)
    np.testing.assert_allclose(v["c"][4:], 0, atol=0.01)
    np.testing.assert_allclose(v["h"][[0, 1, 2, 4]], 0, atol=0.01)
    assert v["h"][3] == pytest.approx(np.tanh(kept), abs=0.01)
    assert v["f"].tolist() == pytest.approx([1 - S, S, S, S, 1 - S, S])
    np.testing.assert_array_equal(v["before"], [0, *v["c"][:-1]])
    np.testing.assert_array_equal(v["h_before"], [0, *v["h"][:-1]])
    np.testing.assert_array_equal(v["x"], [0.8, -0.9, 0.5, 0, 0, 0])


def test_the_gru_stores_and_holds_but_always_shows_its_state():
    v = run("GRU")
    np.testing.assert_allclose(v["h"][:4], np.tanh(0.8), atol=0.01)
    np.testing.assert_allclose(v["h"][4:], 0, atol=0.01)


def test_words_that_add():
    lstm = run("LSTM", "store 0.5, add 0.5, add -0.3")
    np.testing.assert_allclose(lstm["c"], np.cumsum(np.tanh([0.5, 0.5, -0.3])), atol=0.02)
    gru = run("GRU", "store 0.5, add 0.5", recurrent=1.0, sharpness=20.0)
    assert gru["h"][1] == pytest.approx(np.tanh(0.5 + np.tanh(0.5)))


def test_gates_without_sharpness_are_half_open():
    v = run("LSTM", sharpness=0.0)
    for gate in LSTM_GATES:
        np.testing.assert_array_equal(v[gate], 0.5)


def test_a_frozen_gate_does_not_listen():
    v = run("LSTM", start=1.0, frozen={"f": 1.0, "i": 0.0})
    np.testing.assert_array_equal(v["c"], 1.0)
    v = run("GRU", start=-0.5, frozen={"z": 1.0})
    np.testing.assert_allclose(v["h"], -0.5, rtol=1e-14)


def test_the_output_gate_is_no_part_of_the_cell_state():
    """The handbook's slip H117, with the numbers that decide: 0.3, 0.5, 0.4 and 0."""
    at = np.array([0.3, 0.7, 0.4, 0.5, 0.6])
    slopes = lstm_slopes(at)[0]
    np.testing.assert_allclose(slopes[1:], [0.3, 0.5, 0.4, 0.0], rtol=1e-15)
    numeric = numerical_gradient(lambda v: lstm_step(v)[0], at)
    np.testing.assert_allclose(numeric, slopes, atol=1e-10)
    assert numeric[-1] == 0


@pytest.mark.parametrize("draw", range(5))
def test_slopes_are_those_of_central_differences(draw):
    at = RNG.normal(size=5)
    for k in range(2):
        assert check_gradient(lambda v, k=k: lstm_step(v)[k], lstm_slopes(at)[k], at).error < 1e-8
    assert check_gradient(lambda v: gru_step(v)[0], gru_slopes(at)[0], at).error < 1e-8


@pytest.mark.parametrize("t", range(6))
def test_single_steps_are_those_of_the_engine(t):
    v = run("LSTM", recurrent=0.7, start=0.4)
    at = np.array([v[name][t] for name in ("before", "f", "i", "g", "o")])
    assert v["g"][t] == pytest.approx(np.tanh(v["x"][t] + 0.7 * v["h_before"][t]), rel=1e-13)
    np.testing.assert_allclose(lstm_step(at), [v["c"][t], v["h"][t]], rtol=1e-14)
    v = run("GRU", recurrent=0.7, start=0.4)
    at = np.array([v["before"][t], v["r"][t], v["z"][t], v["x"][t], 0.7])
    np.testing.assert_allclose(gru_step(at), [v["h"][t]], rtol=1e-13)


def test_the_product_of_forget_gates_is_the_slope_by_the_first_state():
    cell = unit("LSTM")
    theta, steps = set_weights(cell, 3.0, 0.0), read_sequence(STORY)
    slope = numerical_gradient(
        lambda c: run_valves(cell, theta, steps, float(c[0]))["c"][-1], np.array([0.3])
    )
    v = run_valves(cell, theta, steps, 0.3)
    np.testing.assert_allclose(slope, np.prod(v["f"]), rtol=1e-7)
