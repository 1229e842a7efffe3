"""Numbers and claims in the prose of chapters 5 to 7, recomputed."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import ACTIVATIONS
from engine.clipping import by_layer, by_norm, norm
from engine.initializers import he_normal, xavier_normal
from engine.layers import BatchNorm, LayerNorm, Pass
from engine.printed.depth import printed_xavier_variance
from engine.regularizers import L1, L2
from engine.studies.signal_propagation import batch_norm_factor, expected_signals
from quiz_bank.certify import variant_of
from quiz_bank.loader import load_bank


def question(question_id: str):
    return variant_of(load_bank()[question_id], 0)


def right(question_id: str) -> str:
    (text,) = (option.text for option in question(question_id).answer if option.correct)
    return text


def test_dropout_masks():
    masks = np.random.default_rng(0).random((400, 32, 100)) >= 0.3
    assert masks[0].size == 3200
    assert masks.sum(axis=(1, 2)).mean() == pytest.approx(2240, rel=1e-3)
    assert right("regularization/dropout-masks") == (
        "3,200 decisions, of which about 2,240 keep the activation"
    )


def test_exact_fits_of_noisy_points_have_larger_weights():
    rng = np.random.default_rng(0)
    x = np.linspace(-1, 1, 10)
    y = np.sin(3 * x) + 0.2 * rng.normal(size=10)
    design = x[:, None] ** np.arange(10)
    exact = np.linalg.solve(design, y)
    assert np.linalg.norm(exact) > 5 * np.linalg.norm(np.linalg.lstsq(design[:, :4], y)[0])


def minimum(penalty, pull: float) -> float:
    """Of (w - pull)^2 / 2 plus the penalty: at w = 0 the loss alone pulls with this strength."""
    return float(penalty.prox(pull, 1.0))


def test_l1_holds_at_zero_and_l2_does_not():
    assert minimum(L1(1.0), 0.9) == 0
    assert minimum(L1(1.0), 1.1) > 0
    assert minimum(L2(1e6), 0.9) > 0
    w, eta = 0.25, 0.1
    path = [w := w - eta * (w - 0.5 + float(L1(1.0).gradient(w))) for _ in range(1000)]
    assert 0 < min(np.abs(path[-20:])) <= max(np.abs(path[-20:])) < 0.2


def test_two_copies_share_their_weight_under_l2():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 1)) @ np.ones((1, 2))
    w = np.linalg.solve(x.T @ x + np.eye(2), x.T @ rng.normal(size=20))
    assert w[0] == pytest.approx(w[1], rel=1e-10)


def test_batch_of_one_puts_out_beta():
    p = {"gamma": np.array([2.0, 3.0]), "beta": np.array([0.5, -1.0])}
    y, _ = BatchNorm(2).forward(p, np.array([[7.0, -4.0]]), Pass(training=True))
    np.testing.assert_array_equal(y, [p["beta"]])
    assert right("normalization/batch-of-one").startswith("Always $\\beta$")


def test_norms_take_their_means_over_other_axes():
    x = np.random.default_rng(0).exponential(size=(64, 200))
    p = {"gamma": np.ones(200), "beta": np.zeros(200)}
    _, over_batch = BatchNorm(200).forward(p, x, Pass(training=True))
    assert over_batch.batch.mean.size == 200
    y, over_features = LayerNorm(200).forward(p, x, Pass(training=True))
    assert over_features.sd.size == 64
    np.testing.assert_allclose(LayerNorm(200).forward(p, x[:1])[0], y[:1], rtol=1e-12)


def test_slopes_of_the_sigmoid():
    slopes = ACTIVATIONS["sigmoid"].df([0.0, -0.1, 2.0, -10.0])
    np.testing.assert_allclose(slopes, [0.25, 0.249, 0.105, 0.000045], rtol=1e-2)
    assert slopes[2] / slopes[3] > 2000
    assert right("vanishing/where-it-saturates") == "At $z = -10$"


def test_cures_bring_the_factor_to_one():
    rng = np.random.default_rng(0)
    assert he_normal(rng, 400, 400).var() == pytest.approx(2 / 400, rel=0.02)
    relu = expected_signals(ACTIVATIONS["relu"], 2.0, 30)
    sigmoid = expected_signals(ACTIVATIONS["sigmoid"], 1.0, 30)
    assert relu.gradient_norms[0] == pytest.approx(1, rel=1e-9)
    assert sigmoid.gradient_norms[0] < 1e-15


def test_xavier_without_and_with_the_root():
    assert xavier_normal(np.random.default_rng(0), 100, 100).var() == pytest.approx(0.01, rel=0.05)
    assert printed_xavier_variance(100, 100) == pytest.approx(0.141, rel=5e-3)
    assert 100 * printed_xavier_variance(100, 100) == pytest.approx(14, rel=0.02)


def test_batch_norm_grows_gradients_with_depth():
    assert batch_norm_factor() == pytest.approx(1.47, rel=5e-3)
    assert batch_norm_factor() ** 0.5 == pytest.approx(1.21, rel=5e-3)
    assert batch_norm_factor() ** 25 == pytest.approx(1.4e4, rel=0.05)
    assert np.prod(np.full(50, 1.1)) == pytest.approx(117, rel=5e-3)


def test_one_norm_or_many():
    g = np.concatenate([30 * np.array([0.6, 0.8]), 40 * np.array([0.8, -0.6])])
    layers = (slice(0, 2), slice(2, 4))
    together, apart = by_norm(g, 5.0), by_layer(g, 5.0, layers)
    assert [norm(together[span]) for span in layers] == pytest.approx([3, 4])
    assert [norm(apart[span]) for span in layers] == pytest.approx([5, 5])
    assert norm(apart) == pytest.approx(7.07, rel=1e-3)
    assert "3 and 4; layer by layer 5 and 5" in right("exploding/one-norm-or-many")
