"""The numbers of the LSTM by hand as tables, each row with where its numbers come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from engine.by_hand.edit_list import Place, place_name
from engine.by_hand.lstm_edits import numbers, origins
from engine.by_hand.lstm_example import Example
from pages.figures.base import listed

GATE_ROWS = {"f": "forget Γf", "u": "update Γu", "c": "candidate C̃", "o": "output Γo"}
ORDER = ("yours", "published", "chosen")


@dataclass(frozen=True)
class NumberTable:
    """Rows by the words before them and columns by title; `place(i, j)` is the number there."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    place: Callable[[int, int], Place]


def _weight(row: int, column: int) -> Place:
    gate = [*GATE_ROWS][row]
    return (f"W_{gate}", (column,)) if column < 3 else (f"b_{gate}", ())


def _input(row: int, column: int) -> Place:
    return (f"x_{row + 1}", (column,)) if column < 2 else (f"y_{row + 1}", ())


def _start(row: int, column: int) -> Place:
    return ("a_0", "C_0", "alpha")[column], ()


TABLES = {
    "weights": NumberTable(tuple(GATE_ROWS.values()), ("x[1]", "x[2]", "a", "bias b"), _weight),
    "inputs": NumberTable(("step 1", "step 2"), ("x[1]", "x[2]", "label y"), _input),
    "start": NumberTable(("start",), ("output a₀", "cell C₀", "rate α"), _start),
}


def number_table(example: Example, table: NumberTable) -> pd.DataFrame:
    """The numbers of a table, and in the column "from" which are published, chosen or yours."""
    values, marks = numbers(example), origins(example)
    rows = []
    for i in range(len(table.rows)):
        places = [table.place(i, j) for j in range(len(table.columns))]
        row: list[float | str] = [float(values[name][index]) for name, index in places]
        rows.append([*row, marked(dict(zip(table.columns, map(marks.get, places), strict=True)))])
    return pd.DataFrame(rows, index=list(table.rows), columns=[*table.columns, "from"])


def marked(marks: Mapping[str, str | None]) -> str:
    """What most of the columns are, and by name those that are something else."""
    named = {origin: [title for title, mark in marks.items() if mark == origin] for origin in ORDER}
    first, *others = sorted(
        (origin for origin in ORDER if named[origin]), key=lambda origin: -len(named[origin])
    )
    return "; ".join([first, *(f"{', '.join(named[origin])} {origin}" for origin in others)])


def describe_origins(example: Example) -> str:
    """Which numbers the post states, which were chosen, and which the visitor changed."""
    marks = origins(example)
    yours = [place_name(place) for place, mark in marks.items() if mark == "yours"]
    stated = {place[0]: None for place, mark in marks.items() if mark == "published"}
    text = "**Published** in the post: " + (listed(list(stated)) if stated else "none of these")
    text += ". **Chosen** here, as the post's figures are lost: the others. "
    return f"{text}**Yours**: {listed(yours) if yours else 'none yet'}."
