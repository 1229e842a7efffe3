"""The rows of the LSTM by hand: in symbols, in numbers, in a sentence and as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from engine.by_hand.lstm_labels import LABELS, Label, symbol
from pages.figures.backprop_steps import result, tex
from pages.figures.base import number
from pages.figures.latex_lines import BREAK, LINE, joined, length

Values = Mapping[str, float]

MOST_DIGITS = 8


def worked_row(label: Label, values: Values) -> tuple[str, str]:
    """The rule of a row, and the same with its numbers; a LaTeX pair."""
    value, digits = result(values[label.name]), enough_digits(label, values)
    numbers = _sum(label, lambda name: tex(values[name], digits))
    fits = length(numbers) + length(value) <= LINE
    return f"{label.symbol} = {_sum(label, symbol)}", f"{numbers}{'' if fits else BREAK} = {value}"


def enough_digits(label: Label, values: Values) -> int:
    """The fewest digits with which the rule leads to the value as it is shown.

    Four often miss its last one, and more where summands cancel.
    """
    wanted = result(values[label.name])
    for digits in range(4, MOST_DIGITS):
        rounded = {name: float(f"{value:.{digits}g}") for name, value in values.items()}
        if result(label.value(rounded)) == wanted:
            return digits
    return MOST_DIGITS


def _sum(label: Label, write: Callable[[str], str]) -> str:
    return joined((joined(factors, r"\cdot") for factors in label.written(write)), "+")


def describe_row(label: Label, values: Values, differences: Values) -> str:
    """Which row this is, its value, what that means for what it is by, and its check."""
    value = values[label.name]
    return (
        f"Row {LABELS.index(label) + 1} of {len(LABELS)}: the derivative **{label.name}** is "
        f"**{number(value)}**, so {_meaning(value, label.words)}. "
        f"The central difference is **{number(differences[label.name])}**."
    )


def _meaning(value: float, words: str) -> str:
    if value == 0:
        return f"a small change of {words} hardly moves the total error"
    return f"raising {words} a little {'raises' if value > 0 else 'lowers'} the total error"


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
