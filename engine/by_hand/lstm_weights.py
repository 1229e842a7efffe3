"""The LSTM by hand as a file: all its numbers as JSON, and weights to and from PyTorch.

PyTorch stacks the gates as i, f, g, o; here i is the update gate u and g the candidate c. A file
is read as text or plain arrays only: a pickled one could run code, and is never opened.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.by_hand.edit_list import BOUND, place_name, quoted
from engine.by_hand.lstm_edits import from_numbers, numbers, origins, unfit
from engine.by_hand.lstm_example import EXAMPLE, GATES, Example
from engine.types import Array

TORCH_GATES = ("u", "f", "c", "o")  # PyTorch's i, f, g, o
ROWS = [GATES.index(gate) for gate in TORCH_GATES]
TORCH_SHAPES: dict[str, tuple[int, ...]] = {
    "weight_ih_l0": (4, 2),
    "weight_hh_l0": (4, 1),
    "bias_ih_l0": (4,),
    "bias_hh_l0": (4,),
}
SHAPES = {name: array.shape for name, array in numbers(EXAMPLE).items()}
MAX_BYTES = 2**20
PICKLED = (
    "This file holds pickled Python objects, as torch.save writes them. Opening one can run code, "
    "so it is not opened here. Save the weights as JSON instead."
)


class Unusable(ValueError):
    """A file that cannot be used; the message says why, in a sentence for the visitor."""


def to_torch(example: Example) -> dict[str, Array]:
    """The weights of `torch.nn.LSTM(2, 1)` by PyTorch's names, shaped as TORCH_SHAPES.

    PyTorch has two biases and adds them; the second is 0.
    """
    W, b = example.W[ROWS], example.b[ROWS]
    arrays = (W[:, :2], W[:, 2:], b, np.zeros(4))
    return dict(zip(TORCH_SHAPES, arrays, strict=True))


def from_torch(weights: Mapping[str, Array]) -> dict[str, Array]:
    """The numbers W_f (3,) to b_o () from PyTorch's weights, shaped as TORCH_SHAPES."""
    w_x, w_a, b_x, b_a = (weights[name] for name in TORCH_SHAPES)
    W, b = np.hstack([w_x, w_a]), b_x + b_a
    rows = {gate: TORCH_GATES.index(gate) for gate in GATES}
    return {f"W_{gate}": W[k] for gate, k in rows.items()} | {
        f"b_{gate}": b[k] for gate, k in rows.items()
    }


def export_json(example: Example) -> str:
    """All numbers with where each comes from, and the weights in PyTorch's names, as JSON."""
    contents = {
        "numbers": {name: array.tolist() for name, array in numbers(example).items()},
        "origin": {place_name(place): mark for place, mark in origins(example).items()},
        **{name: array.tolist() for name, array in to_torch(example).items()},
    }
    return json.dumps(contents, indent=1)


def import_numbers(data: bytes, example: Example) -> Example:
    """The example with the numbers of a file: an own export, or PyTorch's weights alone.

    The file is JSON, or .npz with one array for each weight. Raises Unusable.
    """
    contents = _contents(data)
    own = contents.get("numbers")
    if isinstance(own, dict):
        return from_numbers({name: _array(own, name, shape) for name, shape in SHAPES.items()})
    if extra := sorted(name for name in contents if name not in TORCH_SHAPES):
        raise Unusable(f"{quoted(extra[0])} has no place in an LSTM with one layer and one unit.")
    weights = {name: _array(contents, name, shape) for name, shape in TORCH_SHAPES.items()}
    return from_numbers(numbers(example) | _bounded(from_torch(weights)))


def _contents(data: bytes) -> dict[str, Any]:
    """The names and values of a file, none of them checked yet."""
    if len(data) > MAX_BYTES:
        raise Unusable("The file is larger than 1 MB, far more than 16 weights take.")
    if data.startswith(b"PK"):
        return _arrays_of_zip(data)
    if data.startswith(b"\x80"):
        raise Unusable(PICKLED)
    try:
        contents = json.loads(data)
    except (ValueError, RecursionError):
        raise Unusable("The file cannot be read as JSON.") from None
    if not isinstance(contents, dict):
        raise Unusable("The JSON has no names: it should start with { and name each weight.")
    return contents


def _arrays_of_zip(data: bytes) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(entry.filename.endswith(".pkl") for entry in archive.infolist()):
                raise Unusable(PICKLED)
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                raise Unusable("The file unpacks to more than 1 MB.")
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return {name: arrays[name].tolist() for name in arrays.files}
    except Unusable:
        raise
    except Exception:  # a damaged archive fails in many ways, all with one remedy
        raise Unusable("The file is no .npz of plain arrays of numbers.") from None


def _array(contents: Mapping[str, Any], name: str, shape: tuple[int, ...]) -> Array:
    """One array of the file, of this shape and finite; Unusable where it is not."""
    if name not in contents:
        raise Unusable(f"{name} is missing.")
    try:
        found = np.shape(contents[name])
    except ValueError:
        raise Unusable(f"{name} has rows of different lengths.") from None
    if found != shape:
        raise Unusable(f"{name} has shape {found}, and shape {shape} is needed.")
    entries = np.array(contents[name], dtype=object)
    for index in np.ndindex(shape):
        place, value = place_name((name, index)), entries[index]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unusable(f"{place} is not a number.")
        if value != value:
            raise Unusable(f"{place} is NaN, not a number.")
        if abs(value) > BOUND:
            raise Unusable(f"{place} is beyond {BOUND:g}, the largest size allowed here.")
        if reason := unfit((name, index), value):
            raise Unusable(f"{place} cannot be {value:g}: {reason}")
    return entries.astype(float)


def _bounded(values: dict[str, Array]) -> dict[str, Array]:
    for name, array in values.items():
        if np.any(np.abs(array) > BOUND):
            raise Unusable(f"{name}, the sum of both biases, is beyond {BOUND:g}.")
    return values
