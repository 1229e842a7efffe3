"""What the network of a run gets right: a table of classes taken for each other, or predicted
against true values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from engine.layers import Pass
from engine.playground.course import Course
from engine.playground.run import classes
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, typed
from pages.figures.playground_fitted import Fitted, fitted_figure

SETS = {"test": "Test", "training": "Training"}


@dataclass(frozen=True, eq=False)
class Confusion:
    """`counts` (k, k) of examples by class, in rows, and by the class that the network says; `of`
    is a key of SETS, and `labels` are the names of the classes."""

    counts: Array
    labels: tuple[str, ...]
    of: str = "test"

    @property
    def total(self) -> int:
        """The examples."""
        return int(self.counts.sum())

    @property
    def right(self) -> int:
        """Those whose class the network says."""
        return int(np.trace(self.counts))

    @property
    def recall(self) -> Array:
        """Share (k,) of each class's examples that is found; NaN for a class without any."""
        return _shares(np.diag(self.counts), self.counts.sum(axis=1))

    @property
    def precision(self) -> Array:
        """Share (k,) right of the examples said to be of a class; NaN for one never said."""
        return _shares(np.diag(self.counts), self.counts.sum(axis=0))


def judged(course: Course, of: str) -> Confusion | Fitted:
    """The moment shown, on the test or the training examples."""
    experiment, moment = course.experiment, course.now
    sample = experiment.sample
    examples = experiment.test if of == "test" else experiment.task.training
    with np.errstate(over="ignore", invalid="ignore"):
        z, _ = experiment.network.forward(moment.theta, examples.x, Pass(memory=moment.memory))
        y = sample.y[~sample.is_training if of == "test" else sample.is_training]
        if sample.labels:
            k = len(sample.labels)
            places = y.astype(np.intp) * k + classes(z)
            return Confusion(np.bincount(places, minlength=k * k).reshape(k, k), sample.labels, of)
        mean, sd = sample.target.mean, sample.target.sd
        center = mean + sd * float(sample.y[sample.is_training].mean())
        return Fitted(mean + sd * y, mean + sd * z[:, 0], sample.target.unit, of, center)


def scores_figure(judged: Confusion | Fitted, look: Look) -> Figure:
    """The picture of what was judged."""
    if isinstance(judged, Confusion):
        return confusion_figure(judged, look)
    return fitted_figure(judged, look)


def confusion_figure(confusion: Confusion, look: Look) -> Figure:
    """Count and share of its row in each cell, recall beside and precision under them."""
    counts, k = confusion.counts, len(confusion.labels)
    shares = _shares(counts, counts.sum(axis=1, keepdims=True))
    signed = np.zeros((k + 1, k + 1))  # right is positive, wrong negative, the margins are neither
    signed[:k, :k] = np.nan_to_num(np.where(np.eye(k, dtype=bool), shares, -shares))
    texts = [
        [*(_cell(n, share) for n, share in zip(*row, strict=True)), _percent(recall)]
        for *row, recall in zip(counts, shares, confusion.recall, strict=True)
    ]
    accuracy = _percent(confusion.right / confusion.total)
    texts.append([*map(_percent, confusion.precision), f"<b>{accuracy}</b>"])
    heat: Spec = {
        "type": "heatmap",
        "z": typed(signed),
        "zmin": -1,
        "zmax": 1,
        "colorscale": look.diverging,
        "text": texts,
        "texttemplate": "%{text}",
        "textfont": {"color": look.text, "size": 13},
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
        "hoverinfo": "skip",
    }
    names = [drawn(label, k) for label in confusion.labels]
    widest = min(max(9, *map(len, names)), 13)  # "precision" has 9; an escaped sign counts more
    return Figure(
        [heat],
        layout(
            look,
            92 + 52 * (k + 1),
            margin={"l": 44 + 7 * widest, "r": 12, "t": 36, "b": 52},
            xaxis=_class_axis("class that the network says", names, "recall", look),
            yaxis=_class_axis("true class", names, "precision", look) | {"range": [k + 0.5, -0.5]},
            shapes=_borders(k, look),
        ),
    )


def _class_axis(title: str, names: Sequence[str], margin: str, look: Look) -> Spec:
    """Names at whole numbers, since names of a table may look like numbers."""
    return axis(
        look,
        title,
        tickvals=list(range(len(names) + 1)),
        ticktext=[*names, f"<i>{margin}</i>"],
        range=[-0.5, len(names) + 0.5],
        tickangle=0,
        showgrid=False,
        zeroline=False,
        fixedrange=True,
        automargin=False,
    )


def _borders(k: int, look: Look) -> list[Spec]:
    """Lines between the classes and the margins."""
    line = {"type": "line", "line": {"color": look.text, "width": 1}}
    edge, far = k - 0.5, k + 0.5
    return [
        line | {"x0": edge, "x1": edge, "y0": -0.5, "y1": far},
        line | {"x0": -0.5, "x1": far, "y0": edge, "y1": edge},
    ]


def drawn(name: str, classes: int) -> str:
    """The name of one of so many classes as a picture shows it: short enough to stand beside the
    others on a phone, and with no markup in it."""
    longest = max(5, 28 // classes - 1)
    short = name.removeprefix("class ")
    return escape(short if len(short) <= longest else short[: longest - 1] + "…", quote=False)


def _cell(count: int, share: float) -> str:
    return f"{count:,}<br>{_percent(share)}" if count else "0"


def _shares(part: Array, whole: Array) -> Array:
    return np.asarray(part / np.where(whole > 0, whole, np.nan))


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{share:.0%}"


def scores_table(judged: Confusion | Fitted) -> pd.DataFrame:
    """Counts by class with precision and recall, or every example's values."""
    if isinstance(judged, Fitted):
        errors = judged.predicted - judged.true
        return pd.DataFrame({"true": judged.true, "predicted": judged.predicted, "error": errors})
    said = {f"said {label}": judged.counts[:, k] for k, label in enumerate(judged.labels)}
    ends = {"recall": judged.recall, "precision": judged.precision}
    return pd.DataFrame({"true class": judged.labels} | said | ends)
