"""What the board of the playground is handed: bytes that `playground_board.js` reads.

The scene is what stays while a run trains: sizes, names, ticks, points, the inputs' pictures. The
picture is what changes with each step. Both are a JSON header, its length before it in four bytes,
and arrays after it in the order in which they are read.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from engine.layers import Pass, Residual
from engine.playground.build import Experiment, read_inputs
from engine.playground.course import Course
from engine.playground.data import Scale
from engine.playground.look import bias_names, hidden_ends, hidden_outputs, places, weight_names
from engine.playground.run import Moment, to_probabilities
from engine.types import Array
from pages.figures.base import Look, number
from pages.figures.playground_told import (
    NEGATIVE,
    POSITIVE,
    Shown,
    class_colors,
    has_unit,
    ticks,
    told_alt,
)

LARGEST = 3e38  # that the browser's numbers hold
SIZE = 64  # of the large picture
TILES = {6: 32, 30: 24, 96: 16}  # up to so many hidden units: the size of their pictures
BOUNDED = ("tanh", "sigmoid", "softsign", "hard_sigmoid")  # their pictures go from -1 to 1
SPREAD, FAINT = 3.0, 0.5  # times the mean size, at least: how far the pictures of others go


class View(NamedTuple):
    """How a picture is to be shown: the columns across and up, test points, classes without their
    probability, whether a click draws a point, and what is pinned."""

    shown: Shown = (0, 1)
    show_test: bool = False
    discrete: bool = False
    drawing: bool = False
    weight: str = ""
    point: int = 0
    unit: tuple[int, int] = (0, 0)


VIEW = View()


def scene(experiment: Experiment, look: Look, shown: Shown = (0, 1)) -> tuple[str, bytes]:
    """What stays of a run's pictures, with the name by which a picture asks for it."""
    packed = _scene(experiment, look, shown)
    return f"{zlib.crc32(packed):08x}", packed


