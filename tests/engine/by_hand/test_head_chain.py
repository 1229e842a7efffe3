"""The softmax head factor by factor: the reference run, differences, and saturation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.by_hand.head_chain import factor_checks, head_chain
from engine.by_hand.lstm import forward
from engine.by_hand.lstm_example import EXAMPLE, HEAD_LABEL, HEAD_WEIGHTS, WORDS
from engine.by_hand.sentence import DISTRIBUTIONS, PUBLISHED, SOURCE, greedy
from engine.by_hand.softmax_head import softmax_head

HEAD = json.loads(Path(__file__).with_name("lstm_by_hand_reference.json").read_text())[
    "softmax_head"
]
A = [forward(EXAMPLE)[1].cell.a]
CHAIN = head_chain(HEAD_WEIGHTS, A, HEAD_LABEL)


def test_every_value_is_that_of_the_reference():
    pairs = {
        "W_y": CHAIN.W_y,
        "a_t": CHAIN.a[:, None],
        "Z": CHAIN.z[:, None],
        "Y_hat": CHAIN.p[:, None],
        "E": CHAIN.error,
        "dE_dYhat (1x3)": CHAIN.dp,
        "softmax_jacobian (3x3)": CHAIN.jacobian,
        "dE_dZ = Y_hat - y (1x3)": CHAIN.dz,
        "dE_da (1x1)": CHAIN.da,
        "dE_dWy (3x1)": CHAIN.dW_y,
    }
    for name, value in pairs.items():
        np.testing.assert_allclose(value, HEAD[name], atol=1e-9, err_msg=name)


def test_the_factors_multiply_to_the_joined_form():
    assert [f.shape for f in (CHAIN.dp, CHAIN.jacobian, CHAIN.W_y)] == [(1, 3), (3, 3), (3, 1)]
    np.testing.assert_allclose(CHAIN.dz_by_factors, CHAIN.dz, atol=1e-15)
    np.testing.assert_allclose(CHAIN.dp @ (CHAIN.jacobian @ CHAIN.W_y), CHAIN.da, atol=1e-15)
    assert not CHAIN.is_saturated
    plain = softmax_head(HEAD_WEIGHTS, A, HEAD_LABEL)
    np.testing.assert_allclose(CHAIN.da, plain.da, atol=1e-15)
    np.testing.assert_allclose(CHAIN.dW_y, plain.dW_y, atol=1e-15)


@pytest.mark.parametrize("label", range(3))
@pytest.mark.parametrize(
    ("W_y", "a"),
    [
        (HEAD_WEIGHTS, A),
        ([[3.0], [-2.0], [0.5]], [1.5]),
        ([[1000.0], [999.0], [998.0]], [0.01]),
        ([[0.01], [0.02], [-0.03]], [1000.0]),
        ([[5.0], [-5.0], [0.0]], [-3.0]),
        ([[0.0], [0.0], [0.0]], [0.0]),
    ],
)
def test_each_factor_is_a_central_difference(W_y, a, label):
    chain = head_chain(W_y, a, np.eye(3)[label])
    checks = factor_checks(chain)
    assert set(checks) == {"dE/dp", "dp/dz", "dz/da", "dE/dz", "dE/da", "dE/dW_y"}
    assert {name: check.error for name, check in checks.items() if not check.passed(1e-7)} == {}


@pytest.mark.parametrize("reach", [800.0, 1e6, -1e6])
def test_where_the_probability_rounds_to_zero_the_joined_form_stays(reach):
    chain = head_chain([[-reach], [reach], [0.0]], [1.0], np.eye(3)[0 if reach > 0 else 1])
    assert chain.is_saturated
    assert np.isneginf(chain.dp).sum() == 1
    assert np.isnan(chain.dz_by_factors).any()
    np.testing.assert_array_equal(chain.dz, (chain.p - chain.y)[None])
    np.testing.assert_allclose(np.abs(chain.dz[0]), [1, 1, 0], atol=1e-15)
    assert np.isfinite(chain.error)
    checks = factor_checks(chain)
    assert "dE/dp" not in checks
    assert all(check.passed(1e-6) for check in checks.values())


def test_a_probability_too_small_to_invert_counts_as_saturated():
    chain = head_chain([[-712.0], [0.0], [0.0]], [1.0], np.eye(3)[0])
    assert 0 < chain.p[0] < 1e-308
    assert chain.is_saturated


def test_the_sentence_is_decoded_greedily():
    assert greedy(DISTRIBUTIONS) == [1, 0, 2]
    assert " ".join(WORDS[k] for k in greedy(DISTRIBUTIONS)) == "How are you"
    np.testing.assert_allclose(DISTRIBUTIONS.sum(axis=1), 1)
    assert {DISTRIBUTIONS[place] for place in PUBLISHED} == {0.6}
    assert len(SOURCE) == 4
