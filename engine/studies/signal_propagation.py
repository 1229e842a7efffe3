"""What theory expects of a wide random network: mean squares forward, gradients backward.

Weights are independent with mean 0, so a pre-activation of a wide layer is normal over the draws of
the weights, and a mean square follows a recursion of one number (Poole et al. 2016; Schoenholz et
al. 2017). The `gain` is width * Var(W).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.activations import Elementwise
from engine.types import Array

_Z = np.linspace(-8.0, 8.0, 2_000)  # an even count keeps off the kink at 0; 1e-15 lies beyond 8
_DENSITY = np.exp(-(_Z**2) / 2) / np.exp(-(_Z**2) / 2).sum()


@dataclass(frozen=True, eq=False)
class Expected:
    """Mean square of each layer's activations (L + 1,), the input's first, and the factor (L,) by
    which each layer multiplies the gradient's mean square on the way back."""

    mean_squares: Array
    factors: Array

    @property
    def gradient_norms(self) -> Array:
        """Norm (L + 1,) of the gradient by each activation, over that at the last."""
        back = np.cumprod(np.concatenate([[1.0], self.factors[::-1]]))
        return np.asarray(np.sqrt(back[::-1]))


def expectation(f: Elementwise, variance: float) -> tuple[float, float, float]:
    """E[f(z)], E[f(z)^2] and E[f'(z)^2] for z normal with mean 0 and this variance."""
    z = np.sqrt(variance) * _Z
    values, slopes = f.f(z), f.df(z)
    return (
        float(values @ _DENSITY),
        float(values**2 @ _DENSITY),
        float(slopes**2 @ _DENSITY),
    )


def expected_signals(
    f: Elementwise, gain: float, depth: int, branch_scale: float | None = None, start: float = 1.0
) -> Expected:
    """The recursion through `depth` layers from an input with mean 0 and mean square `start`.

    Plain layers: q <- E[f(z)^2] with z of variance gain * q, and the factor gain * E[f'(z)^2].
    A residual layer of scale s adds s f(z) to its input: q <- q + 2 s m E[f] + s^2 E[f^2], m being
    the mean of the input, and the factor is 1 + s^2 gain E[f'^2].
    """
    q, mean = start, 0.0
    mean_squares, factors = [q], []
    for _ in range(depth):
        first, second, slope = expectation(f, gain * q)
        if branch_scale is None:
            q, factor = second, gain * slope
        else:
            s = branch_scale
            q, factor = q + 2 * s * mean * first + s**2 * second, 1 + s**2 * gain * slope
            mean += s * first
        mean_squares.append(q)
        factors.append(factor)
    return Expected(np.array(mean_squares), np.array(factors))


def batch_norm_factor() -> float:
    """pi / (pi - 1): a ReLU layer behind batch norm multiplies the gradient's mean square by it.

    Random weights without skips, a large batch (Yang et al. 2019).
    """
    return float(np.pi / (np.pi - 1))
