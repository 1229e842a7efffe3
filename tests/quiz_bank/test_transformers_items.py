"""Questions on transformers: worked from the numbers of their prompts alone, with PyTorch; their
listings run; and the claims of their prose."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from engine.activations import softmax
from engine.by_hand.attention import causal_mask
from engine.layers import LayerNorm
from engine.multi_head import MultiHead, attend_heads, join_heads, split_heads
from engine.positional import sinusoidal
from engine.transformer import EncoderBlock
from quiz_bank.certify import variant_of
from quiz_bank.loader import load_bank
from tests.quiz_bank.listings import line_of, listing_of, right_option, right_options, run
from tests.quiz_bank.prompts import assert_worked, certified, grid, row, whole

QUESTIONS = {question.id: question for question in load_bank()}


def block_sizes(prompt):
    return whole(prompt, r"width (\d+)", r"(\d+) attention heads", r"layer of (\d+) units")


def block_parameters(prompt, keep):
    d, _, hidden = block_sizes(prompt)
    dense = [(d, d)] * 4 + [(d, hidden), (hidden, d)]
    return sum(a * b + b for a, b in dense) + 2 * (d + d)


def products(t, d):
    """Multiplications of a block over t tokens, matrix product by matrix product."""
    token_wise = [(d, d)] * 4 + [(d, 4 * d), (4 * d, d)]
    return sum(t * a * b for a, b in token_wise) + 2 * t * t * d


def longer_input(prompt, keep):
    d, t, more = whole(prompt, r"d = (\d+)", r"from (\d+) to", r"to (\d+) tokens\?")
    return products(more, d) / products(t, d)


def reads_per_token(prompt, keep):
    blocks, d, weights, tokens = whole(
        prompt, r"has (\d+) blocks", r"width (\d+)", r"with (\d+) weights", r"read (\d+) tokens"
    )
    return sum(weights + 2 * tokens * d for _ in range(blocks))


def sinusoidal_encoding(prompt, keep):
    base, d, p = whole(prompt, r"b = (\d+)", r"d = (\d+)\$;", r"p = (\d+)")
    angles = [float(keep(p / base ** (2 * i / d))) for i in range(d // 2)]
    return [f(angle) for angle in angles for f in (math.sin, math.cos)]


def add_and_norm(prompt, keep):
    total = row(prompt, "x") + row(prompt, "f(x)")
    centered = total - total.mean()
    return centered / math.sqrt(sum(centered**2) / 4)


def cached_step(prompt, keep):
    K = np.vstack([grid(prompt, "K"), row(prompt, "k_3")])
    V = np.vstack([grid(prompt, "V"), row(prompt, "v_3")])
    e = keep(np.exp(keep(K @ row(prompt, "q_3") / 2)))
    return keep(e / e.sum()) @ V


def offset_product(prompt, keep):
    p, later = whole(prompt, r"positions (\d+) and", r"positions \d+ and (\d+)")
    w = float(re.search(r"w = ([\d.]+)\$?", prompt)[1])
    angles = [(p, later), (w * p, w * later)]
    terms = [math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) for a, b in angles]
    return float(np.sum(keep(terms)))


WORKED = {
    "transformers/block-parameters": block_parameters,
    "transformers/longer-input": longer_input,
    "transformers/reads-per-token": reads_per_token,
    "transformers/sinusoidal-encoding": sinusoidal_encoding,
    "transformers/add-and-norm": add_and_norm,
    "transformers/cached-step": cached_step,
    "transformers/offset-product": offset_product,
}


@pytest.mark.parametrize("name", WORKED)
def test_the_answer_follows_from_the_prompt_and_bears_rounding(name):
    assert_worked(QUESTIONS[name], WORKED[name])


def test_every_template_is_worked_here():
    templates = {q.id for q in QUESTIONS.values() if q.is_template and q.topic == "transformers"}
    assert set(WORKED) == templates


def test_block_parameters_are_those_of_torch():
    torch = pytest.importorskip("torch")
    for _, variant in certified(QUESTIONS["transformers/block-parameters"], 15):
        net = torch.nn.TransformerEncoderLayer(*block_sizes(variant.prompt))
        assert sum(p.numel() for p in net.parameters()) == variant.answer


def test_sums_and_norms_are_those_of_torch():
    torch = pytest.importorskip("torch")
    for _, variant in certified(QUESTIONS["transformers/add-and-norm"], 60):
        total = torch.tensor(row(variant.prompt, "x") + row(variant.prompt, "f(x)"))
        y = torch.nn.functional.layer_norm(total, (4,), eps=0.0)
        np.testing.assert_allclose(y, variant.answer, rtol=1e-10, atol=1e-12)


def test_the_cached_step_is_the_last_row_of_causal_attention_in_torch():
    torch = pytest.importorskip("torch")
    attention = torch.nn.functional.scaled_dot_product_attention
    for _, variant in certified(QUESTIONS["transformers/cached-step"], 60):
        K = np.vstack([grid(variant.prompt, "K"), row(variant.prompt, "k_3")])
        V = np.vstack([grid(variant.prompt, "V"), row(variant.prompt, "v_3")])
        Q = np.vstack([np.ones((2, 4)), row(variant.prompt, "q_3")])
        outputs = attention(*(torch.tensor(x)[None] for x in (Q, K, V)), is_causal=True)
        np.testing.assert_allclose(outputs[0, 2], variant.answer, rtol=1e-10, atol=1e-12)


def test_pre_norm_listing():
    block = EncoderBlock(4, 2, 8, norm_first=True)
    rng = np.random.default_rng(0)
    theta, x = block.initialize(rng), rng.normal(size=(5, 4))
    p = block.unpack(theta)
    own = {name: p[f"attention.{name}"] for name in block.attention.shapes()}

    def attention(h):
        return block.attention.forward(own, h[None], h[None])[0][0]

    def feed_forward(h):
        return np.maximum(0, h @ p["dense1.W"]) @ p["dense2.W"]

    def norm(h):
        return LayerNorm(4).forward({"gamma": np.ones(4), "beta": np.zeros(4)}, h)[0]

    def silent(h):
        return np.zeros_like(h)

    listing = listing_of("transformers/wrong-line-pre-norm")
    mended = listing.replace("h = h + attention(h)", "h = x + attention(h)")
    truth = block.forward(theta, x[None])[0][0]
    arguments = x, attention, feed_forward, norm, norm
    np.testing.assert_allclose(run(mended, "block", *arguments), truth, rtol=1e-10)
    assert not np.allclose(run(listing, "block", *arguments), truth, rtol=0.1)
    np.testing.assert_array_equal(run(mended, "block", x, silent, silent, norm, norm), x)
    assert not np.allclose(run(listing, "block", x, silent, silent, norm, norm), x, rtol=0.1)
    wrong = line_of(listing, "h = h + attention(h)")
    assert right_option("transformers/wrong-line-pre-norm") == wrong


def test_heads_listing():
    rng = np.random.default_rng(1)
    layer, x = MultiHead(6, 3), rng.normal(size=(5, 6))
    p = layer.initialize(rng)
    listing = listing_of("transformers/wrong-line-heads")
    mended = listing.replace(
        "Z.reshape(heads, t, d // heads)", "Z.reshape(t, heads, d // heads).transpose(1, 0, 2)"
    )
    assert "Z.reshape(t, heads, d // heads).transpose(1, 0, 2)" in (
        variant_of(QUESTIONS["transformers/wrong-line-heads"], 0).solution
    )
    weights = [p[f"W_{name}"] for name in "QKVO"]
    truth = layer.forward(p, x[None], x[None])[0][0]
    np.testing.assert_allclose(run(mended, "multi_head", x, *weights, 3), truth, rtol=1e-10)
    order = np.array([3, 0, 4, 1, 2])
    for text in (mended, listing):
        before = run(text, "multi_head", x, *weights, 3)
        after = run(text, "multi_head", x[order], *weights, 3)
        assert before.shape == truth.shape
        assert np.allclose(after, before[order], rtol=1e-9) == (text is mended)
    assert right_option("transformers/wrong-line-heads") == line_of(listing, "Z.reshape(heads")


def test_the_wrong_split_gives_the_first_head_the_first_tokens():
    x = np.repeat(np.arange(4.0), 6).reshape(4, 6)  # each entry names its token
    np.testing.assert_array_equal(np.unique(x.reshape(2, 4, 3)[0]), [0, 1])
    np.testing.assert_array_equal(np.unique(split_heads(x[None], 2)[0, 0]), np.arange(4))


def test_only_attention_lets_tokens_meet():
    rng = np.random.default_rng(2)
    block = EncoderBlock(4, 2, 8)
    theta, x = block.initialize(rng), rng.normal(size=(1, 3, 4))
    moved = x.copy()
    moved[0, 2] += 1
    assert np.abs(block.forward(theta, moved)[0] - block.forward(theta, x)[0])[0, :2].min() > 1e-6
    block.unpack(theta)["attention.W_V"][...] = 0
    apart = [block.forward(theta, inputs)[0][0, :2] for inputs in (x, moved)]
    np.testing.assert_array_equal(*apart)
    assert right_option("transformers/what-mixes-tokens") == "In the self-attention alone"


def stack(norm_first: bool, x: np.ndarray, blocks: int = 12):
    """The outputs of untrained blocks one after the other, and the norms of the gradients of a
    random readout of the last one by the input of each."""
    block = EncoderBlock(16, 4, 64, norm_first=norm_first)
    rng = np.random.default_rng(3)
    thetas = [block.initialize(rng) for _ in range(blocks)]
    outputs, caches = [x], []
    for theta in thetas:
        y, cache = block.forward(theta, outputs[-1])
        outputs.append(y)
        caches.append(cache)
    d, flow = np.random.default_rng(4).normal(size=x.shape), []
    for theta, cache in zip(thetas[::-1], caches[::-1], strict=True):
        _, d = block.backward(theta, cache, d)
        flow.append(np.linalg.norm(d))
    return outputs, flow[::-1]


def test_pre_norm_sums_grow_and_post_norm_outputs_do_not():
    x = np.random.default_rng(5).normal(size=(4, 6, 16))
    pre, _ = stack(True, x)
    post, _ = stack(False, x)
    sizes = [float(y.std()) for y in pre]
    assert sizes[12] > sizes[6] > sizes[1] > 0.9
    assert sizes[12] > 2 * sizes[0]
    np.testing.assert_allclose([y.std() for y in post[1:]], 1, rtol=1e-3)
    right = right_options("transformers/pre-and-post-norm")
    assert any("one more norm behind its last block" in text for text in right)
    assert len(right) == 3


def test_a_pre_norm_gradient_keeps_the_part_that_passes_all_sublayers():
    """With silent sublayers the gradient arrives as it left; post-norm rescales it all the same."""
    rng = np.random.default_rng(6)
    x, dy = rng.normal(size=(2, 5, 4)), rng.normal(size=(2, 5, 4))
    for norm_first in (True, False):
        block = EncoderBlock(4, 2, 8, norm_first=norm_first)
        theta = block.initialize(rng)
        for name in ("attention.W_O", "dense2.W"):
            block.unpack(theta)[name][...] = 0
        _, cache = block.forward(theta, x)
        assert np.array_equal(block.backward(theta, cache, dy)[1], dy) == norm_first


def test_old_outputs_stay_as_they_are_when_a_token_is_added():
    rng = np.random.default_rng(7)
    block = EncoderBlock(4, 2, 8)
    theta, x = block.initialize(rng), rng.normal(size=(1, 6, 4))
    whole_text, _ = block.forward(theta, x, causal_mask(6))
    for t in range(1, 6):
        so_far, _ = block.forward(theta, x[:, :t], causal_mask(t))
        np.testing.assert_allclose(so_far, whole_text[:, :t], rtol=1e-12, atol=1e-14)


def test_a_cache_gives_what_the_whole_pass_gives():
    """The newest query against cached keys and values: the last row of causal attention."""
    rng = np.random.default_rng(8)
    q, k, v = (split_heads(rng.normal(size=(1, 6, 4)), 2) for _ in range(3))
    full = join_heads(attend_heads(q, k, v, causal_mask(6)).contexts)
    for t in range(6):
        step = attend_heads(q[:, :, t : t + 1], k[:, :, : t + 1], v[:, :, : t + 1])
        np.testing.assert_allclose(join_heads(step.contexts)[0, 0], full[0, t], rtol=1e-12)
    right = right_option("transformers/why-no-old-queries")
    assert right.startswith("The outputs of old tokens never change")


def test_without_the_mask_a_place_sees_what_it_is_to_predict():
    rng = np.random.default_rng(9)
    block = EncoderBlock(4, 2, 8)
    theta, x = block.initialize(rng), rng.normal(size=(1, 3, 4))
    moved = x.copy()
    moved[0, 1] += 1  # the token that place 0 is to predict
    for allowed, sees in ((None, True), (causal_mask(3), False)):
        before, after = (block.forward(theta, inputs, allowed)[0][0, 0] for inputs in (x, moved))
        assert np.array_equal(before, after) != sees
    assert "the mask keeps each place" in right_option("transformers/training-in-parallel")


def test_order_matters_only_with_positions():
    rng = np.random.default_rng(10)
    block = EncoderBlock(8, 2, 16)
    theta, words = block.initialize(rng), rng.normal(size=(3, 8))
    dog_bites_man, man_bites_dog = words[None], words[None, ::-1]
    one, other = (block.forward(theta, x)[0][0] for x in (dog_bites_man, man_bites_dog))
    np.testing.assert_allclose(other[::-1], one, rtol=1e-9, atol=1e-12)
    places = sinusoidal(3, 8)
    one, other = (block.forward(theta, x + places)[0][0] for x in (dog_bites_man, man_bites_dog))
    assert np.abs(other[::-1] - one).max() > 0.1


def test_attention_in_words_gives_true_numbers():
    """Deviation 8 for a width of 64, and 1/8 when divided by the width itself."""
    rng = np.random.default_rng(11)
    scores = (rng.normal(size=(4000, 64)) * rng.normal(size=(4000, 64))).sum(axis=1)
    assert scores.std() == pytest.approx(8, rel=0.05)
    assert (scores / 64).std() == pytest.approx(1 / 8, rel=0.05)
    solution = variant_of(QUESTIONS["attention/why-scale-in-words"], 0).solution
    assert "about 8 for a width of 64" in solution
    half_masked = np.where([True, True, False], softmax(np.array([1.0, 2.0, 3.0])), 0)
    assert half_masked.sum() < 0.5  # a mask after the softmax leaves weights that do not sum to 1


def test_the_parts_linear_in_length_dominate_up_to_some_widths():
    d = 64
    block = EncoderBlock(d, 4, 4 * d)
    for tokens, most in ((d, False), (6 * d, None), (12 * d, True)):
        in_pairs = 2 * tokens**2 * d
        rest = block.multiplications(tokens) - in_pairs
        assert (in_pairs > rest) == most if most is not None else in_pairs == rest


def test_heads_cost_what_one_full_head_costs():
    for heads in (1, 2, 8):
        layer = MultiHead(64, heads)
        assert layer.multiplications(10, 10) == MultiHead(64, 1).multiplications(10, 10)
        assert layer.shapes() == MultiHead(64, 1).shapes()


def test_one_head_averages_where_two_can_point_at_two_places():
    """A query that fits the keys of tokens 0 and 1 alike, and heads that see one of these each."""
    q, keys, values = np.full((1, 1, 4), 9.0), np.zeros((1, 3, 4)), np.zeros((1, 3, 4))
    keys[0, 0, :2] = keys[0, 1, 2:] = 9
    values[0, 0], values[0, 1] = 1, 2
    one, two = (
        join_heads(attend_heads(*(split_heads(x, heads) for x in (q, keys, values))).contexts)
        for heads in (1, 2)
    )
    np.testing.assert_allclose(one[0, 0], 1.5, rtol=1e-9)
    np.testing.assert_allclose(two[0, 0], [1, 1, 2, 2], rtol=1e-9)


@pytest.mark.parametrize("topic", ["attention", "transformers"])
def test_six_items_or_more_are_answered_in_own_words(topic):
    own = [q for q in QUESTIONS.values() if q.topic == topic and q.kind == "own words"]
    assert len(own) >= 6
    for question in own:
        assert question.id.endswith("-in-words")
        assert 60 <= len(variant_of(question, 0).solution.split()) <= 160
