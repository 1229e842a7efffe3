"""Pooling: against loops, central differences and PyTorch; ties, padding and bad shapes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.gradcheck import check_gradient
from engine.pooling import average_pool, global_average_pool, max_pool, pool_backward

# images, window, padding, stride (None: the window)
CASES = {
    "one pixel": ((1, 1, 1, 1), 1, 0, None),
    "halves": ((2, 3, 4, 6), 2, 0, None),
    "leaves pixels": ((1, 2, 5, 7), 2, 0, None),
    "overlapping": ((2, 2, 5, 5), 3, 0, 1),
    "gaps": ((1, 2, 7, 8), 2, 0, 3),
    "padded": ((2, 1, 5, 6), 3, 1, 2),
    "pairs": ((2, 2, 6, 7), (2, 4), (1, 2), (2, 1)),
}
# torch takes padding of half a window at most
WIDER = {**CASES, "padding of nearly a window": ((1, 2, 4, 3), 3, 2, 1)}
POOLS = {
    "max": max_pool,
    "average": average_pool,
    "average of pixels": lambda *case: average_pool(*case, count_padding=False),
    "global average": lambda x, *_: global_average_pool(x),
}
every_pool = pytest.mark.parametrize("pool", POOLS)


def images(shape, seed=3):
    return np.random.default_rng(seed).normal(-3, 1, size=shape)  # below 0: padding of 0 would win


def both(value):
    return value if isinstance(value, tuple) else (value, value)


def by_loops(pool, x, window, padding, stride):
    """Each window's pixels one after the other, padding left out of maxima and mean of pixels."""
    n, c, h, w = x.shape
    if pool == "global average":
        return x.mean(axis=(2, 3), keepdims=True)
    (kh, kw), (py, px) = both(window), both(padding)
    sy, sx = both(window if stride is None else stride)
    tops, lefts = range(-py, h + py - kh + 1, sy), range(-px, w + px - kw + 1, sx)
    y = np.empty((n, c, len(tops), len(lefts)))
    for (i, top), (j, left) in product(enumerate(tops), enumerate(lefts)):
        cells = x[:, :, max(top, 0) : top + kh, max(left, 0) : left + kw].reshape(n, c, -1)
        y[:, :, i, j] = {
            "max": cells.max(-1),
            "average": cells.sum(-1) / (kh * kw),
            "average of pixels": cells.mean(-1),
        }[pool]
    return y


@every_pool
@pytest.mark.parametrize("case", WIDER)
def test_forward_is_the_definition(pool, case):
    shape, *rest = WIDER[case]
    x = images(shape)
    y, _ = POOLS[pool](x, *rest)
    np.testing.assert_allclose(y, by_loops(pool, x, *rest), rtol=1e-12)


@every_pool
@pytest.mark.parametrize("case", WIDER)
def test_gradient_is_the_central_difference(pool, case):
    shape, *rest = WIDER[case]
    x = images(shape)
    y, cache = POOLS[pool](x, *rest)
    dy = 3 + images(y.shape, seed=4)  # around 0: large sums would lose digits of the difference
    dx = pool_backward(cache, dy)
    assert check_gradient(lambda v: float(np.sum(POOLS[pool](v, *rest)[0] * dy)), dx, x).passed(
        1e-8
    )


@every_pool
@pytest.mark.parametrize("case", CASES)
def test_output_and_gradient_are_those_of_torch(pool, case):
    torch = pytest.importorskip("torch")
    F = torch.nn.functional
    theirs = {
        "max": lambda x, k, p, s: F.max_pool2d(x, k, s, p),
        "average": lambda x, k, p, s: F.avg_pool2d(x, k, s, p),
        "average of pixels": lambda x, k, p, s: F.avg_pool2d(x, k, s, p, count_include_pad=False),
        "global average": lambda x, *_: F.adaptive_avg_pool2d(x, 1),
    }[pool]
    shape, *rest = CASES[case]
    x = images(shape)
    y, cache = POOLS[pool](x, *rest)
    dy = images(y.shape, seed=4)
    tensor = torch.tensor(x, requires_grad=True)
    expected = theirs(tensor, *rest)
    expected.backward(torch.tensor(dy))
    np.testing.assert_allclose(y, expected.detach(), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(pool_backward(cache, dy), tensor.grad, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("value", [0.0, -7.0, -np.inf])
def test_ties_go_to_the_first_pixel_and_never_to_padding(value):
    y, cache = max_pool(np.full((1, 1, 2, 2), value), 2, padding=1, stride=1)
    assert (y == value).all()
    dx = pool_backward(cache, np.ones_like(y))
    np.testing.assert_array_equal(dx[0, 0], [[4, 2], [2, 1]])


def test_ties_agree_with_torch():
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(0).integers(0, 2, (3, 2, 6, 6)).astype(float)
    y, cache = max_pool(x, 3, padding=1, stride=2)
    tensor = torch.tensor(x, requires_grad=True)
    torch.nn.functional.max_pool2d(tensor, 3, 2, 1).backward(torch.ones(y.shape))
    np.testing.assert_array_equal(pool_backward(cache, np.ones_like(y)), tensor.grad)


def test_pooling_keeps_the_sum_of_what_arrives():
    """Without padding and overlap each window hands on all that it gets."""
    x = images((2, 3, 4, 6))
    for pool in (max_pool, average_pool):
        y, cache = pool(x, 2)
        dx = pool_backward(cache, images(y.shape, 4))
        assert dx.sum() == pytest.approx(images(y.shape, 4).sum(), rel=1e-12)


@every_pool
def test_what_does_not_fit_is_refused_in_words(pool):
    with pytest.raises(ValueError, match=r"images \(n, c, h, w\)"):
        POOLS[pool](np.ones((3, 3)), 2, 0, None)
    y, cache = POOLS[pool](np.ones((1, 1, 4, 4)), 2, 0, None)
    with pytest.raises(ValueError, match="dy of shape"):
        pool_backward(cache, np.ones((*y.shape, 1)))


BAD = {
    "window too large": ((5, 0, None), "does not fit into 4"),
    "no window": ((0, 0, None), "a window of one or two numbers"),
    "no stride": ((2, 0, 0), "a stride of one or two numbers"),
    "padding like the window": ((2, 2, 1), "smaller than the window"),
    "negative padding": ((2, -1, 1), "padding of one or two numbers"),
}


@pytest.mark.parametrize("pool", ["max", "average"])
@pytest.mark.parametrize("case", BAD)
def test_bad_windows_are_refused_in_words(pool, case):
    options, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        POOLS[pool](np.ones((1, 1, 4, 4)), *options)
