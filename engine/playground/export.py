"""What a run leaves as files: its weights as JSON, and its history and its data as CSV."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from engine.layers.normalization import Statistics
from engine.network import Network
from engine.playground.build import Experiment
from engine.playground.course import Course, history
from engine.playground.data import OwnTable
from engine.playground.run import score
from engine.playground.settings import Settings, settings_from
from engine.types import Array

FORMAT, VERSION = "gradient-gym playground weights", 1


@dataclass(frozen=True, eq=False)
class Weights:
    """Parameters that were read from a file: what run they are of, and arrays by name."""

    settings: Settings
    step: int
    values: dict[str, Array]

    @property
    def theta(self) -> Array:
        """All parameters as one vector (size,), as the network takes it."""
        return np.concatenate([values.ravel() for values in self.values.values()])


def weights_json(course: Course) -> str:
    """The moment shown: settings, scores, and every parameter by name in the order of theta.

    Numbers are written so that they read back to the same bits. `running` are the means and
    variances that batch norm uses in evaluation, by the name of its gain.
    """
    experiment, now = course.experiment, course.now
    named = experiment.network.unpack(now.theta)
    content = {
        "format": FORMAT,
        "version": VERSION,
        "settings": experiment.settings.as_dict(),
        "step": now.step,
        "epoch": course.epoch,
        "scores": scores_by_name(course),
        "inputs": list(experiment.inputs),
        "classes": list(experiment.sample.labels),
        "parameters": {
            name: {"shape": list(values.shape), "values": values.tolist()}
            for name, values in named.items()
        },
        "running": _running(experiment.network, now.memory),
    }
    return json.dumps(content, allow_nan=False) + "\n"


def scores_by_name(course: Course) -> dict[str, float | None]:
    """The scores of the moment shown, None for what is not a number."""
    values = asdict(score(course.experiment, course.now))
    named = _named(course.experiment, values)
    return {name: value if np.isfinite(value) else None for name, value in named.items()}


def _named(experiment: Experiment, values: dict[str, Any]) -> dict[str, Any]:
    """The same with "quality" called by what it is."""
    quality = "accuracy" if experiment.is_classification else "r2"
    return {name.replace("quality", quality): value for name, value in values.items()}


def _running(network: Network, memory: Any) -> dict[str, dict[str, list[float]]]:
    running = {}
    for slots, remembered in zip(network.slots, memory or [None] * len(network.slots), strict=True):
        parts = [remembered] if isinstance(remembered, Statistics) else remembered or ()
        statistics = [part for part in parts if isinstance(part, Statistics)]
        gains = [slot.name for slot in slots if slot.key.startswith("gamma")]
        for name, (mean, variance) in zip(gains, statistics, strict=False):
            running[name] = {"mean": mean.tolist(), "variance": variance.tolist()}
    return running


def read_weights(text: str) -> Weights:
    """The weights of a file that `weights_json` wrote. Raises ValueError for any other text."""
    try:
        content = json.loads(text)
        if (content["format"], content["version"]) != (FORMAT, VERSION):
            raise ValueError(f"expected version {VERSION} of {FORMAT}")
        values = {
            name: np.array(entry["values"], np.float64).reshape(entry["shape"])
            for name, entry in content["parameters"].items()
        }
        return Weights(settings_from(content["settings"]), int(content["step"]), values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no file of {FORMAT}: {error}") from error


def digest(theta: Array) -> str:
    """SHA-256 of the bytes of theta, float64 with the lowest byte first, in hexadecimal."""
    return hashlib.sha256(np.ascontiguousarray(theta, "<f8").tobytes()).hexdigest()


def history_csv(course: Course) -> str:
    """Scores after each epoch that is kept, from the start to the last one reached."""
    columns = _named(course.experiment, history(course))
    return _csv(list(columns), np.column_stack(list(columns.values())), whole=2)


def table_csv(own: OwnTable) -> str:
    """A visitor's table as rows of numbers without a header: its columns, then class or value."""
    return _csv([], np.column_stack([own.x, own.y]))


def _csv(header: Sequence[str], rows: Array, whole: int = 0) -> str:
    """Rows (n, d) as text, the first `whole` columns as integers, NaN as an empty cell; every
    number reads back to the same bits."""
    lines = [",".join(header)] if header else []
    for row in rows.tolist():
        cells = [str(int(v)) for v in row[:whole]]
        cells += ["" if np.isnan(v) else repr(v) for v in row[whole:]]
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"
