"""What the units of the trained network respond to, in words, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from engine.studies.features import BAR, LAYERS, TEST_SIZE, ShapeModel, short_bars
from engine.studies.shapes import SIDE
from pages.figures.base import counted, listed, number
from pages.figures.hierarchy import CLASSES, TOP, layer_means, strongest

PLACES = dict(
    zip(LAYERS, ("the pixels", "hidden layer 1", "hidden layer 2", "the output"), strict=True)
)


def bar_response(model: ShapeModel, layer: int, unit: int) -> tuple[float, str]:
    """The unit's strongest response to any short bar, and which bar that is, in words."""
    bars, places = short_bars()
    values = model.respond(bars)[layer][:, unit]
    upright, row, column = places[values.argmax()]
    return float(values.max()), (
        f"a {'vertical' if upright else 'horizontal'} one around row {row + 1}, column {column + 1}"
    )


def describe_unit(model: ShapeModel, layer: int, unit: int) -> str:
    """What drives one unit: its best class, a short bar, and its share of variance."""
    values, name = model.responses[layer][:, unit], f"Unit {unit + 1} of {PLACES[LAYERS[layer]]}"
    if np.ptp(values) == 0:
        return f"{name} is silent: it gives **{number(float(values[0]))}** for every fresh picture."
    means = model.class_means[layer][:, unit]
    best = int(means.argmax())
    top = model.test.y[strongest(model, layer, unit)]
    eta = float(model.selectivities[layer][unit])
    response, bar = bar_response(model, layer, unit)
    words = (
        f"{name} answers a {CLASSES[best]} most, **{number(float(means[best]), 3)}** on average; "
        f"{int((top == best).sum())} of the {TOP} pictures that drive it most are of that class. "
        f"**{eta:.2f}** of its variance lies between the classes. "
    )
    if response <= 0:
        return words + f"No bar of {BAR} pixels alone makes it respond."
    return words + (
        f"Of all bars of {BAR} pixels {bar} drives it most: to **{number(response, 3)}**."
    )


def describe_layers(model: ShapeModel) -> str:
    """The mean share of variance of each layer, and whether it grows from layer to layer."""
    means = layer_means(model)
    silent = sum(int((np.ptp(values, axis=0) == 0).sum()) for values in model.responses[1:])
    parts = listed([f"**{value:.2f}** in {PLACES[name]}" for name, value in means.items()])
    values = list(means.values())
    grows = all(a < b for a, b in pairwise(values))
    return (
        f"Mean share of a unit's variance between the classes: {parts}. "
        + ("It grows from layer to layer" if grows else "Here it does not grow at every layer")
        + (f"; {counted(silent, 'silent unit')} left out." if silent else ".")
    )


def describe_error(records: Sequence[tuple[int, float]]) -> str:
    """The error at the smallest and at the largest training set so far."""
    (few, first), (many, last) = records[0], records[-1]
    if len(records) == 1:
        return f"With {few} training pictures **{100 * first:.1f}%** of {TEST_SIZE} are wrong."
    errors = [error for _, error in records]
    falls = all(a > b for a, b in pairwise(errors))
    return (
        f"From {few} to {many} training pictures the error goes from **{100 * first:.1f}%** to "
        f"**{100 * last:.1f}%** of {TEST_SIZE} fresh pictures, with the same number of updates. "
        + ("More data, better, at every step." if falls else "It does not fall at every step.")
    )


def units_table(model: ShapeModel) -> pd.DataFrame:
    """A row per unit: its layer, share of variance, best class and mean response to each class."""
    rows = []
    for k, layer in enumerate(LAYERS[1:], 1):
        values, eta, means = model.responses[k], model.selectivities[k], model.class_means[k]
        for unit in range(values.shape[1]):
            is_silent = np.ptp(values[:, unit]) == 0
            rows.append(
                {
                    "layer": layer,
                    "unit": unit + 1,
                    "η²": eta[unit],
                    "best class": "silent" if is_silent else CLASSES[means[:, unit].argmax()],
                }
                | dict(zip(CLASSES, means[:, unit], strict=True))
            )
    return pd.DataFrame(rows)


def weights_alt(model: ShapeModel, chosen: int | None) -> str:
    """What the sheet of weights shows."""
    count = model.responses[1].shape[1]
    framed = "" if chosen is None else f" Unit {chosen + 1} is framed."
    return (
        f"The weights of the {count} units of the first hidden layer as pictures of {SIDE} by "
        f"{SIDE} pixels, negative to positive.{framed}"
    )


def strongest_alt(model: ShapeModel, layer: int, unit: int) -> str:
    """What the sheet of strongest pictures shows."""
    top = strongest(model, layer, unit)
    values = model.responses[layer][top, unit]
    shown = [
        f"{CLASSES[model.test.y[k]]} {number(float(v), 3)}"
        for k, v in zip(top, values, strict=True)
    ]
    return (
        f"The {TOP} pictures that drive unit {unit + 1} of {PLACES[LAYERS[layer]]} most: "
        f"{', '.join(shown)}."
    )


def classes_alt(model: ShapeModel, layer: int, unit: int) -> str:
    """What the bars show."""
    means = model.class_means[layer][:, unit]
    pairs = zip(CLASSES, means, strict=True)
    shown = [f"{name} {number(float(v), 3)}" for name, v in pairs]
    return f"Mean response of unit {unit + 1} of {PLACES[LAYERS[layer]]}: {', '.join(shown)}."


def selectivity_alt(model: ShapeModel) -> str:
    """What the picture of the layers shows."""
    return f"Dots for units, a line for means. {describe_layers(model).replace('*', '')}"


def error_alt(records: Sequence[tuple[int, float]]) -> str:
    """What the error curve shows."""
    return f"Test error against training pictures. {describe_error(records).replace('*', '')}"
