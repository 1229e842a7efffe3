"""A number to predict: what the network of a run says against what is true."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, axis, layout, typed

DRAWN = 300  # points of a picture at most


@dataclass(frozen=True, eq=False)
class Fitted:
    """True and predicted values (n,) in their unit; `of` is a key of SETS, and `center` the mean of
    the training examples, which a network that knows nothing might say."""

    true: Array
    predicted: Array
    unit: str = ""
    of: str = "test"
    center: float = 0.0

    @property
    def mean_error(self) -> float:
        """Mean of the absolute errors."""
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.mean(np.abs(self.predicted - self.true)))

    @property
    def r_squared(self) -> float:
        """1 minus the squared errors over those of the mean; NaN where all values are equal."""
        with np.errstate(over="ignore", invalid="ignore"):
            spread = float(np.sum((self.true - self.true.mean()) ** 2))
            errors = float(np.sum((self.true - self.predicted) ** 2))
        return 1 - errors / spread if spread else float("nan")


def fitted_figure(fitted: Fitted, look: Look) -> Figure:
    """Predicted against true values, and the diagonal where they would be equal."""
    rows = _spread_rows(len(fitted.true))
    true, predicted = fitted.true[rows], fitted.predicted[rows]
    ends = np.array([fitted.true.min(), fitted.true.max()])
    unit = f" ({drawn_unit(fitted.unit)})" if fitted.unit else ""
    return Figure(
        [
            {
                "type": "scatter",
                "mode": "lines",
                "name": "predicted = true",
                "x": typed(ends),
                "y": typed(ends),
                "line": {"color": look.text, "width": 1.5, "dash": "dash"},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": f"{fitted.of} examples",
                "x": typed(true),
                "y": typed(predicted),
                "marker": {"symbol": "circle", "size": 6, "color": look.lines[0], "opacity": 0.75},
                "hovertemplate": "true %{x:.4g}, predicted %{y:.4g}<extra></extra>",
            },
        ],
        layout(
            look,
            420,
            margin={"l": 74, "r": 12, "t": 36, "b": 52},
            xaxis=axis(look, f"true{unit}", fixedrange=True, automargin=False),
            yaxis=axis(look, f"predicted{unit}", fixedrange=True, automargin=False),
            hovermode="closest",
        ),
    )


def drawn_unit(unit: str) -> str:
    """A unit as a picture shows it."""
    return escape(unit, quote=False)


def _spread_rows(n: int) -> Array:
    """At most DRAWN rows of n, evenly over them, since a table may be sorted."""
    return np.unique(np.linspace(0, n - 1, min(n, DRAWN)).astype(np.intp))
