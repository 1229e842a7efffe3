"""The training loop: its arithmetic, what each epoch tells, and every way in which it ends."""

from __future__ import annotations

from dataclasses import replace
from itertools import count, pairwise

import numpy as np
import pytest

from engine.batches import batches
from engine.clipping import by_norm, norm
from engine.layers import Activation, BatchNorm, Dense, Dropout
from engine.losses import LOSSES
from engine.network import Network, mlp
from engine.optimizers import GD, Adam
from engine.stopping import at_epoch, at_loss, at_time, last_gain, patience
from engine.task import Examples, Task
from engine.training import fit, train

RNG = np.random.default_rng(5)
X = RNG.normal(size=(30, 3))
Y = np.sin(X[:, :1]) + 0.1 * RNG.normal(size=(30, 1))
NET = mlp([3, 5, 1], hidden="tanh")
START = NET.initialize(np.random.default_rng(0))
TASK = Task(NET, "half_squared_error", GD(0.1), Examples(X, Y))


FIVE = (at_epoch(5),)


def run(task=TASK, rules=FIVE, start=START, seed=0):
    return list(train(task, start, np.random.default_rng(seed), rules))


def test_full_batches_are_fit():
    epochs, fitted = run(), fit(NET, START, X, Y, "half_squared_error", GD(0.1), 5)
    losses = [epoch.scores["training loss"] for epoch in epochs]
    np.testing.assert_allclose(losses, fitted.losses, rtol=1e-12)
    np.testing.assert_allclose(epochs[-1].theta, fitted.theta, rtol=0, atol=1e-13)


def test_mini_batches_are_the_loop_by_hand():
    loss, theta, rng = LOSSES["half_squared_error"], START, np.random.default_rng(3)
    for _ in range(2):
        for rows in batches(rng, 30, 8):
            prediction, trace = NET.forward(theta, X[rows])
            theta = theta - 0.1 * NET.backward(theta, trace, loss.gradient(prediction, Y[rows]))
    last = run(replace(TASK, batch_size=8), [at_epoch(2)], seed=3)[-1]
    np.testing.assert_array_equal(last.theta, theta)
    assert last.step == 8  # four batches in each of two epochs


def test_the_first_epoch_is_the_start():
    first = run()[0]
    assert (first.epoch, first.step, first.stopped, first.norms.size) == (0, 0, "", 0)
    np.testing.assert_array_equal(first.theta, START)


def test_epochs_tell_each_score_of_each_set():
    task = replace(
        TASK,
        validation=Examples(X[:10], Y[:10]),
        metrics={"error": lambda p, y: np.abs(p - y).mean()},
    )
    epoch = run(task)[-1]
    prediction, _ = NET.forward(epoch.theta, X[:10])
    assert epoch.scores["validation error"] == pytest.approx(np.abs(prediction - Y[:10]).mean())
    assert set(epoch.scores) == {
        f"{kind} {score}" for kind in ("training", "validation") for score in ("loss", "error")
    }


def test_the_best_epoch_is_the_lowest_validation_loss():
    task = replace(
        TASK, optimizer=Adam(0.1), training=Examples(X[:6], Y[:6]), validation=Examples(X, Y)
    )
    epochs = run(task, [at_epoch(60)])
    losses = [epoch.scores["validation loss"] for epoch in epochs]
    best = epochs[-1].best
    assert 0 < best.epoch < 60
    assert (best.epoch, best.loss) == (int(np.argmin(losses)), min(losses))
    np.testing.assert_array_equal(best.theta, epochs[best.epoch].theta)


def test_a_seed_gives_one_run():
    task = replace(TASK, batch_size=4)
    np.testing.assert_array_equal(run(task)[-1].theta, run(task)[-1].theta)
    assert not np.array_equal(run(task)[-1].theta, run(task, seed=1)[-1].theta)


def test_clipping_limits_each_step():
    free = run(replace(TASK, batch_size=4))[1]
    assert free.norms.max() > 0.2
    clipped = replace(TASK, clip=lambda g: by_norm(g, 1e-3))
    epochs = run(clipped)
    moves = [norm(b.theta - a.theta) for a, b in pairwise(epochs)]
    np.testing.assert_allclose(moves, 0.1 * 1e-3, rtol=1e-9)


class Half:
    """Half the sum of squares, whose gradient is w."""

    def gradient(self, w):
        return w


