"""What recurrent cells share: layers on top of each other, states, and their derivatives.

A cell says what happens in one layer, `run` and `back`; here that becomes a network. Arrays lie
time first inside, so that a step is one block of memory and the inputs of all steps are one
matrix product.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats
from engine.recurrent.parameters import Parameters
from engine.types import Array, Grads, Views

Parts = tuple[Array, ...]  # the parts of a state: (h,) or (h, c)
State = Array | Parts  # as callers see it: an array where there is one part


class Back(NamedTuple):
    """What a layer's backward pass finds.

    du (t, n, g hidden): derivatives by the pre-activations; `grads` of the recurrent parameters;
    `start`: by the layer's first state; `record`: by what changes with time, each (t, n, hidden).
    """

    du: Array
    grads: Grads
    start: Parts
    record: Grads


@dataclass(frozen=True, eq=False)
class Cache:
    """One forward pass: inputs (t, n, d) and values of every layer, and the states at both ends,
    shaped like the first one was given."""

    inputs: tuple[Array, ...]
    values: tuple[Views, ...]
    state: State
    state_shape: tuple[int, ...]


@dataclass(frozen=True)
class Recurrent(Parameters):
    """Layers of one cell, forward and backward.

    With `residual_layers` a layer's outputs are added to its inputs where both have one size; with
    `residual_time` a state keeps what the state before was (handbook chapter 6).
    """

    residual_layers: bool = False
    residual_time: bool = False

    parts: ClassVar[tuple[str, ...]] = ("h",)

    @abstractmethod
    def run(self, p: Views, u: Array, start: Parts) -> dict[str, Array]:
        """Values by name, each (t, n, hidden), and states "h" (and "c") with the first, (t + 1, n,
        hidden); under "gates" all blocks together. u (t, n, g hidden), x W + b, may be written
        to."""

    @abstractmethod
    def back(self, p: Views, v: Views, dy: Array, dstate: Parts, window: int | None) -> Back:
        """Derivatives for dy (t, n, hidden) at the outputs and dstate at the last state."""

    @abstractmethod
    def value_gradients(self, p: Views, v: Views, record: Views) -> Grads:
        """Derivatives by the gates' values, (t, n, hidden) each, from those by the states."""

    def forward(
        self, theta: ArrayLike, x: ArrayLike, state: State | None = None
    ) -> tuple[Array, Cache]:
        """Outputs (n, t, hidden) of the last layer for x (n, t, d_in), and the cache.

        A state is h, for an LSTM (h, c), each (layers, n, hidden), or (n, hidden) for one layer;
        None is all zeros. Raises ValueError for other shapes.
        """
        sequences = as_floats(x)
        if sequences.ndim != 3 or sequences.shape[2] != self.d_in or not sequences.shape[1]:
            raise ValueError(f"expected x of shape (n, t, {self.d_in}), got {sequences.shape}")
        given, y = self._state(state, sequences), np.ascontiguousarray(sequences.swapaxes(0, 1))
        starts = [part.reshape(self.layers, *part.shape[-2:]) for part in given]
        inputs, values = [], []
        for layer, p in enumerate(self.by_layer(theta)):
            u = (y.reshape(-1, y.shape[2]) @ p["W"] + p["b"]).reshape(*y.shape[:2], -1)
            v = self.run(p, u, tuple(part[layer] for part in starts))
            inputs.append(y)
            values.append(v)
            y = v["h"][1:] + y if self._adds_input(layer) else v["h"][1:]
        shape = given[0].shape
        ends = [np.stack([v[part][-1] for v in values]).reshape(shape) for part in self.parts]
        cache = Cache(tuple(inputs), tuple(values), _outside(ends), shape)
        return y.swapaxes(0, 1), cache

    def backward(
        self,
        theta: ArrayLike,
        cache: Cache,
        doutputs: ArrayLike,
        dstate: State | None = None,
        window: int | None = None,
    ) -> tuple[Array, Array, State]:
        """Derivatives by theta (size,), by x (n, t, d_in) and by the first state, like the state.

        `doutputs` (n, t, hidden) are those at the outputs, `dstate` those at the last state. With
        a window, states pass nothing back to the one before at its multiples (truncated
        backpropagation through time, Williams & Peng 1990). Raises ValueError for other shapes.
        """
        return self._backward(theta, cache, doutputs, dstate, window)[:3]

    def backward_trace(
        self,
        theta: ArrayLike,
        cache: Cache,
        doutputs: ArrayLike,
        dstate: State | None = None,
        window: int | None = None,
    ) -> tuple[Array, Array, State, tuple[Grads, ...]]:
        """As `backward`, and for each layer the derivatives at every step by name, (n, t, hidden):
        "dh", "dc", those by the values of the gates such as "df", and by their pre-activations such
        as "du_f"."""
        gradient, dx, start, backs = self._backward(theta, cache, doutputs, dstate, window)
        traces = []
        for p, v, back in zip(self.by_layer(theta), cache.values, backs, strict=True):
            blocks = np.split(back.du, len(self.gates), axis=2)
            named = {f"du_{gate}": du for gate, du in zip(self.gates, blocks, strict=True)}
            record = back.record | self.value_gradients(p, v, back.record) | named
            traces.append({name: values.swapaxes(0, 1) for name, values in record.items()})
        return gradient, dx, start, tuple(traces)

    def trace(self, cache: Cache) -> tuple[dict[str, Array], ...]:
        """For each layer, gates, candidate, cell and hidden values by name, (n, t, hidden)."""
        return tuple(
            {
                name: (values[1:] if name in self.parts else values).swapaxes(0, 1)
                for name, values in v.items()
                if name != "gates"
            }
            for v in cache.values
        )

    def _adds_input(self, layer: int) -> bool:
        return self.residual_layers and (layer > 0 or self.d_in == self.hidden)

    def _state(self, state: State | None, x: Array) -> list[Array]:
        full = (self.layers, len(x), self.hidden)
        if state is None:
            return [np.zeros(full, x.dtype) for _ in self.parts]
        parts = [as_floats(part) for part in (state if isinstance(state, tuple) else (state,))]
        shapes = {part.shape for part in parts}
        fits = shapes == {full} or (self.layers == 1 and shapes == {full[1:]})
        if len(parts) != len(self.parts) or not fits:
            wanted = ", ".join(f"{part} {full}" for part in self.parts)
            raise ValueError(f"expected a state {wanted}, got {[part.shape for part in parts]}")
        return parts

    def _backward(
        self,
        theta: ArrayLike,
        cache: Cache,
        doutputs: ArrayLike,
        dstate: State | None,
        window: int | None,
    ) -> tuple[Array, Array, State, list[Back]]:
        dy = as_floats(doutputs)
        t, n, _ = cache.inputs[0].shape
        if dy.shape != (n, t, self.hidden):
            raise ValueError(f"expected doutputs {(n, t, self.hidden)}, got {dy.shape}")
        if window is not None and window < 1:
            raise ValueError(f"expected a window of 1 step or more, got {window}")
        ends = [part.reshape(self.layers, n, self.hidden) for part in self._state(dstate, dy)]
        dy = dy.swapaxes(0, 1)
        gradient = np.empty(self.size, as_floats(theta).dtype)
        views = self.by_layer(gradient)
        backs: list[Back] = []
        for layer in reversed(range(self.layers)):
            p, x = self.by_layer(theta)[layer], cache.inputs[layer]
            back = self.back(
                p, cache.values[layer], dy, tuple(part[layer] for part in ends), window
            )
            du = back.du.reshape(t * n, -1)
            np.matmul(x.reshape(t * n, -1).T, du, out=views[layer]["W"])
            np.sum(du, axis=0, out=views[layer]["b"])
            for name, values in back.grads.items():
                views[layer][name][...] = values
            dx = (du @ p["W"].T).reshape(x.shape)
            dy = dx + dy if self._adds_input(layer) else dx
            backs.insert(0, back)
        starts = zip(*(back.start for back in backs), strict=True)
        shaped = [np.stack(part).reshape(cache.state_shape) for part in starts]
        return gradient, dy.swapaxes(0, 1), _outside(shaped), backs


def _outside(parts: Sequence[Array]) -> State:
    return parts[0] if len(parts) == 1 else tuple(parts)


def is_cut(step: int, window: int | None) -> bool:
    """Whether truncation keeps a step, counted from 0, from passing anything back."""
    return window is not None and step > 0 and step % window == 0


def over_steps(h: Array, du: Array) -> Array:
    """The sum over steps and examples of h^T du, (t, n, a) and (t, n, b) to (a, b), as one matrix
    product."""
    return np.asarray(h.reshape(-1, h.shape[2]).T @ du.reshape(-1, du.shape[2]))
