"""Convolution over many shapes: against loops, central differences and PyTorch."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.convolution import (
    convolve,
    convolve_backward,
    multiply_adds,
    output_size,
    parameter_count,
    receptive_field,
)
from engine.gradcheck import check_gradient

# images, kernels, padding, stride, dilation
CASES = {
    "one of each": ((1, 1, 3, 3), (1, 1, 2, 2), 0, 1, 1),
    "one pixel, 1x1": ((1, 1, 1, 1), (1, 1, 1, 1), 0, 1, 1),
    "1x1 over channels": ((2, 3, 4, 3), (5, 3, 1, 1), 0, 1, 1),
    "as large as the image": ((2, 2, 3, 4), (2, 2, 3, 4), 0, 1, 1),
    "same size": ((2, 3, 5, 4), (4, 3, 3, 3), 1, 1, 1),
    "full padding": ((1, 2, 3, 3), (2, 2, 3, 3), 2, 1, 1),
    "padding beyond the kernel": ((1, 1, 2, 2), (1, 1, 2, 2), 3, 1, 1),
    "stride that leaves pixels": ((2, 1, 6, 8), (3, 1, 3, 3), 0, 2, 1),
    "stride beyond the kernel": ((1, 2, 7, 7), (2, 2, 2, 2), 0, 3, 1),
    "pairs": ((2, 2, 6, 5), (3, 2, 2, 3), (1, 2), (2, 1), (1, 1)),
    "dilated": ((1, 2, 7, 8), (2, 2, 3, 2), 1, 1, 2),
    "all at once": ((2, 3, 9, 8), (4, 3, 3, 2), (2, 1), (3, 2), (2, 3)),
}
every_case = pytest.mark.parametrize("case", CASES)


def setting(case):
    """x, W, b, the options of the case, and a dy that fits."""
    shape, kernels, *rest = CASES[case]
    options = dict(zip(("padding", "stride", "dilation"), rest, strict=True))
    rng = np.random.default_rng(5)
    x, W, b = rng.normal(size=shape), rng.normal(size=kernels), rng.normal(size=kernels[0])
    dy = rng.normal(size=convolve(x, W, b, **options)[0].shape)
    return x, W, b, options, dy


def both(value):
    return value if isinstance(value, tuple) else (value, value)


def by_loops(x, W, b, padding, stride, dilation):
    """The sum of the definition, term by term."""
    (py, px), (sy, sx), (dy, dx) = map(both, (padding, stride, dilation))
    padded = np.pad(x, ((0, 0), (0, 0), (py, py), (px, px)))
    c_out, c_in, kh, kw = W.shape
    rows = range(0, padded.shape[2] - dy * (kh - 1), sy)
    columns = range(0, padded.shape[3] - dx * (kw - 1), sx)
    y = np.zeros((len(x), c_out, len(rows), len(columns)))
    for n, o, (i, top), (j, left) in product(
        range(len(x)), range(c_out), enumerate(rows), enumerate(columns)
    ):
        terms = (
            W[o, c, u, v] * padded[n, c, top + u * dy, left + v * dx]
            for c, u, v in product(range(c_in), range(kh), range(kw))
        )
        y[n, o, i, j] = b[o] + sum(terms)
    return y


@every_case
def test_forward_is_the_definition(case):
    x, W, b, options, _ = setting(case)
    y, _ = convolve(x, W, b, **options)
    np.testing.assert_allclose(y, by_loops(x, W, b, **options), rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(convolve(x, W, **options)[0], convolve(x, W, 0 * b, **options)[0])


@every_case
def test_gradients_are_central_differences(case):
    x, W, b, options, dy = setting(case)
    found = convolve_backward(convolve(x, W, b, **options)[1], dy)

    def objective(x=x, W=W, b=b):
        return float(np.sum(convolve(x, W, b, **options)[0] * dy))

    assert check_gradient(lambda v: objective(x=v), found.x, x).passed(1e-8)
    assert check_gradient(lambda v: objective(W=v), found.W, W).passed(1e-8)
    assert check_gradient(lambda v: objective(b=v), found.b, b).passed(1e-8)


@every_case
def test_output_and_gradients_are_those_of_torch(case):
    torch = pytest.importorskip("torch")
    x, W, b, options, dy = setting(case)
    y, cache = convolve(x, W, b, **options)
    tensors = [torch.tensor(array, requires_grad=True) for array in (x, W, b)]
    expected = torch.nn.functional.conv2d(*tensors, **options)
    expected.backward(torch.tensor(dy))
    np.testing.assert_allclose(y, expected.detach(), rtol=1e-10, atol=1e-10)
    for got, tensor in zip(convolve_backward(cache, dy), tensors, strict=True):
        np.testing.assert_allclose(got, tensor.grad, rtol=1e-10, atol=1e-10)


@every_case
def test_nothing_that_comes_in_is_modified(case):
    x, W, b, options, dy = setting(case)
    before = [array.copy() for array in (x, W, b, dy)]
    convolve_backward(convolve(x, W, b, **options)[1], dy)
    for array, copy in zip((x, W, b, dy), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_backward_is_the_adjoint_of_forward():
    """<convolve(x), dy> = <x, dx> for images as for kernels, with no bias."""
    x, W, _, options, dy = setting("all at once")
    y, cache = convolve(x, W, **options)
    found = convolve_backward(cache, dy)
    assert np.sum(found.x * x) == pytest.approx(np.sum(y * dy), rel=1e-12)
    assert np.sum(found.W * W) == pytest.approx(np.sum(y * dy), rel=1e-12)


@pytest.mark.parametrize("size", range(1, 12))
def test_output_size_counts_the_places(size):
    for kernel, padding, stride, dilation in product((1, 2, 3, 5), (0, 1, 2), (1, 2, 3), (1, 2)):
        span = dilation * (kernel - 1) + 1
        starts = [k for k in range(0, size + 2 * padding, stride) if k + span <= size + 2 * padding]
        if starts:
            assert output_size(size, kernel, padding, stride, dilation) == len(starts)
        else:
            with pytest.raises(ValueError, match="does not fit"):
                output_size(size, kernel, padding, stride, dilation)


STACKS = {
    "none": ([], 1),
    "1x1": ([(1, 1)], 1),
    "two of three": ([(3, 1), (3, 1)], 5),
    "stride": ([(3, 2), (3, 1), (2, 2)], 9),
    "dilated": ([(3, 1, 1), (3, 1, 2), (3, 1, 4)], 15),
    "both": ([(4, 2, 1), (3, 3, 2), (2, 1, 3)], 30),
}


@pytest.mark.parametrize("stack", STACKS)
def test_receptive_field_is_where_the_gradient_reaches(stack):
    layers, expected = STACKS[stack]
    field = receptive_field(layers)
    assert field == expected
    y, caches = np.ones((1, 1, 1, 80)), []
    for layer in layers:
        kernel, stride, dilation = (*layer, 1)[:3]
        W = np.ones((1, 1, 1, kernel))
        y, cache = convolve(y, W, stride=(1, stride), dilation=(1, dilation))
        caches.append(cache)
    dy = np.zeros_like(y)
    dy[..., 0] = 1
    for cache in reversed(caches):
        dy = convolve_backward(cache, dy).x
    assert np.flatnonzero(dy).max() + 1 == field


def test_counts():
    torch = pytest.importorskip("torch")
    for c_in, c_out, kernel, bias in ((3, 16, 3, True), (4, 5, (2, 3), False), (1, 1, 1, True)):
        layer = torch.nn.Conv2d(c_in, c_out, kernel, bias=bias)
        expected = sum(p.numel() for p in layer.parameters())
        assert parameter_count(c_in, c_out, kernel, bias) == expected
    assert multiply_adds(3, 16, 3, (8, 4)) == 32 * 16 * 27


def test_a_shifted_image_has_a_shifted_output():
    x, W, *_ = setting("same size")
    wide = np.pad(x, ((0, 0), (0, 0), (4, 4), (4, 4)))
    y, moved = (convolve(np.roll(wide, shift, axis=(2, 3)), W)[0] for shift in ((0, 0), (1, 2)))
    np.testing.assert_allclose(moved[:, :, 1:, 2:], y[:, :, :-1, :-2], rtol=1e-12, atol=1e-12)


X, W = np.ones((2, 3, 5, 5)), np.ones((4, 3, 3, 3))
BAD = {
    "three dimensions": ((X[0], W), {}, r"images \(n, c, h, w\)"),
    "no images": ((X[:0], W), {}, "none empty"),
    "kernels of three dimensions": ((X, W[0]), {}, "kernels"),
    "other channels": ((X, W[:, :2]), {}, "3 channels"),
    "other biases": ((X, W, np.ones(3)), {}, "one bias for each of 4 kernels"),
    "kernel too large": ((X[..., :2], W), {}, "does not fit into 2"),
    "dilated too far": ((X, W), {"dilation": 3}, "spans 7 does not fit into 5"),
    "negative padding": ((X, W), {"padding": -1}, "padding of one or two numbers of 0 or more"),
    "no stride": ((X, W), {"stride": 0}, "stride of one or two numbers of 1 or more"),
    "stride of three": ((X, W), {"stride": (1, 1, 1)}, "stride"),
    "fraction": ((X, W), {"stride": 1.5}, "stride"),
    "a word": ((X, W), {"padding": "same"}, "padding"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_does_not_fit_is_refused_in_words(case):
    arguments, options, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        convolve(*arguments, **options)


def test_other_bad_values_are_refused():
    with pytest.raises(ValueError, match=r"dy of shape \(2, 4, 3, 3\), like the output"):
        convolve_backward(convolve(X, W)[1], np.ones((2, 4, 3, 2)))
    with pytest.raises(ValueError, match="sizes"):
        output_size(0, 1)
    with pytest.raises(ValueError, match="padding"):
        output_size(4, 2, -1)
    with pytest.raises(ValueError, match="kernel and stride"):
        receptive_field([(3, 0)])
    with pytest.raises(ValueError, match="channels"):
        parameter_count(0, 3, 3)
    with pytest.raises(ValueError, match="an output"):
        multiply_adds(1, 1, 1, 0)
