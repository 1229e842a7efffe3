"""Pooling: each window of each channel becomes one number, its maximum or its mean.

Nothing is learned and channels do not mix. Padding, stride and window are one number or a pair
(rows, columns); the stride is the window unless it is given.
Source: Goodfellow, Bengio & Courville 2016, section 9.3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array
from engine.windows import Grid, Size, arriving, images, pair


class Cache(NamedTuple):
    """What the way back needs: the shape of the images, the windows' grid, and the share of each
    cell of a window in its output, (n, c, oh, ow, kh, kw) or what broadcasts to it."""

    shape: tuple[int, ...]
    grid: Grid
    shares: Array


def max_pool(
    x: ArrayLike, window: Size, padding: Size = 0, stride: Size | None = None
) -> tuple[Array, Cache]:
    """The largest value of each window, (n, c, oh, ow), and what `pool_backward` needs.

    Of equal values the first, in reading order, gets the gradient. Padding is minus infinity and
    is never chosen. Raises ValueError for images that are not (n, c, h, w), windows that do not
    fit, and padding as large as the window.
    """
    x, grid = images(x), _grid(window, padding, stride)
    cells = grid.windows(x, fill=-np.inf)
    y = cells.max(axis=(-2, -1))
    largest = (cells == y[..., None, None]) & (_real(x, grid) > 0)
    first = largest.reshape(*y.shape, -1).argmax(axis=-1)
    kh, kw = grid.kernel
    return y, Cache(x.shape, grid, np.eye(kh * kw)[first].reshape(cells.shape))


def average_pool(
    x: ArrayLike,
    window: Size,
    padding: Size = 0,
    stride: Size | None = None,
    count_padding: bool = True,
) -> tuple[Array, Cache]:
    """The mean of each window, (n, c, oh, ow), and what `pool_backward` needs.

    Padding is zeros; they count in the mean unless `count_padding` is false. Raises ValueError as
    `max_pool` does.
    """
    x, grid = images(x), _grid(window, padding, stride)
    real = _real(x, grid)
    kh, kw = grid.kernel
    counted = kh * kw if count_padding else real.sum(axis=(-2, -1), keepdims=True)
    shares = real / counted
    y = np.einsum("ncijuv,abijuv->ncij", grid.windows(x), shares)
    return y, Cache(x.shape, grid, shares)


def global_average_pool(x: ArrayLike) -> tuple[Array, Cache]:
    """The mean of each channel, (n, c, 1, 1), and what `pool_backward` needs.

    Raises ValueError for images that are not (n, c, h, w). Source: Lin, Chen & Yan 2014.
    """
    x = images(x)
    return average_pool(x, (x.shape[2], x.shape[3]))


def pool_backward(cache: Cache, dy: ArrayLike) -> Array:
    """The derivative of a loss by the images, (n, c, h, w), from dy (n, c, oh, ow).

    A pixel sums over the windows that it lies in. Raises ValueError for dy of another shape.
    """
    shape, grid, shares = cache
    dy = arriving(dy, (*shape[:2], *grid.places(shape)))
    return grid.add_back(dy[..., None, None] * shares, shape)


def _grid(window: Size, padding: Size, stride: Size | None) -> Grid:
    grid = Grid.of(window, padding, pair(window, "a window") if stride is None else stride)
    if any(p >= k for p, k in zip(grid.padding, grid.kernel, strict=True)):
        raise ValueError(
            f"padding {grid.padding} must be smaller than the window {grid.kernel}, or a window"
            " could hold padding alone"
        )
    return grid


def _real(x: Array, grid: Grid) -> Array:
    """1 for the cells of windows that are pixels, 0 for padding: (1, 1, oh, ow, kh, kw)."""
    return grid.windows(np.ones((1, 1, *x.shape[2:])))
