"""Listings with a wrong line: printed they disagree with the engine, and with that line mended they
agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.by_hand.attention import attend, attend_backward
from engine.by_hand.rnn import Weights, hidden_states, outputs, through_time
from engine.clipping import by_norm
from engine.gradcheck import numerical_gradient
from engine.initializers import xavier_normal
from engine.layers import Activation, BatchNorm, Dense, Dropout, Pass, Residual, Statistics
from engine.losses import LOSSES
from engine.network import mlp
from engine.optimizers import AdamW
from engine.printed.listings import printed_xavier
from engine.printed.recurrent import printed_hidden_states
from engine.recurrent import LSTM
from engine.seq2seq import END, PAD, START, Seq2Seq
from engine.seq2seq.decoding import after, greedy
from engine.seq2seq.loss import sequence_loss
from quiz_bank.certify import variant_of
from quiz_bank.loader import load_bank
from tests.quiz_bank.listings import line_of, listing_of, right_option, run

LISTINGS = [question.id for question in load_bank() if question.kind == "wrong line"]


def test_every_listing_is_run():
    tests = Path(__file__).parent.glob("test_*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in tests)
    assert not [question_id for question_id in LISTINGS if f'"{question_id}"' not in source]


def test_listings_name_the_line_that_is_wrong():
    """Each listing as printed disagrees with the truth, and agrees with its one line mended."""
    rng = np.random.default_rng(0)
    X, W1, W2 = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    Y, eta = rng.normal(size=(5, 2)), 0.1
    H = np.tanh(X @ W1)
    listing = listing_of("backprop/wrong-line-two-layers")
    mended = listing.replace("new_W2.T", "W2.T")
    network = mlp((3, 4, 2), "tanh")
    theta = np.concatenate([W1.ravel(), np.zeros(4), W2.ravel(), np.zeros(2)])
    output, trace = network.forward(theta, X)
    gradient = network.unpack(network.backward(theta, trace, (output - Y) / len(X)))
    expected = W1 - eta * gradient["W1"], W2 - eta * gradient["W2"]
    arguments = X, Y, H, H @ W2, W1, W2, eta
    printed = run(listing, "train_step", *arguments)
    assert not np.allclose(printed[0], expected[0])
    for got, wanted in zip(run(mended, "train_step", *arguments), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)
    assert right_option("backprop/wrong-line-two-layers") == line_of(listing, "new_W2.T")


def test_bias_listing():
    rng = np.random.default_rng(1)
    X, W, dA = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(5, 4))
    A = 1 / (1 + np.exp(-(X @ W)))
    listing = listing_of("backprop/wrong-line-bias")
    mended = listing.replace("db = dZ ", "db = dZ.sum(axis=0) ")
    network = mlp((3, 4), output="sigmoid")
    theta = np.concatenate([W.ravel(), np.zeros(4)])
    _, trace = network.forward(theta, X)
    gradient = network.unpack(network.backward(theta, trace, dA))
    dW, db, _ = run(mended, "backward", X, A, W, dA)
    np.testing.assert_allclose(dW, gradient["W1"], rtol=1e-12)
    np.testing.assert_allclose(db, gradient["b1"], rtol=1e-12)
    assert run(listing, "backward", X, A, W, dA)[1].shape != (4,)
    assert right_option("backprop/wrong-line-bias") == line_of(listing, "db = dZ ")


def test_adamw_listing_differs_from_the_engine_in_one_line():
    listing = listing_of("optimizers/wrong-line-adamw")
    mended = listing.replace("lam * start", "lam * theta")
    settings = 20, 0.05, 0.9, 0.99, 1e-8, 0.2
    start = np.array([2.0, -1.0])
    rule, theta = AdamW(0.05, 0.9, 0.99, 1e-8, 0.2), start
    state = rule.init(theta)
    for _ in range(20):
        theta, state = rule.step(theta, 3 * theta, state)
    np.testing.assert_allclose(
        run(mended, "adamw", start, lambda point: 3 * point, *settings), theta, rtol=1e-12
    )
    printed = run(listing, "adamw", start, lambda point: 3 * point, *settings)
    assert not np.allclose(printed, theta, rtol=1e-3)
    assert right_option("optimizers/wrong-line-adamw") == line_of(listing, "lam * start")


def test_xor_listing():
    listing = listing_of("learning/wrong-line-xor")
    mended = listing.replace("- both_on", "- 2 * both_on")
    inputs = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [run(mended, "xor", *x) for x in inputs] == [0, 1, 1, 0]
    assert [run(listing, "xor", *x) for x in inputs] == [0, 1, 1, 1]
    assert right_option("learning/wrong-line-xor") == line_of(listing, "- both_on")


def test_sigmoid_slope_listing():
    listing = listing_of("backprop/wrong-line-sigmoid-slope")
    mended = listing.replace("du = np", "du = -np")
    z = np.linspace(-3, 3, 13)
    a, slope = run(mended, "sigmoid_and_slope", z)
    np.testing.assert_allclose(slope, a * (1 - a), rtol=1e-12)
    np.testing.assert_allclose(run(listing, "sigmoid_and_slope", z)[1], -slope, rtol=1e-12)
    assert right_option("backprop/wrong-line-sigmoid-slope") == line_of(listing, "du = np")


def test_batch_listing():
    rng = np.random.default_rng(2)
    X, Y = rng.normal(size=(3, 5)), rng.integers(2, size=(1, 5)).astype(float)
    W1, b1 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
    W2, b2 = rng.normal(size=(4, 1)), rng.normal(size=(1, 1))
    network = mlp((3, 4, 1), "tanh")
    theta = np.concatenate([part.ravel() for part in (W1, b1, W2, b2)])
    logits, trace = network.forward(theta, X.T)
    dz = LOSSES["binary_cross_entropy"].gradient(logits, Y.T)
    gradient = network.unpack(network.backward(theta, trace, dz))
    listing = listing_of("backprop/wrong-line-batch")
    mended = listing.replace("dZ1.T / m", "dZ1.T")
    found = run(mended, "gradients", X, Y, W1, b1, W2, b2)
    for name, got in zip(("W1", "b1", "W2", "b2"), found, strict=True):
        np.testing.assert_allclose(got, gradient[name].reshape(got.shape), rtol=1e-10)
    printed = run(listing, "gradients", X, Y, W1, b1, W2, b2)
    np.testing.assert_allclose(printed[0], found[0] / 5, rtol=1e-12)
    assert right_option("backprop/wrong-line-batch") == line_of(listing, "dZ1.T / m")


def test_cross_entropy_listing():
    rng = np.random.default_rng(3)
    logits, labels = 3 * rng.normal(size=(6, 4)), rng.integers(4, size=6)
    listing = listing_of("losses/wrong-line-cross-entropy")
    mended = listing.replace("sum(axis=0)", "sum(axis=1, keepdims=True)")
    expected = LOSSES["cross_entropy"].value(logits, labels)
    assert run(mended, "cross_entropy", logits, labels) == pytest.approx(expected, rel=1e-12)
    assert abs(run(listing, "cross_entropy", logits, labels) - expected) > 0.1
    assert right_option("losses/wrong-line-cross-entropy") == line_of(listing, "sum(axis=0)")


def test_dropout_listing():
    rng = np.random.default_rng(4)
    x, W1, W2, p = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2)), 0.2
    listing = listing_of("regularization/wrong-line-dropout")
    mended = listing.replace("h * p ", "h * (1 - p) ")
    hidden = np.maximum(0, x @ W1)

    def expected(form: str, **mode) -> np.ndarray:
        return Dropout(p, form).forward({}, hidden, Pass(**mode))[0] @ W2

    for training in (True, False):
        mode = {"training": training, "rng": np.random.default_rng(5)}
        got = run(mended, "forward", x, W1, W2, p, training, np.random.default_rng(5))
        np.testing.assert_allclose(got, expected("classic", **mode), rtol=1e-12)
    printed = run(listing, "forward", x, W1, W2, p, False, rng)
    np.testing.assert_allclose(printed, expected("printed"), rtol=1e-12)
    assert not np.allclose(printed, expected("classic"))
    assert right_option("regularization/wrong-line-dropout") == line_of(listing, "h * p ")


def test_batch_norm_listing():
    rng = np.random.default_rng(6)
    x, gamma, beta = 2 + 3 * rng.normal(size=(6, 3)), rng.normal(size=3), rng.normal(size=3)
    layer, p = BatchNorm(3), {"gamma": gamma, "beta": beta}
    y, cache = layer.forward(p, x, Pass(training=True))
    remembered = layer.remember(Statistics(np.zeros(3), np.ones(3)), cache)
    listing = listing_of("normalization/wrong-line-batch-norm")
    mended = listing.replace(
        'mean, var = run["mean"], run["var"]         # line 5',
        "mean, var = x.mean(0), x.var(0)  # line 5",
    )
    memory = {"mean": np.zeros(3), "var": np.ones(3)}
    printed = run(listing, "batch_norm", x, gamma, beta, dict(memory), True)
    assert not np.allclose(printed, y, rtol=0.1)
    got = run(mended, "batch_norm", x, gamma, beta, memory, True)
    np.testing.assert_allclose(got, y, rtol=1e-12)
    np.testing.assert_allclose(list(memory.values()), remembered, rtol=1e-12)
    evaluated, _ = layer.forward(p, x, Pass(memory=remembered))
    got = run(mended, "batch_norm", x, gamma, beta, memory, False)
    np.testing.assert_allclose(got, evaluated, rtol=1e-12)
    assert right_option("normalization/wrong-line-batch-norm") == "Line 5"


def test_xavier_listing():
    listing = listing_of("vanishing/wrong-line-xavier")
    mended = listing.replace("2 / np.sqrt(fans)", "2 / fans")

    def drawn(text: str) -> np.ndarray:
        return run(text, "xavier_normal", np.random.default_rng(7), 30, 50)

    np.testing.assert_array_equal(drawn(mended), xavier_normal(np.random.default_rng(7), 30, 50))
    printed = printed_xavier(np.random.default_rng(7), 30, 50)
    np.testing.assert_allclose(drawn(listing), printed, rtol=1e-12)
    assert right_option("vanishing/wrong-line-xavier") == line_of(listing, "np.sqrt(fans)")


def test_residual_listing():
    rng = np.random.default_rng(8)
    x, W1, W2 = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 3))
    dy = rng.normal(size=(5, 3))
    block = Residual((Dense(3, 4), Activation("relu"), Dense(4, 3)))
    p = {"W.1": W1, "b.1": np.zeros(4), "W.3": W2, "b.3": np.zeros(3)}
    _, caches = block.forward(p, x)
    dx, gradients = block.backward(p, caches, dy)
    listing = listing_of("vanishing/wrong-line-residual")
    mended = listing.replace("dx = dz", "dx = dy + dz")
    expected = dx, gradients["W.1"], gradients["W.3"]
    for got, wanted in zip(run(mended, "backward", x, W1, W2, dy), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-10)
    printed = run(listing, "backward", x, W1, W2, dy)
    np.testing.assert_allclose(printed[0], dx - dy, rtol=1e-10, atol=1e-12)
    assert right_option("vanishing/wrong-line-residual") == line_of(listing, "dx = dz")


def test_clipping_listing():
    rng = np.random.default_rng(9)
    gradients = [rng.normal(size=(3, 4)), rng.normal(size=4)]
    listing = listing_of("exploding/wrong-line-clipping")
    mended = listing.replace("c / length ", "min(1, c / length) ")
    for scale in (0.001, 10.0):
        scaled = [scale * g for g in gradients]
        flat = by_norm(np.concatenate([g.ravel() for g in scaled]), 1.0)
        got = np.concatenate([g.ravel() for g in run(mended, "clip", scaled, 1.0)])
        np.testing.assert_allclose(got, flat, rtol=1e-12)
    printed = run(listing, "clip", [0.001 * g for g in gradients], 1.0)
    assert np.sqrt(sum(np.sum(g**2) for g in printed)) == pytest.approx(1)
    assert right_option("exploding/wrong-line-clipping") == line_of(listing, "c / length ")


def small_rnn() -> tuple[Weights, np.ndarray]:
    rng = np.random.default_rng(10)
    shapes = {"W_xh": (3, 2), "W_hh": (3, 3), "W_hy": (2, 3), "b_h": (3,), "b_y": (2,)}
    weights = Weights(**{name: rng.normal(size=shape) for name, shape in shapes.items()})
    return weights, rng.normal(size=(5, 2))


def test_reset_listing():
    p, X = small_rnn()
    listing = listing_of("recurrent/wrong-line-reset")
    reset = next(line for line in listing.splitlines(keepends=True) if "np.zeros" in line)
    once = reset.replace("        h", "    h", 1)
    mended = listing.replace(reset, "").replace("    for x", f"{once}    for x")
    arguments = (X, p.W_xh, p.W_hh, p.W_hy, p.b_h, p.b_y)
    np.testing.assert_allclose(run(mended, "run", *arguments), outputs(p, hidden_states(p, X)))
    printed = outputs(p, printed_hidden_states(p, X))
    np.testing.assert_allclose(run(listing, "run", *arguments), printed)
    assert abs(printed[1:] - outputs(p, hidden_states(p, X))[1:]).min() > 1e-4
    assert right_option("recurrent/wrong-line-reset") == line_of(listing, "np.zeros")


def test_through_time_listing():
    p, X = small_rnn()
    H, target = hidden_states(p, X), np.ones((5, 2))
    dH = (outputs(p, H) - target) @ p.W_hy
    truth = through_time(p, X, target)
    listing = listing_of("recurrent/wrong-line-through-time")
    mended = listing.replace("np.outer(du, H[t + 1])", "np.outer(du, H[t])")
    for got, wanted in zip(
        run(mended, "backward", X, H, dH, p.W_hh), (truth.W_xh, truth.W_hh), strict=True
    ):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)
    printed = run(listing, "backward", X, H, dH, p.W_hh)
    np.testing.assert_allclose(printed[0], truth.W_xh, rtol=1e-12)
    assert abs(printed[1] - truth.W_hh).max() > 0.01
    wrong = line_of(listing, "np.outer(du, H[t + 1])")
    assert right_option("recurrent/wrong-line-through-time") == wrong


def lstm_pass(seed: int):
    """A one-unit LSTM's pass through four steps: what the listings take, and the engine's dz."""
    rng = np.random.default_rng(seed)
    cell, x, states = LSTM(1, 1), rng.normal(size=(1, 4, 1)), rng.normal(size=(2, 1, 1))
    theta, errors = rng.normal(size=cell.size), rng.normal(size=4)
    _, cache = cell.forward(theta, x, tuple(states))
    v = {name: values[0, :, 0] for name, values in cell.trace(cache)[0].items()}
    found = cell.backward_trace(theta, cache, errors[None, :, None])[3][0]
    C = np.concatenate([states[1, 0], v["c"]])
    gates = [v[gate] for gate in cell.gates]
    dz = np.array([found[f"du_{gate}"][0, :, 0] for gate in cell.gates]).T
    return errors, C, v["tanh_c"], gates, theta[4:8], dz, found


def test_lstm_step_listing():
    listing = listing_of("lstm/wrong-line-candidate")
    mended = listing.replace("1 - g**2   ", "(1 - g**2)  ")
    _, C, _, (f, i, g, o), _, dz, found = lstm_pass(10)
    dh, dc = found["dh"][0, :, 0], found["dc"][0, :, 0]
    for t in range(3):
        later = dc[t + 1] * f[t + 1]
        arguments = dh[t], later, C[t], C[t + 1], f[t], i[t], g[t], o[t]
        got = run(mended, "step_back", *arguments)
        np.testing.assert_allclose(got, [*dz[t], dc[t] * f[t]], rtol=1e-10)
        assert not np.allclose(run(listing, "step_back", *arguments)[2], dz[t, 2])
    assert right_option("lstm/wrong-line-candidate") == line_of(listing, "1 - g**2")


def test_lstm_through_time_listing():
    listing = listing_of("lstm/wrong-line-through-time")
    mended = listing.replace("dC = dh * o", "dC = dC + dh * o")
    errors, C, tanh_C, gates, u, dz, _ = lstm_pass(11)
    arguments = errors, C, tanh_C, *gates, u
    np.testing.assert_allclose(run(mended, "backward", *arguments), dz, rtol=1e-10)
    printed = run(listing, "backward", *arguments)
    np.testing.assert_allclose(printed[-1], dz[-1], rtol=1e-10)
    assert not np.allclose(printed[0], dz[0], rtol=1e-2)
    assert right_option("lstm/wrong-line-through-time") == line_of(listing, "dC = dh * o")


def test_greedy_listing():
    rng = np.random.default_rng(12)
    model = Seq2Seq(7, 9, embedding=4, hidden=6, attention=None)
    listing = listing_of("seq2seq/wrong-line-greedy")
    mended = listing.replace("logits, later", "logits, state")
    differ = 0
    for _ in range(20):
        theta, source = 2 * rng.normal(size=model.size), rng.integers(4, 7, size=5)
        memory = model.encode(theta, source[None])

        def step(word, state, theta=theta, memory=memory):
            written = model.decode(theta, memory, state, np.array([[word]]))
            return written.logits[0, 0], after(written)

        arguments = step, memory.state, START, END, 8
        truth = list(greedy(model, theta, source, limit=8).ids)
        printed = run(listing, "greedy", *arguments)
        assert run(mended, "greedy", *arguments) == truth
        assert printed[:1] == truth[:1]
        follows: dict = {}  # each printed word depends on the one before it alone
        for word, later in zip([START, *printed], printed, strict=False):
            assert follows.setdefault(word, later) == later
        differ += printed != truth
    assert differ > 5
    assert right_option("seq2seq/wrong-line-greedy") == line_of(listing, "logits, later")


def test_mask_listing():
    rng = np.random.default_rng(13)
    logits, target = rng.normal(size=(2, 4, 6)), rng.integers(2, 6, size=(2, 4))
    listing = listing_of("seq2seq/wrong-line-mask")
    mended = listing.replace("(p - y) /", "(p - y) * real[..., None] /")
    full, _ = run(listing, "loss_and_gradient", logits, target, PAD)
    assert full == pytest.approx(sequence_loss(logits, target)[0], rel=1e-12)
    target[0, 2:] = PAD
    value, gradient = sequence_loss(logits, target)
    for text in (listing, mended):
        loss, found = run(text, "loss_and_gradient", logits, target, PAD)
        assert loss == pytest.approx(value, rel=1e-12)
        assert np.allclose(found, gradient, rtol=1e-10) == (text is mended)
    assert "real[..., None]" in variant_of(load_bank()["seq2seq/wrong-line-mask"], 0).solution
    assert right_option("seq2seq/wrong-line-mask") == line_of(listing, "dlogits = ")


def small_attention() -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(12)
    return tuple(rng.normal(size=(4, width)) for width in (3, 3, 2))


def test_attention_listing():
    Q, K, V = small_attention()
    listing = listing_of("attention/wrong-line-axis")
    mended = listing.replace("e.sum(axis=0)", "e.sum(axis=1, keepdims=True)")
    for rows in (4, 3):  # as many queries as keys, where nothing warns of the slip, and fewer
        truth = attend(Q[:rows], K, V).context
        np.testing.assert_allclose(run(mended, "attention", Q[:rows], K, V), truth, rtol=1e-12)
        printed = run(listing, "attention", Q[:rows], K, V)
        assert printed.shape == truth.shape
        assert not np.allclose(printed, truth, rtol=0.01)
    assert right_option("attention/wrong-line-axis") == line_of(listing, "e.sum(axis=0)")


def test_causal_mask_listing():
    Q, K, V = small_attention()
    listing = listing_of("attention/wrong-line-mask")
    mended = listing.replace("np.where(may, scores, 0)", "np.where(may, scores, -np.inf)")
    truth = attend(Q, K, V, causal=True).context
    np.testing.assert_allclose(run(mended, "causal_attention", Q, K, V), truth, rtol=1e-12)
    later = V + np.eye(4)[3][:, None]
    printed = [run(listing, "causal_attention", Q, K, values) for values in (V, later)]
    assert np.abs(printed[1] - printed[0])[:3].min() > 0.01
    right = [run(mended, "causal_attention", Q, K, values) for values in (V, later)]
    np.testing.assert_array_equal(right[1][:3], right[0][:3])
    wrong = line_of(listing, "np.where(may, scores, 0)")
    assert right_option("attention/wrong-line-mask") == wrong


def test_attention_backward_listing():
    Q, K, V = small_attention()
    A, dC = attend(Q, K, V).weights, np.cos(np.arange(8.0)).reshape(4, 2)
    found = attend_backward(Q, K, V, A, dC)
    truth = found.queries, found.keys, found.values
    listing = listing_of("attention/wrong-line-backward")
    mended = listing.replace("dA * A * (1 - A)", "A * (dA - (A * dA).sum(axis=1, keepdims=True))")
    for got, wanted in zip(run(mended, "backward", Q, K, V, A, dC), truth, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-10)
    printed = run(listing, "backward", Q, K, V, A, dC)
    agree = [np.allclose(got, wanted) for got, wanted in zip(printed, truth, strict=True)]
    assert agree == [False, False, True]
    assert right_option("attention/wrong-line-backward") == line_of(listing, "dA * A * (1 - A)")


def test_embedding_listing():
    rng = np.random.default_rng(13)
    E, W, Y = rng.normal(size=(5, 2)), rng.normal(size=(2, 3)), rng.normal(size=(3, 3))
    listing = listing_of("embeddings/wrong-line-lookup")
    mended = listing.replace("dE[ids] += dX         ", "np.add.at(dE, ids, dX)")
    for ids, agrees in (([1, 4, 1], False), ([1, 4, 0], True)):
        gradient = numerical_gradient(
            lambda E, ids=ids: float(np.sum((E[ids] @ W - Y) ** 2) / 2), E
        )
        truth = E - 0.1 * gradient
        got = run(mended, "step", E, ids, W, Y, 0.1)
        np.testing.assert_allclose(got, truth, rtol=1e-7, atol=1e-9)
        printed = run(listing, "step", E, ids, W, Y, 0.1)
        assert np.allclose(printed, truth, rtol=1e-6) is agrees
    assert right_option("embeddings/wrong-line-lookup") == line_of(listing, "dE[ids] += dX")
