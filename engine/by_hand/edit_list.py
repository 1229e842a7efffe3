"""Single numbers of an example changed by hand, as a text short enough for a link.

The text is a list such as `W1[2,3]=0.5; b2[1]=-1`. Places count from 1; what is a single number
has none: `alpha=0.1`. `edits` and `lstm_edits` say which names there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from engine.types import Array

BOUND = 1000.0
LONGEST = 24  # characters of an unreadable part that a message repeats
ITEM = re.compile(
    r"([A-Za-z]\w{0,9})(?:\[(\d{1,3})(?:,(\d{1,3}))?\])?=([-+]?[0-9.]{1,30}(?:[eE][-+]?\d+)?)",
    re.ASCII,
)
AS_SHOWN = str.maketrans({"−": "-", "α": "alpha"} | dict(zip("₀₁₂", "012", strict=True)))

Place = tuple[str, tuple[int, ...]]
Edits = dict[Place, float]
Refusal = Callable[[Place, float], str | None]


def read_list(text: str, names: Sequence[str], form: str) -> tuple[Edits, list[str]]:
    """The edits of a text, later ones over earlier, and a clear sentence for each refused part.

    `form` is an example of a part. A name counts with and without its underscore: x1 is x_1.
    """
    known = {name.replace("_", ""): name for name in names}
    edits: Edits = {}
    refused = []
    joined = re.sub(r"\s*([=,])\s*", r"\1", text.translate(AS_SHOWN))
    for part in filter(None, re.split(r"[;\s]+", joined)):
        found = ITEM.fullmatch(part)
        name = known.get(found[1].replace("_", "")) if found else None
        value = _float(found[4]) if found else np.nan
        if found is None or np.isnan(value):
            refused.append(f"{quoted(part)} is not of the form {form}.")
        elif name is None:
            refused.append(f"{quoted(part)} is left out: there is no number of that name.")
        elif abs(value) > BOUND:
            refused.append(f"{quoted(part)} is beyond {BOUND:g}, the largest size allowed here.")
        else:
            edits[name, tuple(int(k) - 1 for k in (found[2], found[3]) if k is not None)] = value
    return edits, refused


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def quoted(part: str) -> str:
    """The start of a text in code marks, without anything that would end them or not print."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in "`$" else "?" for c in part)
    return f"`{plain[:LONGEST]}{'...' if len(plain) > LONGEST else ''}`"


def write_list(edits: Mapping[Place, float]) -> str:
    """The text of these edits; `read_list` gives them back exactly."""
    texts = {place: repr(float(value)).removesuffix(".0") for place, value in edits.items()}
    return "; ".join(f"{place_name(place)}={text}" for place, text in texts.items())


def place_name(place: Place) -> str:
    """W1[2,3], counted from 1, or the bare name of a single number."""
    name, index = place
    return f"{name}[{','.join(str(k + 1) for k in index)}]" if index else name


def fits_anywhere(place: Place, value: float) -> str | None:
    """No reason against any number."""
    return None


def left_out(
    arrays: Mapping[str, Array], edits: Mapping[Place, float], unfit: Refusal = fits_anywhere
) -> dict[Place, str]:
    """The edits that have no place in the arrays, or that `unfit` refuses, with a sentence each."""
    found = {}
    for (name, index), value in edits.items():
        array = arrays[name]
        inside = len(index) == array.ndim and all(
            0 <= k < size for k, size in zip(index, array.shape, strict=True)
        )
        reason = unfit((name, index), value) if inside else _places(name, array)
        if reason is not None:
            found[name, index] = f"{place_name((name, index))} is left out: {reason}"
    return found


def _places(name: str, array: Array) -> str:
    """What can be written of an array; places count from 1, as in formulas."""
    if not array.ndim:
        return f"{name} is a single number."
    first, last = (name, (0,) * array.ndim), (name, tuple(size - 1 for size in array.shape))
    places = f"its places run from {place_name(first)} to {place_name(last)}"
    return f"{name} has shape {array.shape}; {places}."


def put(
    arrays: Mapping[str, Array], edits: Mapping[Place, float], unfit: Refusal = fits_anywhere
) -> list[str]:
    """Writes the edits into the arrays but for those of `left_out`; returns their sentences."""
    refused = left_out(arrays, edits, unfit)
    for (name, index), value in edits.items():
        if (name, index) not in refused:
            arrays[name][index] = value
    return list(refused.values())


def refusal(place: Place, value: object) -> str | None:
    """Why a cell must not be set to this, in a sentence; None where it may."""
    if not isinstance(value, int | float) or not np.isfinite(value):
        return f"{place_name(place)} keeps its value: a cell needs a finite number."
    if abs(value) > BOUND:
        return f"{place_name(place)} keeps its value: {BOUND:g} is the largest size allowed here."
    return None


def merged(edits: Mapping[Place, float], more: Iterable[tuple[Place, float]]) -> Edits:
    """The edits with further ones on top."""
    return {**edits, **dict(more)}
