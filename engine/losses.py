"""Losses with their gradients: what training lowers, and where backpropagation starts.

Every value is a mean over the batch, and every gradient is the derivative of that mean, so
neither grows with the batch. Shapes that NumPy would broadcast silently raise ValueError.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats, log_softmax, sigmoid, softmax, softplus
from engine.types import Array


@dataclass(frozen=True)
class Loss:
    """A loss: `value(prediction, target)`, its `gradient` shaped like prediction, and its LaTeX.

    `output` names the output activation that the loss goes with. Losses that go with sigmoid and
    softmax take logits, the values before that activation.
    """

    name: str
    value: Callable[[ArrayLike, ArrayLike], float]
    gradient: Callable[[ArrayLike, ArrayLike], Array]
    formula: str
    output: str


def _same_shape(prediction: ArrayLike, target: ArrayLike) -> tuple[Array, Array]:
    p, y = as_floats(prediction), as_floats(target)
    if y.shape != p.shape:
        raise ValueError(f"expected a target of shape {p.shape}, got {y.shape}")
    if p.size == 0:
        raise ValueError(f"expected at least one example, got shape {p.shape}")
    return p, y.astype(p.dtype, copy=False)


def half_squared_error(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean over the n examples of half the squared error summed over outputs; (n,) or (n, k)."""
    p, y = _same_shape(prediction, target)
    return float(np.sum((p - y) ** 2)) / (2 * _examples(p))


def half_squared_error_gradient(prediction: ArrayLike, target: ArrayLike) -> Array:
    """(prediction - target) / n."""
    p, y = _same_shape(prediction, target)
    return np.asarray((p - y) / _examples(p))


def _examples(prediction: Array) -> int:
    return prediction.shape[0] if prediction.ndim else 1


def mean_squared_error(prediction: ArrayLike, target: ArrayLike) -> float:
    """Mean of the squared error over all entries, as in PyTorch; any shape."""
    p, y = _same_shape(prediction, target)
    return float(np.mean((p - y) ** 2))


def mean_squared_error_gradient(prediction: ArrayLike, target: ArrayLike) -> Array:
    """2 (prediction - target) / number of entries."""
    p, y = _same_shape(prediction, target)
    return np.asarray(2 * (p - y) / p.size)


def _binary(logits: ArrayLike, target: ArrayLike) -> tuple[Array, Array]:
    z, y = _same_shape(logits, target)
    if not np.all((y >= 0) & (y <= 1)):
        raise ValueError(f"expected targets in [0, 1], got {y.min()} to {y.max()}")
    return z, y


def binary_cross_entropy(logits: ArrayLike, target: ArrayLike) -> float:
    """Mean over all entries of -y log sigmoid(z) - (1 - y) log(1 - sigmoid(z)); any shape.

    Both logarithms are softplus = logaddexp(0, .), exact where the sigmoid rounds to 0 or 1.
    Raises ValueError for targets outside [0, 1].
    """
    z, y = _binary(logits, target)
    return float(np.mean(y * softplus(-z) + (1 - y) * softplus(z)))


def binary_cross_entropy_gradient(logits: ArrayLike, target: ArrayLike) -> Array:
    """(sigmoid(z) - y) / number of entries, without its cancellation at large |z|."""
    z, y = _binary(logits, target)
    return np.asarray(((1 - y) * sigmoid(z) - y * sigmoid(-z)) / z.size)


def cross_entropy(logits: ArrayLike, target: ArrayLike) -> float:
    """Mean over the n examples of -sum_k t_k log softmax(z)_k.

    Logits (n, k) with integer classes (n,) or probabilities t (n, k); or one example, logits (k,)
    with one integer or (k,). Raises ValueError for other shapes and for classes outside 0..k-1.
    """
    z, t = _multiclass(logits, target)
    return -float(np.sum(t * log_softmax(z))) / z[..., 0].size


def cross_entropy_gradient(logits: ArrayLike, target: ArrayLike) -> Array:
    """(softmax(z) sum(t) - t) / n, where sum(t) = 1 for probabilities; shaped like logits."""
    z, t = _multiclass(logits, target)
    return np.asarray((softmax(z) * t.sum(axis=-1, keepdims=True) - t) / z[..., 0].size)


def _multiclass(logits: ArrayLike, target: ArrayLike) -> tuple[Array, Array]:
    """Logits and probabilities of the same shape, classes turned into one-hot rows."""
    z, y = as_floats(logits), np.asarray(target)
    if z.ndim not in (1, 2) or z.size == 0:
        raise ValueError(f"expected logits of shape (n, k) or (k,), got {z.shape}")
    if y.shape == z.shape:
        return z, y.astype(z.dtype, copy=False)
    if y.shape != z.shape[:-1] or not np.issubdtype(y.dtype, np.integer):
        raise ValueError(
            f"expected integer classes of shape {z.shape[:-1]} or probabilities of shape "
            f"{z.shape}, got {y.dtype} of shape {y.shape}"
        )
    k = z.shape[-1]
    if y.min() < 0 or y.max() >= k:
        raise ValueError(f"expected classes in 0..{k - 1}, got {y.min()} to {y.max()}")
    return z, np.eye(k, dtype=z.dtype)[y]


LOSSES: dict[str, Loss] = {
    "half_squared_error": Loss(
        "Half squared error",
        half_squared_error,
        half_squared_error_gradient,
        r"\frac{1}{2n} \sum_{i=1}^{n} \lVert \hat{y}_i - y_i \rVert^2",
        output="linear",
    ),
    "mean_squared_error": Loss(
        "Mean squared error",
        mean_squared_error,
        mean_squared_error_gradient,
        r"\frac{1}{nk} \sum_{i=1}^{n} \sum_{j=1}^{k} (\hat{y}_{ij} - y_{ij})^2",
        output="linear",
    ),
    "binary_cross_entropy": Loss(
        "Binary cross-entropy",
        binary_cross_entropy,
        binary_cross_entropy_gradient,
        r"-\frac{1}{n} \sum_{i=1}^{n} \left[ y_i \ln \sigma(z_i)"
        r" + (1 - y_i) \ln(1 - \sigma(z_i)) \right]",
        output="sigmoid",
    ),
    "cross_entropy": Loss(
        "Cross-entropy",
        cross_entropy,
        cross_entropy_gradient,
        r"-\frac{1}{n} \sum_{i=1}^{n} \sum_{j=1}^{k} y_{ij} \ln \mathrm{softmax}(z_i)_j",
        output="softmax",
    ),
}
