"""Gates: blocks of columns that become valves between 0 and 1, or stand still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from engine.types import Array


def squash(blocks: Array, gates: tuple[str, ...], candidate: str) -> None:
    """Replaces pre-activations by the values of gates, sigmoids, and of the candidate, a tanh.

    A sigmoid is (1 + tanh(u / 2)) / 2, which cannot overflow, so one tanh does for all blocks.
    """
    scale, shift = _scale(gates, candidate, blocks.shape[-1], blocks.dtype)
    blocks *= scale
    np.tanh(blocks, out=blocks)
    blocks *= scale
    blocks += shift


@lru_cache(maxsize=64)
def _scale(
    gates: tuple[str, ...], candidate: str, width: int, dtype: np.dtype[np.floating[Any]]
) -> tuple[Array, Array]:
    is_gate = np.repeat([gate != candidate for gate in gates], width // len(gates))
    scale = np.where(is_gate, 0.5, 1.0).astype(dtype)
    return scale, 1 - scale


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
