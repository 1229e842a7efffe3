"""Training in practice: its listings are run, and what its options claim is recomputed."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.data import standardize
from engine.layers import Activation, Dense, Dropout, Pass
from engine.least_squares import LeastSquares
from engine.losses import LOSSES
from engine.network import Network, mlp
from engine.optimizers import GD, Adam
from engine.training import fit
from quiz_bank.certify import variant_of
from quiz_bank.loader import load_bank
from quiz_bank.templates.troubleshooting_curves import RUNS, learning_curves
from quiz_bank.templates.troubleshooting_loops import batch_losses, stored_gradients
from tests.quiz_bank.listings import line_of, listing_of, right_option, run

CROSS_ENTROPY = LOSSES["cross_entropy"]


def test_split_listing():
    listing = listing_of("troubleshooting/wrong-line-split")
    mended = listing.replace(
        "X.mean(axis=0), X.std(axis=0)", "X[:n].mean(axis=0), X[:n].std(axis=0)"
    )
    X, y = np.random.default_rng(0).normal(size=(20, 3)) + 5, np.arange(20.0)
    changed = X.copy()
    order = np.random.default_rng(7).permutation(20)
    changed[order[16:]] += 100  # other test examples
    for text, honest in ((listing, False), (mended, True)):
        seen = run(text, "prepare", X, y, np.random.default_rng(7))
        other = run(text, "prepare", changed, y, np.random.default_rng(7))
        assert np.array_equal(seen[0], other[0]) == honest
        np.testing.assert_array_equal(np.concatenate(seen[1::2]), order)
    z, mean, sd = standardize(X[order[:16]])
    np.testing.assert_allclose(seen[0], z, rtol=1e-12)
    np.testing.assert_allclose(seen[2], (X[order[16:]] - mean) / sd, rtol=1e-12)
    assert right_option("troubleshooting/wrong-line-split") == line_of(listing, "mean, sd =")


def test_stuck_loss_listing():
    listing = listing_of("troubleshooting/wrong-line-stuck-loss")
    mended = listing.replace("log_softmax(p)", "log_softmax(logits)")
    rng = np.random.default_rng(1)
    X, W, labels = rng.normal(size=(30, 4)), rng.normal(size=(4, 10)), rng.integers(10, size=30)
    loss, accuracy = run(mended, "evaluate", X, labels, W)
    assert loss == pytest.approx(CROSS_ENTROPY.value(X @ W, labels), rel=1e-12)
    assert accuracy == np.mean((X @ W).argmax(axis=1) == labels)
    perfect = np.eye(10), np.arange(10), 100 * np.eye(10)
    assert run(mended, "evaluate", *perfect)[0] < 1e-12
    loss, accuracy = run(listing, "evaluate", *perfect)
    assert (loss, accuracy) == (pytest.approx(np.log(np.e + 9) - 1, rel=1e-12), 1.0)
    prompt = variant_of(load_bank()["troubleshooting/wrong-line-stuck-loss"], 0).prompt
    assert f"below {loss:.2f}" in " ".join(prompt.split())
    assert right_option("troubleshooting/wrong-line-stuck-loss") == line_of(listing, "log_p = log")


def test_best_weights_listing():
    listing = listing_of("troubleshooting/wrong-line-best-weights")
    mended = listing.replace("= theta, loss ", "= theta.copy(), loss ")
    rng = np.random.default_rng(2)
    training = LeastSquares(X := rng.normal(size=(9, 8)), X[:, 0] + rng.normal(size=9))
    validation = LeastSquares(V := rng.normal(size=(200, 8)), V[:, 0])
    rule, start = GD(0.2), np.zeros(8)
    path = [start]
    for _ in range(200):
        path.append(rule.step(path[-1], training.gradient(path[-1]), ())[0])
    best = min(path[1:], key=validation.value)
    assert validation.value(best) < 0.8 * validation.value(path[-1])
    arguments = start, training.gradient, validation.value, 0.2, 200
    np.testing.assert_allclose(run(mended, "train", *arguments), best, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(run(listing, "train", *arguments), path[-1], rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(start, 0)
    assert right_option("troubleshooting/wrong-line-best-weights") == line_of(
        listing, "= theta, loss"
    )


def test_first_loss_is_that_of_an_even_guess_until_logits_are_large():
    rng = np.random.default_rng(3)
    network, x, labels = mlp((20, 30, 10)), rng.normal(size=(500, 20)), rng.integers(10, size=500)
    logits = network.forward(network.initialize(rng, "small_normal"), x)[0]
    assert CROSS_ENTROPY.value(logits, labels) == pytest.approx(np.log(10), abs=0.01)
    large = 8 * rng.normal(size=(500, 10))
    assert 9 < CROSS_ENTROPY.value(large, labels) < 13
    assert np.mean(large.argmax(axis=1) == labels) < 0.2
    assert right_option("troubleshooting/loss-at-the-start").startswith("The logits are too large")


def test_a_working_network_fits_sixteen_examples():
    rng = np.random.default_rng(4)
    network, x = mlp((64, 32, 10), "relu"), rng.normal(size=(16, 64))
    labels = np.append(np.arange(10), rng.integers(10, size=6))
    theta = network.initialize(rng, "he_normal")
    assert network.size > 2000
    assert fit(network, theta, x, labels, "cross_entropy", Adam(0.01), 200).losses[-1] < 0.01
    assert right_option("troubleshooting/one-batch").startswith("There is a bug")


def test_selecting_features_before_the_split_turns_noise_into_a_score():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(60, 2000)), rng.choice([-1.0, 1.0], 60)

    def score(selected_on: slice) -> float:
        agreement = y[selected_on] @ x[selected_on]
        best = np.argsort(-np.abs(agreement))[:20]
        predicted = x[40:, best] @ np.sign(agreement[best])
        return float(np.mean(np.sign(predicted) == y[40:]))

    assert score(slice(None)) > 0.8
    assert abs(score(slice(40)) - 0.5) < 0.25


def test_dropout_and_the_mean_over_an_epoch_raise_the_training_loss():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(200, 5))
    network = Network((Dense(5, 20), Activation("relu"), Dropout(0.5), Dense(20, 1)))
    theta, y = network.initialize(rng), np.sign(x[:, :1])
    loss, rule = LOSSES["half_squared_error"], Adam(0.01)
    state, reported = rule.init(theta), []
    for _ in range(100):
        output, trace = network.forward(theta, x, Pass(True, rng))
        reported.append(loss.value(output, y))
        theta, state = rule.step(
            theta, network.backward(theta, trace, loss.gradient(output, y)), state
        )
    evaluated = loss.value(network.forward(theta, x)[0], y)
    assert evaluated < 0.8 * reported[-1] < 0.8 * np.mean(reported)


def test_rare_illness_counts():
    people, ill, reported, found = 1000, 10, 30, 6
    wrong = (reported - found) + (ill - found)
    text = right_option("troubleshooting/rare-illness")
    precision, recall, accuracy = map(float, re.findall(r"([0-9.]+) percent", text))
    assert (precision, recall) == (100 * found / reported, 100 * found / ill)
    assert accuracy == pytest.approx(100 * (people - wrong) / people)
    assert accuracy < 100 * (people - ill) / people
    assert "less than that of reporting no one" in text


def test_the_best_of_a_hundred_guessing_models():
    right = np.random.default_rng(7).binomial(100, 0.5, size=(4000, 100))
    assert right.max(axis=1).mean() == pytest.approx(62.5, abs=0.2)
    assert np.mean(right >= 55) == pytest.approx(1 / 5, abs=0.03)
    assert np.mean(right >= 75) < 3e-6
    assert "About 62 percent" in right_option("troubleshooting/best-of-many")


@pytest.mark.parametrize("seed", range(30))
def test_learning_curves_look_as_their_words_say(seed):
    variant = learning_curves(np.random.default_rng(seed))
    noise = float(re.search(r"square \$([0-9.]+)", " ".join(variant.prompt.split()))[1])
    floor = noise**2 / 2
    runs = {}
    for option in variant.answer:
        curves = [y for _, y in option.picture.lines.values()]
        words = option.feedback or variant.solution
        runs[next(run for run, look in RUNS.items() if look in words)] = curves
    training, validation = runs["overfits"]
    assert training[-1] < 0.1 * training[0]
    assert validation[-1] > 1.1 * validation.min()
    training, validation = runs["underfits"]
    assert min(training[-1], validation[-1]) > 1.3 * floor
    training, validation = runs["enough"]
    assert np.all(np.abs(np.array([training[-1], validation[-1]]) - floor) < 0.25 * floor)
    training, validation = runs["leaks"]
    assert np.array_equal(training, validation)
    assert validation[-1] < 0.25 * floor


@pytest.mark.parametrize("draw", range(1, 9))
def test_losses_of_batches_look_as_their_words_say(draw):
    losses = {
        bug: batch_losses(bug, 1.8, 1.25, draw) for bug in ("shuffled", "sorted", "apart", "uphill")
    }
    assert {round(float(curve[0]), 6) for curve in losses.values()} == {0.693147}
    assert losses["shuffled"][-6:].mean() < 0.6
    assert losses["sorted"][3] > 1.5 * losses["sorted"][2]
    np.testing.assert_allclose(losses["sorted"][-6:], losses["sorted"][-12:-6], atol=0.1)
    assert np.abs(losses["apart"] - np.log(2)).mean() < 0.1
    assert losses["uphill"][-1] > 2


@pytest.mark.parametrize("seed", range(30))
def test_stored_gradients_look_as_their_words_say(seed):
    variant = stored_gradients(np.random.default_rng(seed))
    goal = -float(re.search(r"\(w ([+-] [0-9.]+)\)", variant.prompt)[1].replace(" ", ""))
    away = {
        option.picture.settings["the stored gradient"]: option.picture.lines["weight"][1] - goal
        for option in variant.answer
    }
    zeroed = away["is set to zero before every step"]
    np.testing.assert_allclose(zeroed[1:] / zeroed[:-1], zeroed[1] / zeroed[0], rtol=1e-9)
    kept = away["is never set to zero"]
    swing = float(re.search(r"once in about\s+([0-9.]+)", variant.solution)[1])
    lowest = int(np.argmin(kept * np.sign(kept[0])))
    assert abs(lowest - swing / 2) <= 1
    assert kept[lowest] == pytest.approx(-kept[0], rel=0.05)
    fading = away["is multiplied by 0.9 before every step"]
    assert -0.9 < (fading / fading[0]).min() < -0.2
    (cleared,) = (name for name in away if "only" in name)
    period = int(re.search(r"every (\d+)", cleared)[1])
    lengths = np.abs(np.diff(away[cleared]))
    assert lengths[period - 1] > 2 * lengths[0]
    assert lengths[period] < 0.5 * lengths[period - 1]
