"""The loss along one update with its tangent, and the loss over many updates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.by_hand.staged import Problem
from engine.by_hand.update_line import Updates, loss_along, tangent
from engine.types import Array
from pages.figures.backprop_steps import (
    label,
)
from pages.figures.backprop_words import (
    parameter_rows,
)
from pages.figures.base import Figure, Look, Spec, axis, counted, layout, line, number
from pages.figures.marks import point

SAMPLES = 161
LOWER_LESS, LOWER_MORE, HIGHER = (
    "Lower, by less than the tangent says",
    "Lower, by more than the tangent says",
    "Not lower",
)


@dataclass(frozen=True, eq=False)
class Update:
    """One update from a problem's parameters by its gradient (size,) at rate eta, and many."""

    problem: Problem
    gradient: Array
    eta: float
    many: Updates
    taken: int

    @property
    def before(self) -> float:
        return float(self.many.losses[0])

    @property
    def after(self) -> float:
        """The loss after one update; not finite where it overflows."""
        return float(loss_along(self.problem, self.gradient, [self.eta])[0])

    @property
    def predicted(self) -> float:
        """What the tangent says of the loss after one update."""
        return float(tangent(self.before, self.gradient, self.eta))

    @property
    def last(self) -> int:
        """The last step up to `taken` that is finite."""
        end = self.many.diverged_at
        return self.taken if end is None else min(self.taken, end - 1)

    def outcome(self) -> str:
        """How the loss after one update compares with the one before and the tangent's."""
        if not self.after < self.before:
            return HIGHER
        return LOWER_MORE if self.after < self.predicted else LOWER_LESS


def along_figure(update: Update, look: Look, *, revealed: bool = True) -> Figure:
    """J along the step, the tangent at eta = 0, and both at the chosen eta."""
    rates = np.linspace(0, 2 * update.eta, SAMPLES)
    losses = loss_along(update.problem, update.gradient, rates)
    straight = tangent(update.before, update.gradient, rates)
    hover = "η = %{x:.3g}: %{y:.4g}<extra></extra>"
    traces = [line("tangent at η = 0", rates, straight, look, 1, hovertemplate=hover)]
    if revealed:
        traces.insert(0, line("J(θ − ηg)", rates, losses, look, 0, hovertemplate=hover))
        traces += [
            point("new loss", update.eta, update.after, "circle", look.lines[0], look),
            point("predicted", update.eta, update.predicted, "diamond", look.lines[1], look),
        ]
    traces.append(point("loss now", 0.0, update.before, "square", look.text, look))
    traces[-1]["showlegend"] = not revealed  # with all five the legend meets the camera
    return Figure(
        traces,
        layout(
            look,
            400,
            xaxis=axis(look, "learning rate η", range=[-0.06 * update.eta, 2 * update.eta]),
            yaxis=axis(look, "loss J", range=_window(update, losses, straight)),
            hovermode="closest",
        ),
    )


def _window(update: Update, losses: Array, straight: Array) -> list[float]:
    """A range with both points; the tangent may leave it, for J is never below 0."""
    seen = losses[np.isfinite(losses)]
    marks = [v for v in (update.before, update.after, update.predicted) if np.isfinite(v)]
    low = min(float(seen.min()), *marks)
    high = max(float(seen.max()), *marks)
    margin = 0.08 * ((high - low) or 1.0)
    return [low - margin, high + margin]


def repeated_figure(update: Update, look: Look) -> Figure:
    """The loss after each update, logarithmic, and the number of updates taken."""
    losses = update.many.losses
    steps = np.arange(len(losses))
    shown = [float(loss) if loss > 0 else None for loss in losses]  # beyond float32 at times
    at = float(losses[update.last])
    hover = "step %{x}: %{y:.4g}<extra></extra>"
    return Figure(
        [
            line("loss", steps, steps, look, 0, hovertemplate=hover) | {"y": shown},
            point("steps taken", float(update.last), at, "circle", look.lines[1], look),
        ],
        layout(
            look,
            300,
            xaxis=axis(look, "updates taken"),
            yaxis=axis(look, "loss J", type="log", **_ticks(losses)),
            hovermode="closest",
        ),
    )


def _ticks(losses: Array) -> Spec:
    """A tick per power of ten where there are several, else a few plain numbers."""
    seen = losses[np.isfinite(losses) & (losses > 0)]
    decades = np.log10(seen.max() / seen.min())
    if decades < 1.5:
        return {"nticks": 5}
    return {"exponentformat": "power", "dtick": max(1, int(decades // 6))}


def describe_update(update: Update) -> str:
    """The new loss beside the old and the predicted one."""
    drop = update.before - update.predicted
    text = (
        f"One update at η = {number(update.eta, 3)} takes the loss from "
        f"{number(update.before)} to **{number(update.after)}**; the tangent promised "
        f"**{number(update.predicted)}**. "
    )
    if not np.isfinite(update.after):
        return text + "The new loss is too large for a float."
    share = (update.before - update.after) / drop if drop else 1.0
    if share < 0:
        return text + "The step is so long that the loss went up although its slope points down."
    return text + f"That is **{100 * share:.3g}%** of the promised fall of {number(drop)}."


def describe_repeated(update: Update) -> str:
    """Where the repeated updates stand, and where they diverge."""
    many = update.many
    if many.diverged_at is not None and update.taken >= many.diverged_at:
        last = counted(update.last, "update")
        return (
            f"The updates diverge: **{label(str(many.tensor))}** is no longer finite at step "
            f"**{many.diverged_at}**. After {last} the loss is {number(many.losses[update.last])}."
        )
    now = float(many.losses[update.taken])
    lead = f"After {counted(update.taken, 'update')} the loss is **{number(now)}**"
    rises = int((np.diff(many.losses[: update.taken + 1]) > 0).sum())
    text = f"{lead}; it rose in {counted(rises, 'update')} on the way."
    if many.diverged_at is not None:
        text += f" At step {many.diverged_at} the updates diverge."
    return text


def update_table(update: Update) -> pd.DataFrame:
    """Every parameter: before, its gradient, its change, after one update and after all taken."""
    change = -update.eta * update.gradient
    return pd.DataFrame(
        {
            "parameter": parameter_rows(update.problem),
            "before": update.problem.theta,
            "gradient": update.gradient,
            "change": change,
            "after 1": update.problem.theta + change,
            f"after {update.last} (taken)": update.many.thetas[update.last],
        }
    )


def along_alt(update: Update, *, revealed: bool = True) -> str:
    start = (
        f"Loss against the learning rate of one update, with its tangent at 0, from "
        f"{number(update.before)} down to {number(update.predicted)} at η = {number(update.eta, 3)}"
    )
    return f"{start}. {describe_update(update).replace('*', '')}" if revealed else f"{start}."


def repeated_alt(update: Update) -> str:
    return f"Loss after each update on a log axis. {describe_repeated(update).replace('*', '')}"
