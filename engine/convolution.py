"""Two-dimensional convolution as deep learning means it: cross-correlation, the kernel not flipped.

y[n, o, i, j] = b[o] + sum over c, u, v of W[o, c, u, v] x[n, c, i stride + u, j stride + v], with
x padded by zeros. Source: Goodfellow, Bengio & Courville 2016, equations 9.6 and 9.7.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array
from engine.windows import Grid, Size, Step, arriving, images, output_size, pair, receptive_field

__all__ = [
    "Cache",
    "Gradients",
    "Step",
    "convolve",
    "convolve_backward",
    "multiply_adds",
    "output_size",
    "parameter_count",
    "receptive_field",
]


class Cache(NamedTuple):
    """What the way back needs: the images, their windows (n, c_in, oh, ow, kh, kw), the kernels."""

    x: Array
    windows: Array
    W: Array
    grid: Grid


class Gradients(NamedTuple):
    """Derivatives shaped like the images x, the kernels W and the biases b."""

    x: Array
    W: Array
    b: Array


def convolve(
    x: ArrayLike,
    W: ArrayLike,
    b: ArrayLike | None = None,
    padding: Size = 0,
    stride: Size = 1,
    dilation: Size = 1,
) -> tuple[Array, Cache]:
    """The output (n, c_out, oh, ow) and what `convolve_backward` needs.

    x (n, c_in, h, w), kernels W (c_out, c_in, kh, kw), biases b (c_out,) or None for zeros.
    Padding, stride and dilation: one number or (rows, columns). Raises ValueError for shapes that
    do not fit together.
    """
    x, kernels = images(x), _kernels(W)
    if kernels.shape[1] != x.shape[1]:
        raise ValueError(
            f"expected kernels for {x.shape[1]} channels, like the images, got kernels for"
            f" {kernels.shape[1]}"
        )
    c_out, _, kh, kw = kernels.shape
    bias = np.zeros(c_out) if b is None else np.asarray(b, dtype=np.float64)
    if bias.shape != (c_out,):
        raise ValueError(f"expected one bias for each of {c_out} kernels, got shape {bias.shape}")
    grid = Grid.of((kh, kw), padding, stride, dilation)
    windows = grid.windows(x)
    y = np.tensordot(windows, kernels, axes=((1, 4, 5), (1, 2, 3))) + bias
    return np.moveaxis(y, -1, 1), Cache(x, windows, kernels, grid)


def convolve_backward(cache: Cache, dy: ArrayLike) -> Gradients:
    """The derivatives of a loss by images, kernels and biases from dy (n, c_out, oh, ow).

    A kernel is shared by all places and images, so its gradient sums over them; a pixel sums over
    the windows that it lies in. Raises ValueError for dy of another shape.
    """
    x, windows, W, grid = cache
    dy = arriving(dy, (len(x), len(W), *windows.shape[2:4]))
    cells = np.moveaxis(np.tensordot(dy, W, axes=(1, 0)), 3, 1)
    return Gradients(
        x=grid.add_back(cells, x.shape),
        W=np.tensordot(dy, windows, axes=((0, 2, 3), (0, 2, 3))),
        b=dy.sum(axis=(0, 2, 3)),
    )


def parameter_count(c_in: int, c_out: int, kernel: Size, bias: bool = True) -> int:
    """Weights and biases of a layer: c_out (c_in kh kw + 1), whatever the size of its images.

    Raises ValueError for sizes below 1.
    """
    (c_in, c_out), (kh, kw) = pair((c_in, c_out), "channels"), pair(kernel, "a kernel")
    return c_out * (c_in * kh * kw + bool(bias))


def multiply_adds(c_in: int, c_out: int, kernel: Size, output: Size) -> int:
    """Multiplications, each with an addition, for one image whose output has (oh, ow) places.

    Raises ValueError for sizes below 1.
    """
    oh, ow = pair(output, "an output")
    return oh * ow * parameter_count(c_in, c_out, kernel, bias=False)


def _kernels(W: ArrayLike) -> Array:
    found = np.asarray(W, dtype=np.float64)
    if found.ndim != 4 or not found.size:
        raise ValueError(f"expected kernels (c_out, c_in, kh, kw), got shape {found.shape}")
    return found
