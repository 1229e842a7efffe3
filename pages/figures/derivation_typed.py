"""The rows of the LSTM by hand as stages that are typed, and what is said about typed values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from engine.by_hand.lstm_example import GATES, Example
from engine.by_hand.lstm_labels import LABELS, Label, forward_values
from pages.figures.base import listed
from pages.figures.derivation_words import short
from quiz_bank.grading.results import StageGrade
from quiz_bank.model import Stage

Values = Mapping[str, float]

MARKS = {"correct": "✓", "carried": "↪", "incorrect": "✗", "invalid": "?"}
WORDS = {
    "correct": "right",
    "carried": "right from your own earlier value",
    "incorrect": "wrong",
    "invalid": "unreadable",
}
SLIPS: dict[str, dict[str, str]] = {  # of a term, by key of the misconceptions: the wrong product
    "2.1": {"tanh_of_c": "{t}.1 Go_{t}", "tanh_deriv": "{t}.1 Go_{t} 1-tanhC_{t}"},
    "2.2": {"no_sig": "{t}.1 tanhC_{t}", "c_not_tanhc": "{t}.1 C_{t} Go_{t} 1-Go_{t}"},
    "3.1": {"no_sig": "{t}.2.1 Cc_{t}", "swap_ig": "{t}.2.1 Gu_{t} Gu_{t} 1-Gu_{t}"},
    "3.2": {"no_sig": "{t}.2.1 Gu_{t}", "tanh_deriv": "{t}.2.1 Gu_{t} 1-Cc_{t}"},
    "3.3": {"no_sig": "{t}.2.1 C_{p}", "f_uses_c_t": "{t}.2.1 C_{t} Gf_{t} 1-Gf_{t}"},
    "3.4": {"f_path_one": "{t}.2.1"},
}
NOT_CARRIED = {"1": "no_gate_recurrence", "2.1": "no_f_path"}
FORWARD = {
    "Gf": "forget gate Γf",
    "Gu": "update gate Γu",
    "Cc": "candidate C̃",
    "Go": "output gate Γo",
    "C": "cell state C",
    "tanhC": "tanh C",
    "a": "output a",
    "y": "label y",
}


def stages(example: Example) -> tuple[Stage, ...]:
    """The sixteen rows to type, each from those before it and the forward pass of the example."""
    known = forward_values(example)

    def rule(label: Label) -> Callable[[Values], float]:
        return lambda values: label.value({**known, **values})

    return tuple(
        Stage(
            name=label.name,
            symbol=label.symbol,
            prompt=f"by {label.words}",
            rule=rule(label),
            wrong={key: rule(slip) for key, slip in slips(label).items()},
        )
        for label in LABELS
    )


def slips(label: Label) -> dict[str, Label]:
    """The row with one known mistake each."""
    term = label.name.partition(".")[2]
    at = partial(str.format, t=label.step, p=label.step - 1)
    found = {
        key: replace(label, parts=(at(product),)) for key, product in SLIPS.get(term, {}).items()
    }
    if term in NOT_CARRIED and label.carried != "0":
        found[NOT_CARRIED[term]] = replace(label, carried="")
    return found


def typed_cells(grades: Sequence[StageGrade]) -> dict[str, str]:
    """What stands in the boxes: the typed values, each with a mark for its verdict."""
    return {
        grade.name: f"{MARKS[grade.verdict]} {'' if grade.value is None else short(grade.value)}"
        for grade in grades
        if grade.verdict != "blank"
    }


def describe_typed(grades: Sequence[StageGrade]) -> str:
    """How many rows are typed, and how they fared, with the marks of the boxes."""
    number = Counter(grade.verdict for grade in grades if grade.verdict != "blank")
    if not number:
        return "No row is typed yet: each box will show your value and whether it is right."
    parts = [f"{MARKS[v]} **{number[v]}** {words}" for v, words in WORDS.items() if number[v]]
    return f"Typed: {number.total()} of {len(grades)} rows, {listed(parts)}."


def typed_table(grades: Sequence[StageGrade]) -> pd.DataFrame:
    """The typed rows with their verdicts."""
    typed = [grade for grade in grades if grade.verdict != "blank"]
    return pd.DataFrame(
        {
            "row": [grade.name for grade in typed],
            "your value": [grade.shown or "not read" for grade in typed],
            "verdict": [WORDS[grade.verdict] for grade in typed],
        }
    )


def forward_table(example: Example) -> pd.DataFrame:
    """What the rules take from the forward pass, a column for each step."""
    values = forward_values(example)
    return pd.DataFrame(
        {
            "value": [*FORWARD.values(), "C before the step", "a before the step"],
            **{
                f"step {t}": [
                    *(values[f"{name}_{t}"] for name in FORWARD),
                    values[f"C_{t - 1}"],
                    values[f"a_{t - 1}"],
                ]
                for t in (1, 2)
            },
        }
    )


def describe_recurrent(example: Example) -> str:
    """The weights that lead back to the output before the step, which row 4.1 takes."""
    weights = [
        f"{short(float(w))} ({gate})" for gate, w in zip(GATES, example.W[:, -1], strict=True)
    ]
    return f"The weights for a are {listed(weights)}."
