"""Dropout, the norms and the residual connection: gradients, PyTorch, and what a pass remembers."""

from __future__ import annotations

import numpy as np
import pytest

from engine.gradcheck import check_gradient
from engine.layers import (
    DROPOUT_FORMS,
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    LayerNorm,
    Pass,
    Residual,
    Statistics,
)
from engine.losses import LOSSES
from engine.network import Network

N, D = 6, 4
MEMORY = Statistics(np.array([0.3, -0.2, 0.0, 1.0]), np.array([0.5, 2.0, 1.0, 3.0]))
BRANCH = Residual((BatchNorm(D), Dense(D, D), Activation("tanh"), Dropout(0.3)), scale=0.7)

# layer, and how its forward pass is run; a fresh generator each time, so that masks repeat
CASES = {
    "dropout in evaluation": (Dropout(0.4), lambda: Pass()),
    **{
        f"{form} dropout": (Dropout(0.4, form), lambda: Pass(True, np.random.default_rng(3)))
        for form in DROPOUT_FORMS
    },
    "classic dropout in evaluation": (Dropout(0.4, "classic"), lambda: Pass()),
    "batch norm": (BatchNorm(D), lambda: Pass(True)),
    "batch norm in evaluation": (BatchNorm(D), lambda: Pass(memory=MEMORY)),
    "batch norm before any batch": (BatchNorm(D), lambda: Pass()),
    "layer norm": (LayerNorm(D), lambda: Pass(True)),
    "residual": (BRANCH, lambda: Pass(True, np.random.default_rng(4))),
    "residual in evaluation": (BRANCH, lambda: Pass(memory=(MEMORY, None, None, None))),
    "residual in a residual": (
        Residual((Dense(D, D), Residual((Dense(D, D), LayerNorm(D)), 0.5)), 2.0),
        lambda: Pass(),
    ),
}
every_case = pytest.mark.parametrize("case", CASES)


def setting(case):
    """The layer's forward pass as a function of parameters and x; parameters, x and upstream."""
    layer, run = CASES[case]
    rng = np.random.default_rng(7)
    p = {key: rng.normal(size=shape) for key, shape in layer.shapes().items()}
    x, dy = rng.normal(1.0, 2.0, (N, D)), rng.normal(size=(N, D))
    return layer, lambda p, x: layer.forward(p, x, run()), p, x, dy


@every_case
def test_dx_is_the_central_difference(case):
    layer, forward, p, x, dy = setting(case)
    dx, _ = layer.backward(p, forward(p, x)[1], dy)
    assert check_gradient(lambda v: float(np.sum(forward(p, v)[0] * dy)), dx, x).passed(1e-8)


@every_case
def test_parameter_gradients_are_central_differences(case):
    layer, forward, p, x, dy = setting(case)
    _, gradients = layer.backward(p, forward(p, x)[1], dy)
    assert {key: value.shape for key, value in gradients.items()} == layer.shapes()
    for key, gradient in gradients.items():

        def objective(value, key=key):
            return float(np.sum(forward({**p, key: value}, x)[0] * dy))

        assert check_gradient(objective, gradient, p[key]).passed(1e-8)


@every_case
def test_nothing_that_comes_in_is_modified(case):
    layer, forward, p, x, dy = setting(case)
    before = [value.copy() for value in (x, dy, *p.values())]
    layer.backward(p, forward(p, x)[1], dy)
    for value, old in zip((x, dy, *p.values()), before, strict=True):
        np.testing.assert_array_equal(value, old)


FROM_THE_BATCH = [case for case in CASES if CASES[case][1]().training]


@pytest.mark.parametrize("case", FROM_THE_BATCH)  # running statistics are float64
def test_float32_stays_float32(case):
    layer, forward, p, x, dy = setting(case)
    p = {key: value.astype(np.float32) for key, value in p.items()}
    y, cache = forward(p, x.astype(np.float32))
    dx, _ = layer.backward(p, cache, dy.astype(np.float32))
    assert y.dtype == dx.dtype == np.float32


@pytest.mark.parametrize("form", ["inverted", "classic"])
def test_evaluation_is_the_mean_over_the_masks(form):
    x = np.array([[1.0, -2.0, 3.0]])
    layer = Dropout(0.2, form)
    rng = np.random.default_rng(0)
    drawn = np.mean([layer.forward({}, x, Pass(True, rng))[0] for _ in range(20_000)], axis=0)
    np.testing.assert_allclose(drawn, layer.forward({}, x)[0], atol=0.03)


