"""Marks that several drawings share: a marked point, and an arrow of a chain."""

from __future__ import annotations

import numpy as np

from pages.figures.base import Look, Spec


def point(
    name: str, x: float, y: float, symbol: str, color: str, look: Look, size: int = 13
) -> Spec:
    """One marked point; none where y is not finite."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [x],
        "y": [y if np.isfinite(y) else None],
        "marker": {
            "size": size,
            "symbol": symbol,
            "color": color,
            "line": {"color": look.background, "width": 2},
        },
        "hovertemplate": name + ": %{y:.6g}<extra></extra>",
    }


def arrow(start: tuple[float, float], end: tuple[float, float], gone: bool, look: Look) -> Spec:
    """An arrow as an annotation, faint until it has been gone."""
    return {
        "ax": start[0],
        "ay": start[1],
        "x": end[0],
        "y": end[1],
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "text": "",
        "showarrow": True,
        "arrowhead": 2,
        "arrowsize": 0.9,
        "arrowwidth": 1.8 if gone else 1,
        "arrowcolor": look.text if gone else look.lines[7],
    }
