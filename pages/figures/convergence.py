"""Where momentum converges: its contraction per step over rate and beta, and the border."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.descent import contraction_estimate, sweep
from engine.optimizers import Momentum
from engine.stability import best_gd, best_momentum, contraction, momentum_limit
from engine.surfaces import Surface, ravine
from engine.types import Array
from pages.figures.base import Figure, Look, Spec, axis, counted, layout, number, typed

SIDE = 60
CLICKS = (25, 20)
BETAS = np.linspace(0.0, 0.99, SIDE)
VERDICTS = {-1: "converges", 0: "stands on the border", 1: "diverges"}
SHOWN = (0.8, 1.05)  # contractions that the colors tell apart; beyond it the run is plainly gone


def rates(condition: float, count: int = SIDE) -> Array:
    """Learning rates (count,) from a hundredth of 1 / L to 4 / L, even on a log axis."""
    return np.geomspace(1e-2 / condition, 4.0 / condition, count)


def measure(condition: float, steps: int) -> Array:
    """Contraction per step (SIDE betas, SIDE rates) of momentum, all runs as one."""
    surface = ravine(condition)
    grid = Momentum(rates(condition)[None, :], BETAS[:, None])
    values = sweep(grid, surface, surface.start, steps)
    return contraction_estimate(values, surface, surface.start, steps)


def map_figure(condition: float, measured: Array, point: tuple[float, float], look: Look) -> Figure:
    """Heat map with the best hyperparameters of theory, the chosen point and the border."""
    surface = ravine(condition)
    eta = rates(condition)
    edge = momentum_limit(condition, BETAS)
    line: Spec = {
        "type": "scatter",
        "mode": "lines",
        "name": "border in theory",
        "x": typed(edge),
        "y": typed(BETAS),
        "line": {"color": look.lines[1], "width": 3, "dash": "dash"},
    }
    momentum, plain = best_momentum(surface.eigenvalues), best_gd(surface.eigenvalues)
    marks = [
        _mark("best momentum", momentum[:2], "star", look.text),
        _mark("best GD", plain[:2], "diamond", look.text),
        _mark("chosen", point, "circle-open", look.lines[1]),
    ]
    return Figure(
        [_heat(eta, measured, look), _clickable(condition), line, *marks],
        layout(
            look,
            500,
            xaxis=axis(
                look,
                "learning rate η",
                type="log",
                exponentformat="power",
                dtick=1,
                range=[float(np.log10(eta[0])), float(np.log10(eta[-1]))],
            ),
            yaxis=axis(look, "momentum β", range=[-0.02, 1.0]),
            clickmode="event+select",
            hovermode="closest",
        ),
    )


def _heat(eta: Array, measured: Array, look: Look) -> Spec:
    """The measured contractions; gray where a run moves away."""
    low, high = SHOWN
    return {
        "type": "heatmap",
        "x": typed(eta),
        "y": typed(BETAS),
        "z": typed(np.clip(measured, low, high)),
        "zmin": low,
        "zmax": high,
        "colorscale": [
            [0, look.lines[0]],
            [0.8, look.background],
            [0.81, look.grid],
            [1, look.grid],
        ],
        "colorbar": {
            "title": {"text": "distance × per step", "side": "top"},
            "orientation": "h",
            "y": -0.22,
            "yanchor": "top",
            "thickness": 12,
            "outlinewidth": 0,
        },
        "hoverinfo": "skip",
    }


def _mark(name: str, at: tuple[float, float], symbol: str, color: str) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [at[0]],
        "y": [at[1]],
        "marker": {
            "symbol": symbol,
            "size": 14,
            "color": color,
            "line": {"width": 3, "color": color},
        },
        "hovertemplate": name + ": η = %{x:.4g}, β = %{y:.3g}<extra></extra>",
    }


def _clickable(condition: float) -> Spec:
    across, up = CLICKS
    x, y = np.meshgrid(rates(condition, across), np.linspace(0.0, 0.98, up))
    return {
        "type": "scatter",
        "mode": "markers",
        "x": typed(x.ravel()),
        "y": typed(y.ravel()),
        "marker": {"opacity": 0, "size": 18},
        "hoverinfo": "none",
        "showlegend": False,
    }


def describe_map(surface: Surface, rate: float, beta: float, measured_here: float) -> str:
    """The chosen point against theory: its contraction, the border and the best there is."""
    theory = float(contraction(rate, beta, surface.eigenvalues))
    limit = float(momentum_limit(surface.curvature, beta))
    best, plain = best_momentum(surface.eigenvalues), best_gd(surface.eigenvalues)
    verdict = VERDICTS[int(np.sign(rate - limit))]
    seen = number(measured_here) if measured_here else "too small to hold"
    return (
        f"At η = {number(rate, 3)}, β = {number(beta, 3)} momentum **{verdict}**: the distance "
        f"is multiplied by **{number(theory)}** per step in theory, measured {seen};"
        f" the border is at η = 2(1 + β)/L = {number(limit, 3)}. The best is "
        f"**{number(best.contraction)}** at β = {number(best.beta, 3)}; GD reaches "
        f"{number(plain.contraction)}."
    )


def steps_to(contraction_per_step: float, factor: float = 1e-6) -> str:
    """Steps until the distance has shrunk by `factor`, in the long run."""
    if contraction_per_step >= 1:
        return "never"
    return counted(int(np.ceil(np.log(factor) / np.log(contraction_per_step))), "step")


def map_table(condition: float, measured: Array) -> pd.DataFrame:
    """One row per run: rate, beta, measured contraction and theory's."""
    eta, beta = np.meshgrid(rates(condition), BETAS)
    theory = contraction(eta, beta, ravine(condition).eigenvalues)
    columns = {"η": eta, "β": beta, "measured": measured, "theory": theory}
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()})


def map_alt(condition: float, point: tuple[float, float]) -> str:
    best = best_momentum(ravine(condition).eigenvalues)
    return (
        f"Heat map of the contraction per step over learning rate and β for condition {condition:g}"
        f". Runs converge left of the border η = 2(1 + β)/L. Fastest at η = "
        f"{number(best.learning_rate, 3)}, β = {number(best.beta, 3)}; chosen η = "
        f"{number(point[0], 3)}, β = {number(point[1], 3)}."
    )