def test_the_printed_rule_scales_by_the_share_that_is_dropped():
    x = np.ones((1, 100_000))
    layer = Dropout(0.2, "printed")
    training = layer.forward({}, x, Pass(True, np.random.default_rng(0)))[0].mean()
    assert training == pytest.approx(0.8, abs=0.005)
    assert layer.forward({}, x)[0].mean() == pytest.approx(0.2, abs=1e-12)


def test_dropped_units_pass_nothing_back():
    layer = Dropout(0.5)
    x = np.ones((20, 20))
    y, factor = layer.forward({}, x, Pass(True, np.random.default_rng(1)))
    dx, _ = layer.backward({}, factor, np.ones_like(x))
    assert 100 < (y == 0).sum() < 300
    np.testing.assert_array_equal(dx, y)


@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5, float("nan")])
def test_dropout_refuses_a_rate(rate):
    with pytest.raises(ValueError, match=r"\[0, 1\)"):
        Dropout(rate)


def test_dropout_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match=r"'inverse'.*classic"):
        Dropout(0.5, "inverse")
    with pytest.raises(ValueError, match="needs an rng"):
        Dropout(0.5).forward({}, np.ones((1, 1)), Pass(True))


def test_a_batch_is_normalized():
    x = np.random.default_rng(0).normal(5, 3, (400, D))
    _, cache = BatchNorm(D, epsilon=0).forward(ones(D), x, Pass(True))
    np.testing.assert_allclose(cache.x_hat.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(cache.x_hat.var(axis=0), 1, rtol=1e-12)


def ones(d):
    return {"gamma": np.ones(d), "beta": np.zeros(d)}


def test_a_batch_of_one_gives_beta_and_passes_nothing_back():
    layer, p = BatchNorm(D), {"gamma": np.full(D, 2.0), "beta": np.arange(4.0)}
    y, cache = layer.forward(p, np.full((1, D), 9.0), Pass(True))
    np.testing.assert_array_equal(y, [np.arange(4.0)])
    np.testing.assert_array_equal(layer.backward(p, cache, np.ones((1, D)))[0], 0)
    remembered = layer.remember(MEMORY, cache)
    np.testing.assert_array_equal(remembered.variance, MEMORY.variance)
    np.testing.assert_allclose(remembered.mean, MEMORY.mean + 0.1 * (9 - MEMORY.mean))


def test_the_gradient_of_a_normalized_batch_has_no_mean_and_no_part_along_it():
    layer, forward, p, x, dy = setting("batch norm")
    cache = forward(p, x)[1]
    dx, _ = layer.backward(p, cache, dy)
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-13)
    # Exactly orthogonal only without epsilon, which is a hundred-thousandth of the variance here.
    np.testing.assert_allclose((dx * cache.x_hat).sum(axis=0), 0, atol=1e-4)


def test_layer_norm_sees_one_example_at_a_time():
    _, forward, p, x, _ = setting("layer norm")
    alone = np.concatenate([forward(p, row[None])[0] for row in x])
    np.testing.assert_allclose(forward(p, x)[0], alone, rtol=0, atol=1e-14)


def test_a_residual_with_scale_0_is_the_identity():
    layer = Residual((Dense(D, D), Activation("tanh")), scale=0.0)
    p = layer.initialize(np.random.default_rng(0), "xavier_normal")
    x = np.random.default_rng(1).normal(size=(N, D))
    np.testing.assert_array_equal(layer.forward(p, x)[0], x)


def test_a_residual_refuses_a_branch_that_does_not_fit():
    with pytest.raises(ValueError, match="at least one layer"):
        Residual(())
    layer = Residual((Dense(4, 3),))
    p = layer.initialize(np.random.default_rng(0), "zeros")
    with pytest.raises(ValueError, match=r"\(2, 4\).*\(2, 3\)"):
        layer.forward(p, np.ones((2, 4)))


LAYERS = (
    Dense(3, D),
    BatchNorm(D),
    Activation("tanh"),
    BRANCH,
    LayerNorm(D),
    Dense(D, 2),
)


def test_a_network_of_all_layers_has_the_gradient_of_its_loss():
    network = Network(LAYERS)
    rng = np.random.default_rng(2)
    theta = network.initialize(rng) + 0.1 * rng.normal(size=network.size)
    x, y = rng.normal(size=(N, 3)), rng.normal(size=(N, 2))
    loss = LOSSES["half_squared_error"]

    def run(theta):
        return network.forward(theta, x, Pass(True, np.random.default_rng(5)))

    prediction, trace = run(theta)
    gradient, flow = network.backward_flow(theta, trace, loss.gradient(prediction, y))
    assert check_gradient(lambda v: loss.value(run(v)[0], y), gradient, theta).passed(1e-8)
    assert [g.shape for g in flow] == [a.shape for a in trace.inputs]
    assert list(network.unpack(theta))[4:10] == [
        *("gamma3.1", "beta3.1", "W3.2", "b3.2"),
        *("gamma4", "beta4"),
    ]
    assert network.weights.sum() == 3 * D + D * D + D * 2
    assert network.spans[0].start == 0
    assert sum(span.stop - span.start for span in network.spans) == network.size


