"""Analytic gradients against central differences, and how the step of the difference matters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.by_hand.staged import PARAMETERS, Problem
from engine.by_hand.wrong_gradients import Mistake
from engine.types import Array
from pages.figures.backprop_steps import (
    label,
)
from pages.figures.backprop_words import (
    parameter_rows,
)
from pages.figures.base import (
    MARKERS,
    Figure,
    Look,
    Spec,
    axis,
    counted,
    layout,
    line,
    listed,
    number,
    typed,
)

TOLERANCE = 1e-7  # of the relative error, as everywhere on these pages
FAR = 3.0  # a point beyond this many times the largest difference is drawn at the edge


@dataclass(frozen=True, eq=False)
class Check:
    """All parameters of a problem: the gradient (size,) of a mistake, and the difference at h."""

    problem: Problem
    mistake: Mistake
    h: float
    analytic: Array
    numeric: Array
    right: Array

    @property
    def errors(self) -> Array:
        """Absolute error per parameter; infinite where the gradient is not finite."""
        gap = np.abs(np.where(np.isfinite(self.analytic), self.analytic, np.inf) - self.numeric)
        return np.asarray(gap)

    @property
    def failed(self) -> Array:
        """Where |a - n| exceeds TOLERANCE times max(1, |a|, |n|)."""
        return self._fails(self.analytic, self.errors)

    @property
    def step_fails(self) -> bool:
        """Whether at this h even the right gradient does not pass."""
        return bool(self._fails(self.right, np.abs(self.right - self.numeric)).any())

    @property
    def window(self) -> tuple[float, float]:
        """Half the width and height of the picture; the height holds at most FAR widths."""
        reach = float(np.abs(self.numeric).max()) or 1.0
        finite = np.nan_to_num(self.analytic, nan=np.inf, posinf=np.inf, neginf=-np.inf)
        most = min(float(np.abs(finite).max()), FAR * reach)
        return 1.15 * reach, 1.15 * max(reach, most)

    @property
    def beyond(self) -> int:
        """How many points lie outside the picture."""
        return int((~(np.abs(self.analytic) <= self.window[1])).sum())

    def _fails(self, gradient: Array, errors: Array) -> Array:
        finite = np.where(np.isfinite(gradient), gradient, 0.0)
        scale = np.maximum(1.0, np.maximum(np.abs(finite), np.abs(self.numeric)))
        return np.asarray(errors > TOLERANCE * scale)

    @property
    def names(self) -> list[str]:
        return parameter_rows(self.problem)

    @property
    def groups(self) -> dict[str, slice]:
        """Where each parameter array lies in theta."""
        slots = (slot for own in self.problem.network.slots for slot in own)
        return {slot.name: slot.span for slot in slots}


def scatter_figure(check: Check, look: Look) -> Figure:
    """A point per parameter: on the diagonal it is right. Open points are off by more than 1e-7.

    What lies far outside is drawn at the edge, where the axis ends.
    """
    edge, most = check.window
    y = np.clip(np.nan_to_num(check.analytic, nan=most), -most, most)
    ends = np.array([-edge, edge])
    diagonal = line("equal", ends, ends, look, 7, hoverinfo="skip")
    return Figure(
        [diagonal, *(_points(check, name, y, k, look) for k, name in enumerate(PARAMETERS))],
        layout(
            look,
            440,
            xaxis=axis(look, "central difference", range=[-edge, edge]),
            yaxis=axis(look, "analytic gradient", range=[-most * 1.06, most * 1.06]),
            hovermode="closest",
        ),
    )


def _points(check: Check, name: str, y: Array, k: int, look: Look) -> Spec:
    here = check.groups[name]
    wrong = check.failed[here]
    texts = [
        f"{row}: analytic {number(float(a))}, difference {number(float(n))}"
        for row, a, n in zip(
            check.names[here], check.analytic[here], check.numeric[here], strict=True
        )
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": label(name),
        "x": typed(check.numeric[here]),
        "y": typed(y[here]),
        "text": texts,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": [MARKERS[k] + ("-open" if off else "") for off in wrong],
            "size": [14 if off else 11 for off in wrong],
            "color": look.lines[k],
            "line": {
                "color": [look.lines[k] if off else look.background for off in wrong],
                "width": [2.5 if off else 1 for off in wrong],
            },
        },
    }


def steps_figure(steps: Array, errors: Array, h: float, look: Look) -> Figure:
    """Largest error of the right gradient against the step h, both logarithmic."""
    at = int(np.argmin(np.abs(np.log(steps / h))))
    shown = np.where(errors > 0, errors, np.nan)
    return Figure(
        [
            line(
                "largest error",
                steps,
                shown,
                look,
                0,
                hovertemplate="h = %{x:.1e}: error %{y:.1e}<extra></extra>",
            ),
            {
                "type": "scatter",
                "mode": "markers",
                "name": "h now",
                "x": [h],
                "y": [None if np.isnan(shown[at]) else float(shown[at])],
                "marker": {
                    "size": 13,
                    "symbol": "diamond",
                    "color": look.lines[1],
                    "line": {"color": look.background, "width": 2},
                },
                "hoverinfo": "skip",
            },
        ],
        layout(
            look,
            300,
            xaxis=axis(
                look,
                "step h of the central difference",
                type="log",
                exponentformat="power",
                dtick=2,
            ),
            yaxis=axis(look, "largest error", type="log", exponentformat="power", dtick=2),
            hovermode="closest",
        ),
    )


def describe_check(check: Check) -> str:
    """How many parameters leave the diagonal, in which arrays, the worst, and what is to blame."""
    count, size = int(check.failed.sum()), len(check.failed)
    worst = int(np.argmax(check.errors))
    if count == 0:
        lead = f"All {size} parameters lie on the diagonal"
        if check.mistake.rule:
            lead = f"This mistake changes nothing here: all {size} parameters lie on the diagonal"
        return (
            f"{lead}. The largest error is **{number(check.errors[worst], 2)}**, at "
            f"{check.names[worst]}."
        )
    arrays = [
        f"{int(check.failed[here].sum())} of {here.stop - here.start} in {label(name)}"
        for name, here in check.groups.items()
        if check.failed[here].any()
    ]
    analytic, numeric = float(check.analytic[worst]), float(check.numeric[worst])
    blame = (
        f" At h = {number(check.h, 2)} even the right formulas miss by more than "
        f"{number(TOLERANCE, 2)}: the step is to blame as well."
        if check.step_fails and check.mistake.rule
        else f" The formulas are right: the step h = {number(check.h, 2)} is to blame."
        if check.step_fails
        else ""
    )
    beyond = (
        f" The edge of the picture holds {counted(check.beyond, 'point')} from beyond it."
        if check.beyond
        else ""
    )
    verb = "misses" if count == 1 else "miss"
    return (
        f"**{count} of {size}** parameters {verb} by more than {number(TOLERANCE, 2)}: "
        f"{listed(arrays)}. The worst is {check.names[worst]}: the formula says "
        f"{number(analytic)}, the difference **{number(numeric)}**.{blame}{beyond}"
    )


def describe_steps(steps: Array, errors: Array, h: float) -> str:
    """Which of the two errors rules at h, and where the best step lies."""
    at = int(np.argmin(np.abs(np.log(steps / h))))
    best = int(np.argmin(errors))
    lead = (
        f"At h = {number(h, 2)} the right gradient and its central difference are apart by up to "
        f"**{number(errors[at], 2)}**"
    )
    if at == best:
        return f"{lead}: the best of these steps."
    why = (
        "too coarse, the curve bends within the step, an error that falls with h²"
        if at < best
        else "too fine, both losses agree in most digits, and rounding grows with 1/h"
    )
    least = f"**{number(errors[best], 2)}** at h = {number(steps[best], 2)}"
    return f"{lead}: {why}. They come closest, {least}."


def check_table(check: Check) -> pd.DataFrame:
    """One row per parameter: both gradients, the error, and whether the check passes."""
    return pd.DataFrame(
        {
            "parameter": check.names,
            "analytic": check.analytic,
            "central difference": check.numeric,
            "error": check.errors,
            "passes": ~check.failed,
        }
    )


def scatter_alt(check: Check, *, revealed: bool = True) -> str:
    start = (
        f"A point for each of {counted(len(check.numeric), 'parameter')}, analytic gradient "
        "against central difference."
    )
    return f"{start} {describe_check(check).replace('*', '')}" if revealed else start


def steps_alt(steps: Array, errors: Array, h: float) -> str:
    return (
        "Largest error against the step of the difference, a valley between truncation and "
        f"rounding. {describe_steps(steps, errors, h).replace('*', '')}"
    )
