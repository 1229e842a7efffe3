"""The starting weights that chapter 6 compares, with the variance that each one has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.initializers import INITIALIZERS, Initializer
from engine.printed.depth import printed_xavier_variance
from engine.printed.listings import printed_xavier
from engine.types import Array


@dataclass(frozen=True)
class Scheme:
    """A way to draw weights: `draw(rng, n_in, n_out)` has the variance `variance(n_in, n_out)`.

    `formula` is that variance in LaTeX.
    """

    name: str
    draw: Initializer
    variance: Callable[[int, int], float]
    formula: str

    def gain(self, width: int) -> float:
        """The variance times the width: by it a square layer multiplies a mean square."""
        return width * self.variance(width, width)


def double_he(rng: np.random.Generator, n_in: int, n_out: int) -> Array:
    """Twice the weights of `he_normal`, so four times their variance: 8 / n_in."""
    return 2 * INITIALIZERS["he_normal"](rng, n_in, n_out)


def _glorot(n_in: int, n_out: int) -> float:
    return 2 / (n_in + n_out)


def _he(n_in: int, n_out: int) -> float:
    return 2 / n_in


_XAVIER = r"\frac{2}{n_{\mathrm{in}} + n_{\mathrm{out}}}"
_HE = r"\frac{2}{n_{\mathrm{in}}}"

SCHEMES: dict[str, Scheme] = {
    "zeros": Scheme("Zero", INITIALIZERS["zeros"], lambda n_in, n_out: 0.0, "0"),
    "small_normal": Scheme(
        "Normal, sd 0.01", INITIALIZERS["small_normal"], lambda n_in, n_out: 1e-4, "0.01^2"
    ),
    "xavier_uniform": Scheme("Xavier uniform", INITIALIZERS["xavier_uniform"], _glorot, _XAVIER),
    "xavier_normal": Scheme("Xavier normal", INITIALIZERS["xavier_normal"], _glorot, _XAVIER),
    "orthogonal": Scheme(
        "Orthogonal",
        INITIALIZERS["orthogonal"],
        lambda n_in, n_out: 1 / max(n_in, n_out),
        r"\frac{1}{\max(n_{\mathrm{in}}, n_{\mathrm{out}})}",
    ),
    "he_normal": Scheme("He", INITIALIZERS["he_normal"], _he, _HE),
    "double_he": Scheme(
        "4 × He's variance", double_he, lambda n_in, n_out: 4 * _he(n_in, n_out), "4" + _HE
    ),
    "printed_xavier": Scheme(
        "Xavier as printed",
        printed_xavier,
        printed_xavier_variance,
        r"\frac{2}{\sqrt{n_{\mathrm{in}} + n_{\mathrm{out}}}}",
    ),
    "unit_normal": Scheme(
        "Normal, variance 1", INITIALIZERS["unit_normal"], lambda n_in, n_out: 1.0, "1"
    ),
}
"""By key, from the smallest variance in a wide square layer to the largest."""
