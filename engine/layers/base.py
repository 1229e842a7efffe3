"""What every layer is: a forward and a backward rule over named views of one flat theta.

A layer holds sizes only. Parameters come in as views `p`; what the backward rule needs to know of
the forward pass travels in the cache, and what later passes need (running statistics) in the
memory that the caller keeps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.initializers import Initializer
from engine.types import Array, Grads, Views


@dataclass(frozen=True, eq=False)
class Pass:
    """How a forward pass is run: for training or, by default, for evaluation.

    `rng` draws what is random in training. `memory` is what earlier training passes left, as
    `Trace.memory` hands it out; None before the first.
    """

    training: bool = False
    rng: np.random.Generator | None = None
    memory: Any = None


EVALUATION = Pass()


class Layer(ABC):
    """What a network asks of a layer. One without parameters or memory inherits the defaults."""

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter by its short name, in the order they lie in theta."""
        return {}

    def initialize(self, rng: np.random.Generator, scheme: str | Initializer) -> dict[str, Array]:
        """Starting values; `scheme` is a key of INITIALIZERS or an initializer of one's own."""
        return {}

    @abstractmethod
    def forward(self, p: Views, x: Array, run: Pass = EVALUATION) -> tuple[Array, Any]:
        """The output and the cache that `backward` takes; x is not modified."""

    @abstractmethod
    def backward(self, p: Views, cache: Any, dy: Array) -> tuple[Array, Grads]:
        """The gradient with respect to x, and the gradients of the parameters by short name."""

    def remember(self, memory: Any, cache: Any) -> Any:
        """The memory after the pass that left this cache; `memory` is the one before it."""
        return None
