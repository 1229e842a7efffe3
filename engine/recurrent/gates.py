"""Gates: blocks of columns that become valves between 0 and 1, or stand still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.types import Array


def sigmoid_in_place(u: Array) -> None:
    """Replaces u by 1 / (1 + exp(-u)), as (1 + tanh(u/2)) / 2, which cannot overflow."""
    u *= 0.5
    np.tanh(u, out=u)
    u += 1
    u *= 0.5


def check_frozen(frozen: Mapping[str, float], gates: Sequence[str]) -> None:
    """Raises ValueError for a gate that is not there and for a value that is not finite."""
    for gate, value in frozen.items():
        if gate not in gates:
            raise ValueError(f"expected gates among {list(gates)}, got {gate!r}")
        if not np.isfinite(value):
            raise ValueError(f"expected a finite value for the gate {gate!r}, got {value}")


def freeze(blocks: Array, gates: Sequence[str], frozen: Mapping[str, float]) -> None:
    """Sets the columns of the frozen gates, blocks of equal width in the order of `gates`."""
    width = blocks.shape[-1] // len(gates)
    for gate, value in frozen.items():
        at = gates.index(gate) * width
        blocks[..., at : at + width] = value
