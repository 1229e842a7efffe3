"""Each stage of the two passes in a sentence and as a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.by_hand.house_sales import FEATURES
from engine.by_hand.staged import (
    BACKWARD,
    FORWARD,
    PARAMETERS,
    STAGES,
    Problem,
    Stages,
    check_stage,
)
from engine.by_hand.weight_conventions import Convention
from engine.types import Array
from pages.figures.backprop_steps import Focus, label, shape_text, shown_place
from pages.figures.base import number

MEANINGS = {
    "X": "holds the inputs, standardized",
    "Z1": "holds the sums of the hidden units",
    "A1": "holds what the hidden units pass on",
    "Z2": "holds the sum of the output unit",
    "A2": "holds the prediction",
    "J": "is the loss, one number for the whole batch",
    "dA2": "is the gradient of J by the prediction",
    "dZ2": "is the gradient of J by the output's sum",
    "dW2": "is the gradient of J by the output weights",
    "db2": "is the gradient of J by the output bias",
    "dA1": "is the gradient of J by the hidden activations",
    "dZ1": "is the gradient of J by the hidden sums",
    "dW1": "is the gradient of J by the hidden weights",
    "db1": "is the gradient of J by the hidden biases",
}


def describe_stage(
    problem: Problem, stages: Stages, convention: Convention, stage: str, focus: Focus
) -> str:
    """Where in the passes this is, what the stage means, its shape and the followed number."""
    way = "forward" if stage in FORWARD else "backward"
    step = STAGES.index(stage) + 1
    text = f"Step {step} of {len(STAGES)}, {way}: **{label(stage)}** {MEANINGS[stage]}"
    value = float(stages[stage][focus.place(stage)])
    if stage == "J":
        return f"{text}: **{number(value)}**."
    row, column = shown_place(stage, focus, convention)
    return (
        f"{text}. Its shape is **{shape_text(stage, stages[stage], convention)}**; row {row + 1}, "
        f"column {column + 1}, {whose(stage, focus)}, is **{number(value)}**."
    )


def whose(stage: str, focus: Focus) -> str:
    """What the followed entry belongs to, in words."""
    house, unit = f"house {focus.example + 1}", f"hidden unit {focus.unit + 1}"
    special = {
        "X": f"{FEATURES[focus.feature]} of {house}",
        "dW1": f"from {FEATURES[focus.feature]} to {unit}",
        "db1": f"the bias of {unit}",
        "dW2": f"from {unit} to the output",
        "db2": "the bias of the output",
    }
    return special.get(stage, f"{unit} for {house}" if stage.endswith("1") else f"of {house}")


def describe_trouble(problem: Problem, stages: Stages) -> str | None:
    """A sentence where a probability has rounded to 0 or 1 or a ReLU stands on its kink."""
    a, z = stages["A2"][:, 0], stages["Z1"]
    rounded = np.flatnonzero((a <= 0) | (a >= 1)) if problem.task == "above" else []
    if len(rounded):
        infinite = np.flatnonzero(~np.isfinite(stages["dA2"][:, 0]))
        wrong = len(infinite) > 0
        e = int(infinite[0] if wrong else rounded[0])
        why = (
            "dA₂ divides by 0 there, and dA₂ times a slope of 0 is undefined; A₂ − Y needs neither"
            if wrong
            else "its slope A₂(1 − A₂) is 0; A₂ − Y keeps its digits"
        )
        return (
            f"The prediction of house {e + 1} has rounded to {number(a[e])}: {why}. "
            f"dZ₂ there is {number(float(stages['dZ2'][e, 0]))}."
        )
    if problem.hidden == "relu" and (z == 0).any():
        e, u = (int(k) + 1 for k in np.argwhere(z == 0)[0])
        return (
            f"For house {e} the sum of hidden unit {u} is exactly 0, where ReLU has no slope: the "
            "backward pass takes 0, a central difference the mean of both sides."
        )
    return None


def stage_rows(stage: str, convention: Convention, value: Array) -> list[str]:
    """dW1[2, 3] for each entry, rows and columns as this convention counts, row by row."""
    shape = convention.shown(stage, value).shape
    return [f"{label(stage)}[{r + 1}, {c + 1}]" for r, c in np.ndindex(*shape)]


def value_frame(stage: str, convention: Convention, value: Array) -> pd.DataFrame:
    """The array of a stage as a table, its axes named."""
    rows, columns = _axes(stage, np.atleast_2d(value).shape)
    frame = pd.DataFrame(np.atleast_2d(value), index=rows, columns=columns)
    return frame.T if convention.turns(stage) else frame


def _axes(name: str, shape: tuple[int, ...]) -> tuple[list[str], list[str]]:
    """Names of rows and columns as the engine has them, of a stage, a parameter or the targets."""
    houses = [f"house {k + 1}" for k in range(shape[0])]
    units = [f"unit {k + 1}" for k in range(shape[1])]
    kind = name.removeprefix("d")
    ends = {
        "X": (houses, list(FEATURES)),
        "Y": (houses, ["target"]),
        "J": (["batch"], ["J"]),
        "W1": (list(FEATURES), units),
        "b1": (["bias"], units),
        "W2": ([f"unit {k + 1}" for k in range(shape[0])], ["output"]),
        "b2": (["bias"], ["output"]),
    }
    return ends.get(kind, (houses, units if kind.endswith("1") else ["output"]))


def parameter_rows(problem: Problem) -> list[str]:
    """W1[2, 3] and so on, for every entry of theta; W[input, unit]."""
    return [
        f"{label(name)}[{', '.join(str(k + 1) for k in place)}]"
        for name in PARAMETERS
        for place in np.ndindex(*problem.parameters[name].shape)
    ]


def passes_table(problem: Problem, stages: Stages, convention: Convention) -> pd.DataFrame:
    """Every number of both passes, gradients with their central differences and errors."""
    frames = []
    for stage in STAGES:
        shown = convention.shown(stage, stages[stage])
        places = np.array(list(np.ndindex(*shown.shape))) + 1
        frame = {"stage": stage, "row": places[:, 0], "column": places[:, 1]}
        frame["value"] = shown.ravel()
        if stage in BACKWARD:
            numeric = check_stage(problem, stage, stages[stage]).numeric
            frame["central difference"] = convention.shown(stage, numeric).ravel()
            with np.errstate(invalid="ignore"):
                frame["error"] = np.abs(frame["value"] - frame["central difference"])
        frames.append(pd.DataFrame(frame))
    return pd.concat(frames, ignore_index=True)


def largest_error(problem: Problem, stages: Stages) -> tuple[float, list[str]]:
    """The largest relative error of the gradients, and those that cannot be checked.

    Those are dA2 where a probability has rounded to 0 or 1.
    """
    errors = {stage: check_stage(problem, stage, stages[stage]).error for stage in BACKWARD}
    unknown = [stage for stage, error in errors.items() if np.isnan(error)]
    return max(error for stage, error in errors.items() if stage not in unknown), unknown
