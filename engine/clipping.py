"""Gradient clipping: what is done to a gradient that is too long before it becomes a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array

Clip = Callable[[Array, float, Sequence[slice]], Array]


def norm(gradient: ArrayLike) -> float:
    """Euclidean length, without overflow on the way; 0 for an empty array, nan for a nan entry."""
    g = np.asarray(gradient, float)
    largest = float(np.abs(g).max(initial=0.0))
    if largest == 0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.sum((g / largest) ** 2)))


def unclipped(gradient: Array, limit: float, layers: Sequence[slice] = ()) -> Array:
    """The gradient as it is."""
    return gradient


def by_norm(gradient: Array, limit: float, layers: Sequence[slice] = ()) -> Array:
    """limit * g / ||g|| where ||g|| > limit, else g (Pascanu et al. 2013, algorithm 1).

    The direction stays. A gradient that is not finite stays so: no rule can mend it.
    """
    length = norm(gradient)
    return gradient / length * limit if limit < length < np.inf else gradient


def by_layer(gradient: Array, limit: float, layers: Sequence[slice] = ()) -> Array:
    """`by_norm` for each span of `layers` on its own, so the layers' proportions change."""
    clipped = gradient.copy()
    for span in layers:
        clipped[span] = by_norm(gradient[span], limit)
    return clipped


def by_value(gradient: Array, limit: float, layers: Sequence[slice] = ()) -> Array:
    """Each entry cut to [-limit, limit]; the direction changes (Mikolov 2012, section 3.2.2)."""
    return np.clip(gradient, -limit, limit)


def always_rescaled(gradient: Array, limit: float, layers: Sequence[slice] = ()) -> Array:
    """limit * g / ||g|| without the condition: the handbook's mistake (erratum H105).

    Short gradients become long ones. A gradient of 0 stays 0.
    """
    length = norm(gradient)
    return gradient / length * limit if 0 < length < np.inf else gradient


CLIPPINGS: dict[str, Clip] = {
    "none": unclipped,
    "norm": by_norm,
    "layer": by_layer,
    "value": by_value,
    "always": always_rescaled,
}
"""Each takes the flat gradient (size,), the limit c > 0 and the span of each layer in it."""


def angle(before: ArrayLike, after: ArrayLike) -> float:
    """Degrees between two gradients, in [0, 180]; nan where one of them has no direction."""
    a, b = np.asarray(before, float), np.asarray(after, float)
    lengths = norm(a), norm(b)
    if 0 in lengths or not np.isfinite(lengths).all():
        return float("nan")
    u, v = a / lengths[0], b / lengths[1]
    return float(np.degrees(2 * np.arctan2(norm(u - v), norm(u + v))))
