"""The encoder: layers of LSTM cells that read a sentence, forward or in both directions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from engine.recurrent import LSTM, Cache
from engine.types import Array

State = tuple[Array, Array]  # h and c, each (layers, n, hidden)


class Read(NamedTuple):
    """The cache of each cell, in the order of `Encoder.cells`."""

    caches: tuple[Cache, ...]


@dataclass(frozen=True)
class Encoder:
    """Reads x (n, s, d_in) into outputs (n, s, hidden) and a last state of `hidden` per layer.

    Bidirectional, half of the units read from the first word on and half from the last
    (Schuster & Paliwal 1997); both halves lie side by side.
    """

    d_in: int
    hidden: int
    layers: int = 1
    bidirectional: bool = False

    @property
    def directions(self) -> tuple[int, ...]:
        """The step by which each direction goes through a sentence."""
        return (1, -1) if self.bidirectional else (1,)

    @cached_property
    def cells(self) -> tuple[LSTM, ...]:
        """One cell per layer and direction, the forward one first."""
        width = self.hidden // len(self.directions)
        return tuple(
            LSTM(self.hidden if layer else self.d_in, width)
            for layer in range(self.layers)
            for _ in self.directions
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What to call each cell: "encoder1", "encoder1.back"."""
        ends = ("", ".back")[: len(self.directions)]
        return tuple(f"encoder{layer + 1}{end}" for layer in range(self.layers) for end in ends)

    def forward(self, thetas: list[Array], x: Array) -> tuple[Array, State, Read]:
        """Outputs (n, s, hidden), the last state, and the caches, for the theta of each cell."""
        y, caches = x, []
        for layer in range(self.layers):
            outputs = []
            for k, way in self._of_layer(layer):
                out, cache = self.cells[k].forward(thetas[k], y[:, ::way])
                outputs.append(out[:, ::way])
                caches.append(cache)
            y = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=2)
        h, c = (self._joined(np.concatenate([cache.state[k] for cache in caches])) for k in (0, 1))
        return y, (h, c), Read(tuple(caches))

    def states(self, read: Read) -> State:
        """Hidden and cell values of the last layer at each step, (n, s, hidden) each."""
        last = self._of_layer(self.layers - 1)
        traces = [(self.cells[k].trace(read.caches[k])[0], way) for k, way in last]
        h, c = (
            np.concatenate([trace[part][:, ::way] for trace, way in traces], axis=2)
            for part in ("h", "c")
        )
        return h, c

    def backward(
        self, thetas: list[Array], read: Read, dy: Array, dstate: State
    ) -> tuple[list[Array], Array]:
        """The gradient of each cell, and that by x, from those by outputs and by the last state."""
        gradients: dict[int, Array] = {}
        dh, dc = (self._split(part) for part in dstate)
        width = self.cells[0].hidden
        for layer in reversed(range(self.layers)):
            dx: Array = np.zeros(())
            for place, (k, way) in enumerate(self._of_layer(layer)):
                own = dy[:, ::way, place * width : (place + 1) * width]
                gradients[k], back, _ = self.cells[k].backward(
                    thetas[k], read.caches[k], own, (dh[k], dc[k])
                )
                dx = dx + back[:, ::way]
            dy = dx
        return [gradients[k] for k in range(len(self.cells))], dy

    def _of_layer(self, layer: int) -> list[tuple[int, int]]:
        """The cells of a layer by number, each with its direction."""
        count = len(self.directions)
        return [(layer * count + k, way) for k, way in enumerate(self.directions)]

    def _joined(self, ends: Array) -> Array:
        """Last states (cells, n, width) as (layers, n, hidden)."""
        if not self.bidirectional:
            return ends
        return np.concatenate([ends[::2], ends[1::2]], axis=2)

    def _split(self, part: Array) -> Array:
        """The other way round: (layers, n, hidden) as (cells, n, width)."""
        if not self.bidirectional:
            return part
        halves = np.split(part, 2, axis=2)
        return np.stack(halves, axis=1).reshape(-1, *halves[0].shape[1:])
