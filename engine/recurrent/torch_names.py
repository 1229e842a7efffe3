"""Between theta and the names, layout and order of gates that PyTorch gives recurrent weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from engine.types import Array

if TYPE_CHECKING:
    from engine.recurrent.parameters import Parameters

PARAMETERS = {"W": "weight_ih", "U": "weight_hh", "b": "bias_ih"}


def reordered(blocks: Array, old: Sequence[str], new: Sequence[str]) -> Array:
    """Blocks of columns, or of a vector, from one order of gates to another."""
    parts = dict(zip(old, np.split(blocks, len(old), axis=-1), strict=True))
    return np.concatenate([parts[gate] for gate in new], axis=-1)


def from_torch(cell: Parameters, weights: Mapping[str, ArrayLike]) -> Array:
    """Theta (size,) from PyTorch's weights of the same kind of cell; see `Parameters`."""
    known = torch_shapes(cell)
    if unknown := sorted(set(weights) - set(known)):
        raise ValueError(f"expected weights among {[*known]}, got {unknown[0]!r}")
    given = {name: _checked(name, shape, weights) for name, shape in known.items()}
    theta = np.empty(cell.size)
    views = cell.unpack(theta)
    for layer in range(cell.layers):
        for ours, theirs in PARAMETERS.items():
            rows = given[f"{theirs}_l{layer}"].T
            views[f"{ours}{layer + 1}"][...] = reordered(rows, cell.torch_gates, cell.gates)
        inner = reordered(given[f"bias_hh_l{layer}"], cell.torch_gates, cell.gates)
        if f"bU{layer + 1}" in views:
            views[f"bU{layer + 1}"][...] = inner[-cell.hidden :]
            inner = np.append(inner[: -cell.hidden], np.zeros(cell.hidden))
        views[f"b{layer + 1}"] += inner
    return theta


def to_torch(cell: Parameters, theta: ArrayLike) -> dict[str, Array]:
    """PyTorch's weights from theta (size,); see `Parameters`."""
    views, weights = cell.unpack(theta), {}
    for layer in range(cell.layers):
        for ours, theirs in PARAMETERS.items():
            blocks = reordered(views[f"{ours}{layer + 1}"], cell.gates, cell.torch_gates)
            weights[f"{theirs}_l{layer}"] = np.ascontiguousarray(blocks.T)
        inner = np.zeros_like(weights[f"bias_ih_l{layer}"])
        if f"bU{layer + 1}" in views:
            inner[-cell.hidden :] = views[f"bU{layer + 1}"]
        weights[f"bias_hh_l{layer}"] = inner
    return weights


def torch_shapes(cell: Parameters) -> dict[str, tuple[int, ...]]:
    """The shape of every weight by PyTorch's name."""
    rows = len(cell.gates) * cell.hidden
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(cell.layers):
        shapes[f"weight_ih_l{layer}"] = (rows, cell.hidden if layer else cell.d_in)
        shapes[f"weight_hh_l{layer}"] = (rows, cell.hidden)
        shapes[f"bias_ih_l{layer}"] = shapes[f"bias_hh_l{layer}"] = (rows,)
    return shapes


def _checked(name: str, shape: tuple[int, ...], weights: Mapping[str, ArrayLike]) -> Array:
    if name not in weights:
        if name.startswith("bias"):
            return np.zeros(shape)
        raise ValueError(f"expected a weight {name!r} of shape {shape}, got {sorted(weights)}")
    values = np.asarray(weights[name], float)
    if values.shape != shape:
        raise ValueError(f"expected {name!r} of shape {shape}, got {values.shape}")
    return values