@lru_cache(maxsize=16)
def _scene(experiment: Experiment, look: Look, shown: Shown) -> bytes:
    sample, network = experiment.sample, experiment.network
    classes = len(sample.labels)
    across, up = (sample.scales[k] for k in shown)
    most = float(np.abs(sample.y).max()) or 1.0
    header = {
        "reach": sample.reach,
        "n": len(sample.x),
        "inputs": experiment.inputs,
        "units": experiment.settings.units,
        "kinds": [kind.replace("_", " ") for kind in experiment.settings.activations],
        "bounded": _bounded(experiment),
        "residual": _residual(experiment),
        "labels": sample.labels,
        "weights": weight_names(network),
        "biases": bias_names(network),
        "titles": [_title(sample.names[k], sample.scales[k]) for k in shown],
        "scales": [(across.mean, across.sd), (up.mean, up.sd)],
        "ticks": [ticks(across, sample.reach), ticks(up, sample.reach)],
        "values": [number(sample.target.mean + sample.target.sd * v, 3) for v in (-most, 0, most)],
        "target": (sample.target.mean, sample.target.sd, most),
        "unit": sample.target.unit,
        "colors": {
            "text": look.text,
            "background": look.background,
            "grid": look.grid,
            "dark": look.dark,
            "signs": (look.lines[NEGATIVE], look.lines[POSITIVE]),
            "classes": class_colors(look, classes),
        },
    }
    inputs = _grid(experiment, shown)
    largest = np.maximum(np.abs(inputs).max(axis=0), 1e-9)
    at = np.clip(sample.x[:, shown] / sample.reach, -2, 2) * 16_000  # room for what lies outside
    marks = sample.y if classes else signed(sample.y, most)
    arrays = at.astype("<i2"), marks.astype(np.uint8), sample.is_training.astype(np.uint8)
    return pack(header, *arrays, _small(signed(inputs, largest), SIZE // 2))


def _residual(experiment: Experiment) -> list[bool]:
    """Of each hidden layer, whether it is the branch of a residual connection."""
    network = experiment.network
    return [isinstance(network.layers[k], Residual) for k in hidden_ends(network)]


def _bounded(experiment: Experiment) -> list[bool]:
    """Of each hidden layer, whether it cannot go beyond -1 and 1."""
    pairs = zip(experiment.settings.activations, _residual(experiment), strict=True)
    return [kind in BOUNDED and not is_residual for kind, is_residual in pairs]


def _title(name: str, scale: Scale) -> str:
    return f"{name} ({scale.unit})" if scale.unit else name


def picture(course: Course, name: str, view: View = VIEW) -> bytes:
    """What a moment of a run looks like, for the scene of that name."""
    experiment = course.experiment
    units = experiment.settings.units
    size = next(size for most, size in TILES.items() if sum(units) <= most)
    surface, hidden = _planes(experiment, course.now, view.shown)
    spans = [_span(*each) for each in zip(hidden, _bounded(experiment), strict=True)]
    named = experiment.network.unpack(course.now.theta)
    layer, unit = view.unit if has_unit(units, view.unit) else (0, 0)
    header = view._asdict() | {
        "scene": name,
        "tile": size,
        "spans": spans,
        "unit": (layer, unit),
        "alt": told_alt(course),
    }
    arrays = [surface]
    arrays += [_small(signed(h, span), size) for h, span in zip(hidden, spans, strict=True)]
    for name in (*weight_names(experiment.network), *bias_names(experiment.network)):
        arrays.append(np.clip(named[name], -LARGEST, LARGEST).astype("<f4"))
    if layer:
        arrays.append(signed(hidden[layer - 1][:, unit - 1], spans[layer - 1]))
    return pack(header, *arrays)


@lru_cache(maxsize=16)
def _grid(experiment: Experiment, shown: Shown) -> Array:
    """What the network reads over the plane, (SIZE², d)."""
    rows = places(experiment, SIZE, shown)
    return read_inputs(experiment.settings, experiment.sample, rows).astype(np.float32)


def _planes(experiment: Experiment, moment: Moment, shown: Shown) -> tuple[Array, list[Array]]:
    """Bytes of the large picture, and what each hidden layer is over the plane (SIZE², units).

    float32 is enough to see, and half the work. For two classes the bytes are the probability of
    class 1, for more the likeliest class and then how far it is ahead of the next.
    """
    with np.errstate(all="ignore"):
        theta, run = moment.theta.astype(np.float32), Pass(memory=moment.memory)
        z, trace = experiment.network.forward(theta, _grid(experiment, shown), run)
        says = to_probabilities(experiment, z)
    return _surface(experiment, says), hidden_outputs(experiment.network, trace)


def _surface(experiment: Experiment, says: Array) -> Array:
    if not experiment.is_classification:
        return signed(says[:, 0], float(np.abs(experiment.sample.y).max()) or 1.0)
    if says.shape[1] == 2:
        return signed(2 * says[:, 1] - 1, 1.0)
    second, first = np.partition(says, -2, axis=1)[:, -2:].T
    ahead = np.rint(255 * np.nan_to_num(first - second, nan=0))
    return np.stack([says.argmax(axis=1).astype(np.uint8), ahead.astype(np.uint8)])


def _span(values: Array, is_bounded: bool) -> float:
    """How far a layer's pictures go from zero: to the bound of its activation, else so far that
    most is inside, but never so near that a layer which hardly says anything looks lively."""
    usual = SPREAD * float(np.nan_to_num(np.abs(values).mean(), nan=0, posinf=1e30))
    return 1.0 if is_bounded else max(FAINT, usual)


def signed(values: Array, most: float | Array) -> Array:
    """Values as bytes, 0 for -most, 127 for zero, 254 for most; NaN is zero."""
    with np.errstate(all="ignore"):
        share = np.nan_to_num(np.asarray(values / most), nan=0, posinf=1, neginf=-1)
    return np.rint(127 + 127 * share.clip(-1, 1)).astype(np.uint8)


def _small(values: Array, size: int) -> Array:
    """Pictures (units, size²) of bytes (SIZE², units)."""
    ends = np.rint(np.linspace(0, SIZE - 1, size)).astype(int)
    grid = values.reshape(SIZE, SIZE, -1)
    return np.ascontiguousarray(grid[np.ix_(ends, ends)].transpose(2, 0, 1))


def pack(header: Mapping[str, Any], *arrays: Array) -> bytes:
    """The header's length in four bytes, the header, and the arrays."""
    text = json.dumps(header, separators=(",", ":")).encode()
    return b"".join([len(text).to_bytes(4, "little"), text, *(a.tobytes() for a in arrays)])
