"""The rows of the LSTM by hand: in symbols, in numbers, in a sentence and as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from engine.by_hand.lstm_labels import LABELS, Label, symbol
from pages.figures.backprop_steps import result, tex
from pages.figures.base import number
from pages.figures.latex_lines import BREAK, LINE, joined, length

Values = Mapping[str, float]


def worked_row(label: Label, values: Values) -> tuple[str, str]:
    """The rule of a row, and the same with its numbers; a LaTeX pair."""
    value = result(values[label.name])
    numbers = _sum(label, lambda name: tex(values[name]))
    fits = length(numbers) + length(value) <= LINE
    return f"{label.symbol} = {_sum(label, symbol)}", f"{numbers}{'' if fits else BREAK} = {value}"


def _sum(label: Label, write: Callable[[str], str]) -> str:
    return joined((joined(factors, r"\cdot") for factors in label.written(write)), "+")


def describe_row(label: Label, values: Values, differences: Values) -> str:
    """Which row this is, what it is by, its value, what that means, and its check."""
    value = values[label.name]
    found = f"It is **{number(value)}**, {_meaning(value)}; the central difference is "
    return (
        f"Row {LABELS.index(label) + 1} of {len(LABELS)}: **{label.name}** is the derivative of "
        f"the total error by {label.words}. {found}**{number(differences[label.name])}**."
    )


def _meaning(value: float) -> str:
    if value == 0:
        return "so a small change leaves the error as it is"
    return f"so raising it a little {'raises' if value > 0 else 'lowers'} the error"


def rows_table(labels: Sequence[Label], values: Values, differences: Values) -> pd.DataFrame:
    """Rows with what they are by, value, central difference and the distance of the two."""
    own = [values[label.name] for label in labels]
    other = [differences[label.name] for label in labels]
    return pd.DataFrame(
        {
            "row": [label.name for label in labels],
            "value": own,
            "central difference": other,
            "error": [abs(a - b) for a, b in zip(own, other, strict=True)],
            "derivative by": [label.words for label in labels],
        }
    )


def short(value: float) -> str:
    """The value in the few characters that a box holds."""
    if value != 0 and not 0.001 <= abs(value) < 1000:
        mantissa, _, power = f"{value:.1e}".partition("e")
        return f"{mantissa}e{int(power)}".replace("-", "−")
    return f"{value:.4f}".rstrip("0").rstrip(".").replace("-", "−") if value else "0"
