"""A wrong backward pass of the LSTM by hand beside the right one and central differences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from engine.by_hand.lstm import Step, labeled
from engine.by_hand.lstm_checks import parameter_check
from engine.by_hand.lstm_example import GATES, Example
from engine.by_hand.lstm_labels import TERMS
from engine.by_hand.lstm_nudges import central_differences
from engine.by_hand.lstm_rules import Outcome, Rules, by_rules
from engine.by_hand.wrong_lstm import Mistake
from engine.types import Array

TOLERANCE = 1e-7  # of the relative error, as everywhere on these pages
PARAMETERS = (*(f"W_{g}[{k}]" for g in GATES for k in (1, 2, 3)), *(f"b_{g}" for g in GATES))
ROWS = ("da", "dC", "dΓo", "dΓu", "dC̃", "dΓf", "dC before", "da before")


@dataclass(frozen=True, eq=False)
class Check:
    """Labels (16,) and parameters (16,) with a mistake, by the right rules, and by differences."""

    mistake: Mistake
    error: float
    wrong: Outcome
    right: Outcome
    label_numeric: dict[str, float]
    numeric: Array

    @cached_property
    def labels(self) -> dict[str, tuple[float, float, float]]:
        """By the post's labels: with the mistake, right, central difference."""
        wrong, right = labeled(self.wrong.steps), labeled(self.right.steps)
        return {name: (wrong[name], right[name], self.label_numeric[name]) for name in right}

    @cached_property
    def off_labels(self) -> list[str]:
        """The labels that the mistake makes wrong, in the order of the backward pass."""
        return [name for name, (w, r, _) in self.labels.items() if bool(_apart(w, r))]

    @cached_property
    def off(self) -> Array:
        """Which of PARAMETERS it makes wrong, (16,) of bool."""
        return _apart(self.wrong.flat, self.right.flat)

    @property
    def confirmed(self) -> bool:
        """Whether the central differences confirm the right gradient, to their rounding."""
        scale = np.maximum(max(1.0, self.error), np.abs(self.right.flat))
        return bool((np.abs(self.right.flat - self.numeric) <= TOLERANCE * scale).all())

    @property
    def exposed(self) -> tuple[str, float, float, float] | None:
        """The first wrong label, else the worst parameter: its name, wrong, right, difference."""
        if self.off_labels:
            name = self.off_labels[0]
            return f"derivative {name}, {symbol_of(name)},", *self.labels[name]
        if not self.off.any():
            return None
        k = int(np.argmax(np.abs(self.wrong.flat - self.right.flat)))
        values = (float(a[k]) for a in (self.wrong.flat, self.right.flat, self.numeric))
        return (f"the gradient of {PARAMETERS[k]}", *values)

    @property
    def place(self) -> tuple[int, int]:
        """Step from 0 and row in GATES of the first gate whose gradient is wrong."""
        gates = {"2.2": "o", "3.1": "u", "3.2": "c", "3.3": "f"}
        found = [name for name in self.off_labels if name[2:] in gates] or ["2.3.1"]
        return int(found[0][0]) - 1, GATES.index(gates[found[0][2:]])


def _apart(wrong: Array | float, right: Array | float) -> Array:
    scale = np.maximum(1.0, np.maximum(np.abs(wrong), np.abs(right)))
    return np.asarray(np.abs(np.subtract(wrong, right)) > TOLERANCE * scale)


def check_mistake(example: Example, steps: tuple[Step, ...], mistake: Mistake) -> Check:
    """Everything about one mistake, for the forward pass `steps` of the example."""
    right = by_rules(Rules(), example, steps)
    numeric = parameter_check(example, np.column_stack([right.dW, right.db])).numeric
    return Check(
        mistake,
        sum(step.error for step in steps),
        by_rules(mistake.rules, example, steps),
        right,
        central_differences(example),
        np.append(numeric[:, :-1], numeric[:, -1]),
    )


def symbol_of(name: str) -> str:
    """2.2.1 is dC₂, and 2.3.4 dC₁⁽²⁾, what step 2 sends back: a label's symbol with its step."""
    row, step = ROWS[list(TERMS).index(name[2:])], int(name[0])
    if not row.endswith(" before"):
        return f"{row}{'₀₁₂'[step]}"
    return f"{row.removesuffix(' before')}{'₀₁₂'[step - 1]}⁽{'⁰¹²'[step]}⁾"


def check_table(check: Check) -> pd.DataFrame:
    """A row per label and per parameter: with the mistake, right, central difference."""
    rows = [(f"{name} {symbol_of(name)}", *values) for name, values in check.labels.items()]
    flat = zip(PARAMETERS, check.wrong.flat, check.right.flat, check.numeric, strict=True)
    columns = ["gradient", "with the mistake", "right", "central difference"]
    table = pd.DataFrame([*rows, *flat], columns=columns)
    off = [name in check.off_labels for name in check.labels]
    return table.assign(spoiled=[*off, *check.off.tolist()])
