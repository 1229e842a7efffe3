"""One update of the LSTM by hand: every number old and new, the loss along it, the next pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.by_hand.lstm_example import GATES, Example
from engine.by_hand.lstm_updates import Epochs, first_order, loss_along
from engine.types import Array
from pages.figures.base import Figure, Look, axis, cells, layout, line, number
from pages.figures.lstm_weights import INPUTS, parameter_names
from pages.figures.marks import point

SAMPLES = 161
ROUNDING = 1e-10  # of a loss: a smaller change has too few digits left to be compared


@dataclass(frozen=True, eq=False)
class Update:
    """One update of an example at its own learning rate by dW (4, 3) and db (4,); and many."""

    example: Example
    dW: Array
    db: Array
    many: Epochs
    taken: int = 1

    @property
    def rate(self) -> float:
        return self.example.learning_rate

    @property
    def gradient(self) -> Array:
        """By [W | b], (4, 4)."""
        return np.column_stack([self.dW, self.db])

    @property
    def before(self) -> float:
        return float(self.many.losses[0])

    @property
    def after(self) -> float:
        """The loss after one update; not finite where it overflows."""
        return float(loss_along(self.example, self.dW, self.db, self.rate))

    @property
    def predicted(self) -> float:
        """What the gradient alone says of the loss after one update."""
        return float(first_order(self.before, self.dW, self.db, self.rate))

    @property
    def promised(self) -> float:
        """The change of the loss that the gradient alone predicts, also where it is tiny."""
        return float(first_order(0.0, self.dW, self.db, self.rate))

    @property
    def last(self) -> int:
        """The last epoch up to `taken` that is finite."""
        end = self.many.diverged_at
        return self.taken if end is None else max(0, min(self.taken, end - 1))


def along_figure(update: Update, look: Look, *, revealed: bool = True) -> Figure:
    """The loss along the update, its tangent at the start, and both at the rate that is used."""
    rates = np.linspace(0, 2 * (update.rate or 1.0), SAMPLES)
    losses = loss_along(update.example, update.dW, update.db, rates)
    straight = first_order(update.before, update.dW, update.db, rates)
    hover = "rate %{x:.3g}: %{y:.6g}<extra></extra>"
    traces = [line("first order", rates, straight, look, 1, hovertemplate=hover)]
    if revealed:
        traces.insert(0, line("loss", rates, losses, look, 0, hovertemplate=hover))
        traces += [
            point("new loss", update.rate, update.after, "circle", look.lines[0], look, size=19),
            point("predicted", update.rate, update.predicted, "diamond", look.lines[1], look),
        ]
    traces.append(point("loss now", 0.0, update.before, "square", look.text, look))
    traces[-1]["showlegend"] = not revealed  # with all five the legend meets the camera
    ends = sorted((-0.06 * rates[-1], float(rates[-1])))
    return Figure(
        traces,
        layout(
            look,
            380,
            xaxis=axis(look, "rate of the update", range=ends, nticks=6, exponentformat="power"),
            yaxis=axis(look, "total error E", range=_window(update, losses), nticks=6),
            hovermode="closest",
        ),
    )


def _window(update: Update, losses: Array) -> list[float]:
    """A range with the curve; the prediction may leave it, for no loss is below 0."""
    seen = np.append(losses[np.isfinite(losses)], update.before)
    low, high = float(seen.min()), float(seen.max())
    low, high = (
        min(low, max(update.predicted, -0.1 * high)),
        max(high, min(update.predicted, 2 * high)),
    )
    margin = max(0.08 * (high - low), 1e-6 * high) or 1.0  # enough that its ticks stay readable
    return [low - margin, high + margin]


def describe_update(update: Update) -> str:
    """The new loss beside the old and the predicted one."""
    change, promised = update.after - update.before, update.promised
    text = (
        f"One update at rate {number(update.rate, 3)} takes the loss from "
        f"{number(update.before, 6)} to **{number(update.after, 6)}**. "
    )
    if not np.isfinite(update.after):
        return (
            f"At rate {number(update.rate, 3)} a number of the next pass is too large for a float."
        )
    if update.rate == 0 or not update.gradient.any():
        reason = "The rate is 0" if update.rate == 0 else "Every gradient is 0"
        return text + f"{reason}: nothing moves."
    if abs(promised) < ROUNDING * update.before:
        return text + (
            f"First order promised a change of **{number(promised, 3)}**, too little to be told "
            "from the rounding of the loss."
        )
    text += (
        f"First order promised a change of **{number(promised, 6)}**; it is **{number(change, 6)}**"
    )
    if update.rate < 0:
        return text + ". A negative rate climbs the slope."
    if change > 0:
        return text + ". The step is so long that the loss went up although its slope points down."
    if update.predicted < 0:
        return text + ". The promise lies below 0, where no such loss can be."
    return text + f", {100 * change / promised + 0.0:.6g}% of it."


def along_alt(update: Update, *, revealed: bool = True) -> str:
    start = (
        f"Total error against the rate of one update, with its tangent from "
        f"{number(update.before, 6)} at 0 to {number(update.predicted, 6)} at "
        f"{number(update.rate, 3)}."
    )
    return f"{start} {describe_update(update).replace('*', '')}" if revealed else start


def numbers_figure(update: Update, look: Look) -> Figure:
    """All 16 numbers as cells: old, change and new under each other, colored by the gradient."""
    old = np.column_stack([update.example.W, update.example.b])
    change = -update.rate * update.gradient
    texts = [
        [
            f"{number(float(was), 6)}<br>{signed(float(by))}<br><b>{number(float(was + by), 6)}</b>"
            for was, by in zip(*rows, strict=True)
        ]
        for rows in zip(old, change, strict=True)
    ]
    reach = float(np.abs(update.gradient).max()) or 1.0
    spec = cells(update.gradient, texts, look, reach)
    spec |= {"x": [*INPUTS, "b"], "y": list(GATES), "textfont": {"color": look.text, "size": 12}}
    return Figure(
        [spec],
        layout(
            look,
            320,
            margin={"l": 8, "r": 4, "t": 12, "b": 8},
            xaxis=axis(look, "", side="top", fixedrange=True, showgrid=False),
            yaxis=axis(look, "", autorange="reversed", fixedrange=True, showgrid=False),
        ),
    )


def signed(value: float) -> str:
    """The value in three digits with its sign, also a plus."""
    return f"+{number(value, 3)}" if value > 0 else number(value, 3)


def describe_numbers(update: Update) -> str:
    """Which number moves most, and against which gradient."""
    flat = update.gradient.ravel()
    k = int(np.abs(flat).argmax())
    name, change = parameter_names()[k], float(-update.rate * flat[k])
    if change == 0:
        return "No number moves."
    return (
        "Each cell: the old number, minus rate times gradient, and in bold the new one; "
        f"the color is the gradient's. **{name}** moves most: its gradient {number(flat[k], 6)} "
        f"times {number(update.rate, 3)} changes it by **{number(change, 6)}**."
    )


def numbers_alt(update: Update) -> str:
    return f"The 16 numbers before and after one update. {describe_numbers(update)}".replace(
        "*", ""
    )


def numbers_table(update: Update) -> pd.DataFrame:
    """Every parameter: gradient, old, change and new."""
    old = np.column_stack([update.example.W, update.example.b]).ravel()
    change = -update.rate * update.gradient.ravel()
    return pd.DataFrame(
        {
            "parameter": parameter_names(),
            "gradient": update.gradient.ravel(),
            "old": old,
            "− rate × gradient": change,
            "new": old + change,
        }
    )
