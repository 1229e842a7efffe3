"""Dropout: units left out at random while training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.layers.base import EVALUATION, Layer, Pass
from engine.types import Array, Grads, Views

DROPOUT_FORMS: dict[str, Callable[[float], tuple[float, float]]] = {
    "inverted": lambda keep: (1 / keep, 1.0),
    "classic": lambda keep: (1.0, keep),
    "printed": lambda keep: (1.0, 1 - keep),
}
"""For each form, from the share of units kept: the factor of a kept unit in training, and the
factor of every unit in evaluation. "printed" is the handbook's mistake (erratum H76)."""


@dataclass(frozen=True)
class Dropout(Layer):
    """Each entry of x (n, d) set to 0 with probability `rate` in training (Srivastava et al. 2014).

    inverted: kept entries times 1 / (1 - rate) in training, nothing in evaluation, as in PyTorch.
    classic:  kept entries as they are in training, all times 1 - rate in evaluation.

    The cache is the factor of each entry (n, d); in evaluation it is one number. Raises ValueError
    for a rate outside [0, 1), for any other form, and for training without an rng.
    """

    rate: float = 0.5
    form: str = "inverted"

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise ValueError(f"the rate of dropout must lie in [0, 1), got {self.rate}")
        if self.form not in DROPOUT_FORMS:
            choices = ", ".join(DROPOUT_FORMS)
            raise ValueError(f"unknown form of dropout {self.form!r}; choose one of {choices}")

    def forward(self, p: Views, x: Array, run: Pass = EVALUATION) -> tuple[Array, Array | float]:
        in_training, in_evaluation = DROPOUT_FORMS[self.form](1 - self.rate)
        if not run.training:
            return x * in_evaluation, in_evaluation
        if run.rng is None:
            raise ValueError("dropout in training needs an rng to draw its mask from")
        factor = (run.rng.random(x.shape) >= self.rate) * x.dtype.type(in_training)
        return x * factor, factor

    def backward(self, p: Views, factor: Array | float, dy: Array) -> tuple[Array, Grads]:
        return dy * factor, {}