def test_the_penalty_applies_to_weights_only():
    penalized, plain = run(replace(TASK, penalty=Half()))[1], run()[1]
    difference = plain.theta - penalized.theta
    np.testing.assert_allclose(difference[NET.weights], 0.1 * START[NET.weights], atol=1e-14)
    np.testing.assert_array_equal(difference[~NET.weights], 0)


def test_shrinking_applies_to_weights_after_the_step():
    shrunk, plain = run(replace(TASK, shrink=lambda w, rate: (1 - rate) * w))[1], run()[1]
    np.testing.assert_allclose(shrunk.theta[NET.weights], 0.9 * plain.theta[NET.weights])
    np.testing.assert_array_equal(shrunk.theta[~NET.weights], plain.theta[~NET.weights])


def test_augmentation_replaces_the_inputs_of_a_step():
    seen = []

    def record(rng, x):
        seen.append(x)
        return np.zeros_like(x)

    last = run(replace(TASK, augment=record, batch_size=10), [at_epoch(1)])[-1]
    assert [len(x) for x in seen] == [10, 10, 10]
    np.testing.assert_array_equal(NET.unpack(last.theta)["W1"], NET.unpack(START)["W1"])


def test_dropout_and_batch_norm_train_and_are_scored_in_evaluation_mode():
    network = Network((Dense(3, 8), BatchNorm(8), Activation("relu"), Dropout(0.2), Dense(8, 1)))
    start = network.initialize(np.random.default_rng(0))
    task = Task(network, "half_squared_error", Adam(0.02), Examples(X, Y), batch_size=10)
    epochs = run(task, [at_epoch(40)], start)
    assert epochs[-1].scores["training loss"] < 0.5 * epochs[0].scores["training loss"]
    assert epochs[-1].memory[1].mean.any()


@pytest.mark.parametrize(
    ("optimizer", "tensor"),
    [(GD(1e150), "the loss"), (GD(3e305), "the output of layer 3"), (GD(1e307), "W1")],
)
def test_divergence_names_step_and_tensor(optimizer, tensor):
    y = 1e3 * Y
    last = run(replace(TASK, optimizer=optimizer, training=Examples(X, y)), [at_epoch(50)])[-1]
    assert last.diverged is not None
    assert last.diverged.tensor == tensor
    assert last.stopped == f"diverged at step {last.diverged.step} in {last.diverged.tensor}"
    assert np.isfinite(last.theta).all()
    assert np.isfinite(last.best.theta).all()


def test_a_loss_that_overflows_alone_is_named():
    task = replace(TASK, training=Examples(X, np.full_like(Y, 1e200)))
    assert run(task)[-1].diverged == (1, "the loss")


def test_a_gradient_that_overflows_is_named():
    class Wild:
        def gradient(self, w):
            return np.where(np.arange(w.size) == 15, np.inf, 0.0)  # the first weight of layer 2

    assert run(replace(TASK, penalty=Wild()))[-1].diverged == (1, "the gradient of W2")


def test_rules_end_the_run_and_say_why():
    epochs = run(rules=[at_loss(0.2), at_epoch(500)])
    assert epochs[-1].stopped == "training loss at most 0.2"
    assert epochs[-1].scores["training loss"] <= 0.2 < epochs[-2].scores["training loss"]
    assert run(rules=[at_epoch(3)])[-1].stopped == "3 epochs done"


def test_time_ends_the_run():
    ticks = count()
    epochs = run(rules=[at_time(4, lambda: next(ticks))])
    assert (len(epochs), epochs[-1].stopped) == (5, "4 s are over")


def test_patience_ends_the_run_that_many_epochs_after_the_best():
    task = replace(
        TASK, optimizer=Adam(0.1), training=Examples(X[:6], Y[:6]), validation=Examples(X, Y)
    )
    epochs = run(task, [patience(7), at_epoch(500)])
    assert epochs[-1].stopped == "no better for 7 epochs"
    assert epochs[-1].epoch == epochs[-1].best.epoch + 7


def test_a_gain_must_be_large_enough():
    losses = [1.0, 0.9, 0.85, 0.7, 0.69, 0.68]
    assert last_gain(losses, 0.0) == 5
    assert last_gain(losses, 0.05) == 3
    assert last_gain(losses, 0.14) == 3  # 0.85 is a gain on 1, then 0.7 on 0.85
    assert last_gain(losses, 0.4) == 0
    assert last_gain([np.nan, np.nan], 0.0) == 0


def test_a_run_without_a_rule_is_refused():
    with pytest.raises(ValueError, match="at least one rule"):
        run(rules=[])
