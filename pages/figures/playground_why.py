"""What stands around the findings and around a pinned weight: words, names, its history."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from engine.activations import ACTIVATIONS
from engine.network import Network
from engine.playground.build import FORMS, Experiment
from engine.playground.course import Course
from engine.playground.finding import written
from engine.playground.look import weight_names
from engine.playground.pins import Pinned, entries
from engine.types import Array
from pages.figures.base import Figure, Look, axis, counted, layout, line, listed, number
from pages.figures.marks import point

NONE = "none"
NAMES = {"he_normal": "He normal", "xavier_uniform": "Xavier uniform", "l1": "L1", "l2": "L2"}
AGREES = 1e-6  # largest error of a right gradient where nothing is in the way
LONGEST = 24  # characters of a column's name
SCIENTIFIC = re.compile(r"(\d)e(-?)(\d+)")
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~$:&])")
CURES: Mapping[str, str] = {
    "activations": "activations",
    "batch_norm": "batch norm",
    "clip": "clipping by",
    "decay": "weight decay",
    "dropout": "dropout",
    "initializer": "initialization",
    "limit": "limit",
    "patience": "stop after epochs without a better test loss",
    "penalty": "penalty",
    "rate": "learning rate",
    "strength": "strength of the penalty",
    "units": "units per hidden layer",
}
"""What the settings that a cure changes are called."""


def plain(text: str) -> str:
    """Text that Markdown shows as it is: what visitors name a column or a class is in it."""
    return MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def told(text: str) -> str:
    """A finding's sentence for the page: powers of ten written as such, and nothing rendered."""
    text = SCIENTIFIC.sub(lambda m: f"{m[1]} × 10^{m[2]}{m[3]}^", plain(text))
    return re.sub(r"\^(-?\d+)\^", lambda m: m[1].translate(POWERS), text)


POWERS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def short(value: float) -> str:
    """A number that fits into a box of figures: 0.123, −4.5e-7."""
    return written(value).replace("-", "−", 1) if value < 0 else written(value)


def cure_words(cure: Mapping[str, Any]) -> str:
    """The settings to change, in words; empty without any."""
    parts = [f"{CURES.get(name, name)} {_setting(value)}" for name, value in cure.items()]
    return f"Try: {listed(parts)}." if parts else ""


def _setting(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        same = len(set(value)) == 1
        return _setting(value[0]) if same else ", ".join(map(_setting, value))
    if isinstance(value, str):
        return ACTIVATIONS[value].name if value in ACTIVATIONS else NAMES.get(value, value)
    return number(float(value), 3)


def weight_labels(experiment: Experiment) -> Mapping[str, str]:
    """Every parameter of the network by name with how it is read, "none" first:
    "W1 2,3" is "W1: x₂ → unit 3"."""
    names = tuple(name[:LONGEST] for name in experiment.inputs)
    if len(set(names)) < len(names):
        names = tuple(f"{name} ({k})" for k, name in enumerate(names, 1))
    return _labels(experiment.network, names)


@lru_cache(maxsize=16)
def _labels(network: Network, inputs: tuple[str, ...]) -> Mapping[str, str]:
    first, *_, last = [*(own := weight_names(network)), own[-1]]
    labels = {NONE: "none"}
    for key in entries(network):
        name, _, place = key.partition(" ")
        *source, unit = (int(k) for k in place.split(","))
        target = f"output {unit}" if name in (last, f"b{last[1:]}") else f"unit {unit}"
        if source:
            start = inputs[source[0] - 1] if name == first else f"unit {source[0]}"
            target = f"{start} → {target}"
        labels[key] = f"{name}: {target}"
    return labels


def weight_history(course: Course, at: int) -> tuple[Array, Array]:
    """Epochs (m,) and values (m,) of a parameter over the moments that are kept."""
    size = course.experiment.steps_per_epoch
    epochs = np.array([moment.step / size for moment in course.moments])
    return epochs, np.array([moment.theta[at] for moment in course.moments])


def history_figure(epochs: Array, values: Array, now: tuple[float, float], look: Look) -> Figure:
    """A parameter over the epochs, and the moment shown, `now`, as (epoch, value)."""
    hover = "epoch %{x:.4g}: %{y:.4g}<extra></extra>"
    return Figure(
        [
            line("over the run", epochs, values, look, 0, hovertemplate=hover),
            point("now", now[0], now[1], "diamond", look.lines[1], look),
        ],
        layout(
            look,
            260,
            xaxis=axis(look, "epoch", rangemode="tozero"),
            yaxis=axis(look, "value", nticks=5, exponentformat="power"),
            hovermode="closest",
        ),
    )


def history_alt(label: str, epochs: Array, values: Array, now: tuple[float, float]) -> str:
    """What the line shows."""
    return (
        f"{label} over {counted(len(values), 'kept moment')} to epoch {number(epochs[-1])}: from "
        f"{number(values[0])} to {number(values[-1])}, lowest {number(values.min())}, highest "
        f"{number(values.max())}. Shown is epoch {number(now[0])}, where it is {number(now[1])}."
    )


def history_table(epochs: Array, values: Array) -> pd.DataFrame:
    """A row per moment that is kept."""
    return pd.DataFrame({"epoch": epochs, "value": values})


def describe_weight(pinned: Pinned, course: Course) -> str:
    """Where the next update of the parameter comes from, stage by stage."""
    settings = course.experiment.settings
    numeric, error = float(pinned.check.numeric[0]), pinned.check.error
    text = (
        f"On the batch of update {course.now.step + 1:,} "
        f"({counted(len(pinned.rows), 'example')}) the gradient of the loss is "
        f"**{number(pinned.gradient)}**; the central difference, taken now, gives "
        f"{number(numeric)}, an error of **{number(error, 1)}**."
    )
    if not pinned.check.passed(AGREES):
        text += (
            " They differ where an activation has a kink between the two points that the "
            "difference compares, or where numbers are too large to be compared."
        )
    if pinned.penalty:
        text += f" The {settings.penalty.upper()} penalty adds {number(pinned.penalty)}."
    if pinned.used != pinned.gradient + pinned.penalty:
        text += f" Clipping leaves {number(pinned.used)}."
    if by := pinned.by_decay + pinned.by_shrinking:
        text += f" The penalty as {FORMS[settings.form]} changes the weight by {number(by)}."
    if not np.isfinite(pinned.update):
        return f"{text} The update itself is beyond all bounds, so there is none."
    return f"{text} {settings.optimizer} changes it in all by **{number(pinned.update)}**."
