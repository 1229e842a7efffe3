"""Sinusoidal positions: what tells a transformer, whose attention knows no order, which token is
where."""

from __future__ import annotations

import numpy as np

from engine.types import Array


def frequencies(d: int, base: float = 10_000.0) -> Array:
    """Radians per position of each pair of columns, (d / 2,): base^(-2i/d), falling from 1.

    Raises ValueError for a width d that is not even and positive, or a base below 1. Source:
    Vaswani et al. 2017, section 3.5.
    """
    if d < 2 or d % 2:
        raise ValueError(f"expected an even width, a sine and a cosine for each pair, got {d}")
    if not 1 <= base < np.inf:
        raise ValueError(f"expected a base of 1 or more, got {base}")
    return np.asarray(base ** (-np.arange(0, d, 2) / d))


def sinusoidal(t: int, d: int, base: float = 10_000.0) -> Array:
    """Encodings of the positions 0 to t - 1, (t, d), each entry in [-1, 1].

    Column 2i is sin(position w_i), column 2i + 1 is cos(position w_i), with w_i of `frequencies`.
    Raises ValueError as `frequencies` does, and for a negative t. Source: Vaswani et al. 2017,
    section 3.5.
    """
    if t < 0:
        raise ValueError(f"expected 0 positions or more, got {t}")
    angles = np.outer(np.arange(t), frequencies(d, base))
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(t, d)


def shift(k: int, d: int, base: float = 10_000.0) -> Array:
    """The matrix S (d, d) with sinusoidal(...)[p] @ S = sinusoidal(...)[p + k] for every p.

    It turns each pair of columns by the angle k w_i, whatever p is: a fixed offset is a linear
    map. Source: Vaswani et al. 2017, section 3.5.
    """
    turn = np.zeros((d, d))
    for i, angle in enumerate(k * frequencies(d, base)):
        cos, sin = np.cos(angle), np.sin(angle)
        turn[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[cos, -sin], [sin, cos]]
    return turn
