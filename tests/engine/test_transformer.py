"""The encoder block, post-norm and pre-norm: central differences, PyTorch, masks and names."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.attention import causal_mask
from engine.gradcheck import check_gradient
from engine.layers import LayerNorm
from engine.multi_head import MultiHead, padding_mask
from engine.positional import sinusoidal
from engine.transformer import EncoderBlock

RNG = np.random.default_rng(1)
BLOCKS = {
    (activation, norm_first): EncoderBlock(4, 2, 7, activation, norm_first)
    for activation in ("relu", "gelu")
    for norm_first in (False, True)
}
MASKS = {
    "no mask": None,
    "causal": causal_mask(5),
    "causal and padding": causal_mask(5) & padding_mask([5, 3, 1], 5),
}
THETA = BLOCKS["relu", False].initialize(RNG) + 0.3 * RNG.normal(size=163)
X, DY = RNG.normal(size=(3, 5, 4)), RNG.normal(size=(3, 5, 4))
by_block = pytest.mark.parametrize("kind", BLOCKS, ids=str)
by_mask = pytest.mark.parametrize("mask", MASKS)


@by_block
@by_mask
def test_gradients_are_central_differences(kind, mask):
    block, allowed = BLOCKS[kind], MASKS[mask]
    _, cache = block.forward(THETA, X, allowed)
    gradient, dx = block.backward(THETA, cache, DY)

    def loss(theta, x):
        return float((block.forward(theta, x, allowed)[0] * DY).sum())

    assert check_gradient(lambda theta: loss(theta, X), gradient, THETA).passed(1e-8)
    assert check_gradient(lambda x: loss(THETA, x), dx, X).passed(1e-8)


TORCH_NAMES = {
    "self_attn.out_proj.weight": "attention.W_O",
    "self_attn.out_proj.bias": "attention.b_O",
    "linear1.weight": "dense1.W",
    "linear1.bias": "dense1.b",
    "linear2.weight": "dense2.W",
    "linear2.bias": "dense2.b",
    "norm1.weight": "norm1.gamma",
    "norm1.bias": "norm1.beta",
    "norm2.weight": "norm2.gamma",
    "norm2.bias": "norm2.beta",
}


def as_torch_has_them(views):
    """Parameters or gradients by PyTorch's names, in its layout."""
    named = {theirs: views[ours].T for theirs, ours in TORCH_NAMES.items()}
    for kind, theirs in (("W", "weight"), ("b", "bias")):
        blocks = [views[f"attention.{kind}_{name}"].T for name in "QKV"]
        named[f"self_attn.in_proj_{theirs}"] = np.concatenate(blocks)
    return named


@by_block
@by_mask
def test_outputs_and_gradients_are_those_of_torch(kind, mask):
    torch = pytest.importorskip("torch")
    block, allowed = BLOCKS[kind], MASKS[mask]
    net = torch.nn.TransformerEncoderLayer(
        4, 2, 7, 0.0, kind[0], batch_first=True, norm_first=kind[1], dtype=torch.float64
    )
    weights = as_torch_has_them(block.unpack(THETA))
    net.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    x = torch.tensor(X, requires_grad=True)
    hidden = None
    if allowed is not None:  # PyTorch's mask has True where nothing may be seen
        full = np.broadcast_to(~allowed, (3, 2, 5, 5))
        hidden = torch.tensor(full.reshape(6, 5, 5).copy())
    expected = net(x, src_mask=hidden)
    expected.backward(torch.tensor(DY))
    y, cache = block.forward(THETA, X, allowed)
    gradient, dx = block.backward(THETA, cache, DY)
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(dx, x.grad.numpy(), rtol=1e-10, atol=1e-10)
    found = as_torch_has_them(block.unpack(gradient))
    assert found.keys() == dict(net.named_parameters()).keys()
    for name, value in net.named_parameters():
        np.testing.assert_allclose(
            found[name], value.grad.numpy(), rtol=1e-10, atol=1e-10, err_msg=name
        )


@by_block
def test_later_inputs_have_exactly_no_influence_on_earlier_outputs(kind):
    block = BLOCKS[kind]
    before, cache = block.forward(THETA, X, causal_mask(5))
    for place in range(5):
        moved = X.copy()
        moved[:, place] += 5 * RNG.normal(size=(3, 4))
        after, _ = block.forward(THETA, moved, causal_mask(5))
        np.testing.assert_array_equal(after[:, :place], before[:, :place])
        assert np.abs(after[:, place:] - before[:, place:]).max() > 1e-3
        dy = np.zeros_like(DY)
        dy[:, place] = DY[:, place]
        assert not block.backward(THETA, cache, dy)[1][:, place + 1 :].any()


@by_block
def test_without_positions_the_order_does_not_matter_and_with_them_it_does(kind):
    block, order = BLOCKS[kind], np.array([3, 0, 4, 1, 2])
    y, _ = block.forward(THETA, X)
    turned, _ = block.forward(THETA, X[:, order])
    np.testing.assert_allclose(turned, y[:, order], rtol=1e-9, atol=1e-12)
    places = sinusoidal(5, 4)
    y, _ = block.forward(THETA, X + places)
    turned, _ = block.forward(THETA, X[:, order] + places)
    assert np.abs(turned - y[:, order]).max() > 0.01


