"""The compiled step against the plain one and against PyTorch, and what it cannot do."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, leaky_relu
from engine.batches import batches
from engine.clipping import by_norm, by_value
from engine.compiled import LINKS, CompiledStep, can_compile
from engine.layers import Activation, BatchNorm, Dense, Dropout, LayerNorm, Residual
from engine.losses import LOSSES
from engine.network import Network, mlp
from engine.optimizers import GD, OPTIMIZERS, SGD
from engine.regularizers import L1, L2, ElasticNet
from engine.task import Examples, Task
from engine.training import Position, take_step

RNG = np.random.default_rng(3)
N, SIZE = 23, 5  # the last of five batches has three examples
X = RNG.normal(size=(N, 3))
REAL = np.sin(X @ RNG.normal(size=(3, 2)))
CLASSES = RNG.integers(3, size=N)
TARGETS = {
    "half_squared_error": REAL,
    "mean_squared_error": REAL,
    "binary_cross_entropy": (REAL > 0).astype(float),
    "cross_entropy": CLASSES,
}
WIDTHS = [3, 4, 6, 2]


def make(hidden="tanh", loss="half_squared_error", depth=2, optimizer=None, **options):
    target = TARGETS[loss]
    sizes = [3, *WIDTHS[1 : depth + 1], 3 if target.ndim == 1 else 2]
    network = mlp(sizes, hidden)
    task = Task(network, loss, optimizer or SGD(0.1), Examples(X, target), None, SIZE, **options)
    return task, network.initialize(np.random.default_rng(1)) + 0.05


def orders(epochs):
    rng = np.random.default_rng(9)
    return [rng.permutation(N) for _ in range(epochs)]


def plainly(task, theta, epochs):
    """Position and the gradients' lengths after as many epochs of `take_step`."""
    position, lengths = Position(theta, task.optimizer.init(theta)), []
    for order in orders(epochs):
        for start in range(0, N, SIZE):
            length, tensor = take_step(task, position, order[start : start + SIZE], RNG)
            assert not tensor
            lengths.append(length)
    return position, lengths


def compiled(task, theta, epochs):
    """The step, loaded and played, and the gradients' lengths."""
    step, lengths = task.network.compile_step(task), []
    step.load(theta)
    for order in orders(epochs):
        for batch in step.batches(order, SIZE):
            step.step(batch)
            lengths.append(np.linalg.norm(step.gradient()))
    return step, lengths


def check_same(task, theta, epochs, rtol=1e-12):
    position, expected = plainly(task, theta, epochs)
    step, lengths = compiled(task, theta, epochs)
    scale = np.abs(position.theta).max()
    np.testing.assert_allclose(step.theta, position.theta, rtol=rtol, atol=rtol * scale)
    np.testing.assert_allclose(lengths, expected, rtol=rtol, atol=rtol * max(expected))
    assert np.abs(position.theta - theta).max() > 1e-3
    return step, position


def test_every_loss_is_compiled():
    assert set(LINKS) == set(LOSSES)


@pytest.mark.parametrize("depth", range(4))
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_it_is_the_plain_step(hidden, loss, depth):
    check_same(*make(hidden, loss, depth), epochs=8)


@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "relu", "linear"])
def test_it_stays_the_plain_step_over_hundreds_of_steps(hidden):
    check_same(*make(hidden), epochs=100)


@pytest.mark.parametrize("loss", LOSSES)
def test_activations_may_differ_from_layer_to_layer(loss):
    kinds = ["tanh", "tanh", "gelu", "relu", leaky_relu(0.3), "sigmoid", "sigmoid", "linear"]
    k = 3 if loss == "cross_entropy" else 2
    layers = []
    for kind, (d_in, d_out) in zip(kinds, pairwise([3, 4, 2, 5, 1, 4, 3, 3, k]), strict=True):
        layers += [Dense(d_in, d_out), Activation(kind)]
    network = Network(tuple(layers))
    task = Task(network, loss, GD(0.1), Examples(X, TARGETS[loss]), None, SIZE)
    check_same(task, network.initialize(np.random.default_rng(5)), epochs=10)


