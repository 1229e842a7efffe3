"""Networks: a sequence of layers whose parameters are one flat vector theta.

With one vector, an optimizer and a gradient check need to know nothing about layers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from engine.activations import ACTIVATIONS, Elementwise, as_floats
from engine.initializers import Initializer
from engine.layers import EVALUATION, Activation, Dense, Layer, Pass
from engine.types import Array

if TYPE_CHECKING:
    from engine.compiled import CompiledStep
    from engine.task import Task


class Slot(NamedTuple):
    """Where one parameter lies in theta: its short name, name in the network, shape and span."""

    key: str
    name: str
    shape: tuple[int, ...]
    span: slice


@dataclass(frozen=True, eq=False)
class Trace:
    """One forward pass: the input, output, cache and memory of every layer, in their order.

    `memory` is what later passes need of this and earlier training passes: batch norm's running
    statistics. Hand it to the next pass; None stands for a layer that remembers nothing.
    """

    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]
    caches: tuple[Any, ...]
    memory: tuple[Any, ...]


@dataclass(frozen=True)
class Network:
    """Layers applied one after the other.

    The parameters of the k-th layer that has any are named with k: "W1", "b1", "W2", ...; those in
    the branch of a residual connection with k and their place in the branch: "W3.1".
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
                head, dot, place = key.partition(".")
                name = f"{head}{number}{dot}{place}"
                own.append(Slot(key, name, shape, slice(start, stop)))
                start = stop
            slots.append(tuple(own))
        return tuple(slots)

    @cached_property
    def spans(self) -> tuple[slice, ...]:
        """Where the parameters of each layer that has any lie in theta."""
        return tuple(slice(own[0].span.start, own[-1].span.stop) for own in self.slots if own)

    @cached_property
    def weights(self) -> NDArray[np.bool_]:
        """Which entries of theta (size,) are weights of dense layers: what penalties apply to,
        biases and the gains of norms left out."""
        mask = np.zeros(self.size, bool)
        for slot in (slot for own in self.slots for slot in own if slot.key.startswith("W")):
            mask[slot.span] = True
        return mask

    @cached_property
    def size(self) -> int:
        """The number of parameters: the length of theta."""
        return sum(math.prod(slot.shape) for own in self.slots for slot in own)

    def unpack(self, theta: ArrayLike) -> dict[str, Array]:
        """Shaped views of theta by name, without copies. Raises ValueError for a wrong size."""
        flat = self._flat(theta)
        return {s.name: flat[s.span].reshape(s.shape) for own in self.slots for s in own}

    def initialize(
        self, rng: np.random.Generator, scheme: str | Initializer = "xavier_uniform"
    ) -> Array:
        """A starting theta (size,), float64: weights by INITIALIZERS[scheme] or by an initializer
        of one's own, biases 0, the gains of norms 1."""
        return self._pack([layer.initialize(rng, scheme) for layer in self.layers], np.float64)

    def forward(
        self, theta: ArrayLike, x: ArrayLike, run: Pass = EVALUATION
    ) -> tuple[Array, Trace]:
        """Output (n, d_out) for inputs x (n, d_in), and the trace that `backward` takes.

        Dropout draws and batch norm uses the batch only in a pass for training:
        `Pass(training=True, rng=rng, memory=trace.memory)`, with the trace of the pass before.
        Raises ValueError for a theta of the wrong size and for x that is not (n, d_in).
        """
        y = as_floats(x)
        if y.ndim != 2:
            raise ValueError(f"expected x of shape (n, d_in), got {y.shape}")
        memories = run.memory or (None,) * len(self.layers)
        inputs, outputs, caches = [], [], []
        for layer, p, memory in zip(self.layers, self._views(theta), memories, strict=True):
            inputs.append(y)
            y, cache = layer.forward(p, y, replace(run, memory=memory))
            outputs.append(y)
            caches.append(cache)
        passed = zip(self.layers, memories, caches, strict=True)
        remembered = tuple(layer.remember(memory, cache) for layer, memory, cache in passed)
        return y, Trace(tuple(inputs), tuple(outputs), tuple(caches), remembered)

    def backward(self, theta: ArrayLike, trace: Trace, dy: ArrayLike) -> Array:
        """Gradient (size,) with respect to theta, given dy, the gradient of the loss at the output.

        `theta` is the one that `trace` came from. Raises ValueError for dy of another shape than
        the output.
        """
        return self.backward_flow(theta, trace, dy)[0]

    def backward_flow(
        self, theta: ArrayLike, trace: Trace, dy: ArrayLike
    ) -> tuple[Array, tuple[Array, ...]]:
        """The gradient as `backward` gives it, and the gradient of the loss with respect to the
        input of every layer, in their order, each shaped like its entry of `trace.inputs`."""
        upstream = as_floats(dy)
        if upstream.shape != trace.outputs[-1].shape:
            raise ValueError(
                f"expected dy of shape {trace.outputs[-1].shape}, got {upstream.shape}"
            )
        gradients, flow = [], []
        steps = zip(self.layers, self._views(theta), trace.caches, strict=True)
        for layer, p, cache in reversed(list(steps)):
            upstream, own = layer.backward(p, cache, upstream)
            gradients.append(own)
            flow.append(upstream)
        return self._pack(gradients[::-1], as_floats(theta).dtype), tuple(flow[::-1])

    def compile_step(self, task: Task) -> CompiledStep:
        """The training step of a task on this network, bound beforehand: the same numbers, faster.

        Raises ValueError where `can_compile(task)` is False, with the reason.
        """
        from engine.compiled import CompiledStep  # which is built on networks

        return CompiledStep(replace(task, network=self))

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
