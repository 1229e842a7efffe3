"""Activation functions, each beside its derivative, because backpropagation needs them in pairs.

The elementwise functions take a number or an array of any shape and return an array of that
shape: float32 stays float32, everything else becomes float64. All are stable for |z| up to 1e4.
Where a derivative does not exist (`kinks`), `df` returns PyTorch's choice, named in its docstring.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array

Rule = Callable[[ArrayLike], Array]

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


@dataclass(frozen=True)
class Elementwise:
    """An activation f with its derivative df; `formula` and `derivative` are LaTeX in z."""

    name: str
    f: Rule
    df: Rule
    formula: str
    derivative: str
    source: str
    kinks: tuple[float, ...] = ()  # the points where f' does not exist


def as_floats(values: ArrayLike) -> Array:
    """The values as an array: float32 stays float32, everything else becomes float64."""
    array = np.asarray(values)
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def _elementwise(rule: Callable[[Array], Array]) -> Rule:
    """Let a rule written for float arrays take any number or array and keep its precision."""

    @wraps(rule)
    def apply(z: ArrayLike) -> Array:
        floats = as_floats(z)
        return np.asarray(rule(floats), dtype=floats.dtype)

    return apply


@_elementwise
def linear(z: Array) -> Array:
    """z itself, as a new array."""
    return np.positive(z)


@_elementwise
def linear_derivative(z: Array) -> Array:
    """1 everywhere."""
    return np.ones_like(z)


@_elementwise
def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), in (0, 1); written through exp(-|z|), which cannot overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


@_elementwise
def sigmoid_derivative(z: Array) -> Array:
    """sigmoid(z) (1 - sigmoid(z)), without the cancellation of 1 - sigmoid(z) at large z."""
    e = np.exp(-np.abs(z))
    return np.asarray(e / (1 + e) ** 2)


@_elementwise
def tanh(z: Array) -> Array:
    """The hyperbolic tangent, in (-1, 1)."""
    return np.tanh(z)


@_elementwise
def tanh_derivative(z: Array) -> Array:
    """1 - tanh(z)^2, without its cancellation at large |z|."""
    e = np.exp(-2 * np.abs(z))
    return np.asarray(4 * e / (1 + e) ** 2)


@_elementwise
def relu(z: Array) -> Array:
    """max(0, z)."""
    return np.maximum(z, 0)


@_elementwise
def relu_derivative(z: Array) -> Array:
    """1 for z > 0, else 0; by convention 0 at z = 0."""
    return np.where(z > 0, 1.0, 0.0)


def leaky_relu(slope: float = 0.01) -> Elementwise:
    """ReLU that keeps `slope` times z for z <= 0; its derivative at 0 is by convention `slope`."""

    @_elementwise
    def f(z: Array) -> Array:
        return np.where(z > 0, z, slope * z)

    @_elementwise
    def df(z: Array) -> Array:
        return np.where(z > 0, 1.0, slope)

    return Elementwise(
        name="Leaky ReLU",
        f=f,
        df=df,
        formula=rf"z \text{{ if }} z > 0,\ {slope:g}\,z \text{{ otherwise}}",
        derivative=rf"1 \text{{ if }} z > 0,\ {slope:g} \text{{ otherwise}}",
        source="Maas, Hannun & Ng 2013",
        kinks=() if slope == 1 else (0.0,),
    )


@_elementwise
def elu(z: Array) -> Array:
    """z for z > 0, exp(z) - 1 otherwise (alpha = 1)."""
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


@_elementwise
def elu_derivative(z: Array) -> Array:
    """1 for z > 0, exp(z) otherwise; continuous at 0."""
    return np.exp(np.minimum(z, 0))


@_elementwise
def selu(z: Array) -> Array:
    """Scaled ELU whose constants keep mean 0 and variance 1 from layer to layer."""
    return SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))


@_elementwise
def selu_derivative(z: Array) -> Array:
    """scale for z > 0, scale alpha exp(z) otherwise; by convention scale alpha at z = 0."""
    return SELU_SCALE * np.where(z > 0, 1.0, SELU_ALPHA * np.exp(np.minimum(z, 0)))


_erfc = np.vectorize(math.erfc, otypes=[np.float64])


def _normal_cdf(z: Array) -> Array:
    # erfc keeps full relative precision in the left tail, where (1 + erf) / 2 rounds to 0.
    return np.asarray(_erfc(-z / math.sqrt(2)) / 2, dtype=z.dtype)


@_elementwise
def gelu(z: Array) -> Array:
    """z Phi(z) with the exact standard normal distribution function Phi."""
    return z * _normal_cdf(z)


@_elementwise
def gelu_derivative(z: Array) -> Array:
    """Phi(z) + z phi(z) with the standard normal density phi."""
    return _normal_cdf(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


@_elementwise
def silu(z: Array) -> Array:
    """z sigmoid(z), also called swish."""
    return z * sigmoid(z)


@_elementwise
def silu_derivative(z: Array) -> Array:
    """sigmoid(z) + z sigmoid'(z)."""
    return sigmoid(z) + z * sigmoid_derivative(z)


@_elementwise
def softplus(z: Array) -> Array:
    """log(1 + exp(z)), a smooth ReLU; its derivative is the sigmoid."""
    return np.logaddexp(0, z)


