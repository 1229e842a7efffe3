"""The formulas of the loss surfaces, each beside its derivative (df/dx, df/dy).

They use operators only, so one line serves floats and arrays, and they are named functions or
methods, so a surface can be pickled and its source shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Quadratic:
    """lowest + (a u^2 + 2 b u v + c v^2) / 2 around (x0, y0), with Hessian [[a, b], [b, c]]."""

    a: float
    b: float
    c: float
    x0: float = 0.0
    y0: float = 0.0
    lowest: float = 0.0

    def f(self, x: Any, y: Any) -> Any:
        u, v = x - self.x0, y - self.y0
        return self.lowest + 0.5 * (self.a * u * u + 2 * self.b * u * v + self.c * v * v)

    def df(self, x: Any, y: Any) -> tuple[Any, Any]:
        u, v = x - self.x0, y - self.y0
        return self.a * u + self.b * v, self.b * u + self.c * v


def rosenbrock(x: Any, y: Any) -> Any:
    """Curved valley (Rosenbrock 1960)."""
    across = y - x * x
    return (1 - x) ** 2 + 100 * across * across


def rosenbrock_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    across = y - x * x
    return -2 * (1 - x) - 400 * x * across, 200 * across


def beale(x: Any, y: Any) -> Any:
    """Plateau with sharp corners (Beale 1958)."""
    a, b, c = _beale_residuals(x, y)
    return a * a + b * b + c * c


def beale_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    a, b, c = _beale_residuals(x, y)
    return (
        2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)),
        2 * x * (a + 2 * b * y + 3 * c * y * y),
    )


def _beale_residuals(x: Any, y: Any) -> tuple[Any, Any, Any]:
    return 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y


def himmelblau(x: Any, y: Any) -> Any:
    """Four equal minima (Himmelblau 1972)."""
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b


def himmelblau_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def saddle(x: Any, y: Any) -> Any:
    """A saddle at the origin between the minima (0, -1) and (0, 1)."""
    return 0.5 * x * x - 0.5 * y * y + 0.25 * y * y * y * y


def saddle_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return x, y * (y * y - 1)


def double_well(x: Any, y: Any) -> Any:
    """A deep well at x = -1.5 and a shallow one at x = 1, parted by a ridge at x = 0."""
    return x * x * (x * x / 4 + x / 6 - 0.75) + 0.5 * y * y


def double_well_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return x * (x + 1.5) * (x - 1), y
