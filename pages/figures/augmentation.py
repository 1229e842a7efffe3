"""Augmentation: a surface with and without it, the points it adds, and many training sets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.activations import sigmoid
from engine.studies.augmentation_study import GRID, LABEL_LAWS, Classifier
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, counted, layout, line, number, typed

NAMES = {"noise": "Noise", "mirror": "Mirror images", "both": "Noise and mirror images"}
SYMBOLS = ("circle", "square")  # of the labels 0 and 1
OPEN = ("circle-open", "square-open")


def surface_figure(classifier: Classifier, law: str, added: Array | None, look: Look) -> Figure:
    """Probability of label 1 over the square, the net's border, the true one, and the examples.

    added: augmented copies (k, n, 2) of the examples, or None.
    """
    examples = classifier.examples
    labels = examples.y[:, 0].astype(int)
    names = ("added", "added, label 1")
    copies = [] if added is None else _points(added, labels, look, names, OPEN, 6)
    return Figure(
        [
            _surface(classifier.logits, look),
            line("law", GRID, LABEL_LAWS[law].height(GRID), look, 2, hoverinfo="skip")
            | {"line": {"color": look.text, "dash": "dash", "width": 2}},
            *copies,
            *_points(examples.x[None], labels, look, ("label 0", "label 1"), SYMBOLS, 11),
        ],
        layout(
            look,
            440,
            margin={"l": 8, "r": 12, "t": 92, "b": 14},  # the same whether a legend has a line more
            xaxis=axis(look, "x₁", range=[-1, 1], zeroline=False, showgrid=False, dtick=0.5),
            yaxis=axis(look, "x₂", range=[-1, 1], zeroline=False, showgrid=False, dtick=0.5),
            hovermode="closest",
        ),
    )


def _surface(logits: Array, look: Look) -> Spec:
    return {
        "type": "contour",
        "x": typed(GRID),
        "y": typed(GRID),
        "z": typed(sigmoid(logits)),
        "zmin": 0,
        "zmax": 1,
        "colorscale": look.diverging,
        "contours": {"coloring": "heatmap", "start": 0.5, "end": 0.5, "size": 1},
        "line": {"color": look.text, "width": 2.5},
        "showscale": False,
        "showlegend": True,
        "name": "net",
        "hovertemplate": "x₁ %{x:.2f}, x₂ %{y:.2f}<br>p(1) = %{z:.2f}<extra></extra>",
    }


def _points(
    x: Array,
    labels: Array,
    look: Look,
    names: Sequence[str],
    symbols: Sequence[str],
    size: int,
) -> list[Spec]:
    """A trace for each label of points x (k, n, 2); the second of small ones has no legend."""
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": names[label],
            "showlegend": symbols is SYMBOLS or label == 0,
            "x": typed(x[:, labels == label, 0].ravel()),
            "y": typed(x[:, labels == label, 1].ravel()),
            "marker": {
                "symbol": symbols[label],
                "size": size,
                "color": look.lines[1 - label],
                "line": {"color": look.background if size > 8 else look.lines[1 - label]}
                | {"width": 1.5 if size > 8 else 1},
            },
            "hoverinfo": "skip",
        }
        for label in (0, 1)
    ]


def repeats_figure(plain: Sequence[float], augmented: Sequence[float], look: Look) -> Figure:
    """Test error with against without augmentation, a point per training set, and the diagonal."""
    top = 1.05 * max([*plain, *augmented, 0.2])
    ends = np.array([0.0, top])
    return Figure(
        [
            line("no difference", ends, ends, look, 1, hoverinfo="skip"),
            {
                "type": "scatter",
                "mode": "markers",
                "name": "one training set",
                "x": typed(np.array(plain)),
                "y": typed(np.array(augmented)),
                "marker": {"color": look.lines[0], "size": 10, "symbol": "circle"},
                "hovertemplate": "without %{x:.3f}, with %{y:.3f}<extra></extra>",
            },
        ],
        layout(
            look,
            330,
            xaxis=axis(look, "test error without", range=[0, top], tickformat=".0%"),
            yaxis=axis(look, "test error with", range=[0, top], tickformat=".0%"),
            hovermode="closest",
        ),
    )


def describe_augmentation(
    plain: Classifier, augmented: Classifier, name: str, false_share: float
) -> str:
    """Test error and loss with and without, and the share of added points with a false label."""
    n = len(plain.examples.x)
    return (
        f"Trained on {counted(n, 'example')} the net gets **{percent(plain.error)}** of the "
        f"square wrong, with {NAMES[name].lower()} **{percent(augmented.error)}**; the test loss "
        f"goes from {number(plain.loss, 3)} to {number(augmented.loss, 3)}. {_truth(false_share)}"
    )


def _truth(false_share: float) -> str:
    if false_share == 0:
        return "Every added point that is drawn keeps a true label."
    return (
        f"Of the added points **{percent(false_share)}** carry a label that the law denies: the "
        "net is taught something false."
    )


def percent(share: float) -> str:
    return f"{number(100 * share, 3)}%"


def outcome(plain: float, augmented: float) -> str:
    """Whether the error falls, rises or stays within half a percent of the square."""
    if abs(augmented - plain) < 0.005:
        return "stays"
    return "falls" if augmented < plain else "rises"


def describe_repeats(plain: Sequence[float], augmented: Sequence[float], name: str) -> str:
    """Mean errors over training sets, and in how many augmentation was better."""
    better = int(np.sum(np.array(augmented) < np.array(plain)))
    return (
        f"Over {counted(len(plain), 'training set')} the test error is on average "
        f"**{percent(float(np.mean(plain)))}** without and "
        f"**{percent(float(np.mean(augmented)))}** with {NAMES[name].lower()}, which is better "
        f"in **{better} of {len(plain)}**."
    )


def augmentation_table(classifier: Classifier, law: str, added: Array) -> pd.DataFrame:
    """Examples and their drawn copies, with the label that they keep and that of the law."""
    examples = classifier.examples
    stacked = np.concatenate([examples.x[None], added])
    k, n, _ = stacked.shape
    flat = stacked.reshape(-1, 2)
    return pd.DataFrame(
        {
            "example": np.tile(np.arange(1, n + 1), k),
            "copy": np.repeat(np.arange(k), n),
            "x₁": flat[:, 0],
            "x₂": flat[:, 1],
            "label kept": np.tile(examples.y[:, 0].astype(int), k),
            "label by the law": LABEL_LAWS[law].labels(flat)[:, 0].astype(int),
        }
    )


def surface_alt(classifier: Classifier, law: str, name: str | None) -> str:
    """What a surface shows."""
    how = f"with {NAMES[name].lower()}" if name else "without augmentation"
    return (
        f"Probability of label 1 over two features, trained {how} on "
        f"{counted(len(classifier.examples.x), 'point')} of the law "
        f"{LABEL_LAWS[law].name.lower()}; {percent(classifier.error)} of the square is wrong."
    )


def repeats_alt(plain: Sequence[float], augmented: Sequence[float], name: str) -> str:
    """What the picture of the repeats shows."""
    words = describe_repeats(plain, augmented, name).replace("*", "")
    return f"Test error with against without augmentation. {words}"
