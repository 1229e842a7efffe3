"""Loss surfaces of two parameters to descend on, with their minima and windows to look through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine import landscapes
from engine.landscapes import Quadratic
from engine.least_squares import house_prices
from engine.types import Array

Interval = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Surface:
    """A loss f(x, y) with its derivatives, minima and the window to look at it through.

    `f(x, y)` and `df(x, y) -> (df/dx, df/dy)` take floats or arrays of one shape. `minima` (k, 2)
    holds every global minimum and `minimum_value` the value there. `noise` is the standard
    deviation of the gradient noise that a run adds to each coordinate. `hessian` (2, 2) is given
    where it is the same everywhere.
    """

    name: str
    label: str
    formula: str
    f: Callable[[Any, Any], Any]
    df: Callable[[Any, Any], tuple[Any, Any]]
    minima: Array
    minimum_value: float
    x_range: Interval
    y_range: Interval
    start: tuple[float, float]
    noise: float = 0.0
    hessian: Array | None = None

    def value(self, theta: ArrayLike) -> Array:
        """Loss at theta (..., 2), shape (...). Raises ValueError for another last dimension."""
        value: Array = np.asarray(self.f(*_coordinates(theta)))
        return value

    def gradient(self, theta: ArrayLike) -> Array:
        """Exact gradient at theta (..., 2), shape (..., 2). Raises ValueError as `value` does."""
        gradient: Array = np.stack(self.df(*_coordinates(theta)), axis=-1)
        return gradient

    @property
    def minimum(self) -> Array:
        """The lowest known point, shape (2,); the first where there are several."""
        lowest: Array = self.minima[0].copy()
        return lowest

    @property
    def eigenvalues(self) -> Array | None:
        """Eigenvalues of the Hessian in ascending order, shape (2,), where it is constant."""
        return None if self.hessian is None else np.linalg.eigvalsh(self.hessian)

    @property
    def curvature(self) -> float | None:
        """L, the largest eigenvalue of the Hessian, where it is constant."""
        return None if self.eigenvalues is None else float(self.eigenvalues[-1])


def _coordinates(theta: ArrayLike) -> tuple[Array, Array]:
    theta = np.asarray(theta, float)
    if theta.shape[-1:] != (2,):
        raise ValueError(f"a surface takes theta of shape (..., 2), got {theta.shape}")
    return theta[..., 0], theta[..., 1]


def _quadratic(q: Quadratic, **described: Any) -> Surface:
    return Surface(
        f=q.f,
        df=q.df,
        minima=np.array([[q.x0, q.y0]]),
        minimum_value=q.lowest,
        hessian=np.array([[q.a, q.b], [q.b, q.c]]),
        **described,
    )


def ravine(condition: float = 50, angle: float = 0) -> Surface:
    """Quadratic with eigenvalues 1 along `angle` (degrees) and `condition` across it.

    The start turns with the ravine. Raises ValueError for a condition number outside [1, 1000].
    """
    if not 1 <= condition <= 1000:
        raise ValueError(f"condition must lie in [1, 1000], got {condition}")
    cos, sin = float(np.cos(np.radians(angle))), float(np.sin(np.radians(angle)))
    height = 3.0 + 2.0 * abs(sin)
    turned = rf"u = x\cos {angle:g}° + y\sin {angle:g}°,\ v = y\cos {angle:g}° - x\sin {angle:g}°"
    straight = rf"\tfrac12\left(x^2 + {condition:g}\,y^2\right)"
    return _quadratic(
        Quadratic(
            a=cos * cos + condition * sin * sin,
            b=(1 - condition) * cos * sin,
            c=sin * sin + condition * cos * cos,
        ),
        name="ravine",
        label="Ravine",
        formula=straight
        if angle == 0
        else rf"\tfrac12\left(u^2 + {condition:g}\,v^2\right),\ {turned}",
        x_range=(-5.0, 5.0),
        y_range=(-height, height),
        start=(-4 * cos - sin, cos - 4 * sin),
    )


def noisy_quadratic(noise: float = 1.0) -> Surface:
    """Quadratic with eigenvalues 1 and 10 whose gradient a run sees with noise of that sd."""
    return _quadratic(
        Quadratic(a=1.0, b=0.0, c=10.0),
        name="noisy_quadratic",
        label="Noisy quadratic",
        formula=r"\tfrac12\left(x^2 + 10\,y^2\right)",
        x_range=(-5.0, 5.0),
        y_range=(-5.0, 5.0),
        start=(-4.0, 2.0),
        noise=noise,
    )


def regression(
    parameters: tuple[str, str] = ("bias", "bedrooms"),
    standardized: bool = False,
    n: int = 200,
    seed: int = 0,
) -> Surface:
    """The loss of `house_prices`, which takes the same arguments and raises the same ValueError.

    Standardized features make the default ravine round.
    """
    problem = house_prices(parameters, standardized, n, seed)
    (a, b), (_, c) = problem.hessian.tolist()
    x0, y0 = problem.minimum.tolist()
    reach = 1.25 * max(abs(x0), abs(y0))
    return _quadratic(
        Quadratic(a, b, c, x0, y0, problem.value(problem.minimum)),
        name="regression",
        label=f"House prices: {parameters[0]} and {parameters[1]}",
        formula=r"\tfrac1{2n}\sum_i\left(\hat y_i - y_i\right)^2",
        x_range=(x0 - reach, x0 + reach),
        y_range=(y0 - reach, y0 + reach),
        start=(0.0, 0.0),
    )


SURFACES: dict[str, Surface] = {
    "ravine": ravine(),
    "rosenbrock": Surface(
        name="rosenbrock",
        label="Rosenbrock",
        formula=r"(1 - x)^2 + 100\left(y - x^2\right)^2",
        f=landscapes.rosenbrock,
        df=landscapes.rosenbrock_gradient,
        minima=np.array([[1.0, 1.0]]),
        minimum_value=0.0,
        x_range=(-2.0, 2.0),
        y_range=(-1.0, 3.0),
        start=(-1.2, 1.0),
    ),
    "beale": Surface(
        name="beale",
        label="Beale",
        formula=r"(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
        f=landscapes.beale,
        df=landscapes.beale_gradient,
        minima=np.array([[3.0, 0.5]]),
        minimum_value=0.0,
        x_range=(-4.5, 4.5),
        y_range=(-4.5, 4.5),
        start=(1.0, 1.5),
    ),
    "himmelblau": Surface(
        name="himmelblau",
        label="Himmelblau",
        formula=r"\left(x^2 + y - 11\right)^2 + \left(x + y^2 - 7\right)^2",
        f=landscapes.himmelblau,
        df=landscapes.himmelblau_gradient,
        minima=np.array(
            [
                [3.0, 2.0],
                [-2.805118086952745, 3.131312518250573],
                [-3.779310253377747, -3.2831859912861696],
                [3.5844283403304917, -1.8481265269644034],
            ]
        ),
        minimum_value=0.0,
        x_range=(-5.0, 5.0),
        y_range=(-5.0, 5.0),
        start=(0.0, -4.0),
    ),
    "saddle": Surface(
        name="saddle",
        label="Saddle",
        formula=r"\tfrac12 x^2 - \tfrac12 y^2 + \tfrac14 y^4",
        f=landscapes.saddle,
        df=landscapes.saddle_gradient,
        minima=np.array([[0.0, 1.0], [0.0, -1.0]]),
        minimum_value=-0.25,
        x_range=(-2.0, 2.0),
        y_range=(-2.0, 2.0),
        start=(-1.8, 0.001),
    ),
    "double_well": Surface(
        name="double_well",
        label="Double well",
        formula=r"\tfrac14 x^4 + \tfrac16 x^3 - \tfrac34 x^2 + \tfrac12 y^2",
        f=landscapes.double_well,
        df=landscapes.double_well_gradient,
        minima=np.array([[-1.5, 0.0]]),
        minimum_value=-63 / 64,
        x_range=(-2.5, 2.5),
        y_range=(-2.5, 2.5),
        start=(2.2, 1.5),
    ),
    "noisy_quadratic": noisy_quadratic(),
    "regression": regression(),
}
