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
    sequence, rows = as_floats(x), len(cell.parts) * cell.hidden
    copies = np.broadcast_to(sequence, (rows, *sequence.shape))  # one for each unit of each part
    starts = None if state is None else _copied(cell, state, rows)
    with np.errstate(over="ignore", invalid="ignore"):
        y, cache = cell.forward(theta, copies, starts)
        silent, ends = np.zeros_like(y), _one_unit_each(cell)
        _, _, start, traces = cell.backward_trace(theta, cache, silent, ends, window)
        firsts = start if isinstance(start, tuple) else (start,)
        found = {}
        for place, (part, first) in enumerate(zip(cell.parts, firsts, strict=True)):
            own = slice(place * cell.hidden, (place + 1) * cell.hidden)
            later = traces[-1][f"d{part}"].swapaxes(0, 1)
            found[part] = np.concatenate([first.reshape(cell.layers, rows, -1)[-1:], later])[:, own]
        units = np.sqrt((found["h"] ** 2).sum(axis=1))
    cells = _norms(found["c"]) if "c" in found else None
    return Flow(_norms(found["h"]), cells, units, found["h"])


def _one_unit_each(cell: Recurrent) -> State:
    """What is differentiated: in each row one unit of one part of the last layer's last state."""
    rows = np.eye(len(cell.parts) * cell.hidden)
    ends = [np.zeros((cell.layers, len(rows), cell.hidden)) for _ in cell.parts]
    for end, own in zip(ends, np.split(rows, len(ends), axis=1), strict=True):
        end[-1] = own
    return ends[0] if len(ends) == 1 else tuple(ends)


def _copied(cell: Recurrent, state: State, rows: int) -> State:
    parts: Parts = state if isinstance(state, tuple) else (state,)
    shape = (cell.layers, rows, cell.hidden)
    copies = tuple(np.broadcast_to(part.reshape(cell.layers, 1, -1), shape) for part in parts)
    return copies[0] if len(copies) == 1 else copies


def _norms(jacobians: Array) -> Array:
    """Spectral norms (t,) of matrices (t, m, m); infinite where an entry is not finite."""
    finite = np.isfinite(jacobians).all(axis=(1, 2))
    norms = np.full(len(jacobians), np.inf)
    norms[finite] = np.linalg.norm(jacobians[finite], 2, axis=(1, 2))
    return norms
