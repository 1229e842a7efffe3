"""Under- and overfitting: one fit among its points, with the spread of 50 more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.studies.bias_variance import ROUNDING, SETS, Study
from engine.studies.polynomials import LAWS, predict
from engine.types import Array
from pages.figures.base import (
    Figure,
    Look,
    Spec,
    axis,
    counted,
    layout,
    line,
    number,
)

GRID = np.linspace(-1, 1, 201)
NEAR = 1.25  # test errors within this factor of the lowest count as close to it


def fit_figure(
    study: Study, degree: int, look: Look, law: str | None, names: Sequence[str], revealed: bool
) -> Figure:
    """The training points, the fit of this degree, and mean and spread of the resampled fits.

    `law` is a key of LAWS or None for a table, whose test points are drawn; names are those of x
    and y. Before it is `revealed` nothing fitted is drawn.
    """
    traces = _known(study, look, law)
    if revealed:
        traces = [*_fits(study, degree, look), *traces]
    return Figure(
        traces,
        layout(
            look,
            420,
            xaxis=axis(look, names[0], zeroline=False),
            yaxis=axis(look, names[1], range=_window(study, law), zeroline=False),
            hovermode="closest",
            legend=layout(look)["legend"] | {"traceorder": "normal"},  # a band would reverse it
        ),
    )


def _known(study: Study, look: Look, law: str | None) -> list[Spec]:
    traces = [_points("training points", study, study.x, study.y, look, "circle")]
    if law is None:
        test = _points("test points", study, study.test_x, study.test_y, look, "diamond-open")
        return [*traces, test]
    curve = line("law without noise", GRID, LAWS[law].f(GRID), look, 1)
    curve["line"] |= {"dash": "dot", "width": 2}
    return [*traces, curve | {"hoverinfo": "skip"}]


def _points(name: str, study: Study, x: Array, y: Array, look: Look, symbol: str) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": study.inputs(x).tolist(),  # in full: a table's own units may need every digit
        "y": study.targets(y).tolist(),
        "marker": {"symbol": symbol, "size": 8, "color": look.text, "opacity": 0.85},
        "hovertemplate": "(%{x:.4g}, %{y:.4g})<extra></extra>",
    }


def _fits(study: Study, degree: int, look: Look) -> list[Spec]:
    """Band of mean plus and minus one standard deviation, the mean, and the fit itself."""
    low, high = _window(study, None, margin=3.0)
    spread = predict(study.resampled[degree], GRID)
    mean, sd = spread.mean(axis=0), spread.std(axis=0)
    x = study.inputs(GRID).tolist()

    def curve(name: str, y: Array, index: int, dash: str, **more: object) -> Spec:
        values = np.clip(study.targets(y), low, high)
        trace = line(name, GRID, values, look, index, hoverinfo="skip", **more)
        trace["line"] |= {"dash": dash}
        return trace | {"x": x, "y": values.tolist()}

    edge = curve("lower edge", mean - sd, 2, "solid", showlegend=False)
    band = curve("± one standard deviation", mean + sd, 2, "solid", fill="tonexty")
    for trace in (edge, band):
        trace["line"] |= {"width": 0}
    band["fillcolor"] = faded(look.lines[2], 0.22)
    return [
        edge,
        band,
        curve(f"mean of {SETS} fits", mean, 2, "dash"),
        curve(f"this fit, degree {degree}", predict(study.coefficients[degree], GRID), 0, "solid"),
    ]


def faded(color: str, alpha: float) -> str:
    """The color #RRGGBB, let through."""
    red, green, blue = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def _window(study: Study, law: str | None, margin: float = 0.25) -> list[float]:
    """Range of the targets on screen: points and law with a margin, not what a fit shoots to."""
    own = np.concatenate([study.y, study.test_y if study.parts is None else study.y])
    values = own if law is None else np.concatenate([own, LAWS[law].f(GRID)])
    low, high = float(values.min()), float(values.max())
    pad = margin * (high - low) or 1.0
    return [float(v) for v in study.targets([low - pad, high + pad])]


def said(value: float, digits: int = 4) -> str:
    """A mean square in words and digits: rounding errors are 0."""
    return "0" if value < ROUNDING else number(value, digits)


def verdict(study: Study, degree: int) -> str:
    """Whether this degree "underfits", "overfits" or "is close to the best" on the test points."""
    if study.test_error[degree] <= max(NEAR * study.test_error[study.best], ROUNDING):
        return "is close to the best"
    return "underfits" if degree < study.best and _is_too_stiff(study, degree) else "overfits"


def _is_too_stiff(study: Study, degree: int) -> bool:
    """Whether the bias outweighs the variance; without a law, whether training fails as well."""
    if study.parts is not None:
        return bool(study.parts.bias2[degree] > study.parts.variance[degree])
    return bool(study.train_error[degree] > study.test_error[degree] / 2)


def describe_fit(study: Study, degree: int) -> str:
    """Both errors of this degree against the lowest test error."""
    best = study.best
    its = "Its" if study.parts is not None else "As a share of the variance of y its"
    return (
        f"Degree **{degree}** has {counted(degree + 1, 'coefficient')} for "
        f"{counted(len(study.x), 'point')}. {its} mean squared error is "
        f"**{said(study.train_error[degree])}** on them and "
        f"**{said(study.test_error[degree])}** on the test points; the lowest there is "
        f"{said(study.test_error[best])}, at degree {best}. Degree {degree} "
        f"**{verdict(study, degree)}**."
    )


def fit_alt(study: Study, degree: int) -> str:
    """What the picture of the fit shows."""
    words = describe_fit(study, degree).replace("*", "")
    return f"Points with a polynomial of degree {degree}, and the band of {SETS} more fits. {words}"
