"""Questions on convolution: worked from their prompts alone, with PyTorch; listings and claims."""

from __future__ import annotations

import re
from itertools import islice

import numpy as np
import pytest

from engine.convolution import convolve, convolve_backward, parameter_count, receptive_field
from engine.gradcheck import numerical_gradient
from engine.pooling import max_pool, pool_backward
from quiz_bank.certify import certified_variants, variant_of
from quiz_bank.loader import load_bank
from tests.quiz_bank.listings import line_of, listing_of, right_options, run
from tests.quiz_bank.prompts import whole

torch = pytest.importorskip("torch")
F = torch.nn.functional
QUESTIONS = {question.id: question for question in load_bank() if question.topic == "convolution"}


def row(prompt, name):
    found = re.search(rf"(?<!\w){re.escape(name)} &?= \(([^)]*)\)", prompt)
    return torch.tensor([float(part) for part in found[1].split(r",\ ")]).double()


def grid(prompt, name):
    found = re.search(rf"{re.escape(name)} &?= \\begin{{bmatrix}} (.*?) \\end", prompt)
    rows = [[float(x) for x in line.split(" & ")] for line in found[1].split(r" \\ ")]
    return torch.tensor(rows).double()


def channels(*grids):
    """One image of these channels, or one kernel for them."""
    return torch.stack(grids)[None]


def count(*modules):
    return sum(p.numel() for module in modules for p in module.parameters())


def output_size(prompt):
    k, p, s, n = whole(prompt, r"of \$(\d+)", r"padding (\d+)", r"stride (\d+)", r"have \$(\d+)")
    return F.conv2d(torch.zeros(1, 1, n, n), torch.zeros(1, 1, k, k), None, s, p).shape[-1]


def dilated_size(prompt):
    d, k, p, n = whole(
        prompt, r"dilation (\d+)", r"has \$(\d+)", r"padding (\d+)", r"images have \$(\d+)"
    )
    image, kernel = torch.zeros(1, 1, n, n), torch.zeros(1, 1, k, k)
    return F.conv2d(image, kernel, padding=p, dilation=d).shape[-1]


def receptive(prompt):
    """How many pixels of a line get a gradient from one output."""
    x = torch.ones(1, 1, 200, requires_grad=True)
    y = x
    for k, s in re.findall(r"& (\d) \\times \d & (\d)", prompt):
        y = F.conv1d(y, torch.ones(1, 1, int(k)), stride=int(s))
    y[0, 0, 3].backward()
    return int(torch.count_nonzero(x.grad))


def parameters(prompt):
    k, c_in, c_out = whole(prompt, r"of \$(\d+)", r"images of (\d+)", r"into (\d+) channels")
    return count(torch.nn.Conv2d(c_in, c_out, k))


def multiplications(prompt):
    k, p, c_in, n, c_out = whole(
        prompt,
        r"of \$(\d+)",
        r"padding (\d+)",
        r"image of (\d+)",
        r"and \$(\d+)",
        r"into (\d+) channels",
    )
    layer = torch.nn.Conv2d(c_in, c_out, k, 2, p, bias=False)
    return layer(torch.zeros(1, c_in, n, n))[0, 0].numel() * count(layer)


def separable(prompt):
    c_in, c_out, k = whole(prompt, r"takes (\d+)", r"channels to (\d+)", r"with a \$(\d+)")
    each = torch.nn.Conv2d(c_in, c_in, k, groups=c_in, bias=False)
    return count(each, torch.nn.Conv2d(c_in, c_out, 1, bias=False))


def bias(prompt):
    return torch.tensor([float(re.search(r"b = (-?\d)", prompt)[1])]).double()


def output_map(prompt):
    return F.conv2d(channels(grid(prompt, "X")), channels(grid(prompt, "K")), bias(prompt))[0, 0]


def one_entry(prompt):
    i, j = whole(prompt, r"row (\d)", r"column (\d)")
    x, W = (channels(grid(prompt, f"{name}_1"), grid(prompt, f"{name}_2")) for name in "XK")
    return F.conv2d(x, W, bias(prompt), stride=2, padding=1)[0, 0, i - 1, j - 1]


def average_pooling(prompt):
    return F.avg_pool2d(channels(grid(prompt, "X")), 2)[0, 0]


def shared_weights(prompt):
    x, w, t = (row(prompt, name) for name in "xwt")
    w.requires_grad_()
    y = F.conv1d(x[None, None], w[None, None])[0, 0]
    (((y - t) ** 2).sum() / 2).backward()
    return w.grad


def max_pool_gradient(prompt):
    X = grid(prompt, "X").requires_grad_()
    F.max_pool2d(X[None, None], 2, 1)[0, 0].backward(grid(prompt, "D"))
    return X.grad


def kernel_gradient(prompt):
    K = torch.zeros(2, 2, dtype=torch.double, requires_grad=True)
    F.conv2d(channels(grid(prompt, "X")), K[None, None])[0, 0].backward(grid(prompt, "D"))
    return K.grad


def input_gradient(prompt):
    return F.conv_transpose2d(channels(grid(prompt, "D")), channels(grid(prompt, "K")))[0, 0]


WORKED = {
    "convolution/output-size": output_size,
    "convolution/dilated-size": dilated_size,
    "convolution/receptive-field": receptive,
    "convolution/parameters": parameters,
    "convolution/multiplications": multiplications,
    "convolution/depthwise-separable": separable,
    "convolution/output-map": output_map,
    "convolution/one-entry": one_entry,
    "convolution/average-pooling": average_pooling,
    "convolution/shared-weights": shared_weights,
    "convolution/max-pool-gradient": max_pool_gradient,
    "convolution/kernel-gradient": kernel_gradient,
    "convolution/input-gradient": input_gradient,
}


