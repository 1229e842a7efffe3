"""Three ways to write the same layer: which axis holds the examples, and which way W lies.

The engine keeps examples in rows and W (n_in, n_out). What another convention shows is a transpose
of that; its matrix products are listed here, so that formula, shape and numbers cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.types import Array

BATCHED = "XYZA"  # first letters, after any d, of the stages that have a row per example
PRODUCTS = ("Z1", "Z2", "dW2", "dA1", "dW1")


@dataclass(frozen=True)
class Factor:
    """One side of a matrix product: the name of a stage or parameter, transposed or not."""

    name: str
    transposed: bool = False


@dataclass(frozen=True)
class Convention:
    """A way to write a layer; `products` has left and right factor of each of PRODUCTS."""

    name: str
    examples_in_rows: bool
    inputs_in_rows: bool  # W is (n_in, n_out)
    products: Mapping[str, tuple[Factor, Factor]]

    def turns(self, name: str) -> bool:
        """Whether the stage or parameter of this name is the transpose of what the engine has."""
        kind = name.removeprefix("d")[0]
        if kind == "W":
            return not self.inputs_in_rows
        return not self.examples_in_rows and kind in BATCHED + "b"

    def shown(self, name: str, value: Array) -> Array:
        """The engine's value as this convention writes it; a bias becomes a row or a column."""
        matrix = np.atleast_2d(value)
        return matrix.T if self.turns(name) else matrix

    def factors(self, product: str, values: Mapping[str, Array]) -> tuple[Array, Array]:
        """Left and right matrix of a product, by the engine's values of all names."""
        left, right = (
            shown.T if factor.transposed else shown
            for factor in self.products[product]
            for shown in [self.shown(factor.name, values[factor.name])]
        )
        return left, right


def _factor(text: str) -> Factor:
    return Factor(text.removesuffix("'"), text.endswith("'"))


def _products(*rules: str) -> dict[str, tuple[Factor, Factor]]:
    """From one rule each of PRODUCTS, such as "A1' dZ2"; an apostrophe transposes."""
    split = (rule.split() for rule in rules)
    return {
        name: (_factor(left), _factor(right))
        for name, (left, right) in zip(PRODUCTS, split, strict=True)
    }


CONVENTIONS = {
    "rows": Convention(
        "Z = X W + b", True, True, _products("X W1", "A1 W2", "A1' dZ2", "dZ2 W2'", "X' dZ1")
    ),
    "columns": Convention(
        "Z = Wᵀ X + b", False, True, _products("W1' X", "W2' A1", "A1 dZ2'", "W2 dZ2", "X dZ1'")
    ),
    "outputs_first": Convention(
        "Z = W X + b", False, False, _products("W1 X", "W2 A1", "dZ2 A1'", "W2' dZ2", "dZ1 X'")
    ),
}
