"""Multi-head attention: central differences, PyTorch, masks, and what it owes to no position."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.attention import attend, causal_mask
from engine.gradcheck import check_gradient
from engine.multi_head import MultiHead, attend_heads, join_heads, padding_mask, split_heads

RNG = np.random.default_rng(0)
LAYER = MultiHead(6, 3)
P = {name: RNG.normal(size=shape) / 2 for name, shape in LAYER.shapes().items()}
X_Q, X_KV, DY = (RNG.normal(size=(2, length, 6)) for length in (4, 5, 4))
CROSS = padding_mask([5, 3], 5)
CAUSAL = causal_mask(4)
CASES = {
    "cross": (X_KV, None),
    "cross, padding": (X_KV, CROSS),
    "self": (X_Q, None),
    "self, causal": (X_Q, CAUSAL),
    "self, causal and padding": (X_Q, CAUSAL & padding_mask([4, 2], 4)),
}
by_case = pytest.mark.parametrize("case", CASES)


@by_case
def test_gradients_are_central_differences(case):
    x_kv, allowed = CASES[case]
    _, cache = LAYER.forward(P, X_Q, x_kv, allowed)
    dx_q, dx_kv, grads = LAYER.backward(P, cache, DY)
    assert grads.keys() == P.keys()

    def loss(p=P, q=X_Q, kv=x_kv):
        return float((LAYER.forward(p, q, kv, allowed)[0] * DY).sum())

    assert check_gradient(lambda q: loss(q=q), dx_q, X_Q).passed(1e-8)
    assert check_gradient(lambda kv: loss(kv=kv), dx_kv, x_kv).passed(1e-8)
    for name, gradient in grads.items():
        check = check_gradient(lambda v, name=name: loss(P | {name: v}), gradient, P[name])
        assert check.passed(1e-8), name


@by_case
def test_outputs_weights_and_gradients_are_those_of_torch(case):
    torch = pytest.importorskip("torch")
    x_kv, allowed = CASES[case]
    net = torch.nn.MultiheadAttention(6, 3, batch_first=True, dtype=torch.float64)
    net.load_state_dict(
        {
            "in_proj_weight": torch.tensor(np.concatenate([P[f"W_{name}"].T for name in "QKV"])),
            "in_proj_bias": torch.tensor(np.concatenate([P[f"b_{name}"] for name in "QKV"])),
            "out_proj.weight": torch.tensor(P["W_O"].T),
            "out_proj.bias": torch.tensor(P["b_O"]),
        }
    )
    q, kv = (torch.tensor(x, requires_grad=True) for x in (X_Q, x_kv))
    hidden = None
    if allowed is not None:  # PyTorch's mask has True where nothing may be seen
        full = np.broadcast_to(~allowed, (2, 3, 4, x_kv.shape[1]))
        hidden = torch.tensor(full.reshape(6, 4, -1).copy())
    expected, weights = net(q, kv, kv, attn_mask=hidden, average_attn_weights=False)
    expected.backward(torch.tensor(DY))
    y, cache = LAYER.forward(P, X_Q, x_kv, allowed)
    dx_q, dx_kv, grads = LAYER.backward(P, cache, DY)
    blocks = [np.concatenate([grads[f"{kind}_{name}"].T for name in "QKV"]) for kind in "Wb"]
    for got, wanted in (
        (y, expected.detach()),
        (cache.weights, weights.detach()),
        (dx_q, q.grad),
        (dx_kv, kv.grad),
        (blocks[0], net.in_proj_weight.grad),
        (blocks[1], net.in_proj_bias.grad),
        (grads["W_O"].T, net.out_proj.weight.grad),
        (grads["b_O"], net.out_proj.bias.grad),
    ):
        np.testing.assert_allclose(got, wanted.numpy(), rtol=1e-10, atol=1e-10)


def test_one_head_is_attention_by_hand():
    q, k, v = (RNG.normal(size=(1, rows, 3)) for rows in (4, 5, 5))
    seen = attend_heads(*(split_heads(x, 1) for x in (q, k, v)))
    by_hand = attend(q[0], k[0], v[0])
    np.testing.assert_allclose(join_heads(seen.contexts)[0], by_hand.context, rtol=1e-12)
    np.testing.assert_allclose(seen.weights[0, 0], by_hand.weights, rtol=1e-12)


def test_heads_take_shares_of_columns_and_are_joined_again():
    split = split_heads(X_Q, 3)
    assert split.shape == (2, 3, 4, 2)
    for head in range(3):
        np.testing.assert_array_equal(split[:, head], X_Q[..., 2 * head : 2 * head + 2])
    np.testing.assert_array_equal(join_heads(split), X_Q)


@by_case
def test_weights_sum_to_one_and_are_zero_where_nothing_may_be_seen(case):
    x_kv, allowed = CASES[case]
    _, cache = LAYER.forward(P, X_Q, x_kv, allowed)
    assert cache.weights.shape == (2, 3, 4, x_kv.shape[1])
    np.testing.assert_allclose(cache.weights.sum(axis=-1), 1, rtol=1e-14)
    if allowed is not None:
        may = np.broadcast_to(allowed, cache.weights.shape)
        assert not cache.weights[~may].any()
        assert (cache.weights[may] > 0).all()


def test_later_inputs_have_exactly_no_influence_on_earlier_outputs():
    before, cache = LAYER.forward(P, X_Q, X_Q, CAUSAL)
    for place in range(4):
        moved = X_Q.copy()
        moved[:, place] += 10 * RNG.normal(size=(2, 6))
        after, _ = LAYER.forward(P, moved, moved, CAUSAL)
        np.testing.assert_array_equal(after[:, :place], before[:, :place])
        assert np.abs(after[:, place:] - before[:, place:]).max() > 1e-3
        dy = np.zeros_like(DY)
        dy[:, place] = DY[:, place]
        dx_q, dx_kv, _ = LAYER.backward(P, cache, dy)
        assert not (dx_q + dx_kv)[:, place + 1 :].any()


def test_padding_has_exactly_no_influence():
    before, cache = LAYER.forward(P, X_Q, X_KV, CROSS)
    moved = X_KV.copy()
    moved[1, 3:] = 1e3
    np.testing.assert_array_equal(LAYER.forward(P, X_Q, moved, CROSS)[0], before)
    assert not LAYER.backward(P, cache, DY)[1][1, 3:].any()


def test_without_positions_a_new_order_of_tokens_only_reorders_the_outputs():
    order = np.array([2, 0, 3, 1])
    y, _ = LAYER.forward(P, X_Q, X_Q)
    turned, _ = LAYER.forward(P, X_Q[:, order], X_Q[:, order])
    np.testing.assert_allclose(turned, y[:, order], rtol=1e-10, atol=1e-12)
    shuffled, _ = LAYER.forward(P, X_Q, X_KV[:, [4, 1, 0, 2, 3]])
    np.testing.assert_allclose(shuffled, LAYER.forward(P, X_Q, X_KV)[0], rtol=1e-10, atol=1e-12)


def test_large_scores_stay_numbers():
    y, cache = LAYER.forward(P, 1e4 * X_Q, 1e4 * X_KV, CROSS)
    assert np.isfinite(y).all()
    assert all(np.isfinite(part).all() for part in LAYER.backward(P, cache, DY)[:2])


def test_start():
    p = LAYER.initialize(np.random.default_rng(1))
    assert {name: value.shape for name, value in p.items()} == LAYER.shapes()
    assert not any(p[f"b_{name}"].any() for name in "QKVO")
    assert sum(value.size for value in p.values()) == 4 * 6 * 6 + 4 * 6


def test_a_query_that_may_see_nothing_is_refused():
    nothing = np.ones((4, 5), dtype=bool)
    nothing[2] = False
    with pytest.raises(ValueError, match="at least one key that may be read for each query"):
        LAYER.forward(P, X_Q, X_KV, nothing)
    with pytest.raises(ValueError, match="at least one key"):
        LAYER.forward(P, X_Q, X_KV, padding_mask([5, 0], 5))


def test_refusals():
    for d, heads in ((6, 4), (6, 0), (0, 1), (6, -2)):
        with pytest.raises(ValueError, match="cannot share"):
            MultiHead(d, heads)
    with pytest.raises(ValueError, match="cannot share"):
        split_heads(X_Q, 5)
    for bad in (X_Q[0], X_Q[..., :5], X_Q[:, :0]):
        with pytest.raises(ValueError, match="shape"):
            LAYER.forward(P, bad, X_KV)
        with pytest.raises(ValueError, match="shape"):
            LAYER.forward(P, X_Q, bad)
    with pytest.raises(ValueError, match="batches of one size, got 2 and 1"):
        LAYER.forward(P, X_Q, X_KV[:1])
    with pytest.raises(ValueError, match=r"\(3, 3\) does not fit"):
        LAYER.forward(P, X_Q, X_KV, causal_mask(3))
    with pytest.raises(ValueError, match="True"):
        LAYER.forward(P, X_Q, X_KV, np.zeros((4, 5)))
    for lengths in ([6], [-1], 3):
        with pytest.raises(ValueError, match="lengths from 0 to 5"):
            padding_mask(lengths, 5)
