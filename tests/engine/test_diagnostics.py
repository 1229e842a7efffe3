"""Deep networks: gradients against central differences, statistics by hand, reference numbers."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.diagnostics import (
    LARGEST,
    deep_network,
    draw_input,
    overflow_layer,
    propagate,
    underflow_layer,
)
from engine.gradcheck import check_gradient
from engine.layers import Activation, BatchNorm, Dense, Pass, Residual
from engine.network import Network
from engine.printed.depth import printed_residual_gradient
from engine.schemes import SCHEMES

STRUCTURES = {
    "plain": {},
    "batch norm": {"batch_norm": True},
    "residual": {"branch_scale": 0.5},
    "both": {"batch_norm": True, "branch_scale": 0.3},
}
every_structure = pytest.mark.parametrize("name", STRUCTURES)


def start(network, width, n, scheme="xavier_normal", seed=0):
    rng = np.random.default_rng(seed)
    x, dy = draw_input(rng, n, width)
    return network.initialize(rng, SCHEMES[scheme].draw), x, dy


def signals(depth, width, n, activation, scheme="xavier_normal", seed=0, **structure):
    network = deep_network(depth, width, activation, **structure)
    return propagate(network, *start(network, width, n, scheme, seed))


@every_structure
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "selu"])
@pytest.mark.parametrize("depth", [1, 12])
def test_gradients_are_central_differences(name, activation, depth):
    """Of a loss linear in the output, by theta and by the input."""
    network = deep_network(depth, 3, activation, **STRUCTURES[name])
    theta, x, dy = start(network, 3, 5, "he_normal", seed=3)
    theta = theta + 0.05 * np.random.default_rng(9).normal(size=theta.size)

    def loss(theta, x):
        return float((dy * network.forward(theta, x, Pass(training=True))[0]).sum())

    _, trace = network.forward(theta, x, Pass(training=True))
    gradient, flow = network.backward_flow(theta, trace, dy)
    assert check_gradient(lambda t: loss(t, x), gradient, theta).passed(1e-7)
    assert check_gradient(lambda v: loss(theta, v), flow[0], x).passed(1e-7)
    found = propagate(network, theta, x, dy)
    assert found.gradient_norms[0] == pytest.approx(np.linalg.norm(flow[0]), rel=1e-12)
    named = network.unpack(gradient)
    norms = [np.linalg.norm(v) for key, v in named.items() if key.startswith("W")]
    np.testing.assert_allclose(found.weight_gradients, norms, rtol=1e-12)


@every_structure
def test_every_layer_is_the_one_before_it_transformed(name):
    found = signals(6, 8, 16, "tanh", **STRUCTURES[name])
    scale = STRUCTURES[name].get("branch_scale")
    assert found.activations.shape == found.gradients.shape == (7, 16, 8)
    branch = np.tanh(found.pre_activations)
    kept = 0 if scale is None else found.activations[:-1]
    np.testing.assert_allclose(found.activations[1:], kept + (scale or 1) * branch, rtol=1e-12)
    if "batch_norm" in STRUCTURES[name]:
        np.testing.assert_allclose(found.pre_activations.mean(axis=1), 0, atol=1e-12)
        np.testing.assert_allclose(found.pre_activations.var(axis=1), 1, atol=1e-3)


def test_statistics_are_those_of_the_arrays():
    found = signals(4, 10, 8, "relu", "he_normal")
    h = found.activations[1:]
    np.testing.assert_allclose(found.silent, (h == 0).mean(axis=(1, 2)))
    np.testing.assert_allclose(found.saturated, (found.pre_activations <= 0).mean(axis=(1, 2)))
    np.testing.assert_allclose(found.dead, [(layer == 0).all(axis=0).mean() for layer in h])
    norms = [np.linalg.norm(layer) for layer in found.gradients]
    np.testing.assert_allclose(found.gradient_norms, norms)
    np.testing.assert_allclose(np.linalg.norm(found.unit_gradients, axis=1), norms)
    assert found.ratio == pytest.approx(norms[0] / norms[-1])


def test_a_sigmoid_saturates_with_large_weights_and_not_with_small_ones():
    assert signals(3, 50, 8, "sigmoid", "unit_normal").saturated.mean() > 0.3
    assert signals(3, 50, 8, "sigmoid", "small_normal").saturated.max() == 0


@every_structure
def test_a_shallower_network_is_the_front_of_a_deeper_one(name):
    deep, shallow = (deep_network(d, 6, "tanh", **STRUCTURES[name]) for d in (9, 4))
    theta, x, dy = start(deep, 6, 5)
    np.testing.assert_array_equal(theta[: shallow.size], start(shallow, 6, 5)[0])
    front = propagate(shallow, theta[: shallow.size], x, dy).activations
    np.testing.assert_array_equal(front, propagate(deep, theta, x, dy).activations[:5])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("depth", [1, 50])
def test_every_depth_and_activation_runs(activation, depth):
    found = signals(depth, 6, 4, activation, "unit_normal")
    assert np.isfinite(found.activations).all()
    assert np.isfinite(found.gradients).all()


def test_zero_weights_stop_every_gradient():
    found = signals(5, 10, 4, "tanh", "zeros")
    assert found.ratio == 0
    assert not found.activations[1:].any()
    assert not found.weight_gradients[:-1].any()


def test_what_is_too_large_even_for_float64_is_no_exception():
    network = deep_network(3, 4, "linear")
    theta, x, dy = start(network, 4, 2)
    found = propagate(network, theta * 1e200, x, dy)
    assert not np.isfinite(found.activations).all()
    assert overflow_layer(found.activations) == 1


def test_overflow_and_underflow_are_where_float32_meets_them():
    """The layers found in float64 are those at which a float32 run leaves its range."""
    network = deep_network(50, 128, "relu")
    theta, x, dy = start(network, 128, 8, "unit_normal")
    large = overflow_layer(propagate(network, theta, x, dy).activations)
    theta, x, dy = (v.astype(np.float32) for v in (theta, x, dy))
    seen = propagate(network, theta, x, dy).activations
    assert large is not None
    assert seen.dtype == np.float32
    assert large == np.argmax(~np.isfinite(seen).all(axis=(1, 2)))

    network = deep_network(50, 64, "sigmoid")
    theta, x, dy = start(network, 64, 8, "small_normal")
    flow = propagate(network, theta, x, dy).gradients[::-1]
    small = underflow_layer(flow)
    theta, x, dy = (v.astype(np.float32) for v in (theta, x, dy))
    seen = propagate(network, theta, x, dy).gradients[::-1]
    assert small is not None
    assert abs(small - np.argmax(~seen.any(axis=(1, 2)))) <= 1  # partial sums round on the way


def test_nothing_leaves_the_range_in_a_tame_network():
    found = signals(10, 20, 4, "tanh")
    assert overflow_layer(found.activations) is None
    assert underflow_layer(found.gradients) is None
    assert overflow_layer(np.full((2, 1, 1), np.nan)) == 0
    assert overflow_layer(np.array([[[LARGEST]], [[2 * LARGEST]]])) == 1


@pytest.mark.parametrize("depth", [0, -1])
def test_a_depth_below_1_is_refused(depth):
    with pytest.raises(ValueError, match="depth of 1 or more"):
        deep_network(depth, 4, "tanh")


def reference(network, n, width, variance, seed=0, rng=None):
    """A pass drawn feature by feature: inputs, then each weight matrix, then dy."""
    rng = rng or np.random.default_rng(seed)
    x = rng.normal(size=(width, n)).T

    def draw(rng, n_in, n_out):
        return (rng.normal(size=(n_out, n_in)) * np.sqrt(variance)).T

    theta = network.initialize(rng, draw)
    return propagate(network, theta, x, rng.normal(size=(width, n)).T)


@pytest.mark.parametrize(
    ("activation", "expected"), [("tanh", 0.2853), ("sigmoid", 4.52e-07)], ids=["tanh", "sigmoid"]
)
def test_xavier_over_ten_layers(activation, expected):
    rng = np.random.default_rng(0)
    tanh = reference(deep_network(10, 100, "tanh"), 64, 100, 0.01, rng=rng)
    sigmoid = reference(deep_network(10, 100, "sigmoid"), 64, 100, 0.01, rng=rng)
    found = {"tanh": tanh, "sigmoid": sigmoid}[activation]
    assert found.ratio == pytest.approx(expected, rel=5e-4)


REFERENCES = {
    "sigmoid Xavier": ("sigmoid", 0.01, 1e-19),
    "tanh Xavier": ("tanh", 0.01, 0.17),
    "ReLU Xavier": ("relu", 0.01, 2.5e-5),
    "ReLU He": ("relu", 0.02, 0.9),
    "ReLU four times He": ("relu", 0.08, 1e9),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_depth_30_and_width_100(name):
    """The reference table; its draws are not known, so the geometric mean of five seeds is within
    a factor of 1.5."""
    activation, variance, expected = REFERENCES[name]
    network = deep_network(30, 100, activation)
    found = [reference(network, 64, 100, variance, seed).ratio for seed in range(5)]
    assert abs(np.log(found).mean() - np.log(expected)) < np.log(1.5)


def test_a_tanh_branch_of_scale_0_1_hardly_changes_the_gradient():
    """1.01 ** 15 = 1.16 where the slope is 1, near 0; less for inputs of variance 1."""
    network = deep_network(30, 100, "tanh", branch_scale=0.1)
    rng = np.random.default_rng(0)
    x, dy = draw_input(rng, 64, 100)
    theta = network.initialize(rng, "xavier_normal")
    assert propagate(network, theta, 1e-3 * x, dy).ratio == pytest.approx(1.16, rel=0.02)
    assert propagate(network, theta, x, dy).ratio == pytest.approx(1.07, rel=0.02)


def test_batch_norm_without_skips_explodes_at_depth_50():
    rng = np.random.default_rng(0)
    exact = (Dense(200, 200), BatchNorm(200, epsilon=0), Activation("relu"))
    found = reference(Network(exact * 50), 128, 200, 0.01, rng=rng)
    assert found.ratio == pytest.approx(6681, rel=1e-4)
    assert found.ratio ** (1 / 50) == pytest.approx(1.1926, rel=1e-4)
    plain = reference(deep_network(50, 200, "relu"), 128, 200, 0.01, rng=rng)
    assert plain.ratio == pytest.approx(1.057, rel=1e-3)


def test_the_epsilon_of_batch_norm_hardly_matters():
    norm = deep_network(50, 200, "relu", batch_norm=True)
    assert reference(norm, 128, 200, 0.01).ratio == pytest.approx(6681, rel=0.01)


def test_skips_cure_the_explosion_of_batch_norm():
    cured = signals(50, 64, 32, "relu", "he_normal", batch_norm=True, branch_scale=0.1)
    assert 0.3 < cured.ratio < 3
    assert signals(50, 64, 32, "relu", "he_normal", batch_norm=True).ratio > 1000


@pytest.mark.parametrize(("scale", "expected"), [(2.0, 1.3), (1.0, 8.232e-07)])
def test_mean_square_over_twenty_relu_layers(scale, expected):
    rng = np.random.default_rng(0)
    network = deep_network(20, 200, "relu")
    found = {}
    for factor in (2.0, 1.0):
        x = rng.normal(size=(200, 100)).T
        theta = network.initialize(
            rng,
            lambda rng, n_in, n_out, v=factor: rng.normal(size=(n_out, n_in)).T * np.sqrt(v / 200),
        )
        found[factor] = (propagate(network, theta, x, x).activations[-1] ** 2).mean()
    assert found[scale] == pytest.approx(expected, rel=2e-3)


def test_a_standardized_input_does_not_keep_the_gradient():
    rng = np.random.default_rng(0)
    h = rng.normal(size=(50, 256))
    x = ((h - h.mean(1, keepdims=True)) / h.std(1, keepdims=True)).T
    network = deep_network(20, 50, "sigmoid")
    theta = network.initialize(
        rng, lambda rng, n_in, n_out: (rng.normal(size=(n_out, n_in)) * np.sqrt(1 / 50)).T
    )
    found = propagate(network, theta, x, rng.normal(size=(50, 256)).T)
    assert found.ratio == pytest.approx(1.844e-13, rel=1e-3)


def test_a_residual_connection_has_a_1_in_its_derivative():
    """F = tanh(x / 2) at 0.8 with E = (y - 1)² / 2: 0.257; the printed line leaves 0.077."""
    network = Network((Residual((Dense(1, 1), Activation("tanh"))),))
    theta, x = np.array([0.5, 0.0]), np.array([[0.8]])
    y, trace = network.forward(theta, x)
    gradient = network.backward_flow(theta, trace, y - 1)[1][0]
    assert gradient.item() == pytest.approx(0.256935, abs=5e-7)
    slope = 0.5 * (1 - np.tanh(0.4) ** 2)
    assert printed_residual_gradient(y - 1, slope).item() == pytest.approx(0.0769857, abs=5e-8)
    numeric = check_gradient(
        lambda v: 0.5 * float(((network.forward(theta, v)[0] - 1) ** 2).sum()), gradient, x
    )
    assert numeric.passed(1e-9)


@every_structure
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_gradients_are_those_of_torch(name, activation):
    torch = pytest.importorskip("torch")
    structure = STRUCTURES[name]
    network = deep_network(8, 5, activation, **structure)
    theta, x, dy = start(network, 5, 6)
    theta = theta + 0.1 * np.random.default_rng(2).normal(size=theta.size)
    found = propagate(network, theta, x, dy)
    parts = [torch.tensor(v) for v in network.unpack(theta).values()]
    per_layer = len(parts) // 8
    first = torch.tensor(x, requires_grad=True)
    h = first
    for k in range(8):
        w, b, *norm = parts[k * per_layer : (k + 1) * per_layer]
        z = h @ w + b
        if norm:
            mean, variance = z.mean(0), z.var(0, unbiased=False)
            z = norm[0] * (z - mean) / torch.sqrt(variance + 1e-5) + norm[1]
        branch = getattr(torch, activation)(z)
        scale = structure.get("branch_scale")
        h = branch if scale is None else h + scale * branch
    (h * torch.tensor(dy)).sum().backward()
    np.testing.assert_allclose(found.activations[-1], h.detach().numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found.gradients[0], first.grad.numpy(), rtol=1e-10, atol=1e-12)
