"""What a formula may call and name: stable NumPy functions, constants, and Greek letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.types import Array


@dataclass(frozen=True)
class Function:
    """A function of a formula: `f` on arrays, how many arguments it takes (None: two or more),
    and its LaTeX with `#` for the arguments."""

    f: Callable[..., Array]
    latex: str
    arguments: int | None = 1


def _sigmoid(z: Array) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0.0, -z)))


def _largest(*values: Array) -> Array:
    return np.asarray(np.maximum.reduce(np.broadcast_arrays(*values)))


def _smallest(*values: Array) -> Array:
    return np.asarray(np.minimum.reduce(np.broadcast_arrays(*values)))


FUNCTIONS: dict[str, Function] = {
    "exp": Function(np.exp, r"\exp\left(#\right)"),
    "log": Function(np.log, r"\ln\left(#\right)"),
    "ln": Function(np.log, r"\ln\left(#\right)"),
    "sqrt": Function(np.sqrt, r"\sqrt{#}"),
    "tanh": Function(np.tanh, r"\tanh\left(#\right)"),
    "sinh": Function(np.sinh, r"\sinh\left(#\right)"),
    "cosh": Function(np.cosh, r"\cosh\left(#\right)"),
    "sech": Function(lambda z: 1.0 / np.cosh(z), r"\operatorname{sech}\left(#\right)"),
    "sin": Function(np.sin, r"\sin\left(#\right)"),
    "cos": Function(np.cos, r"\cos\left(#\right)"),
    "tan": Function(np.tan, r"\tan\left(#\right)"),
    "abs": Function(np.abs, r"\left|#\right|"),
    "sign": Function(np.sign, r"\operatorname{sign}\left(#\right)"),
    "relu": Function(lambda z: np.maximum(z, 0.0), r"\operatorname{relu}\left(#\right)"),
    "sigmoid": Function(_sigmoid, r"\sigma\left(#\right)"),
    "sigma": Function(_sigmoid, r"\sigma\left(#\right)"),
    "softplus": Function(lambda z: np.logaddexp(0.0, z), r"\operatorname{softplus}\left(#\right)"),
    "step": Function(lambda z: np.heaviside(z, 0.5), r"\operatorname{step}\left(#\right)"),
    "max": Function(_largest, r"\max\left(#\right)", None),
    "min": Function(_smallest, r"\min\left(#\right)", None),
}
CONSTANTS: dict[str, float] = {"pi": np.pi, "e": np.e}

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lam mu nu xi omicron pi rho sigma "
    "tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
).split()
GREEK: dict[str, str] = dict(zip("αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", _NAMES, strict=True)) | {
    "µ": "mu",
    "ϵ": "epsilon",
    "ϕ": "phi",
    "ϑ": "theta",
    "ς": "sigma",
    "ŷ": "yhat",
}
SPELLINGS: dict[str, tuple[str, ...]] = {
    "lambda": ("lam",),
    "lam": ("lambda",),
    "epsilon": ("eps",),
    "eps": ("epsilon",),
}
LATEX_NAMES: dict[str, str] = {name: rf"\{name}" for name in _NAMES} | {
    "lam": r"\lambda",
    "lambda": r"\lambda",
    "eps": r"\epsilon",
    "omicron": "o",
}