@_elementwise
def softsign(z: Array) -> Array:
    """z / (1 + |z|), in (-1, 1)."""
    return np.asarray(z / (1 + np.abs(z)))


@_elementwise
def softsign_derivative(z: Array) -> Array:
    """1 / (1 + |z|)^2."""
    return np.asarray(1 / (1 + np.abs(z)) ** 2)


@_elementwise
def hard_sigmoid(z: Array) -> Array:
    """z / 6 + 1 / 2, clipped to [0, 1]: PyTorch's form."""
    return np.clip(z / 6 + 0.5, 0, 1)


@_elementwise
def hard_sigmoid_derivative(z: Array) -> Array:
    """1 / 6 for |z| < 3, else 0; by convention 0 at z = -3 and z = 3."""
    return np.where(np.abs(z) < 3, 1 / 6, 0.0)


ACTIVATIONS: dict[str, Elementwise] = {
    "linear": Elementwise("Linear", linear, linear_derivative, "z", "1", "Identity"),
    "sigmoid": Elementwise(
        "Sigmoid",
        sigmoid,
        sigmoid_derivative,
        r"\frac{1}{1 + e^{-z}}",
        r"\sigma(z)\,(1 - \sigma(z))",
        "Rumelhart, Hinton & Williams 1986",
    ),
    "tanh": Elementwise(
        "Tanh",
        tanh,
        tanh_derivative,
        r"\frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}",
        r"1 - \tanh^2 z",
        "LeCun et al. 1998, section 4.4",
    ),
    "relu": Elementwise(
        "ReLU",
        relu,
        relu_derivative,
        r"\max(0, z)",
        r"1 \text{ if } z > 0,\ 0 \text{ otherwise}",
        "Nair & Hinton 2010",
        kinks=(0.0,),
    ),
    "leaky_relu": leaky_relu(),
    "elu": Elementwise(
        "ELU",
        elu,
        elu_derivative,
        r"z \text{ if } z > 0,\ e^{z} - 1 \text{ otherwise}",
        r"1 \text{ if } z > 0,\ e^{z} \text{ otherwise}",
        "Clevert, Unterthiner & Hochreiter 2016, with alpha = 1",
    ),
    "selu": Elementwise(
        "SELU",
        selu,
        selu_derivative,
        r"\lambda z \text{ if } z > 0,\ \lambda\alpha\,(e^{z} - 1) \text{ otherwise}",
        r"\lambda \text{ if } z > 0,\ \lambda\alpha\,e^{z} \text{ otherwise}",
        "Klambauer et al. 2017: lambda = 1.0507, alpha = 1.6733",
        kinks=(0.0,),
    ),
    "gelu": Elementwise(
        "GELU",
        gelu,
        gelu_derivative,
        r"z\,\Phi(z)",
        r"\Phi(z) + z\,\varphi(z)",
        "Hendrycks & Gimpel 2016",
    ),
    "silu": Elementwise(
        "SiLU",
        silu,
        silu_derivative,
        r"z\,\sigma(z)",
        r"\sigma(z) + z\,\sigma(z)\,(1 - \sigma(z))",
        "Elfwing, Uchibe & Doya 2018; swish in Ramachandran, Zoph & Le 2017",
    ),
    "softplus": Elementwise(
        "Softplus", softplus, sigmoid, r"\ln(1 + e^{z})", r"\sigma(z)", "Dugas et al. 2001"
    ),
    "softsign": Elementwise(
        "Softsign",
        softsign,
        softsign_derivative,
        r"\frac{z}{1 + |z|}",
        r"\frac{1}{(1 + |z|)^2}",
        "Bergstra et al. 2009",
    ),
    "hard_sigmoid": Elementwise(
        "Hard sigmoid",
        hard_sigmoid,
        hard_sigmoid_derivative,
        r"\min\left(1, \max\left(0, \tfrac{z}{6} + \tfrac{1}{2}\right)\right)",
        r"\tfrac{1}{6} \text{ if } |z| < 3,\ 0 \text{ otherwise}",
        "Courbariaux, Bengio & David 2015, with PyTorch's slope 1/6",
        kinks=(-3.0, 3.0),
    ),
}


def softmax(z: ArrayLike, axis: int = -1, temperature: float = 1.0) -> Array:
    """Probabilities exp(z / temperature), normalized to sum 1 along `axis`; shaped like z.

    Raises ValueError unless temperature > 0. Source: Bridle 1990; temperature as in Hinton,
    Vinyals & Dean 2015, equation 1.
    """
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, not {temperature}")
    logits = as_floats(z)
    e = np.exp((logits - logits.max(axis=axis, keepdims=True)) / temperature)
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def log_softmax(z: ArrayLike, axis: int = -1) -> Array:
    """log(softmax(z)) along `axis`, shaped like z; finite even where softmax rounds to 0."""
    logits = as_floats(z)
    shifted = logits - logits.max(axis=axis, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)))


def softmax_jacobian(p: ArrayLike) -> Array:
    """dp_i / dz_j = p_i (1[i = j] - p_j) at softmax output p (k,), as a (k, k) matrix."""
    row = as_floats(p)
    if row.ndim != 1:
        raise ValueError(f"expected one row of probabilities (k,), got shape {row.shape}")
    return np.diag(row) - np.outer(row, row)
