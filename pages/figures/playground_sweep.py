"""One setting swept over its values: the losses by value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.playground.change import FACTORS, Sweep
from engine.playground.compare import Outcome, best_of
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, layout, typed
from pages.figures.playground_compare import loss_axis

Values = Sequence[Any]
LINES = (
    ("training loss", "training_loss", "diamond", "solid"),
    ("test loss", "test_loss", "circle", "dash"),
)


def sweep_figure(sweep: Sweep, values: Values, outcomes: Sequence[Outcome], look: Look) -> Figure:
    """Test and training loss by value; what diverged stands at the top with a cross."""
    sound = np.array([np.isfinite(outcome.rank) for outcome in outcomes], bool)
    places = _places(sweep, values)
    traces = []
    for k, (name, field, symbol, dash) in enumerate(LINES):
        losses = np.array([getattr(outcome.scores, field) for outcome in outcomes])
        traces.append(_line(name, places, np.where(sound, losses, np.nan), symbol, dash, look, k))
    seen = np.array([getattr(o.scores, f) for o in outcomes for _, f, _, _ in LINES])
    seen = seen[np.repeat(sound, len(LINES))]
    best = best_of(outcomes)
    if best is not None:
        traces.append(_best(places[best], outcomes[best].rank, look))
    if not sound.all():
        top = float(seen.max()) if seen.size else 1.0
        traces.append(
            _crosses([p for p, ok in zip(places, sound, strict=True) if not ok], top, look)
        )
    return Figure(
        traces,
        layout(
            look,
            360,
            xaxis=_value_axis(sweep, values, look),
            yaxis=loss_axis(seen, look),
            hovermode="x",
        ),
    )


def _places(sweep: Sweep, values: Values) -> list[Any]:
    return list(values) if sweep.is_number else [sweep.written(value) for value in values]


def _value_axis(sweep: Sweep, values: Values, look: Look) -> Spec:
    if not sweep.is_number:
        return axis(look, sweep.label.lower(), type="category")
    is_log = sweep.by == FACTORS
    if len(values) > 8:
        return axis(
            look, sweep.label.lower(), type="log" if is_log else "linear", **_powers(is_log)
        )
    ticks = {"tickvals": list(values), "ticktext": [sweep.written(value) for value in values]}
    return axis(look, sweep.label.lower(), type="log" if is_log else "linear", **ticks)


def _powers(is_log: bool) -> Spec:
    return {"dtick": 1, "exponentformat": "power"} if is_log else {"nticks": 9}


def _line(
    name: str, places: list[Any], losses: Array, symbol: str, dash: str, look: Look, k: int
) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": places,
        "y": typed(losses),
        "line": {"color": look.lines[k], "dash": dash, "width": 2.2},
        "marker": {"symbol": symbol, "size": 8},
        "hovertemplate": name + ": %{y:.3g}<extra></extra>",
    }


def _best(place: Any, loss: float, look: Look) -> Spec:
    ring = {"symbol": "circle-open", "size": 18, "color": look.text, "line": {"width": 2.5}}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "best on the test set",
        "x": [place],
        "y": [loss],
        "marker": ring,
        "hoverinfo": "skip",
    }


def _crosses(places: list[Any], top: float, look: Look) -> Spec:
    cross = {"symbol": "x-thin", "size": 11, "line": {"color": look.text, "width": 2.5}}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "diverged",
        "x": places,
        "y": [top] * len(places),
        "marker": cross,
        "hovertemplate": "diverged<extra></extra>",
    }
