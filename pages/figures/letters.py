"""Letters in the mirror: the pictures, and what mirroring them does to telling them apart."""

from __future__ import annotations

import numpy as np

from engine.studies.letters import LETTERS
from engine.types import Array
from pages.figures.augmentation import percent
from pages.figures.base import Figure, Look, Spec, layout, typed

STRIDE, WIDTH = 0.26, 0.21  # of a picture, in shares of the figure's width


def letters_figure(pair: tuple[str, str], look: Look) -> Figure:
    """Both letters, each beside its mirror image."""
    pictures = [
        (f"{name}{suffix}", LETTERS[name][:, ::step])
        for name in pair
        for suffix, step in (("", 1), (" mirrored", -1))
    ]
    axes: dict[str, object] = {}
    for k in range(len(pictures)):
        suffix, hidden = str(k + 1) if k else "", {"visible": False, "fixedrange": True}
        axes[f"xaxis{suffix}"] = {"domain": [k * STRIDE, k * STRIDE + WIDTH], **hidden}
        axes[f"yaxis{suffix}"] = {"anchor": f"x{suffix}", "autorange": "reversed", **hidden}
    traces = [_panel(k, picture, look) for k, (_, picture) in enumerate(pictures)]
    names = [
        {
            "text": name,
            "x": k * STRIDE + WIDTH / 2,
            "xref": "paper",
            "y": 1.02,
            "yref": "paper",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"color": look.text, "size": 13},
        }
        for k, (name, _) in enumerate(pictures)
    ]
    return Figure(traces, layout(look, 230, annotations=names, **axes))


def _panel(k: int, picture: Array, look: Look) -> Spec:
    suffix = str(k + 1) if k else ""
    return {
        "type": "heatmap",
        "z": typed(picture),
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "colorscale": [[0, look.grid], [1, look.lines[0]]],
        "xgap": 1,
        "ygap": 1,
        "showscale": False,
        "hoverinfo": "skip",
    }


def describe_letters(pair: tuple[str, str], plain: float, mirrored: float) -> str:
    """What mirroring in training does to telling two letters apart."""
    first, second = (LETTERS[name] for name in pair)
    swapped = np.array_equal(first[:, ::-1], second)
    same = np.array_equal(first[:, ::-1], first) and np.array_equal(second[:, ::-1], second)
    why = "A mirror image has another label, or none."
    if swapped:
        why = f"The mirror image of {pair[0]} is {pair[1]}: its label does not stay."
    elif same:
        why = "Both letters are their own mirror image: the label stays, and the noise differs."
    return (
        f"{why} A linear classifier trained on ten noisy pictures of each gets "
        f"**{percent(plain)}** of 1,000 fresh ones wrong without mirroring and "
        f"**{percent(mirrored)}** with it."
    )


def letters_alt(pair: tuple[str, str]) -> str:
    """What the letters show."""
    return f"Pictures of the letters {pair[0]} and {pair[1]}, each beside its mirror image."