@pytest.mark.parametrize("size", [1, 2, 22, 23, 40])
def test_any_size_of_batch(size):
    task, theta = make("sigmoid", "binary_cross_entropy")
    step, position = task.network.compile_step(task), Position(theta, ())
    step.load(theta)
    cut = step.batches(np.arange(N), size)
    for start, batch in zip(range(0, N, size), cut, strict=True):
        step.step(batch)
        take_step(task, position, slice(start, start + size), RNG)
    np.testing.assert_allclose(step.theta, position.theta, rtol=0, atol=1e-13)


@pytest.mark.parametrize("rule", OPTIMIZERS)
def test_every_update_rule(rule):
    task, theta = make(optimizer=OPTIMIZERS[rule](learning_rate=0.01))
    step, position = check_same(task, theta, epochs=20)
    for mine, theirs in zip(step.state, position.state, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize(
    "options",
    [
        {"penalty": L2(0.1)},
        {"penalty": L1(0.02)},
        {"penalty": ElasticNet(0.05)},
        {"shrink": L1(0.02).prox},
        {"clip": lambda g: by_norm(g, 0.05)},
        {"clip": lambda g: by_value(g, 0.01), "penalty": L2(0.1), "shrink": L2(0.1).prox},
    ],
    ids=["l2", "l1", "elastic net", "shrink", "clip", "all"],
)
@pytest.mark.parametrize("rule", ["SGD", "Adam"])
def test_penalty_clipping_and_shrinking(rule, options):
    check_same(*make(optimizer=OPTIMIZERS[rule](learning_rate=0.05), **options), epochs=10)


def test_a_rate_for_each_parameter():
    task, theta = make()
    rates = np.linspace(0.01, 0.2, theta.size)
    check_same(replace(task, optimizer=SGD(rates)), theta, epochs=10)


def test_targets_may_be_probabilities():
    task, theta = make(loss="cross_entropy")
    smooth = 0.9 * np.eye(3)[CLASSES] + 0.1 / 3
    assert can_compile(replace(task, training=Examples(X, smooth)))
    check_same(replace(task, training=Examples(X, smooth)), theta, epochs=10)
    assert not can_compile(replace(task, training=Examples(X, 2 * smooth)))


@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "relu"])
def test_units_and_classes_at_their_ends(hidden):
    task, theta = make(hidden, "binary_cross_entropy")
    check_same(task, 100 * theta, epochs=4)
    task, theta = make(hidden, "cross_entropy")
    check_same(task, 1000 * theta, epochs=4)


@pytest.mark.parametrize("rule", ["SGD", "Adam"])
def test_the_rate_may_change(rule):
    rates = [0.1, 0.1, 0.02, 0.3, 0.1]
    task, theta = make(optimizer=OPTIMIZERS[rule](learning_rate=0.5))
    position = Position(theta, task.optimizer.init(theta))
    step = task.network.compile_step(task)
    step.load(theta)
    cut = step.batches(np.arange(N), SIZE)
    for k, rate in enumerate(rates):
        step.set_rate(rate)
        step.step(cut[k])
        changed = replace(task, optimizer=replace(task.optimizer, learning_rate=rate))
        take_step(changed, position, slice(k * SIZE, (k + 1) * SIZE), RNG)
    np.testing.assert_allclose(step.theta, position.theta, rtol=0, atol=1e-13)
    step.set_rate(0.02)
    fresh = step.gather(np.arange(7))  # a size that is first met after the change
    step.step(fresh)
    changed = replace(task, optimizer=replace(task.optimizer, learning_rate=0.02))
    take_step(changed, position, slice(7), RNG)
    np.testing.assert_allclose(step.theta, position.theta, rtol=0, atol=1e-13)


@pytest.mark.parametrize("rule", ["SGD", "Adam"])
def test_the_update_rule_may_change_within_its_kind(rule):
    task, theta = make(optimizer=OPTIMIZERS[rule](learning_rate=0.5))
    slow = replace(task.optimizer, learning_rate=0.01)
    step, expected = CompiledStep(task), CompiledStep(replace(task, optimizer=slow))
    step.set_optimizer(slow)
    for one in (step, expected):
        one.load(theta)
        one.run(one.batches(np.arange(N), SIZE))
    np.testing.assert_array_equal(step.theta, expected.theta)
    with pytest.raises(ValueError, match="plain descent is compiled into the step"):
        step.set_optimizer(OPTIMIZERS["Adam" if rule == "SGD" else "SGD"]())


