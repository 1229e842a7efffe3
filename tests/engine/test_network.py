"""Networks: gradients against central differences and torch, and the flat parameter vector."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.activations import ACTIVATIONS, leaky_relu
from engine.gradcheck import check_gradient
from engine.initializers import INITIALIZERS
from engine.layers import Activation, Dense
from engine.losses import LOSSES
from engine.network import Network, affine_equivalent, mlp

DEPTHS = [(3, 2), (3, 5, 2), (3, 4, 4, 2), (3, 2, 6, 3, 2)]
N = 6
every_depth = pytest.mark.parametrize("sizes", DEPTHS, ids=str)


def problem(sizes, hidden, loss_name):
    """A network with theta and data whose pre-activations all lie clear of the kinks."""
    rng = np.random.default_rng(20)
    network = mlp(sizes, hidden)
    targets = {
        "half_squared_error": rng.normal(size=(N, sizes[-1])),
        "mean_squared_error": rng.normal(size=(N, sizes[-1])),
        "binary_cross_entropy": rng.integers(2, size=(N, sizes[-1])),
        "cross_entropy": rng.integers(sizes[-1], size=N),
    }
    kinks = [*ACTIVATIONS[hidden].kinks, 0.0]
    for _ in range(200):
        theta = rng.normal(size=network.size) / 1.5
        x = rng.normal(size=(N, sizes[0]))
        _, trace = network.forward(theta, x)
        z = np.concatenate([value.ravel() for value in trace.inputs[1::2]])
        if np.min(np.abs(z[:, None] - kinks)) > 1e-3:
            return network, theta, x, targets[loss_name]
    raise AssertionError("no point clear of the kinks")


def loss_and_gradient(network, theta, x, target, loss):
    y, trace = network.forward(theta, x)
    return loss.value(y, target), network.backward(theta, trace, loss.gradient(y, target))


@every_depth
@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("loss_name", LOSSES)
def test_gradient_is_the_central_difference(sizes, hidden, loss_name):
    network, theta, x, target = problem(sizes, hidden, loss_name)
    loss = LOSSES[loss_name]
    _, gradient = loss_and_gradient(network, theta, x, target, loss)
    check = check_gradient(lambda t: loss.value(network.forward(t, x)[0], target), gradient, theta)
    assert check.passed(1e-7)
    assert np.abs(gradient).max() > 1e-3


TORCH_MODULES = {
    "linear": "Identity",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "softplus": "Softplus",
    "softsign": "Softsign",
}


@every_depth
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_value_and_gradient_are_those_of_torch(sizes, hidden):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    # Written out, because the backward pass of torch's Hardsigmoid holds 1 / 6 in float32.
    activate = (
        (lambda z: torch.clamp(z / 6 + 0.5, 0, 1))
        if hidden == "hard_sigmoid"
        else getattr(torch.nn, TORCH_MODULES[hidden])()
    )
    for loss_name, reference in {
        "mean_squared_error": functional.mse_loss,
        "binary_cross_entropy": functional.binary_cross_entropy_with_logits,
        "cross_entropy": functional.cross_entropy,
    }.items():
        network, theta, x, target = problem(sizes, hidden, loss_name)
        value, gradient = loss_and_gradient(network, theta, x, target, LOSSES[loss_name])
        flat = torch.tensor(theta, requires_grad=True)
        y, start = torch.tensor(x), 0
        for i, (d_in, d_out) in enumerate(pairwise(sizes)):
            weights = flat[start : start + d_in * d_out].reshape(d_in, d_out)
            bias = flat[start + d_in * d_out : start + (d_in + 1) * d_out]
            y, start = y @ weights + bias, start + (d_in + 1) * d_out
            if i < len(sizes) - 2:
                y = activate(y)
        goal = torch.tensor(target)
        expected = reference(y, goal if loss_name == "cross_entropy" else goal.double())
        expected.backward()
        assert value == pytest.approx(expected.item(), rel=1e-10)
        np.testing.assert_allclose(gradient, flat.grad.numpy(), rtol=1e-10, atol=1e-12)


@every_depth
def test_size_counts_weights_and_biases(sizes):
    network = mlp(sizes)
    counts = [(d_in + 1) * d_out for d_in, d_out in pairwise(sizes)]
    assert network.size == sum(counts)
    assert network.initialize(np.random.default_rng(0)).shape == (network.size,)


def test_unpack_gives_named_views_that_tile_theta():
    network = mlp((3, 4, 2))
    theta = np.arange(float(network.size))
    views = network.unpack(theta)
    assert {name: view.shape for name, view in views.items()} == {
        "W1": (3, 4),
        "b1": (4,),
        "W2": (4, 2),
        "b2": (2,),
    }
    assert all(np.shares_memory(view, theta) for view in views.values())
    np.testing.assert_array_equal(np.concatenate([v.ravel() for v in views.values()]), theta)
    theta[:] = 7
    assert all((view == 7).all() for view in views.values())


def test_a_column_of_a_stored_path_unpacks_into_views_too():
    network = mlp((2, 3, 1))
    path = np.random.default_rng(0).normal(size=(network.size, 5))
    views = network.unpack(path[:, 2])
    assert all(np.shares_memory(view, path) for view in views.values())


def test_names_count_only_layers_with_parameters():
    layers = (Activation("tanh"), Dense(2, 3), Activation("relu"), Activation("elu"), Dense(3, 1))
    names = Network(layers).unpack(np.zeros(13))
    assert list(names) == ["W1", "b1", "W2", "b2"]


@pytest.mark.parametrize("scheme", INITIALIZERS)
def test_initialize_draws_weights_by_the_scheme_and_zero_biases(scheme):
    network = mlp((3, 4, 2))
    views = network.unpack(network.initialize(np.random.default_rng(4), scheme))
    rng = np.random.default_rng(4)
    np.testing.assert_array_equal(views["W1"], INITIALIZERS[scheme](rng, 3, 4))
    np.testing.assert_array_equal(views["W2"], INITIALIZERS[scheme](rng, 4, 2))
    assert not views["b1"].any()
    assert not views["b2"].any()


def test_trace_holds_every_value_of_the_forward_pass():
    network = mlp((3, 4, 2), "tanh", "sigmoid")
    rng = np.random.default_rng(8)
    theta, x = rng.normal(size=network.size), rng.normal(size=(5, 3))
    y, trace = network.forward(theta, x)
    p = network.unpack(theta)
    z1 = x @ p["W1"] + p["b1"]
    z2 = np.tanh(z1) @ p["W2"] + p["b2"]
    for given, expected in zip(trace.inputs, (x, z1, np.tanh(z1), z2), strict=True):
        np.testing.assert_allclose(given, expected, rtol=1e-14)
    assert len(trace.outputs) == len(trace.caches) == 4
    for output, following in zip(trace.outputs, [*trace.inputs[1:], y], strict=True):
        np.testing.assert_array_equal(output, following)


def test_forward_and_backward_repeat_exactly_and_modify_nothing():
    network, theta, x, target = problem((3, 4, 4, 2), "silu", "cross_entropy")
    before = theta.copy(), x.copy()
    first = loss_and_gradient(network, theta, x, target, LOSSES["cross_entropy"])
    loss_and_gradient(network, 2 * theta, x[:1], target[:1], LOSSES["cross_entropy"])
    second = loss_and_gradient(network, theta, x, target, LOSSES["cross_entropy"])
    assert first[0] == second[0]
    np.testing.assert_array_equal(first[1], second[1])
    np.testing.assert_array_equal(theta, before[0])
    np.testing.assert_array_equal(x, before[1])


def test_float32_stays_float32():
    network = mlp((3, 4, 2), "gelu")
    theta = network.initialize(np.random.default_rng(0)).astype(np.float32)
    y, trace = network.forward(theta, np.ones((2, 3), np.float32))
    assert y.dtype == np.float32
    assert network.backward(theta, trace, np.ones_like(y)).dtype == np.float32


def test_a_record_serves_as_hidden_activation():
    network = mlp((2, 3, 1), leaky_relu(0.3))
    theta, x = np.linspace(-1, 1, network.size), np.array([[1.0, 2.0]])
    _, trace = network.forward(theta, x)
    z = trace.inputs[1]
    np.testing.assert_array_equal(trace.outputs[1], np.where(z > 0, z, 0.3 * z))


@every_depth
def test_linear_layers_collapse_to_one_affine_map(sizes):
    network = mlp(sizes, "linear")
    rng = np.random.default_rng(9)
    theta, x = rng.normal(size=network.size), rng.normal(size=(7, sizes[0]))
    weights, bias = affine_equivalent(network, theta)
    assert weights.shape == (sizes[0], sizes[-1])
    np.testing.assert_allclose(x @ weights + bias, network.forward(theta, x)[0], rtol=1e-11)
    assert not np.shares_memory(weights, theta)


@pytest.mark.parametrize(
    "network",
    [mlp((2, 3, 1), "relu"), mlp((2, 1), output="tanh"), Network((Activation("linear"),))],
)
def test_affine_equivalent_refuses_what_is_no_affine_map(network):
    with pytest.raises(ValueError, match=r"linear|dense"):
        affine_equivalent(network, np.zeros(network.size))


@pytest.mark.parametrize("wrong", [np.zeros(8), np.zeros(10), np.zeros((9, 1)), 0.0])
def test_theta_of_the_wrong_size_is_refused_with_both_sizes(wrong):
    network = mlp((2, 2, 1))
    _, trace = network.forward(np.zeros(9), np.ones((1, 2)))
    message = rf"\(9,\), got \({str(np.shape(wrong))[1:-1]}\)"
    for call in (
        lambda: network.unpack(wrong),
        lambda: network.forward(wrong, np.ones((1, 2))),
        lambda: network.backward(wrong, trace, np.ones((1, 1))),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_wrong_shapes_are_refused():
    network = mlp((2, 2, 1))
    theta = np.zeros(9)
    _, trace = network.forward(theta, np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"\(n, d_in\), got \(2,\)"):
        network.forward(theta, np.ones(2))
    with pytest.raises(ValueError, match=r"\(4, 1\), got \(4,\)"):
        network.backward(theta, trace, np.ones(4))
    with pytest.raises(ValueError, match="at least one layer"):
        Network(())
    with pytest.raises(ValueError, match="two sizes"):
        mlp((3,))
