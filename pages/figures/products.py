"""A gradient's length on its way back through a recurrence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.studies.jacobians import (
    Recurrence,
    growth,
    lengths,
    overflow,
    spectral_radius,
    underflow,
)
from engine.types import Array
from pages.figures.base import Figure, Look, axis, counted, layout, line, log_axis, number

SMALLEST = 1e-60  # what is drawn below this would only stretch the axis


@dataclass(frozen=True, eq=False)
class Backward:
    """One backward pass: the recurrence, its gradients (T + 1, n) in a precision, their lengths."""

    recurrence: Recurrence
    z: Array
    gradients: Array
    norms: Array
    precision: str

    @property
    def steps(self) -> int:
        return len(self.norms) - 1

    @property
    def radius(self) -> float:
        return spectral_radius(self.recurrence.w)


def backward_pass(recurrence: Recurrence, h0: Array, steps: int, precision: str) -> Backward:
    """The gradient of L = c h_T, c being `direction`, sent back to every step."""
    _, z = recurrence.forward(h0, steps)
    gradients = recurrence.backward(z, direction(len(h0)), precision)
    return Backward(recurrence, z, gradients, lengths(gradients), precision)


def direction(n: int) -> Array:
    """dL/dh_T: the same for every unit, of length 1."""
    return np.full(n, n**-0.5)


def products_figure(run: Backward, look: Look) -> Figure:
    """Length of dL/dh_t against t on a log axis, with the power of the spectral radius."""
    t = np.arange(run.steps + 1)
    seen = np.where(np.isfinite(run.norms) & (run.norms > SMALLEST), run.norms, np.nan)
    power = run.radius ** (run.steps - t)
    drawn = np.where((power > SMALLEST) & (power < 1 / SMALLEST), power, np.nan)
    traces = [
        line("‖∂L/∂hₜ‖", t, seen, look, 0, hovertemplate="t = %{x}: %{y:.3g}"),
        line("ρ^(T−t)", t, drawn, look, 1, hovertemplate="%{y:.3g}"),
    ]
    if (factors := overflow(run.norms)) is not None:
        traces.append(_limit(run, factors, look))
    return Figure(
        traces,
        layout(
            look,
            400,
            xaxis=axis(
                look, "time step t; the gradient comes from the right", range=[0, run.steps]
            ),
            yaxis=log_axis(look, "length of the gradient", np.append(seen, drawn)),
            hovermode="x unified",
        ),
    )


def _limit(run: Backward, factors: int, look: Look) -> dict:
    """A marker at the last step whose gradient the precision can still hold."""
    t = run.steps - factors + 1
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"last one that {run.precision} holds",
        "x": [t],
        "y": [float(run.norms[t])],
        "marker": {"symbol": "x", "size": 12, "color": look.text},
        "hovertemplate": "t = %{x}: %{y:.3g}",
    }


def fate(norms: Array) -> str:
    """What becomes of the gradient: it vanishes, stays within a factor of 10, or explodes."""
    if overflow(norms) is not None or norms[0] > 10 * norms[-1]:
        return "It explodes"
    return "It vanishes" if norms[0] < norms[-1] / 10 else "It keeps its size"


def describe_products(run: Backward) -> str:
    """How long the gradient is at the first step, the factor a step, and what overflows."""
    if run.steps == 0:
        return "Without a step there is no product: the gradient is as it came."
    steps = counted(run.steps, "step")
    if (factors := overflow(run.norms)) is not None:
        return (
            f"In {run.precision} the gradient **overflows after {counted(factors, 'factor')}**, "
            f"at t = {run.steps - factors}: no number is left for the steps before."
        )
    if (factors := underflow(run.norms)) is not None:
        return (
            f"In {run.precision} the gradient is **exactly 0 after {counted(factors, 'factor')}**: "
            f"steps before t = {run.steps - factors + 1} learn nothing."
        )
    return (
        f"Over {steps} a gradient of length 1 becomes one of **{number(run.norms[0], 3)}**: "
        f"a factor of **{number(growth(run.norms), 4)}** a step, where the spectral radius is "
        f"{number(run.radius, 3)}."
    )


def pace(run: Backward) -> float:
    """Growth per step; in float64, which holds every product, where the precision lost it."""
    own = growth(run.norms)
    if not np.isnan(own):
        return own
    return growth(lengths(run.recurrence.backward(run.z, direction(run.gradients.shape[1]))))


def until_overflow(run: Backward) -> str:
    """How many factors the precision holds before it overflows, as far as the run tells."""
    if (factors := overflow(run.norms)) is not None:
        return f"{factors}"
    return f"more than {run.steps}" if run.norms[0] > run.norms[-1] else "no growth"


def products_table(run: Backward) -> pd.DataFrame:
    """A row per step: the length of its gradient and the bound by the largest singular value."""
    t = np.arange(run.steps + 1)
    top = float(np.linalg.norm(run.recurrence.w, 2))
    back = (run.steps - t).astype(float)
    with np.errstate(over="ignore"):
        bound = np.power(top, back)
    return pd.DataFrame(
        {
            "t": t,
            "length of ∂L/∂hₜ": run.norms,
            "ρ^(T−t)": run.radius**back,
            "largest singular value^(T−t)": bound,
        }
    )


def products_alt(run: Backward) -> str:
    lead = f"Length of the gradient against the time step, 0 to {run.steps}, on a log axis. "
    return lead + describe_products(run).replace("*", "")
