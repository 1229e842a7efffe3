"""Questions on attention and embeddings: worked from the numbers of their prompts alone, with
PyTorch, and the claims of their prose."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.activations import softmax
from engine.by_hand.attention import attend, attention_weights, dot_scores
from quiz_bank.loader import load_bank
from tests.quiz_bank.listings import right_option
from tests.quiz_bank.prompts import assert_worked, certified, grid, row, whole

QUESTIONS = {question.id: question for question in load_bank()}


def shares(scores, keep):
    """Softmax of each row, every value printed on the way."""
    exponentials = keep(np.exp(keep(scores)))
    return keep(exponentials / keep(exponentials.sum(axis=-1, keepdims=True)))


def weights_from_scores(prompt, keep):
    (size,) = whole(prompt, r"d_k = (\d+)")
    return shares(row(prompt, "k_j") / np.sqrt(size), keep)


def context_vector(prompt, keep):
    H, h = grid(prompt, "H"), row(prompt, "h")
    return shares(H @ h, keep) @ H


def scaled_dot_product(prompt, keep):
    Q, K, V = (grid(prompt, name) for name in "QKV")
    return shares(Q @ K.T / 2, keep) @ V


def causal_mask(prompt, keep):
    S, A = grid(prompt, "S"), np.zeros((3, 3))
    for i in range(3):
        A[i, : i + 1] = shares(S[i, : i + 1], keep)
    return A


def general_score(prompt, keep):
    return keep(row(prompt, "h") @ grid(prompt, "W")) @ row(prompt, r"\bar h")


def additive_score(prompt, keep):
    s, h, v = (row(prompt, name) for name in "shv")
    return keep(np.tanh(keep(grid(prompt, "W") @ s + grid(prompt, "U") @ h))) @ v


def additive_parameters(prompt, keep):
    m, n, k = whole(prompt, r"with (\d+) units", r"that has (\d+) units", r"score has (\d+) units")
    return k * m + k * 2 * n + k


def multiplications(prompt, keep):
    t, s, d = whole(prompt, r"writes (\d+) words", r"all (\d+) source", r"have (\d+) numbers")
    per_word = d * d + sum(d for _ in range(s)) + s * d
    return sum(per_word for _ in range(t))


def to_scores(a, M, d, keep):
    by_weight = M @ d
    return keep(a * (by_weight - keep(a @ by_weight)))


def score_gradient(prompt, keep):
    return to_scores(row(prompt, "a"), grid(prompt, "M"), row(prompt, "d"), keep)


def query_gradient(prompt, keep):
    q, M, d = row(prompt, "q"), grid(prompt, "M"), row(prompt, "d")
    return to_scores(shares(M @ q, keep), M, d, keep) @ M


def memory_gradient(prompt, keep):
    q, M, d = row(prompt, "q"), grid(prompt, "M"), row(prompt, "d")
    a = shares(M @ q, keep)
    return keep(np.outer(a, d)) + keep(np.outer(to_scores(a, M, d, keep), q))


def multi_head_parameters(prompt, keep):
    heads, d, size = whole(prompt, r"has (\d+) heads", r"vectors of (\d+)", r"= (\d+)\$")
    return sum(3 * d * size for _ in range(heads)) + heads * size * d


def two_heads(prompt, keep):
    q, K, V = row(prompt, "q"), grid(prompt, "K"), grid(prompt, "V")
    parts = (slice(0, 2), slice(2, 4))
    scores = [K[:, part] @ q[part] / np.sqrt(2) for part in parts]
    outputs = [shares(s, keep) @ V[:, part] for s, part in zip(scores, parts, strict=True)]
    return np.concatenate(outputs)


def parameters(prompt, keep):
    words, e, h = whole(
        prompt, r"knows (\d+) words", r"vector of (\d+) numbers", r"state of (\d+) numbers"
    )
    return words * e + (h + 1) * words


def angle(a, b):
    return sum(a * b) / np.sqrt(sum(a * a) * sum(b * b))


def cosine(prompt, keep):
    return angle(row(prompt, "a"), row(prompt, "b"))


def analogy(prompt, keep):
    man, king, woman, queen = (
        np.array([float(part) for part in text.split(r",\ ")])
        for text in re.findall(r"\$\(([^)]*)\)\$", prompt)
    )
    return angle(king - man + woman, queen)


def lookup_gradient(prompt, keep):
    E, Y = grid(prompt, "E"), grid(prompt, "Y")
    words = whole(prompt, r"number (\d), \d and \d", r"number \d, (\d) and", r"and (\d) \(counted")
    total = np.zeros_like(E)
    for word, y in zip(words, Y, strict=True):
        total[word - 1] += E[word - 1] - y
    return total


def padding_row(prompt, keep):
    ids, E, Y = grid(prompt, r"\text{words}").astype(int), row(prompt, "E"), grid(prompt, "Y")
    total = [np.sum((E[word] - Y)[ids == word]) for word in range(1, 4)]
    return np.array([0.0, *total]) / np.count_nonzero(ids)


def negative_sampling(prompt, keep):
    v, u, noise = (row(prompt, name) for name in ("v", "u", r"\tilde u"))
    p, n = (keep(1 / (1 + np.exp(-(output @ v)))) for output in (u, noise))
    return (p - 1) * u + n * noise


WORKED = {
    "attention/weights-from-scores": weights_from_scores,
    "attention/context-vector": context_vector,
    "attention/scaled-dot-product": scaled_dot_product,
    "attention/causal-mask": causal_mask,
    "attention/general-score": general_score,
    "attention/additive-score": additive_score,
    "attention/additive-parameters": additive_parameters,
    "attention/multiplications": multiplications,
    "attention/score-gradient": score_gradient,
    "attention/query-gradient": query_gradient,
    "attention/memory-gradient": memory_gradient,
    "attention/multi-head-parameters": multi_head_parameters,
    "attention/two-heads": two_heads,
    "embeddings/parameters": parameters,
    "embeddings/cosine": cosine,
    "embeddings/analogy": analogy,
    "embeddings/lookup-gradient": lookup_gradient,
    "embeddings/padding-row": padding_row,
    "embeddings/negative-sampling": negative_sampling,
}


@pytest.mark.parametrize("name", WORKED)
def test_the_answer_follows_from_the_prompt_and_bears_rounding(name):
    assert_worked(QUESTIONS[name], WORKED[name])


def test_every_template_is_worked_here():
    topics = ("attention", "embeddings")
    templates = {q.id for q in QUESTIONS.values() if q.is_template and q.topic in topics}
    assert set(WORKED) == templates


def test_attention_gradients_are_those_of_torch():
    torch = pytest.importorskip("torch")

    def tensors(*arrays):
        return [torch.tensor(array, requires_grad=True) for array in arrays]

    for _, variant in certified(QUESTIONS["attention/memory-gradient"], 60):
        q, M = tensors(row(variant.prompt, "q"), grid(variant.prompt, "M"))
        (torch.softmax(M @ q, 0) @ M).backward(torch.tensor(row(variant.prompt, "d")))
        np.testing.assert_allclose(M.grad, variant.answer, rtol=1e-10, atol=1e-12)
    for _, variant in certified(QUESTIONS["attention/query-gradient"], 60):
        q, M = tensors(row(variant.prompt, "q"), grid(variant.prompt, "M"))
        (torch.softmax(M @ q, 0) @ M).backward(torch.tensor(row(variant.prompt, "d")))
        np.testing.assert_allclose(q.grad, variant.answer, rtol=1e-10, atol=1e-12)
    for _, variant in certified(QUESTIONS["attention/score-gradient"], 60):
        (scores,) = tensors(np.log(row(variant.prompt, "a")))
        context = torch.softmax(scores, 0) @ torch.tensor(grid(variant.prompt, "M"))
        context.backward(torch.tensor(row(variant.prompt, "d")))
        np.testing.assert_allclose(scores.grad, variant.answer, rtol=1e-10, atol=1e-12)


def test_attention_outputs_are_those_of_torch():
    torch = pytest.importorskip("torch")
    attention = torch.nn.functional.scaled_dot_product_attention
    for _, variant in certified(QUESTIONS["attention/scaled-dot-product"], 60):
        Q, K, V = (torch.tensor(grid(variant.prompt, name))[None] for name in "QKV")
        np.testing.assert_allclose(attention(Q, K, V)[0], variant.answer, rtol=1e-10, atol=1e-12)
    for _, variant in certified(QUESTIONS["attention/two-heads"], 60):
        q = torch.tensor(row(variant.prompt, "q")).reshape(1, 4)
        K, V = (torch.tensor(grid(variant.prompt, name)) for name in "KV")
        split = (x.reshape(-1, 2, 2).transpose(0, 1) for x in (q, K, V))
        joined = attention(*split).transpose(0, 1).reshape(4)
        np.testing.assert_allclose(joined, variant.answer, rtol=1e-10, atol=1e-12)


def test_parameter_counts_are_those_of_torch():
    torch = pytest.importorskip("torch")

    def count(*modules):
        return sum(p.numel() for module in modules for p in module.parameters())

    for _, variant in certified(QUESTIONS["attention/multi-head-parameters"], 10):
        heads, d = whole(variant.prompt, r"has (\d+) heads", r"vectors of (\d+)")
        assert count(torch.nn.MultiheadAttention(d, heads, bias=False)) == variant.answer
    for _, variant in certified(QUESTIONS["embeddings/parameters"], 10):
        words, e, h = whole(
            variant.prompt, r"knows (\d+)", r"vector of (\d+) numbers", r"state of (\d+)"
        )
        layers = torch.nn.Embedding(words, e), torch.nn.Linear(h, words)
        assert count(*layers) == variant.answer


def test_embedding_gradients_are_those_of_torch():
    torch = pytest.importorskip("torch")
    for _, variant in certified(QUESTIONS["embeddings/lookup-gradient"], 60):
        E = torch.tensor(grid(variant.prompt, "E"), requires_grad=True)
        words = whole(
            variant.prompt, r"number (\d), \d and \d", r"number \d, (\d) and", r"and (\d) \(counted"
        )
        X = torch.nn.functional.embedding(torch.tensor(words) - 1, E)
        (((X - torch.tensor(grid(variant.prompt, "Y"))) ** 2).sum() / 2).backward()
        np.testing.assert_allclose(E.grad, variant.answer, rtol=1e-10, atol=1e-12)
    for _, variant in certified(QUESTIONS["embeddings/padding-row"], 60):
        E = torch.tensor(row(variant.prompt, "E")[:, None], requires_grad=True)
        ids = torch.tensor(grid(variant.prompt, r"\text{words}").astype(int))
        X = torch.nn.functional.embedding(ids, E, padding_idx=0)[..., 0]
        errors = (X - torch.tensor(grid(variant.prompt, "Y")))[ids != 0]
        ((errors**2).mean() / 2).backward()
        np.testing.assert_allclose(E.grad[:, 0], variant.answer, rtol=1e-10, atol=1e-12)
    for _, variant in certified(QUESTIONS["embeddings/negative-sampling"], 60):
        v = torch.tensor(row(variant.prompt, "v"), requires_grad=True)
        u, noise = (torch.tensor(row(variant.prompt, name)) for name in ("u", r"\tilde u"))
        log_sigmoid = torch.nn.functional.logsigmoid
        (-log_sigmoid(u @ v) - log_sigmoid(-noise @ v)).backward()
        np.testing.assert_allclose(v.grad, variant.answer, rtol=1e-10, atol=1e-12)


def test_scores_spread_as_the_root_of_their_width_and_saturate_the_softmax():
    rng = np.random.default_rng(0)
    q, K = rng.normal(size=(2000, 1, 64)), rng.normal(size=(2000, 20, 64))
    scores = (q @ K.transpose(0, 2, 1))[:, 0]
    assert scores.std() == pytest.approx(8, rel=0.02)

    def slope(scores):
        a = softmax(scores)
        return float((a * (1 - a)).sum(axis=-1).mean())

    assert np.median(softmax(scores).max(axis=-1)) > 0.9
    assert slope(scores) < 0.3 * slope(scores / 8)
    assert "saturated" in right_option("attention/why-scale")
    assert softmax(scores / 64).max() < 0.1  # divided by the dimension, all become alike


def test_self_attention_does_not_know_the_order():
    rng = np.random.default_rng(1)
    X, W = rng.normal(size=(5, 4)), rng.normal(size=(3, 4, 4))
    order = np.array([3, 0, 4, 1, 2])
    before = attend(*(X @ w for w in W)).context
    after = attend(*(X[order] @ w for w in W)).context
    np.testing.assert_allclose(after, before[order], rtol=1e-10)
    assert right_option("attention/no-order").startswith("Its rows come in the new order")


def test_shapes_of_scores_and_outputs():
    found = attend(np.ones((2, 5)), np.ones((3, 5)), np.ones((3, 4)))
    assert (found.scores.shape, found.context.shape) == ((2, 3), (2, 4))
    assert right_option("attention/shapes") == "Scores $(t, s)$, output $(t, d_v)$"


def test_dot_scores_need_states_of_one_size():
    with pytest.raises(ValueError, match="mismatch"):
        dot_scores(np.ones(3), np.ones((5, 4)))
    assert attention_weights(np.zeros(5)).sum() == pytest.approx(1)


def test_one_hot_vectors():
    words = np.eye(50)
    products = words @ words.T
    distances = np.linalg.norm(words[:, None] - words, axis=-1)
    different = ~np.eye(50, dtype=bool)
    assert not products[different].any()
    np.testing.assert_allclose(distances[different], np.sqrt(2))
    E = np.random.default_rng(2).normal(size=(50, 8))
    np.testing.assert_array_equal(words[7] @ E, E[7])
    assert right_option("embeddings/one-hot-times-table") == "Row $i$ of $E$"


def test_a_short_offset_stays_near_king():
    """With man near woman, king is nearer to the sum than a queen of another direction."""
    rng = np.random.default_rng(3)
    king, man, step, other = rng.normal(size=(4, 50))
    woman = man + 0.1 * step
    wanted = king - man + woman
    assert angle(wanted, king) > angle(wanted, king + other)
    assert right_option("embeddings/analogy-left-out").startswith("king")
