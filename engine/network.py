"""Networks: a sequence of layers whose parameters are one flat vector theta.

With one vector, an optimizer and a gradient check need to know nothing about layers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from engine.activations import ACTIVATIONS, Elementwise, as_floats
from engine.layers import Activation, Dense, Layer
from engine.types import Array


class Slot(NamedTuple):
    """Where one parameter lies in theta: its short name, name in the network, shape and span."""

    key: str
    name: str
    shape: tuple[int, ...]
    span: slice


@dataclass(frozen=True, eq=False)
class Trace:
    """One forward pass: the input, output and cache of every layer, in the order of the layers."""

    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]
    caches: tuple[Any, ...]


@dataclass(frozen=True)
class Network:
    """Layers applied one after the other.

    The parameters of the k-th layer that has any are named with k: "W1", "b1", "W2", ...
    """

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError("a network needs at least one layer")

    @cached_property
    def slots(self) -> tuple[tuple[Slot, ...], ...]:
        """The parameters of each layer, in the order they lie in theta."""
        slots, start, number = [], 0, 0
        for layer in self.layers:
            shapes = layer.shapes()
            number += bool(shapes)
            own = []
            for key, shape in shapes.items():
                stop = start + math.prod(shape)
                own.append(Slot(key, f"{key}{number}", shape, slice(start, stop)))
                start = stop
            slots.append(tuple(own))
        return tuple(slots)

    @cached_property
    def size(self) -> int:
        """The number of parameters: the length of theta."""
        return sum(math.prod(slot.shape) for own in self.slots for slot in own)

    def unpack(self, theta: ArrayLike) -> dict[str, Array]:
        """Shaped views of theta by name, without copies. Raises ValueError for a wrong size."""
        flat = self._flat(theta)
        return {s.name: flat[s.span].reshape(s.shape) for own in self.slots for s in own}

    def initialize(self, rng: np.random.Generator, scheme: str = "xavier_uniform") -> Array:
        """A starting theta (size,), float64: weights by INITIALIZERS[scheme], biases 0."""
        return self._pack([layer.initialize(rng, scheme) for layer in self.layers], np.float64)

    def forward(self, theta: ArrayLike, x: ArrayLike) -> tuple[Array, Trace]:
        """Output (n, d_out) for inputs x (n, d_in), and the trace that `backward` takes.

        Raises ValueError for a theta of the wrong size and for x that is not (n, d_in).
        """
        y = as_floats(x)
        if y.ndim != 2:
            raise ValueError(f"expected x of shape (n, d_in), got {y.shape}")
        inputs, outputs, caches = [], [], []
        for layer, p in zip(self.layers, self._views(theta), strict=True):
            inputs.append(y)
            y, cache = layer.forward(p, y)
            outputs.append(y)
            caches.append(cache)
        return y, Trace(tuple(inputs), tuple(outputs), tuple(caches))

    def backward(self, theta: ArrayLike, trace: Trace, dy: ArrayLike) -> Array:
        """Gradient (size,) with respect to theta, given dy, the gradient of the loss at the output.

        `theta` is the one that `trace` came from. Raises ValueError for dy of another shape than
        the output.
        """
        upstream = as_floats(dy)
        if upstream.shape != trace.outputs[-1].shape:
            raise ValueError(
                f"expected dy of shape {trace.outputs[-1].shape}, got {upstream.shape}"
            )
        gradients = []
        steps = zip(self.layers, self._views(theta), trace.caches, strict=True)
        for layer, p, cache in reversed(list(steps)):
            upstream, own = layer.backward(p, cache, upstream)
            gradients.append(own)
        return self._pack(gradients[::-1], as_floats(theta).dtype)

    def _views(self, theta: ArrayLike) -> list[dict[str, Array]]:
        """For each layer, its views of theta by short name."""
        flat = self._flat(theta)
        return [{s.key: flat[s.span].reshape(s.shape) for s in own} for own in self.slots]

    def _flat(self, theta: ArrayLike) -> Array:
        flat = as_floats(theta)
        if flat.shape != (self.size,):
            raise ValueError(f"expected theta of shape ({self.size},), got {flat.shape}")
        return flat

    def _pack(self, values: Sequence[Mapping[str, Array]], dtype: DTypeLike) -> Array:
        theta = np.empty(self.size, dtype)
        for own, named in zip(self.slots, values, strict=True):
            for slot in own:
                theta[slot.span] = named[slot.key].ravel()
        return theta


def mlp(
    sizes: Sequence[int], hidden: str | Elementwise = "relu", output: str | Elementwise = "linear"
) -> Network:
    """A multilayer perceptron: for sizes (d_in, ..., d_out), a Dense and an Activation per step.

    Raises ValueError for fewer than two sizes.
    """
    if len(sizes) < 2:
        raise ValueError(f"expected at least two sizes (d_in, ..., d_out), got {tuple(sizes)}")
    kinds = [hidden] * (len(sizes) - 2) + [output]
    layers: list[Layer] = []
    for (d_in, d_out), kind in zip(pairwise(sizes), kinds, strict=True):
        layers += [Dense(d_in, d_out), Activation(kind)]
    return Network(tuple(layers))


def affine_equivalent(network: Network, theta: ArrayLike) -> tuple[Array, Array]:
    """The one affine map x @ W + b, W (d_in, d_out), that a network of linear layers computes.

    Raises ValueError unless every layer is Dense or a linear Activation, with one Dense or more.
    """
    if not all(_is_affine(layer) for layer in network.layers):
        raise ValueError("only a network whose activations are all linear is one affine map")
    maps = [p for p in network._views(theta) if p]
    if not maps:
        raise ValueError("expected at least one dense layer")
    weights, bias = maps[0]["W"].copy(), maps[0]["b"].copy()
    for p in maps[1:]:
        weights, bias = weights @ p["W"], bias @ p["W"] + p["b"]
    return weights, bias


def _is_affine(layer: Layer) -> bool:
    return isinstance(layer, Dense) or (
        isinstance(layer, Activation) and layer.rule is ACTIVATIONS["linear"]
    )
