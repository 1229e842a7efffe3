"""Skip-gram: loss and gradients against central differences and PyTorch, the noise, training."""

from __future__ import annotations

import numpy as np
import pytest

from engine.gradcheck import check_gradient
from engine.skip_gram import (
    gradients,
    keep_probability,
    loss,
    noise_distribution,
    pairs,
    train,
)

SHAPES = {  # of the center, and how many negatives
    "one pair": ((4,), 3),
    "no negatives": ((3,), 0),
    "a batch": ((5, 2), 4),
    "a batch of batches": ((2, 3, 4), 2),
}
every_shape = pytest.mark.parametrize("case", SHAPES)


def vectors(case):
    shape, k = SHAPES[case]
    rng = np.random.default_rng(8)
    negatives = rng.normal(size=(*shape[:-1], k, shape[-1]))
    return rng.normal(size=shape), rng.normal(size=shape), negatives


@every_shape
def test_gradients_are_central_differences(case):
    given = vectors(case)
    found = gradients(*given)
    for place, gradient in enumerate(found):

        def objective(value, place=place):
            return float(loss(*given[:place], value, *given[place + 1 :]).sum())

        assert check_gradient(objective, gradient, given[place]).passed(1e-8)


@every_shape
def test_loss_and_gradients_are_those_of_torch(case):
    torch = pytest.importorskip("torch")
    v, u, noise = tensors = [torch.tensor(part, requires_grad=True) for part in vectors(case)]
    log_sigmoid = torch.nn.functional.logsigmoid
    far = log_sigmoid(-(noise * v[..., None, :]).sum(-1)).sum(-1)
    expected = -log_sigmoid((u * v).sum(-1)) - far
    expected.sum().backward()
    np.testing.assert_allclose(loss(*vectors(case)), expected.detach(), rtol=1e-10, atol=1e-12)
    for got, tensor in zip(gradients(*vectors(case)), tensors, strict=True):
        np.testing.assert_allclose(got, tensor.grad, rtol=1e-10, atol=1e-12)


def test_large_products_neither_overflow_nor_vanish():
    v = np.array([100.0, 100.0])
    assert loss(v, -v, v[None]) == pytest.approx(4e4)
    np.testing.assert_allclose(gradients(v, -v, v[None]).center, 2 * v)
    assert loss(v, v, -v[None]) == pytest.approx(0)


def test_noise_lies_between_uniform_and_as_often():
    counts = np.array([1, 16, 81, 0])
    np.testing.assert_allclose(noise_distribution(counts), np.array([1, 8, 27, 0]) / 36, rtol=1e-12)
    np.testing.assert_allclose(noise_distribution(counts, 1.0), counts / 98, rtol=1e-12)
    np.testing.assert_allclose(noise_distribution(counts, 0.0), [1 / 3, 1 / 3, 1 / 3, 0])
    assert noise_distribution([1e300, 1e300]).tolist() == [0.5, 0.5]


def test_frequent_words_are_thinned_out():
    counts = np.array([90, 9, 1, 0])
    np.testing.assert_allclose(keep_probability(counts, 0.09), [np.sqrt(0.1), 1, 1, 1], rtol=1e-12)
    discarded = 1 - np.sqrt(1e-5 / np.array([0.9, 0.09, 0.01]))  # as the paper writes it
    np.testing.assert_allclose(keep_probability(counts)[:3], 1 - discarded, rtol=1e-10)


def test_pairs_are_all_neighbors_both_ways():
    found = pairs(np.array([5, 6, 7, 8]), 2)
    near = {(5, 6), (6, 7), (7, 8), (5, 7), (6, 8)}
    assert sorted(map(tuple, found)) == sorted(near | {(b, a) for a, b in near})
    assert pairs(np.array([3]), 2).shape == (0, 2)
    assert len(pairs(np.array([1, 2]), 100)) == 2


def toy_text():
    """Two subjects that never meet: words 0 to 3 and words 4 to 7, each in random order."""
    rng = np.random.default_rng(0)
    return np.concatenate([first + rng.integers(0, 4, 200) for first in (0, 4)])


def test_training_lowers_the_loss_and_groups_words_that_share_neighbors():
    trained = train(toy_text(), 8, np.random.default_rng(1), epochs=20)
    assert trained.losses.shape == (20,)
    assert trained.losses[-1] < 0.9 * trained.losses[0]
    unit = trained.centers / np.linalg.norm(trained.centers, axis=1, keepdims=True)
    cosines = unit @ unit.T
    assert cosines[:4, :4].min() > 0.3 > cosines[:4, 4:].max()


def test_a_pair_starts_at_the_loss_of_chance():
    whole = train(toy_text(), 8, np.random.default_rng(1), epochs=1, batch_size=10_000)
    assert whole.losses[0] == pytest.approx(6 * np.log(2), rel=1e-12)


def test_same_seed_same_vectors():
    one, other = (train(toy_text(), 8, np.random.default_rng(2), epochs=2) for _ in range(2))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_run_that_overflows_ends_with_finite_vectors():
    trained = train(toy_text(), 8, np.random.default_rng(1), learning_rate=1e200, epochs=5)
    assert len(trained.losses) < 5
    assert np.isfinite(trained.centers).all()
    assert np.isfinite(trained.losses).all()


def test_what_does_not_fit_is_refused_in_words():
    v, rng = np.ones(3), np.random.default_rng(0)
    for arguments in (
        (v, np.ones(2), np.ones((1, 3))),
        (v, v, v),
        (v, v, np.ones((1, 2))),
        (1, 1, v),
    ):
        with pytest.raises(ValueError, match=r"expected shapes \(\.\.\., d\)"):
            loss(*arguments)
        with pytest.raises(ValueError, match=r"expected shapes"):
            gradients(*arguments)
    for counts in ([], [0, 0], [1, -1], [1, np.inf], [[1, 2]]):
        with pytest.raises(ValueError, match="expected counts"):
            noise_distribution(counts)
        with pytest.raises(ValueError, match="expected counts"):
            keep_probability(counts)
    with pytest.raises(ValueError, match="threshold above 0"):
        keep_probability([1], 0)
    with pytest.raises(ValueError, match="window of 1"):
        pairs(np.array([1, 2]), 0)
    for text in ([], [0], [0, 8], [-1, 0]):
        with pytest.raises(ValueError, match="numbered from 0 to 7"):
            train(np.array(text, dtype=int), 8, rng)
    with pytest.raises(ValueError, match="batch_size"):
        train(toy_text(), 8, rng, batch_size=0)