@pytest.mark.parametrize("name", WORKED)
def test_the_answer_follows_from_the_prompt_with_torch(name):
    for seed in islice(certified_variants(QUESTIONS[name]), 30):
        variant = variant_of(QUESTIONS[name], seed)
        found = np.asarray(torch.as_tensor(WORKED[name](variant.prompt)).detach())
        np.testing.assert_allclose(
            found, variant.answer, rtol=1e-10, atol=1e-12, err_msg=f"seed {seed}"
        )


def test_every_template_is_worked_here():
    assert set(WORKED) == {q.id for q in QUESTIONS.values() if q.is_template}


def numbers(*shape):
    return np.cos(np.arange(np.prod(shape)) ** 2.0).reshape(shape)


def test_forward_listing():
    listing = listing_of("convolution/wrong-line-forward")
    mended = listing.replace("x[i:i + h, j:j + w] ", "x[i * s:i * s + h, j * s:j * s + w] ")
    x, K = numbers(7, 8), numbers(3, 2)
    for stride in (1, 2, 3):
        truth = convolve(x[None, None], K[None, None], stride=stride)[0][0, 0]
        np.testing.assert_allclose(run(mended, "convolve", x, K, stride), truth, rtol=1e-10)
        printed = run(listing, "convolve", x, K, stride)
        assert printed.shape == truth.shape
        assert np.allclose(printed, truth) == (stride == 1)
    (right,) = right_options("convolution/wrong-line-forward")
    assert right == line_of(listing, "window = x")


def test_backward_listing():
    listing = listing_of("convolution/wrong-line-backward")
    mended = listing.replace("dK = dy", "dK += dy")
    x, K, dy = numbers(5, 4), numbers(2, 3), numbers(4, 2)
    found = convolve_backward(convolve(x[None, None], K[None, None])[1], dy[None, None])
    truth = found.x[0, 0], found.W[0, 0]
    for got, wanted in zip(run(mended, "backward", x, K, dy), truth, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-10, atol=1e-12)
    printed = run(listing, "backward", x, K, dy)
    agree = [np.allclose(got, wanted) for got, wanted in zip(printed, truth, strict=True)]
    assert agree == [True, False]
    (right,) = right_options("convolution/wrong-line-backward")
    assert right == line_of(listing, "dK = dy")


def shifted(x, by):
    return np.roll(x, by, axis=-1)


def test_moves_of_the_image():
    """By any number of pixels at stride 1, by even numbers at stride 2; far from the edges."""
    x, W = np.zeros((1, 1, 12, 40)), numbers(1, 1, 3, 3)
    x[..., 15:22] = numbers(12, 7)
    plain, moved = (convolve(image, W)[0] for image in (x, shifted(x, 3)))
    np.testing.assert_allclose(moved, shifted(plain, 3), atol=1e-14)
    assert right_options("convolution/shifted-image")[0].endswith("moved right by three pixels.")

    def same_but_moved(by):
        before, after = (convolve(image, W, stride=2)[0] for image in (x, shifted(x, by)))
        return any(np.allclose(after, shifted(before, k)) for k in range(before.shape[-1]))

    assert [same_but_moved(by) for by in range(1, 7)] == [False, True] * 3
    assert right_options("convolution/equivariance-lost") == ["By an even number of pixels"]


def test_a_kernel_of_one_pixel_is_a_dense_layer_at_every_pixel():
    x, W = numbers(2, 64, 3, 4), numbers(16, 64, 1, 1)
    dense = np.einsum("nchw,oc->nohw", x, W[:, :, 0, 0])
    np.testing.assert_allclose(convolve(x, W)[0], dense, rtol=1e-10, atol=1e-12)
    assert right_options("convolution/one-by-one")[0].startswith("The same dense layer")


def test_two_small_kernels_against_a_large_one():
    assert receptive_field([(3, 1), (3, 1)]) == receptive_field([(5, 1)]) == 5
    c = 7
    small, large = (parameter_count(c, c, k, bias=False) for k in (3, 5))
    assert (2 * small, large) == (18 * c**2, 25 * c**2)
    assert len(right_options("convolution/stacked-kernels")) == 3


def test_max_pooling_of_the_prose():
    x = np.random.default_rng(0).normal(size=(1, 32, 16, 16))
    y, cache = max_pool(x, 2)
    assert y.shape == (1, 32, 8, 8)
    assert np.mean(pool_backward(cache, np.ones_like(y)) == 0) == 0.75
    assert not np.allclose(max_pool(shifted(x, 1), 2)[0], y)


def test_numbers_of_the_model_answers():
    def solution(name):
        return variant_of(QUESTIONS[f"convolution/{name}-in-words"], 0).solution

    assert parameter_count(3, 64, 3) == 1792
    assert "= 1792$" in solution("why-convolution")
    assert 3 * 224 * 224 == 150_528
    assert "150,528" in solution("why-convolution")
    k, c_in, c_out = 3, 128, 256
    steps = c_in * parameter_count(1, 1, k, False) + parameter_count(c_in, c_out, 1, False)
    ratio = steps / parameter_count(c_in, c_out, k, False)
    assert ratio == pytest.approx(1 / c_out + 1 / k**2)
    assert 8 < 1 / ratio < 9


def test_a_weight_used_at_three_places_gets_three_terms():
    x, w, t = numbers(4), numbers(2), numbers(3)
    gradient = numerical_gradient(
        lambda w: float(np.sum((np.correlate(x, w, "valid") - t) ** 2) / 2), w
    )
    errors = np.correlate(x, w, "valid") - t
    np.testing.assert_allclose(gradient, np.correlate(x, errors, "valid"), rtol=1e-7)
