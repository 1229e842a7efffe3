"""The printed formulas on recurrent networks are wrong exactly where the errata say so."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.lstm import CANDIDATE, OUTPUT, UPDATE, backward, forward
from engine.by_hand.lstm_example import EXAMPLE
from engine.by_hand.rnn import hidden_states, without_biases
from engine.printed.recurrent import (
    printed_candidate_by_itself,
    printed_candidate_gradient,
    printed_gate_by_itself,
    printed_gate_by_weights,
    printed_hidden_states,
    printed_output_by_gate,
    printed_path_through_output_gate,
    printed_share_of_candidate,
)

STEPS = forward(EXAMPLE)
GRADIENTS = backward(EXAMPLE, STEPS)
STEP, GRADIENT = STEPS[1], GRADIENTS[1]
NOW = STEP.cell


def test_output_by_gate_is_the_derivative_by_the_pre_activation():
    printed = GRADIENT.da * printed_output_by_gate(NOW)
    assert printed == pytest.approx(GRADIENT.du[OUTPUT], rel=1e-12)
    assert abs(printed - GRADIENT.dvalue[OUTPUT]) > 0.06


def test_a_variable_by_itself_is_printed_as_its_slope():
    assert printed_gate_by_itself(NOW) == pytest.approx(0.206015, abs=1e-6)
    assert printed_candidate_by_itself(NOW) == pytest.approx(0.719689, abs=1e-6)


def test_candidate_gradient_without_brackets():
    printed = printed_candidate_gradient(GRADIENT.dc, NOW.gate_u, NOW.candidate)
    assert printed == pytest.approx(-0.500663, abs=1e-6)
    assert GRADIENT.du[CANDIDATE] == pytest.approx(-0.158584, abs=1e-6)
    assert printed_candidate_gradient(GRADIENT.dc, NOW.gate_u, 0.0) == GRADIENT.dc * NOW.gate_u


@pytest.mark.parametrize("t", [0, 1])
def test_the_printed_path_through_the_output_gate_is_dead(t):
    assert printed_path_through_output_gate(EXAMPLE, STEPS[t], GRADIENTS[t].da) == 0
    assert abs(GRADIENTS[t].da_prev_via[OUTPUT]) > 1e-3


def test_share_of_candidate_ends_with_the_right_number():
    share = printed_share_of_candidate(EXAMPLE, GRADIENT)
    np.testing.assert_allclose(share, [-0.11894, -0.0555, 0.09515], atol=1e-5)
    assert share[-1] == GRADIENT.da_prev_via[CANDIDATE]


def test_gate_by_weights_lacks_the_slope():
    slope = NOW.gate_u * (1 - NOW.gate_u)
    np.testing.assert_allclose(
        GRADIENT.dW[UPDATE],
        GRADIENT.dvalue[UPDATE] * slope * printed_gate_by_weights(STEP),
        rtol=1e-12,
    )


def test_the_printed_listing_forgets_at_every_step():
    rng = np.random.default_rng(0)
    p = without_biases(*(rng.normal(size=shape) for shape in ((4, 2), (4, 4), (1, 4))))
    x = rng.normal(size=(5, 2))
    moved = x.copy()
    moved[0] += 1
    printed, right = printed_hidden_states(p, x), hidden_states(p, x)
    np.testing.assert_array_equal(printed[:2], right[:2])
    np.testing.assert_array_equal(printed_hidden_states(p, moved)[2:], printed[2:])
    assert np.all(np.abs(hidden_states(p, moved) - right)[1:].max(axis=1) > 0.1)
