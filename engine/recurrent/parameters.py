"""What a recurrent cell learns: one flat theta with named views, and PyTorch's names for it."""

from __future__ import annotations

import math
from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats
from engine.initializers import INITIALIZERS
from engine.recurrent.torch_names import from_torch, to_torch
from engine.types import Array


@dataclass(frozen=True)
class Parameters(ABC):
    """Layers of one cell, theta (size,) holding W (d, g hidden), U (hidden, g hidden) and b
    (g hidden,) of each, where g blocks of columns belong to `gates` in their order."""

    d_in: int
    hidden: int
    layers: int = 1

    gates: ClassVar[tuple[str, ...]]
    torch_gates: ClassVar[tuple[str, ...]]

    def shapes(self, layer: int) -> dict[str, tuple[int, ...]]:
        """The shapes of a layer's parameters by name; layers count from 0."""
        d, h, g = self.hidden if layer else self.d_in, self.hidden, len(self.gates)
        return {"W": (d, g * h), "U": (h, g * h), "b": (g * h,)}

    @cached_property
    def _slots(self) -> tuple[tuple[str, tuple[int, ...], slice], ...]:
        slots, start = [], 0
        for layer in range(self.layers):
            for name, shape in self.shapes(layer).items():
                stop = start + math.prod(shape)
                slots.append((f"{name}{layer + 1}", shape, slice(start, stop)))
                start = stop
        return tuple(slots)

    @property
    def size(self) -> int:
        """The number of parameters: the length of theta."""
        return sum(math.prod(shape) for _, shape, _ in self._slots)

    def unpack(self, theta: ArrayLike) -> dict[str, Array]:
        """Shaped views of theta by name, "W1" for the first layer. ValueError for a wrong size."""
        flat = as_floats(theta)
        if flat.shape != (self.size,):
            raise ValueError(f"expected theta of shape ({self.size},), got {flat.shape}")
        return {name: flat[span].reshape(shape) for name, shape, span in self._slots}

    def initialize(self, rng: np.random.Generator) -> Array:
        """A starting theta (size,): inputs Xavier uniform and states orthogonal gate by gate,
        biases 0."""
        theta = np.zeros(self.size)
        schemes = {"W": INITIALIZERS["xavier_uniform"], "U": INITIALIZERS["orthogonal"]}
        for name, view in self.unpack(theta).items():
            if scheme := schemes.get(name.rstrip("0123456789")):
                for block in np.split(view, len(self.gates), axis=1):
                    block[...] = scheme(rng, *block.shape)
        return theta

    def from_torch(self, weights: Mapping[str, ArrayLike]) -> Array:
        """Theta from a PyTorch state_dict of arrays: "weight_ih_l0" (g hidden, d), "weight_hh_l0"
        (g hidden, hidden), "bias_ih_l0", "bias_hh_l0" (g hidden,), gates in PyTorch's order.

        Both biases are added; missing ones are 0. Raises ValueError for what does not fit.
        """
        return from_torch(self, weights)

    def to_torch(self, theta: ArrayLike) -> dict[str, Array]:
        """Theta by PyTorch's names, in its layout and order of gates; "bias_hh" is 0 where one
        bias does for both."""
        return to_torch(self, theta)

    def by_layer(self, theta: ArrayLike) -> list[dict[str, Array]]:
        """For each layer, its views of theta by short name: "W", "U", "b"."""
        views = self.unpack(theta)
        return [
            {name: views[f"{name}{layer + 1}"] for name in self.shapes(layer)}
            for layer in range(self.layers)
        ]