def test_post_norm_ends_in_a_norm_and_pre_norm_in_a_sum():
    plain = {"gamma": np.ones(4), "beta": np.zeros(4)}
    post, pre = (EncoderBlock(4, 2, 7, norm_first=first) for first in (False, True))
    theta = post.initialize(RNG)
    y, _ = post.forward(theta, X)
    np.testing.assert_allclose(y.mean(axis=2), 0, atol=1e-14)
    silent = theta.copy()
    for name in ("attention.W_O", "dense2.W"):
        pre.unpack(silent)[name][...] = 0  # with silent sublayers pre-norm passes x on
    np.testing.assert_array_equal(pre.forward(silent, X)[0], X)
    rows = X.reshape(-1, 4)
    once, _ = LayerNorm(4).forward(plain, rows)
    twice, _ = LayerNorm(4).forward(plain, once)
    np.testing.assert_allclose(post.forward(silent, X)[0], twice.reshape(X.shape), rtol=1e-12)


def test_what_lies_between_the_halves_is_kept():
    block = BLOCKS["relu", True]
    _, cache = block.forward(THETA, X)
    views, rows = block.unpack(THETA), X.reshape(-1, 4)
    norm = {key: views[f"norm1.{key}"] for key in ("gamma", "beta")}
    h = LayerNorm(4).forward(norm, rows)[0].reshape(X.shape)
    attention = {key: views[f"attention.{key}"] for key in MultiHead(4, 2).shapes()}
    y, seen = MultiHead(4, 2).forward(attention, h, h)
    np.testing.assert_allclose(cache.between, X + y, rtol=1e-12)
    np.testing.assert_allclose(cache.weights, seen.weights, rtol=1e-12)


@pytest.mark.parametrize(("d", "heads", "hidden"), [(4, 2, 7), (6, 1, 24), (512, 8, 2048)])
def test_parameter_count(d, heads, hidden):
    size = EncoderBlock(d, heads, hidden).size
    assert size == 4 * (d * d + d) + (d * hidden + hidden) + (hidden * d + d) + 4 * d
    if d == 512:  # the base model of Vaswani et al. 2017
        assert size == 3_152_384


def test_multiplications_are_those_of_its_matrix_products():
    d, heads, hidden, t, s = 6, 3, 10, 5, 7
    size = d // heads
    reading = t * d * d + 2 * s * d * d  # rows x (d, d) for queries, and for keys and values
    inside = heads * (t * size * s + t * s * size)
    assert MultiHead(d, heads).multiplications(t, s) == reading + inside + t * d * d
    whole = MultiHead(d, heads).multiplications(t, t) + t * d * hidden + t * hidden * d
    assert EncoderBlock(d, heads, hidden).multiplications(t) == whole


def test_theta_is_one_vector_with_views():
    block = EncoderBlock(4, 2, 7)
    theta = block.initialize(np.random.default_rng(2))
    views = block.unpack(theta)
    assert sum(view.size for view in views.values()) == block.size == theta.size == 163
    assert all(np.shares_memory(view, theta) for view in views.values())
    np.testing.assert_array_equal(np.concatenate([v.ravel() for v in views.values()]), theta)
    for name, view in views.items():
        part, key = name.split(".")
        assert (view == 1).all() == (key == "gamma")
        assert view.any() == (key == "gamma" or key.startswith("W")), part


def test_nothing_is_changed_in_place():
    theta, x, dy = THETA.copy(), X.copy(), DY.copy()
    for block in BLOCKS.values():
        y, cache = block.forward(theta, x)
        kept = y.copy()
        block.backward(theta, cache, dy)
        np.testing.assert_array_equal(y, kept)
    for now, before in ((theta, THETA), (x, X), (dy, DY)):
        np.testing.assert_array_equal(now, before)


def test_refusals():
    with pytest.raises(ValueError, match="cannot share"):
        EncoderBlock(4, 3, 7)
    with pytest.raises(ValueError, match="sizes of 1 or more"):
        EncoderBlock(4, 2, 0)
    with pytest.raises(ValueError, match="unknown activation 'bend'"):
        EncoderBlock(4, 2, 7, "bend")
    block = EncoderBlock(4, 2, 7)
    with pytest.raises(ValueError, match=r"theta of shape \(163,\), got \(162,\)"):
        block.forward(THETA[:-1], X)
    for bad in (X[0], X[..., :3], np.ones(4)):
        with pytest.raises(ValueError, match=r"shape \(n, t, 4\)"):
            block.forward(THETA, bad)
    _, cache = block.forward(THETA, X)
    with pytest.raises(ValueError, match=r"dy of shape \(3, 5, 4\), got \(5, 4\)"):
        block.backward(THETA, cache, DY[0])
    with pytest.raises(ValueError, match="at least one key"):
        block.forward(THETA, X, padding_mask([5, 3, 0], 5))
