"""The LSTM cell on the two-step example: every value is that of the pass by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.by_hand.lstm_example import EXAMPLE
from engine.recurrent import LSTM

FILE = Path(__file__).parents[1] / "by_hand" / "lstm_by_hand_reference.json"
REFERENCE = json.loads(FILE.read_text(encoding="utf-8"))
NEAR = {"rtol": 0, "atol": 1e-9}


@pytest.fixture(scope="module")
def passes():
    """The cell's forward trace, its gradient by name, that by the start, and the backward trace."""
    cell = LSTM(2, 1)
    theta = np.empty(cell.size)
    views = cell.unpack(theta)
    views["W1"][:], views["U1"][:] = EXAMPLE.W[:, :2].T, EXAMPLE.W[:, 2:].T
    views["b1"][:] = EXAMPLE.b
    start = (np.array([[EXAMPLE.a_0]]), np.array([[EXAMPLE.c_0]]))
    y, cache = cell.forward(theta, EXAMPLE.x[None], start)
    dy = y - EXAMPLE.y[None, :, None]
    gradient, dx, dstart, traces = cell.backward_trace(theta, cache, dy)
    return cell.trace(cache)[0], cell.unpack(gradient), dx[0], dstart, traces[0]


FORWARD = {"Gf": "f", "Gu": "i", "C_tilde": "g", "Go": "o", "C": "c", "tanh_C": "tanh_c", "a": "h"}
BACKWARD = {
    "da": "dh",
    "dC": "dc",
    "dGf_value": "df",
    "dGu_value": "di",
    "dCt_value": "dg",
    "dGo_value": "do",
    "dGf": "du_f",
    "dGu": "du_i",
    "dCt": "du_g",
    "dGo": "du_o",
}


@pytest.mark.parametrize("name", FORWARD)
def test_forward_values(name, passes):
    expected = [step[name] for step in REFERENCE["forward"]]
    np.testing.assert_allclose(passes[0][FORWARD[name]].ravel(), expected, **NEAR)


@pytest.mark.parametrize("name", BACKWARD)
def test_derivatives_at_each_step(name, passes):
    expected = {step["step"]: step[name] for step in REFERENCE["backward"]}
    found = passes[4][BACKWARD[name]].ravel()
    np.testing.assert_allclose(found, [expected[1], expected[2]], **NEAR)


def test_derivatives_by_parameters_inputs_and_the_start(passes):
    _, views, dx, dstart, _ = passes
    weights = np.vstack([views["W1"], views["U1"]]).T
    for k, gate in enumerate("fuco"):
        np.testing.assert_allclose(
            weights[k], REFERENCE["weight_gradients"]["total"][f"dW_{gate}"], **NEAR
        )
        total = REFERENCE["bias_gradients"]["total"][f"db_{gate}"]
        np.testing.assert_allclose(views["b1"][k], total, **NEAR)
    expected = {step["step"]: step["dx"] for step in REFERENCE["backward"]}
    np.testing.assert_allclose(dx, [expected[1], expected[2]], **NEAR)
    da_0, dc_0 = (part.item() for part in dstart)
    initial = REFERENCE["initial_state_gradients"]
    np.testing.assert_allclose([da_0, dc_0], [initial["da_0"], initial["dC_0"]], **NEAR)
