"""A script that repeats a run in PyTorch and holds its weights against the page's."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from engine.layers import Activation, BatchNorm, Dense, Dropout, Layer, Residual
from engine.playground.build import HYPERPARAMETERS, Experiment
from engine.playground.course import Course
from engine.playground.numpy_script import told
from engine.playground.run import score
from engine.playground.settings import Settings
from engine.playground.torch_pieces import (
    CLIPS,
    DROPOUT,
    FACTOR,
    FACTORS,
    LOSSES,
    MASKS_ARE_DRAWN,
    MODULES,
    NORM,
    OPTIMIZERS,
    PENALTIES,
    RATE_IS_SET,
    RESIDUAL,
    SHORTEN,
)
from engine.schedules import WARMUP
from engine.types import Array

TEMPLATE = Template(Path(__file__).with_name("torch_script.txt").read_text("utf-8"))
BEFORE_DATA = "# Examples as the network reads them"  # what follows is long and not to be read


def torch_script(course: Course) -> str:
    """The script; it needs torch and numpy, and neither this engine nor any other file.

    What a visitor typed is in it only as literals of Python or as numbers.
    """
    experiment, settings = course.experiment, course.experiment.settings
    scores = score(experiment, course.now)
    definitions = _definitions(settings)
    return TEMPLATE.substitute(
        _update(settings),
        told=told(course),
        imports="import math\n" if "math." in definitions else "",
        functions=FUNCTIONS if "F." in LOSSES[experiment.task.loss] else "",
        inputs=repr(list(map(str, experiment.inputs))),
        seed=settings.seed,
        steps=f"{course.now.step:_}",
        batch=settings.batch_size,
        rate=repr(float(settings.rate)),
        constants=_constants(experiment),
        definitions=definitions,
        layers="\n".join(f"        {_module(layer)}," for layer in experiment.network.layers[:-1]),
        loss=LOSSES[experiment.task.loss],
        optimizer=_optimizer(settings),
        training_loss=repr(scores.training_loss),
        test_loss=repr(scores.test_loss),
        data=_data(course),
    )


def _optimizer(settings: Settings) -> str:
    """The rule as PyTorch makes it; of two betas it takes no whole number beside a float."""
    hyper = {name: float(getattr(settings, name)) for name in HYPERPARAMETERS}
    return OPTIMIZERS[settings.optimizer].format(**hyper)


def without_data(script: str) -> str:
    """The part of the script that is to be read."""
    before, _, _ = script.rpartition(BEFORE_DATA)
    return (before or script).rstrip() + "\n"


def _constants(experiment: Experiment) -> str:
    settings, lines = experiment.settings, []
    if settings.schedule != "constant":
        horizon = settings.horizon * experiment.steps_per_epoch
        lines += [f"HORIZON = {horizon:_}  # updates of the schedule"]
        lines += [f"WARMUP = {max(WARMUP * horizon, 1.0)!r}"]
    if settings.penalty != "none":
        lines += [f"STRENGTH = {float(settings.strength)!r}  # of the penalty"]
    if settings.clip != "none":
        lines += [f"LIMIT = {float(settings.limit)!r}  # of clipping"]
    return "".join(line + "\n" for line in lines)


def _definitions(settings: Settings) -> str:
    """The functions and classes that this run needs beside those of PyTorch."""
    needed = (
        (settings.residual, RESIDUAL),
        (settings.batch_norm, NORM),
        (settings.dropout, DROPOUT),
        (settings.schedule != "constant", FACTOR.format(FACTORS[settings.schedule])),
        (settings.clip in ("norm", "layer"), SHORTEN),
    )
    return "".join("\n" + source for is_needed, source in needed if is_needed)


def _update(settings: Settings) -> dict[str, str]:
    """What an update does beside the rule's own step: before the gradient, to it and after it."""
    form = settings.form if settings.penalty != "none" else ""
    shrink = f"for w in weights:\n    {PENALTIES[settings.penalty, form]}" if form else ""
    before = RATE_IS_SET if settings.schedule != "constant" else ""
    if form in ("decoupled", "proximal") and not before:
        before = "        rate = RATE\n"
    changes = [
        shrink if form == "subgradient" else "",
        CLIPS.get(settings.clip, ""),
        shrink if form == "decoupled" else "",
    ]
    return {
        "before": before + (MASKS_ARE_DRAWN if settings.dropout else ""),
        "changes": "".join(_indented(part) for part in changes),
        "after": _indented(shrink) if form == "proximal" else "",
    }


def _indented(lines: str) -> str:
    return textwrap.indent(lines + "\n", " " * 12) if lines else ""


def _module(layer: Layer) -> str:
    """A layer as PyTorch makes it."""
    if isinstance(layer, Residual):
        return f"Residual({', '.join(map(_module, layer.branch))})"
    return MAKES[type(layer)](layer)


FUNCTIONS = "from torch.nn import functional as F\n"


MAKES: dict[type[Layer], Callable[[Any], str]] = {
    Dense: lambda layer: f"nn.Linear({layer.d_in}, {layer.d_out})",
    BatchNorm: lambda layer: (
        f"BatchNorm({layer.d}, eps={layer.epsilon!r}, momentum={layer.momentum!r})"
    ),
    Dropout: lambda layer: f"Dropout({float(layer.rate)!r})",
    Activation: lambda layer: MODULES[layer.kind],
}


def _data(course: Course) -> str:
    """Entries of a literal dictionary: for each array its shape and its numbers in base64."""
    task, test = course.experiment.task, course.experiment.test
    arrays = {
        "x": task.training.x,
        "y": task.training.y,
        "test_x": test.x,
        "test_y": test.y,
        "start": course.experiment.start,
        "end": course.now.theta,
    }
    return "".join(f'    "{name}": ({a.shape}, {_base64(a)}),\n' for name, a in arrays.items())


def _base64(values: Array) -> str:
    text = base64.b64encode(np.ascontiguousarray(values, "<f8").tobytes()).decode("ascii")
    return "(\n" + "".join(f'        "{line}"\n' for line in textwrap.wrap(text, 88)) + "    )"
