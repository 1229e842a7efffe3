"""The softmax head backward, factor by factor, also where the label's probability rounds to 0.

There the first factor -1/p is infinite and its product with the softmax Jacobian is no number;
the joined form p - y has neither problem.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import softmax
from engine.by_hand.softmax_head import softmax_head
from engine.gradcheck import GradientCheck, numerical_gradient
from engine.types import Array


@dataclass(frozen=True, eq=False)
class Chain:
    """Inputs W_y (k, n), a (n,) and y (k,), and all that follows from them.

    Forward: logits z (k,), probabilities p (k,), cross-entropy. Factors: dE/dp (1, k), dp/dz
    (k, k); dz/da is W_y. `dz_by_factors` (1, k) multiplies the first two, NaN or infinite where p
    of the label has rounded to 0. `dz` (1, k) = p - y, da (1, n) and dW_y (k, n) stay right.
    """

    W_y: Array
    a: Array
    y: Array
    z: Array
    p: Array
    error: float
    dp: Array
    jacobian: Array
    dz_by_factors: Array
    dz: Array
    da: Array
    dW_y: Array

    @property
    def is_saturated(self) -> bool:
        """Whether the product of the factors is no number, while p - y is one."""
        return not bool(np.isfinite(self.dz_by_factors).all())


def head_chain(W_y: ArrayLike, a: ArrayLike, y: ArrayLike) -> Chain:
    """The chain of `softmax_head` for weights W_y (k, n), input a (n,) and one-hot label y (k,).

    Only the label's entry of dE/dp is not 0. Raises ValueError for shapes that do not fit.
    """
    W, x, target = (np.asarray(values, float) for values in (W_y, a, y))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        head = softmax_head(W, x, target)
        dp = np.where(target == 0, 0.0, head.dp)
        by_factors = dp @ head.jacobian
    dz = (head.p - target)[None]
    joined = dz, dz @ W, np.outer(dz, x)
    return Chain(W, x, target, head.z, head.p, head.error, dp, head.jacobian, by_factors, *joined)


def factor_checks(chain: Chain) -> dict[str, GradientCheck]:
    """Each factor and result beside central differences, by name; dE/dp only where it is finite.

    Steps are relative to what scales the argument, so that large weights keep their digits too.
    """
    logits = chain.z - chain.z.max()  # the same probabilities, and small steps of difference
    reach = max(1.0, float(np.ptp(chain.W_y)))
    width = max(1.0, float(np.abs(chain.a).max()))
    numeric = {
        "dp/dz": _rows(softmax, logits),
        "dz/da": _rows(lambda a: chain.W_y @ a, chain.a),
        "dE/dz": _rows(lambda dz: _error_change(chain, dz), 0 * logits),
        "dE/da": _rows(lambda t: _error_change(chain, chain.W_y @ t / reach), 0 * chain.a) * reach,
        "dE/dW_y": numerical_gradient(
            lambda t: float(_error_change(chain, t @ chain.a / width)[0]), 0 * chain.W_y
        )
        * width,
    }
    analytic = dict(
        zip(numeric, (chain.jacobian, chain.W_y, chain.dz, chain.da, chain.dW_y), strict=True)
    )
    if np.isfinite(chain.dp).all():
        own = chain.y > 0
        relative = numerical_gradient(
            lambda t: -float(chain.y[own] @ np.log(chain.p[own] * t[own])), np.ones_like(chain.p)
        )
        numeric = {
            "dE/dp": np.where(own, relative / np.where(own, chain.p, 1.0), 0.0)[None],
            **numeric,
        }
        analytic["dE/dp"] = chain.dp
    return {name: _check(analytic[name], values) for name, values in numeric.items()}


def _error_change(chain: Chain, dz: Array) -> Array:
    """Change (1,) of the cross-entropy when the logits move by dz (k,).

    ln sum(p exp(dz)) - y dz keeps its digits however large logits and error are.
    """
    return np.array([np.log(chain.p @ np.exp(dz)) * chain.y.sum() - chain.y @ dz])


def _rows(f: Callable[[Array], Array], at: Array) -> Array:
    """Central differences (m, n) of f (m,) by its argument (n,)."""
    sides = [numerical_gradient(_entry(f, i), at) for i in range(np.size(f(at)))]
    return np.array(sides)


def _entry(f: Callable[[Array], Array], i: int) -> Callable[[Array], float]:
    return lambda at: float(f(at)[i])


def _check(analytic: Array, numeric: Array) -> GradientCheck:
    scale = np.maximum(1.0, np.maximum(np.abs(analytic), np.abs(numeric)))
    return GradientCheck(analytic, numeric, float(np.max(np.abs(analytic - numeric) / scale)))
