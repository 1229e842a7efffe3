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

_LOWER = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lam", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_UPPER = {
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma",
    "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_VARIANTS = {"µ": "mu", "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ς": "sigma", "ŷ": "yhat"}
GREEK: dict[str, str] = _LOWER | _UPPER | _VARIANTS
CANONICAL: dict[str, str] = {"lambda": "lam", "eps": "epsilon"}
LATEX_NAMES: dict[str, str] = {name: rf"\{name}" for name in (_LOWER | _UPPER).values()} | {
    "lam": r"\lambda"
}
