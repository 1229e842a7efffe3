"""Where the windows of a kernel lie on an image: what convolution and pooling share.

Images are (n, c, h, w). Sizes, padding, stride and dilation are one number for both directions or
a pair (rows, columns). A window's cells keep two axes of their own, (n, c, oh, ow, kh, kw).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import index
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from engine.types import Array

Pair = tuple[int, int]
Size = int | Pair


def pair(value: Size, name: str, least: int = 1) -> Pair:
    """(rows, columns) of one whole number or of two.

    Raises ValueError, naming `name`, unless both are whole and at least `least`.
    """
    parts = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    try:
        whole = tuple(map(index, parts))
    except TypeError:
        whole = ()
    if len(whole) != 2 or min(whole) < least:
        raise ValueError(f"expected {name} of one or two numbers of {least} or more, got {value!r}")
    return whole[0], whole[1]


def output_size(
    size: int, kernel: int, padding: int = 0, stride: int = 1, dilation: int = 1
) -> int:
    """How many places a kernel has along one direction, at least 1.

    floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1. Raises ValueError for
    sizes that are not whole or too small, and for a kernel that does not fit.
    Source: Dumoulin & Visin 2016, relationship 15.
    """
    (size, kernel), (stride, dilation) = (
        pair((size, kernel), "sizes"),
        pair((stride, dilation), "steps"),
    )
    padding, _ = pair(padding, "padding", 0)
    room = size + 2 * padding - (dilation * (kernel - 1) + 1)
    if room < 0:
        raise ValueError(
            f"a kernel that spans {dilation * (kernel - 1) + 1} does not fit into {size} with"
            f" padding {padding} on both sides"
        )
    return room // stride + 1


class Step(NamedTuple):
    """What a layer of a stack does along one direction."""

    kernel: int
    stride: int = 1
    dilation: int = 1


def receptive_field(layers: Iterable[Step | Pair | tuple[int, int, int]]) -> int:
    """From the first to the last input, along one direction, that one output of a stack depends on.

    Inputs in between count, even where dilation, or a stride beyond the kernel, skips them. Layers
    stand from first to last; (kernel, stride) will do. Each adds dilation (kernel - 1) steps, and
    a step is as long as the product of the strides before it. 1 for no layers. Raises ValueError
    for numbers below 1. Source: Araujo, Norris & Sim 2019, equation 2.
    """
    field = step = 1
    for layer in layers:
        kernel, stride, dilation = Step(*layer)
        pair((kernel, stride), "kernel and stride")
        pair(dilation, "dilation")
        field += dilation * (kernel - 1) * step
        step *= stride
    return field


@dataclass(frozen=True)
class Grid:
    """The windows of a kernel (kh, kw) on an image, each a pair (rows, columns)."""

    kernel: Pair
    padding: Pair = (0, 0)
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)

    @classmethod
    def of(cls, kernel: Size, padding: Size = 0, stride: Size = 1, dilation: Size = 1) -> Grid:
        """The grid of numbers or pairs. Raises ValueError for those that cannot be."""
        return cls(
            pair(kernel, "a kernel"),
            pair(padding, "padding", 0),
            pair(stride, "a stride"),
            pair(dilation, "a dilation"),
        )

    def places(self, shape: tuple[int, ...]) -> Pair:
        """How many windows (oh, ow) an image (..., h, w) has. Raises ValueError when none fits."""
        oh, ow = map(output_size, shape[-2:], self.kernel, self.padding, self.stride, self.dilation)
        return oh, ow

    def windows(self, x: Array, fill: float = 0.0) -> Array:
        """The windows of x (n, c, h, w), padded with `fill`: (n, c, oh, ow, kh, kw), read only."""
        self.places(x.shape)
        padded = np.pad(x, self._margins(), constant_values=fill)
        span = tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel, strict=True))
        (sy, sx), (dy, dx) = self.stride, self.dilation
        every = sliding_window_view(padded, span, axis=(2, 3))
        return np.asarray(every[:, :, ::sy, ::sx, ::dy, ::dx])

    def add_back(self, cells: Array, shape: tuple[int, ...]) -> Array:
        """The sums, at each pixel of images of that shape, over all windows that it lies in.

        The adjoint of `windows`: cells (n, c, oh, ow, kh, kw) become (n, c, h, w); what belongs to
        padding is dropped.
        """
        (oh, ow), (sy, sx), (dy, dx) = self.places(shape), self.stride, self.dilation
        (py, px), (h, w) = self.padding, shape[-2:]
        total = np.zeros((*shape[:-2], h + 2 * py, w + 2 * px))
        for i, j in np.ndindex(self.kernel):
            rows = slice(i * dy, i * dy + sy * (oh - 1) + 1, sy)
            columns = slice(j * dx, j * dx + sx * (ow - 1) + 1, sx)
            total[:, :, rows, columns] += cells[..., i, j]
        return total[:, :, py : py + h, px : px + w]

    def _margins(self) -> tuple[Pair, ...]:
        (py, px) = self.padding
        return (0, 0), (0, 0), (py, py), (px, px)


def images(x: ArrayLike) -> Array:
    """x as float64 images (n, c, h, w). Raises ValueError for another number of dimensions, and
    when any of them is empty."""
    found = np.asarray(x, dtype=np.float64)
    if found.ndim != 4 or not found.size:
        raise ValueError(f"expected images (n, c, h, w), none empty, got shape {found.shape}")
    return found


def arriving(dy: ArrayLike, shape: tuple[int, ...]) -> Array:
    """dy as float64. Raises ValueError unless it is shaped like the output, `shape`."""
    found = np.asarray(dy, dtype=np.float64)
    if found.shape != shape:
        raise ValueError(f"expected dy of shape {shape}, like the output, got {found.shape}")
    return found
