"""XOR: the reference accuracies and sizes, the exact zero gradient, gradients and data sets."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.gradcheck import check_gradient
from engine.losses import LOSSES
from engine.network import mlp
from engine.studies.xor import (
    INNER,
    OUTER,
    POINTS,
    UNDECIDED,
    Classifier,
    Points,
    circles,
    corners,
    noisy_corners,
    raw,
    standardized,
    train_classifier,
    with_product,
)

TABLE = corners(np.random.default_rng(0), 4, 0.0)
BCE = LOSSES["binary_cross_entropy"]


def test_the_reference_accuracies_and_parameter_counts():
    models = [
        train_classifier(TABLE),
        train_classifier(TABLE, with_product),
        train_classifier(TABLE, raw, units=4),
    ]
    assert [model.accuracy(TABLE) for model in models] == [0.5, 1.0, 1.0]
    assert [model.network.size for model in models] == [3, 4, 17]


def test_the_truth_table_is_that_of_exclusive_or():
    a, b = TABLE.x.astype(int).T
    np.testing.assert_array_equal(TABLE.y, a ^ b)
    np.testing.assert_array_equal(TABLE.y, a + b - 2 * with_product(TABLE.x)[:, 2])


def test_logistic_regression_starts_at_its_optimum_and_stays():
    network = mlp([2, 1])
    output, trace = network.forward(np.zeros(3), TABLE.x)
    gradient = network.backward(np.zeros(3), trace, BCE.gradient(output, TABLE.y[:, None]))
    np.testing.assert_array_equal(gradient, np.zeros(3))
    model = train_classifier(TABLE)
    np.testing.assert_array_equal(model.theta, np.zeros(3))
    np.testing.assert_array_equal(model.probability(TABLE.x), np.full(4, 0.5))
    assert model.is_undecided(TABLE)
    assert model.losses[-1] == pytest.approx(np.log(2))


def test_no_line_gets_all_four_corners():
    angles = np.linspace(0, 2 * np.pi, 181)
    w = np.column_stack([np.cos(angles), np.sin(angles)])
    scores = (w @ TABLE.x.T)[:, None, :] + np.linspace(-2, 2, 201)[None, :, None]
    shares = ((scores > 0) == (TABLE.y > 0.5)).mean(axis=-1)
    assert shares.max() == 0.75


@pytest.mark.parametrize("units", range(9))
def test_the_number_of_parameters(units):
    model = train_classifier(TABLE, raw, units, steps=1)
    assert model.network.size == (4 * units + 1 if units else 3)


def test_four_tanh_units_solve_it_from_every_seed_and_two_from_some():
    assert {train_classifier(TABLE, raw, 4, seed=k).accuracy(TABLE) for k in range(21)} == {1.0}
    two = [train_classifier(TABLE, raw, 2, seed=k).accuracy(TABLE) for k in range(6)]
    assert max(two) == 1
    assert min(two) < 1


@pytest.mark.parametrize("units", [1, 4, 8])
def test_linear_units_make_no_difference(units):
    for seed in range(4):
        model = train_classifier(TABLE, raw, units, "linear", seed)
        assert model.accuracy(TABLE) == 0.5
        assert model.is_undecided(TABLE)


@pytest.mark.parametrize(("logit", "told"), [(3.9, 0), (4.1, 1), (-4.1, 0)])
def test_within_a_thousandth_of_one_half_counts_as_label_0(logit, told):
    theta = np.array([0.0, 0.0, logit * UNDECIDED])
    model = Classifier(mlp([2, 1]), theta, raw, np.empty(0))
    assert model.accuracy(Points(TABLE.x, np.full(4, float(told)))) == 1
    assert model.is_undecided(TABLE) == (abs(logit) < 4)


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "gelu"])
def test_the_gradient_is_the_central_difference(name, activation):
    points = POINTS[name](np.random.default_rng(1), 40, 0.1)
    model = train_classifier(points, raw, 3, activation, seed=2, steps=20)
    network, target = model.network, points.y[:, None]
    output, trace = network.forward(model.theta, points.x)
    gradient = network.backward(model.theta, trace, BCE.gradient(output, target))
    check = check_gradient(
        lambda theta: BCE.value(network.forward(theta, points.x)[0], target), gradient, model.theta
    )
    assert check.passed(1e-8)


def test_the_logistic_fit_is_pytorchs():
    torch = pytest.importorskip("torch")
    points = noisy_corners(np.random.default_rng(3), 60, 0.3)
    ours = train_classifier(points, with_product, steps=100)
    x, y = torch.from_numpy(with_product(points.x)), torch.from_numpy(points.y[:, None])
    theta = [torch.zeros((3, 1), dtype=torch.float64), torch.zeros(1, dtype=torch.float64)]
    for p in theta:
        p.requires_grad_(True)
    rule = torch.optim.Adam(theta, 0.1)
    for _ in range(100):
        rule.zero_grad()
        logits = x @ theta[0] + theta[1]
        torch.nn.functional.binary_cross_entropy_with_logits(logits, y).backward()
        rule.step()
    expected = np.concatenate([p.detach().numpy().ravel() for p in theta])
    np.testing.assert_allclose(ours.theta, expected, rtol=0, atol=1e-10)


def test_the_data_sets_are_what_they_say():
    rng = np.random.default_rng(0)
    assert POINTS["corners"](rng, 120, 0.3).x.shape == (4, 2)
    still = noisy_corners(rng, 8, 0.0)
    np.testing.assert_array_equal(still.x[:4], TABLE.x)
    np.testing.assert_array_equal(still.y, np.tile(TABLE.y, 2))
    ring = circles(rng, 40, 0.0)
    radius = np.hypot(*(ring.x - 0.5).T)
    np.testing.assert_allclose(radius, np.where(ring.y == 1, INNER, OUTER))
    moved = noisy_corners(rng, 40_000, 0.2)
    assert (moved.x - TABLE.x[np.arange(40_000) % 4]).std() == pytest.approx(0.2, rel=0.02)


def test_the_product_does_not_help_on_circles_and_units_do():
    points = circles(np.random.default_rng(0), 120, 0.15)
    assert train_classifier(points, with_product).accuracy(points) < 0.7
    assert train_classifier(points, raw, 4).accuracy(points) > 0.9


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_ends_finite(activation):
    model = train_classifier(TABLE, raw, 8, activation, seed=1)
    assert np.isfinite(model.theta).all()
    assert np.isfinite(model.losses).all()


def test_standardized_features_are_those_of_scaled_coordinates():
    data = noisy_corners(np.random.default_rng(0), 40, 0.2)
    moved = Points(data.x * [1e3, 1e-2] + [3.0, -5.0], data.y)
    read = standardized(moved, raw)(moved.x)
    np.testing.assert_allclose(read.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(read.std(axis=0), 1)
    np.testing.assert_allclose(read, standardized(data, raw)(data.x), atol=1e-9)
    np.testing.assert_allclose(standardized(moved, with_product)(moved.x)[:, 2], read.prod(axis=1))


def test_units_change_no_answer():
    data = corners(np.random.default_rng(0), 4, 0.0)
    moved = Points(data.x * [1e3, 0.1] + [50.0, 2.0], data.y)
    for features in (raw, with_product):
        told = [
            train_classifier(points, standardized(points, features)).probability(points.x)
            for points in (data, moved)
        ]
        np.testing.assert_allclose(*told, atol=1e-5)
