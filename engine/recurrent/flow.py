"""How much the last state depends on each one before it: the Jacobians that gradients pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.activations import as_floats
from engine.recurrent.base import Parts, Recurrent, State
from engine.types import Array


@dataclass(frozen=True, eq=False)
class Flow:
    """Jacobians by the states h_0 to h_T of the last layer, and their sizes.

    hidden    (T + 1,) spectral norms of dh_T/dh_t; 1 at t = T.
    cells     (T + 1,) those of dc_T/dc_t; None where the cell has no state c.
    units     (T + 1, hidden): how much h_T changes with each unit of h_t, norms of columns.
    jacobians (T + 1, hidden, hidden): dh_T/dh_t itself.
    """

    hidden: Array
    cells: Array | None
    units: Array
    jacobians: Array


def gradient_flow(
    cell: Recurrent,
    theta: ArrayLike,
    x: ArrayLike,
    state: State | None = None,
    window: int | None = None,
) -> Flow:
    """The flow through one sequence x (t, d_in) from a state (layers, 1, hidden), None for zeros.

    dh_T/dh_t counts every path from h_t on, the cell states after it included (Pascanu, Mikolov &
    Bengio 2013, equation 5). What overflows is infinite. Raises ValueError as `forward` does.
    """
    sequence = as_floats(x)
    copies = np.broadcast_to(sequence, (cell.hidden, *sequence.shape))  # one for each row
    starts = None if state is None else _copied(cell, state)
    with np.errstate(over="ignore", invalid="ignore"):
        y, cache = cell.forward(theta, copies, starts)
        silent = np.zeros_like(y)
        found = {}
        for place, part in enumerate(cell.parts):
            ends = [np.zeros((cell.layers, cell.hidden, cell.hidden)) for _ in cell.parts]
            ends[place][-1] = np.eye(cell.hidden)
            end = ends[0] if len(ends) == 1 else tuple(ends)
            _, _, start, traces = cell.backward_trace(theta, cache, silent, end, window)
            first = (start if isinstance(start, tuple) else (start,))[place]
            first = first.reshape(cell.layers, cell.hidden, cell.hidden)[-1]
            later = traces[-1][f"d{part}"].swapaxes(0, 1)
            found[part] = np.concatenate([first[None], later])
    jacobians = found["h"]
    cells = _norms(found["c"]) if "c" in found else None
    with np.errstate(over="ignore", invalid="ignore"):
        units = np.sqrt((jacobians**2).sum(axis=1))
    return Flow(_norms(jacobians), cells, units, jacobians)


def _copied(cell: Recurrent, state: State) -> State:
    parts: Parts = state if isinstance(state, tuple) else (state,)
    shape = (cell.layers, cell.hidden, cell.hidden)
    copies = tuple(np.broadcast_to(part.reshape(cell.layers, 1, -1), shape) for part in parts)
    return copies[0] if len(copies) == 1 else copies


def _norms(jacobians: Array) -> Array:
    """Spectral norms (t,) of matrices (t, m, m); infinite where an entry is not finite."""
    finite = np.isfinite(jacobians).all(axis=(1, 2))
    norms = np.full(len(jacobians), np.inf)
    norms[finite] = np.linalg.norm(jacobians[finite], 2, axis=(1, 2))
    return norms