@pytest.mark.parametrize("rule", ["SGD", "Momentum", "Adam"])
@pytest.mark.parametrize("stop", [1, 2, 3, 4])
def test_a_run_that_is_stopped_and_loaded_is_the_same_to_the_bit(rule, stop):
    task, theta = make(optimizer=OPTIMIZERS[rule](learning_rate=0.05))
    whole, part, other = (task.network.compile_step(task) for _ in range(3))
    whole.load(theta)
    part.load(theta)
    cut, _, _ = (step.batches(np.arange(N), SIZE) for step in (whole, part, other))
    for batch in cut:
        whole.step(batch)
    for batch in cut[:stop]:
        part.step(batch)
    other.step(cut[0])  # after an odd number of steps it stands on its other side
    other.load(part.theta, part.state)
    for step in (part, other):
        for batch in cut[stop:]:
            step.step(batch)
        np.testing.assert_array_equal(step.theta, whole.theta)
        np.testing.assert_array_equal(step.gradient(), whole.gradient())


def test_theta_and_gradient_are_copies_in_the_networks_order():
    task, theta = make(hidden="relu", depth=3)
    step = task.network.compile_step(task)
    step.load(theta)
    np.testing.assert_array_equal(step.theta, theta)
    np.testing.assert_array_equal(step.gradient(), np.zeros_like(theta))
    step.step(step.gather(np.arange(6)))
    y, trace = task.network.forward(theta, X[:6])
    dy = LOSSES[task.loss].gradient(y, REAL[:6])
    expected = task.network.backward(theta, trace, dy)
    np.testing.assert_allclose(step.gradient(), expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(step.theta, theta - 0.1 * expected, rtol=1e-12, atol=1e-15)
    step.theta[...] = step.gradient()[...] = 7.0
    np.testing.assert_allclose(step.theta, theta - 0.1 * expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(step.gradient(), expected, rtol=1e-12, atol=1e-15)


def test_batches_are_what_the_plain_loop_draws():
    task, _ = make()
    step = task.network.compile_step(task)
    drawn = list(batches(np.random.default_rng(4), N, SIZE))
    cut = step.batches(np.concatenate(drawn), SIZE)
    for rows, batch in zip(drawn, cut, strict=True):
        np.testing.assert_array_equal(batch, step.gather(rows))
        np.testing.assert_array_equal(
            batch, np.vstack([REAL[rows].T, np.ones(len(rows)), X[rows].T])
        )


def torch_theta(torch, task, theta, loss, target, make_rule):
    """The network's theta after two epochs of PyTorch's own layers, loss and update."""
    sizes = [task.network.layers[0].d_in, *(p.d_out for p in task.network.layers[::2])]
    layers = [torch.nn.Linear(n, m, dtype=torch.float64) for n, m in pairwise(sizes)]
    views = iter(task.network.unpack(theta).values())
    with torch.no_grad():
        for layer in layers:
            layer.weight.copy_(torch.from_numpy(next(views).T.copy()))
            layer.bias.copy_(torch.from_numpy(next(views).copy()))
    net = torch.nn.Sequential(*[part for p in layers for part in (p, torch.nn.Tanh())][:-1])
    rule, x = make_rule(net.parameters()), torch.from_numpy(X)
    for order in orders(2):
        for start in range(0, N, SIZE):
            rows = order[start : start + SIZE]
            rule.zero_grad()
            loss(net(x[rows]), target[rows]).backward()
            rule.step()
    parts = [part.detach().numpy() for p in layers for part in (p.weight.T, p.bias)]
    return np.concatenate([part.ravel() for part in parts])


@pytest.mark.parametrize("rule", ["SGD", "Adam"])
@pytest.mark.parametrize("loss", LOSSES)
def test_it_is_pytorchs_training(loss, rule):
    torch = pytest.importorskip("torch")
    measures = {
        "half_squared_error": lambda p, y: ((p - y) ** 2).sum(dim=1).mean() / 2,
        "mean_squared_error": torch.nn.functional.mse_loss,
        "binary_cross_entropy": torch.nn.functional.binary_cross_entropy_with_logits,
        "cross_entropy": torch.nn.functional.cross_entropy,
    }
    task, theta = make(loss=loss, depth=3, optimizer=OPTIMIZERS[rule](learning_rate=0.05))
    target, make_rule = (
        torch.from_numpy(TARGETS[loss]),
        partial(getattr(torch.optim, rule), lr=0.05),
    )
    expected = torch_theta(torch, task, theta, measures[loss], target, make_rule)
    np.testing.assert_allclose(compiled(task, theta, 2)[0].theta, expected, rtol=0, atol=1e-9)


def network_of(*layers):
    return Network(tuple(layers))


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        (network_of(Dense(3, 2)), "Dense and Activation in turns"),
        (network_of(Activation("tanh"), Dense(3, 2)), "Dense and Activation in turns"),
        (
            network_of(Dense(3, 2), Activation("tanh"), Dropout(0.5), Activation("linear")),
            "Dense and Activation in turns",
        ),
        (network_of(Dense(3, 2), BatchNorm(2)), "Dense and Activation in turns"),
        (network_of(Dense(3, 2), LayerNorm(2)), "Dense and Activation in turns"),
        (network_of(Residual((Dense(3, 3),)), Activation("linear")), "in turns"),
        (mlp([3, 4, 2], output="sigmoid"), "last activation is not linear"),
    ],
)
def test_what_cannot_be_compiled_says_why(network, reason):
    task = replace(make()[0], network=network)
    assert not can_compile(task)
    with pytest.raises(ValueError, match=f"no compiled step: .*{reason}"):
        network.compile_step(task)


