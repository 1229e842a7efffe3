"""What the network reads of a point: the two coordinates and what can be made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.types import Array

FEATURES: dict[str, tuple[str, Callable[[Array, Array], Array]]] = {
    "x1": ("x₁", lambda a, b: a),
    "x2": ("x₂", lambda a, b: b),
    "x1x1": ("x₁²", lambda a, b: a * a),
    "x2x2": ("x₂²", lambda a, b: b * b),
    "x1x2": ("x₁x₂", lambda a, b: a * b),
    "sin1": ("sin x₁", lambda a, b: np.sin(a)),
    "sin2": ("sin x₂", lambda a, b: np.sin(b)),
}
"""How each feature is written, and its function of the two coordinates."""


def features_of(x: Array, names: Sequence[str]) -> Array:
    """Features (n, len(names)) of points x (n, 2)."""
    return np.column_stack([FEATURES[name][1](x[:, 0], x[:, 1]) for name in names])
