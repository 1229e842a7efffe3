"""Under- and overfitting: errors over the degree, and the parts of the expected test error."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.studies.bias_variance import ROUNDING, SETS, Study
from engine.studies.polynomials import MAX_DEGREE
from engine.types import Array
from pages.figures.base import DASHES, MARKERS, Figure, Look, Spec, axis, layout, line, number
from pages.figures.fitting import said

DEGREES = np.arange(MAX_DEGREE + 1)
CURVES = ("training error", "test error", "bias²", "variance")  # in the order of the colors
SUM, MEASURED = "their sum", "measured"


def curves(study: Study) -> dict[str, Array]:
    """What is drawn over the degree, by name: arrays (degrees,)."""
    errors = {"training error": study.train_error, "test error": study.test_error}
    if study.parts is None:
        return errors | {"variance": study.spread}
    return errors | {"bias²": study.parts.bias2, "variance": study.parts.variance}


def errors_figure(study: Study, degree: int, look: Look) -> Figure:
    """Errors over the degree on a log axis, with the chosen degree marked."""
    shown = curves(study)
    low, high = _span(shown)
    traces = [
        _curve(name, np.clip(shown[name], low / 10, 10 * high), degree, look) for name in shown
    ]
    here: Spec = {
        "type": "scatter",
        "mode": "lines",
        "name": f"degree {degree}",
        "x": [degree, degree],
        "y": [low / 10, high * 10],
        "line": {"color": look.text, "width": 1.5, "dash": DASHES[2]},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    decades = float(np.log10(high / low))
    return Figure(
        [here, *traces],
        layout(
            look,
            360,
            xaxis=axis(look, "degree of the polynomial", dtick=3, range=[-0.5, MAX_DEGREE + 0.5]),
            yaxis=axis(
                look,
                _unit(study),
                type="log",
                exponentformat="power",
                dtick=max(1, int(np.ceil(decades / 8))),
                range=[float(np.log10(low)), float(np.log10(high))],
            ),
            hovermode="closest",
        ),
    )


def _curve(name: str, values: Array, degree: int, look: Look) -> Spec:
    """A line over the degree with its marks, the one of the chosen degree larger."""
    k = CURVES.index(name)
    size = np.where(degree == DEGREES, 11, 6).tolist()
    return line(name, DEGREES, values, look, k) | {
        "mode": "lines+markers",
        "marker": {"symbol": MARKERS[k], "size": size, "color": look.lines[k]},
        "hovertemplate": f"degree %{{x}}: %{{y:.3g}}<extra>{name}</extra>",
    }


def _unit(study: Study) -> str:
    """What the errors are measured in, as an axis says it."""
    return "mean squared error" if study.parts is not None else "squared error / variance of y"


def _span(shown: dict[str, Array]) -> tuple[float, float]:
    """Limits of the log axis: all curves, but not what is a thousand times off the test error."""
    values, test = np.concatenate(list(shown.values())), shown["test error"]
    low = max(float(values.min()), float(test.min()) / 1000, 1e-32) / 1.6
    high = min(float(values.max()), 1000 * float(test.max()))
    return low, max(high, 10 * low) * 1.6


def bars(study: Study, degree: int) -> dict[str, float]:
    """What the bars say of one degree, by name."""
    if study.parts is None:
        return {
            "training error": float(study.train_error[degree]),
            "test error": float(study.test_error[degree]),
            "variance": float(study.spread[degree]),
        }
    parts = study.parts
    return {
        "bias²": float(parts.bias2[degree]),
        "variance": float(parts.variance[degree]),
        "noise σ²": parts.noise,
        SUM: float(parts.total[degree]),
        MEASURED: float(parts.measured[degree]),
    }


def bars_figure(study: Study, degree: int, look: Look) -> Figure:
    """Parts of the expected test error of one degree, stacked to their sum, and the measured error.

    A table has its errors and its variance alone.
    """
    values = bars(study, degree)
    largest = max(values.values()) or 1.0
    colors = dict(zip(CURVES, look.lines[:4], strict=True))
    stacked = [name for name in values if SUM in values and name not in (SUM, MEASURED)]
    traces: list[Spec] = []
    for name, value in values.items():
        if name == SUM:
            continue  # it is made of its parts
        rows = [name, SUM] if name in stacked else [name]
        color, shape = colors.get(name, look.lines[7]), "/" if name == MEASURED else ""
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": rows,
                "x": [value] * len(rows),
                "name": name,
                "marker": {"color": color, "pattern": {"shape": shape}},
                "hoverinfo": "skip",
            }
        )
    labels: Spec = {
        "type": "scatter",
        "mode": "text",
        "x": list(values.values()),
        "y": list(values),
        "text": [f" {said(v, 3)}" for v in values.values()],
        "textposition": "middle right",
        "textfont": {"color": look.text},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    rows = {"categoryorder": "array", "categoryarray": list(values), "autorange": "reversed"}
    return Figure(
        [*traces, labels],
        layout(
            look,
            360,
            barmode="stack",
            xaxis=axis(look, _unit(study), range=[0, 1.3 * largest], nticks=5),
            yaxis=axis(look, "", showgrid=False, **rows),
            showlegend=False,
        ),
    )


def describe_parts(study: Study, degree: int) -> str:
    """The sum of the parts against the measured error, or what a table allows to say."""
    if study.parts is None:
        return (
            f"Refitted to {SETS} bootstrap samples of the training points, the fit varies by "
            f"**{said(study.spread[degree])}** at the test points. Errors are shares of the "
            "variance of y: 1 is as good as predicting its mean. Without the law, bias and noise "
            "cannot be told apart."
        )
    parts = study.parts
    total, measured = float(parts.total[degree]), float(parts.measured[degree])
    apart = abs(measured - total) / total if total > ROUNDING else 0.0
    return (
        f"Over {SETS} samples: bias² **{said(parts.bias2[degree])}** + variance "
        f"**{said(parts.variance[degree])}** + noise **{said(parts.noise)}** = "
        f"**{said(total)}**. Measured on fresh noisy points: **{said(measured)}**, "
        f"{number(100 * apart, 2)}% apart."
    )


def errors_alt(study: Study) -> str:
    """What the picture of the errors shows."""
    parts = [
        f"{name} from {said(values[0], 3)} to {said(values[-1], 3)}, lowest "
        f"{said(values.min(), 3)} at degree {int(values.argmin())}"
        for name, values in curves(study).items()
    ]
    return f"Lines over the degree from 0 to {MAX_DEGREE}: {'; '.join(parts)}."


def bars_alt(study: Study, degree: int) -> str:
    """What the bars show."""
    parts = [f"{name} {said(value, 3)}" for name, value in bars(study, degree).items()]
    return f"Bars at degree {degree}: {', '.join(parts)}."


def fitting_table(study: Study) -> pd.DataFrame:
    """A row per degree with its errors and their parts."""
    columns: dict[str, object] = {
        "degree": DEGREES,
        "training error": study.train_error,
        "test error": study.test_error,
    }
    if study.parts is None:
        return pd.DataFrame(columns | {"variance": study.spread})
    parts = study.parts
    return pd.DataFrame(
        columns
        | {
            "bias²": parts.bias2,
            "variance": parts.variance,
            "noise": parts.noise,
            "sum": parts.total,
            "measured": parts.measured,
        }
    )
