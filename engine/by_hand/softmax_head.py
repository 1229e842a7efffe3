"""A dense layer with softmax and cross-entropy on one example, every derivative of its chain.

`engine.losses` joins the factors into p - y; here each factor stands for itself, in the row
layout (derivatives of a scalar are rows), so that their shapes can be followed: (1, k) @ (k, k)
@ (k, n) = (1, n).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import log_softmax, softmax, softmax_jacobian
from engine.types import Array


@dataclass(frozen=True, eq=False)
class Head:
    """Forward: logits z (k,), probabilities p (k,), cross-entropy. Backward: derivatives of the
    error by p (1, k), of p by z (k, k), of the error by z (1, k), by a (1, n), by W_y (k, n)."""

    z: Array
    p: Array
    error: float
    dp: Array
    jacobian: Array
    dz: Array
    da: Array
    dW_y: Array


def softmax_head(W_y: ArrayLike, a: ArrayLike, y: ArrayLike) -> Head:
    """The head's values for weights W_y (k, n), input a (n,) and probabilities y (k,), no bias.

    Source: Bridle 1990. Raises ValueError for shapes that do not fit.
    """
    W, x, target = (np.asarray(values, float) for values in (W_y, a, y))
    if W.ndim != 2 or x.shape != W.shape[1:] or target.shape != W.shape[:1]:
        shapes = f"{W.shape}, {x.shape} and {target.shape}"
        raise ValueError(f"expected shapes (k, n), (n,) and (k,), got {shapes}")
    z = W @ x
    p = softmax(z)
    dp, jacobian = -(target / p)[None], softmax_jacobian(p)
    dz = dp @ jacobian
    error = -float(target @ log_softmax(z))
    return Head(z, p, error, dp, jacobian, dz, dz @ W, np.outer(dz, x))
