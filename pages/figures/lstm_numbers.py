"""The numbers of the LSTM by hand as tables, each row with where its numbers come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from engine.by_hand.edit_list import Place, place_name
from engine.by_hand.lstm_edits import numbers, origins
from engine.by_hand.lstm_example import GATES, Example
from pages.figures.base import listed

WEIGHT_ROWS = tuple(f"W_{gate}" for gate in GATES)
SINGLE_ROWS = {f"b_{gate}": f"bias b_{gate}" for gate in GATES} | {
    "y_1": "label y₁",
    "y_2": "label y₂",
    "a_0": "output a₀",
    "C_0": "cell C₀",
    "alpha": "rate α",
}
ORDER = ("published", "chosen", "yours")


@dataclass(frozen=True)
class NumberTable:
    """Rows by the words before them and columns by title; `place(i, j)` is the number there."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    place: Callable[[int, int], Place]


def _weight(row: int, column: int) -> Place:
    return WEIGHT_ROWS[row], (column,)


def _input(row: int, column: int) -> Place:
    return f"x_{row + 1}", (column,)


def _single(row: int, column: int) -> Place:
    return [*SINGLE_ROWS][row], ()


TABLES = {
    "weights": NumberTable(WEIGHT_ROWS, ("x[1]", "x[2]", "a"), _weight),
    "inputs": NumberTable(("step 1", "step 2"), ("x[1]", "x[2]"), _input),
    "single": NumberTable(tuple(SINGLE_ROWS.values()), ("value",), _single),
}


def number_table(example: Example, table: NumberTable) -> pd.DataFrame:
    """The numbers of a table, and in the column "from" which are published, chosen or yours."""
    values, marks = numbers(example), origins(example)
    rows = []
    for i in range(len(table.rows)):
        places = [table.place(i, j) for j in range(len(table.columns))]
        row = [float(values[name][index]) for name, index in places]
        found = {marks[place] for place in places}
        rows.append([", ".join(mark for mark in ORDER if mark in found), *row])
    return pd.DataFrame(rows, index=list(table.rows), columns=["from", *table.columns])


def describe_origins(example: Example) -> str:
    """Which numbers the post states, which were chosen, and which the visitor changed."""
    marks = origins(example)
    yours = [place_name(place) for place, mark in marks.items() if mark == "yours"]
    stated = {place[0]: None for place, mark in marks.items() if mark == "published"}
    text = "**Published** in the post: " + (listed(list(stated)) if stated else "none of these")
    text += ". **Chosen** here, as the post's figures are lost: the others. "
    return f"{text}**Yours**: {listed(yours) if yours else 'none yet'}."
