"""Attention by hand: central differences, PyTorch, and what masks and weights must obey."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.attention import (
    additive_backward,
    additive_scores,
    attend,
    attend_backward,
    attention_weights,
    causal_mask,
    context,
    dot_backward,
    dot_scores,
    general_backward,
    general_scores,
    masked,
    scaled_dot_scores,
    score_gradient,
)
from engine.gradcheck import check_gradient

RNG = np.random.default_rng(4)
Q, K, V = RNG.normal(size=(4, 3)), RNG.normal(size=(5, 3)), RNG.normal(size=(5, 2))
M, D = RNG.normal(size=(5, 3)), RNG.normal(size=(4, 2))
SQUARE = RNG.normal(size=(5, 3))
GENERAL = RNG.normal(size=(3, 3))
ADDITIVE = RNG.normal(size=(6, 3)), RNG.normal(size=(6, 3)), RNG.normal(size=6)
D_CONTEXT, D_SCORES = RNG.normal(size=3), RNG.normal(size=5)


def test_scores_entry_by_entry():
    W, U, v = ADDITIVE
    for i, q in enumerate(Q):
        for j, k in enumerate(K):
            assert dot_scores(Q, K)[i, j] == pytest.approx(sum(q * k))
            assert scaled_dot_scores(Q, K)[i, j] == pytest.approx(sum(q * k) / 3**0.5)
            assert general_scores(Q, GENERAL, K)[i, j] == pytest.approx(q @ GENERAL @ k)
            additive = v @ np.tanh(W @ q + U @ k)
            assert additive_scores(Q, K, W, U, v)[i, j] == pytest.approx(additive)


def test_one_query_is_a_row_of_many():
    W, U, v = ADDITIVE
    for one, many in (
        (dot_scores(Q[1], K), dot_scores(Q, K)),
        (scaled_dot_scores(Q[1], K), scaled_dot_scores(Q, K)),
        (general_scores(Q[1], GENERAL, K), general_scores(Q, GENERAL, K)),
        (additive_scores(Q[1], K, W, U, v), additive_scores(Q, K, W, U, v)),
        (attention_weights(dot_scores(Q[1], K)), attention_weights(dot_scores(Q, K))),
        (context(attention_weights(Q[1] @ K.T), V), context(attention_weights(Q @ K.T), V)),
    ):
        np.testing.assert_allclose(one, many[1], rtol=1e-13)


def test_weights_sum_to_one_over_the_keys():
    weights = attention_weights(dot_scores(Q, K))
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-14)
    assert weights.min() > 0


def test_a_causal_position_does_not_see_what_follows():
    found = attend(SQUARE, K, V, causal=True)
    assert not found.weights[~causal_mask(5)].any()
    np.testing.assert_allclose(found.weights.sum(axis=-1), 1, rtol=1e-14)
    later = V + 100 * (np.arange(5) > 2)[:, None]
    moved = attend(SQUARE, K, later, causal=True).context
    np.testing.assert_array_equal(moved[:3], found.context[:3])
    for t in range(1, 6):
        alone = attend(SQUARE[:t], K[:t], V[:t]).context[-1]
        np.testing.assert_allclose(found.context[t - 1], alone, rtol=1e-12)


def test_masks_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="at least one key"):
        masked(np.ones((2, 3)), [[True, False, False], [False, False, False]])
    with pytest.raises(ValueError, match="as many queries as keys"):
        attend(Q, K, V, causal=True)


def test_score_gradient_is_the_central_difference():
    scores = dot_scores(Q, K)
    gradient = score_gradient(attention_weights(scores), V, D)

    def loss(s):
        return float(np.sum(D * context(attention_weights(s), V)))

    assert check_gradient(loss, gradient, scores).passed(1e-9)
    np.testing.assert_allclose(gradient.sum(axis=-1), 0, atol=1e-14)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("name", ["queries", "keys", "values"])
def test_attend_backward_is_the_central_difference(name, causal):
    at = {"queries": SQUARE, "keys": K, "values": V}
    d = np.cos(np.arange(10.0)).reshape(5, 2)

    def loss(values):
        return float(np.sum(d * attend(*(at | {name: values}).values(), causal=causal).context))

    found = attend_backward(*at.values(), attend(*at.values(), causal=causal).weights, d)
    assert check_gradient(loss, getattr(found, name), at[name]).passed(1e-9)


def test_dot_backward_is_the_central_difference():
    dq, dM = dot_backward(Q[0], M, D_CONTEXT)

    def loss(q, memory):
        return float(D_CONTEXT @ context(attention_weights(dot_scores(q, memory)), memory))

    assert check_gradient(lambda q: loss(q, M), dq, Q[0]).passed(1e-9)
    assert check_gradient(lambda memory: loss(Q[0], memory), dM, M).passed(1e-9)


def test_general_and_additive_backward_are_central_differences():
    parts = [Q[0], GENERAL, K]
    for place, gradient in enumerate(general_backward(*parts, D_SCORES)):

        def general(x, place=place):
            return float(D_SCORES @ general_scores(*parts[:place], x, *parts[place + 1 :]))

        assert check_gradient(general, gradient, parts[place]).passed(1e-9)
    parts = [Q[0], K, *ADDITIVE]
    for place, gradient in enumerate(additive_backward(*parts, D_SCORES)):

        def additive(x, place=place):
            return float(D_SCORES @ additive_scores(*parts[:place], x, *parts[place + 1 :]))

        assert check_gradient(additive, gradient, parts[place]).passed(1e-9)


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_that_of_torch(causal):
    torch = pytest.importorskip("torch")
    tensors = [torch.tensor(x, requires_grad=True) for x in (SQUARE, K, V)]
    there = torch.nn.functional.scaled_dot_product_attention(
        *(x[None] for x in tensors), is_causal=causal
    )[0]
    here = attend(SQUARE, K, V, causal=causal)
    np.testing.assert_allclose(here.context, there.detach(), rtol=1e-10, atol=1e-12)
    d = np.cos(np.arange(10.0)).reshape(5, 2)
    there.backward(torch.tensor(d))
    found = attend_backward(SQUARE, K, V, here.weights, d)
    for gradient, tensor in zip((found.queries, found.keys, found.values), tensors, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad, rtol=1e-10, atol=1e-12)
    shared = [torch.tensor(x, requires_grad=True) for x in (Q[0], M)]
    torch.softmax(shared[1] @ shared[0], 0).matmul(shared[1]).backward(torch.tensor(D_CONTEXT))
    for gradient, tensor in zip(dot_backward(Q[0], M, D_CONTEXT), shared, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad, rtol=1e-10, atol=1e-12)


def test_additive_gradients_are_those_of_torch():
    torch = pytest.importorskip("torch")
    q, keys, W, U, v = (torch.tensor(x, requires_grad=True) for x in (Q[0], K, *ADDITIVE))
    scores = torch.tanh(W @ q + keys @ U.T) @ v
    np.testing.assert_allclose(additive_scores(Q[0], K, *ADDITIVE), scores.detach(), rtol=1e-12)
    scores.backward(torch.tensor(D_SCORES))
    for gradient, tensor in zip(
        additive_backward(Q[0], K, *ADDITIVE, D_SCORES), (q, keys, W, U, v), strict=True
    ):
        np.testing.assert_allclose(gradient, tensor.grad, rtol=1e-10, atol=1e-12)