def test_memory_goes_from_pass_to_pass():
    network = Network(LAYERS)
    rng = np.random.default_rng(2)
    theta, memory = network.initialize(rng), None
    for _ in range(300):
        x = rng.normal(4.0, 2.0, (64, 3))
        memory = network.forward(theta, x, Pass(True, rng, memory))[1].memory
    z = network.forward(theta, rng.normal(4.0, 2.0, (20_000, 3)))[1].outputs[0]
    np.testing.assert_allclose(memory[1].mean, z.mean(axis=0), atol=0.2)
    np.testing.assert_allclose(memory[1].variance, z.var(axis=0), rtol=0.2)
    kept = network.forward(theta, x, Pass(memory=memory))[1].memory
    np.testing.assert_array_equal(kept[1].mean, memory[1].mean)


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_is_that_of_pytorch(training):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    layer, memory = BatchNorm(D, momentum=0.3), None
    p = {"gamma": rng.normal(size=D), "beta": rng.normal(size=D)}
    theirs = torch.nn.BatchNorm1d(D, momentum=0.3, dtype=torch.float64)
    theirs.weight.data, theirs.bias.data = map(torch.tensor, (p["gamma"], p["beta"]))
    for _ in range(5):
        batch = rng.normal(2, 3, (N, D))
        memory = layer.remember(memory, layer.forward(p, batch, Pass(True, None, memory))[1])
        theirs(torch.tensor(batch))
    np.testing.assert_allclose(memory.mean, theirs.running_mean.numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(memory.variance, theirs.running_var.numpy(), rtol=0, atol=1e-12)
    theirs.train(training)
    assert_same_as(torch, layer, p, theirs, Pass(training, None, memory))


def test_layer_norm_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    p = {"gamma": rng.normal(size=D), "beta": rng.normal(size=D)}
    theirs = torch.nn.LayerNorm(D, dtype=torch.float64)
    theirs.weight.data, theirs.bias.data = map(torch.tensor, (p["gamma"], p["beta"]))
    assert_same_as(torch, LayerNorm(D), p, theirs, Pass())


def assert_same_as(torch, layer, p, theirs, run):
    """Output and all gradients agree to 1e-10."""
    rng = np.random.default_rng(8)
    x, dy = rng.normal(size=(N, D)), rng.normal(size=(N, D))
    their_x = torch.tensor(x, requires_grad=True)
    their_y = theirs(their_x)
    their_y.backward(torch.tensor(dy))
    y, cache = layer.forward(p, x, run)
    dx, gradients = layer.backward(p, cache, dy)
    pairs = [
        (y, their_y.detach()),
        (dx, their_x.grad),
        (gradients["gamma"], theirs.weight.grad),
        (gradients["beta"], theirs.bias.grad),
    ]
    for ours, other in pairs:
        np.testing.assert_allclose(ours, other.numpy(), rtol=0, atol=1e-10)


def test_inverted_dropout_and_residual_are_those_of_pytorch():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(6)
    layer = Residual((Dense(D, D), Activation("tanh"), Dropout(0.3)), scale=0.5)
    p = layer.initialize(rng, "xavier_normal")
    x, dy = rng.normal(size=(N, D)), rng.normal(size=(N, D))
    y, cache = layer.forward(p, x, Pass(True, np.random.default_rng(9)))
    dx, gradients = layer.backward(p, cache, dy)
    tensors = {key: torch.tensor(value, requires_grad=True) for key, value in p.items()}
    their_x = torch.tensor(x, requires_grad=True)
    factor = torch.tensor(cache[-1])  # the same mask
    assert set(np.unique(cache[-1])) == {0.0, 1 / 0.7}
    their_y = their_x + 0.5 * torch.tanh(their_x @ tensors["W.1"] + tensors["b.1"]) * factor
    their_y.backward(torch.tensor(dy))
    np.testing.assert_allclose(y, their_y.detach().numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(dx, their_x.grad.numpy(), rtol=0, atol=1e-12)
    for key, gradient in gradients.items():
        np.testing.assert_allclose(gradient, tensors[key].grad.numpy(), rtol=0, atol=1e-12)
