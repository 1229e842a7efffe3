"""Attention: weights, contexts, and what a score knows about places."""

from __future__ import annotations

import numpy as np
import pytest

from engine.seq2seq.attention import ATTENTIONS, attend

RNG = np.random.default_rng(0)
N, T, S, D = 2, 3, 5, 4


def parameters(name: str) -> dict[str, np.ndarray]:
    shapes = ATTENTIONS[name].shapes(D) | {"W_c": (2 * D, D)}
    return {key: RNG.normal(size=shape) for key, shape in shapes.items()}


@pytest.mark.parametrize("name", ATTENTIONS)
def test_weights_sum_to_one_and_the_context_is_their_mean(name):
    h, m = RNG.normal(size=(N, T, D)), RNG.normal(size=(N, S, D))
    seen = attend(ATTENTIONS[name], parameters(name), h, m)
    np.testing.assert_allclose(seen.weights.sum(axis=2), 1)
    assert (seen.weights > 0).all()
    context = np.einsum("nts,nsd->ntd", seen.weights, m)
    np.testing.assert_allclose(seen.joined[..., :D], context, atol=1e-14)
    np.testing.assert_array_equal(seen.joined[..., D:], h)


@pytest.mark.parametrize("name", ATTENTIONS)
def test_places_in_another_order_only_move_the_weights(name):
    h, m, order = RNG.normal(size=(N, T, D)), RNG.normal(size=(N, S, D)), RNG.permutation(S)
    p = parameters(name)
    seen, moved = (attend(ATTENTIONS[name], p, h, memory) for memory in (m, m[:, order]))
    np.testing.assert_allclose(moved.weights, seen.weights[..., order], atol=1e-14)
    np.testing.assert_allclose(moved.vector, seen.vector, atol=1e-13)


def test_scores_are_those_of_the_papers():
    h, m = RNG.normal(size=(1, 1, D)), RNG.normal(size=(1, 1, D))
    a, b = h[0, 0], m[0, 0]
    p = {name: parameters(name) for name in ATTENTIONS}
    expected = {
        "dot": a @ b,
        "general": a @ p["general"]["W_a"] @ b,
        "additive": np.tanh(a @ p["additive"]["W_h"] + b @ p["additive"]["W_m"])
        @ p["additive"]["v_a"],
    }
    for name, value in expected.items():
        scores, _ = ATTENTIONS[name].forward(p[name], h, m)
        np.testing.assert_allclose(scores, value, rtol=1e-13)


def test_general_with_the_identity_is_dot():
    h, m = RNG.normal(size=(N, T, D)), RNG.normal(size=(N, S, D))
    general, _ = ATTENTIONS["general"].forward({"W_a": np.eye(D)}, h, m)
    dot, _ = ATTENTIONS["dot"].forward({}, h, m)
    np.testing.assert_allclose(general, dot, atol=1e-14)