def test_augmented_examples_and_other_losses_cannot_be_compiled():
    task, _ = make()
    assert can_compile(task)
    augmented = replace(task, augment=lambda rng, x: x + rng.normal(size=x.shape))
    with pytest.raises(ValueError, match="augmented at every step"):
        CompiledStep(augmented)
    with pytest.raises(ValueError, match="its loss is none of half_squared_error"):
        CompiledStep(replace(task, loss="hinge"))
    assert not can_compile(augmented)


def test_wrong_shapes_are_refused():
    task, theta = make()
    with pytest.raises(ValueError, match="expected theta of shape"):
        task.network.compile_step(task).load(theta[1:])
    with pytest.raises(ValueError, match="expected a target of shape"):
        CompiledStep(replace(task, training=Examples(X, REAL[:, :1])))
    with pytest.raises(ValueError, match="mismatch"):
        CompiledStep(replace(task, training=Examples(X[:, :2], REAL)))


@pytest.mark.parametrize("hidden", ["linear", "relu", "tanh", "gelu"])
@pytest.mark.parametrize("rate", [10.0, 1e3, 1e100, 1e308])
@pytest.mark.parametrize("rule", ["SGD", "Momentum"])
def test_what_overflows_for_the_plain_step_is_not_finite(rule, rate, hidden):
    task, theta = make(hidden, optimizer=OPTIMIZERS[rule](learning_rate=rate))
    step, position = task.network.compile_step(task), Position(theta, task.optimizer.init(theta))
    step.load(theta)
    lost = ""
    with np.errstate(all="ignore"):
        for order in orders(20):
            for start in range(0, N, SIZE):
                lost = lost or take_step(task, position, order[start : start + SIZE], RNG)[1]
    sound = [step.run(step.batches(order, SIZE)) for order in orders(20)]
    assert not (lost and sound[-1])
    assert sound == sorted(sound, reverse=True)


def test_a_finite_run_is_finite():
    task, theta = make()
    step = task.network.compile_step(task)
    assert step.is_finite()
    step.load(theta)
    assert step.run(step.batches(np.arange(N), SIZE))
    step.load(np.full_like(theta, np.nan))
    assert not step.is_finite()
    step.load(np.where(np.arange(theta.size) == 3, -np.inf, theta))
    assert not step.is_finite()


def test_nothing_that_was_handed_in_changes():
    task, theta = make(penalty=L2(0.1))
    before = theta.copy(), X.copy(), REAL.copy()
    compiled(task, theta, 2)
    for array, copy in zip((theta, X, REAL), before, strict=True):
        np.testing.assert_array_equal(array, copy)
