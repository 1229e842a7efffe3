"""What one step of a gated unit does, in words, as options to guess from and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from engine.studies.valves import Step
from engine.types import Array
from pages.figures.base import number
from pages.figures.cell import Moment, at
from pages.figures.cell_pipes import digits
from pages.figures.cell_steps import GATES, ROWS
from pages.figures.gate_look import PARTS

STATE = {"LSTM": "c", "GRU": "h"}
KEEPER = {"LSTM": "f", "GRU": "z"}
CANDIDATE = {"LSTM": "g", "GRU": "n"}
STAYS, REPLACED, EMPTIED, ADDED = (
    "It stays nearly as it was",
    "The candidate replaces it",
    "It becomes 0",
    "The candidate is added to it",
)
FATES = (STAYS, REPLACED, EMPTIED, ADDED)


def spelled(step: Step) -> str:
    """The step as it was written, with a minus sign."""
    return str(step).replace("-", "−")


def moment(values: Mapping[str, Array], t: int) -> Moment:
    """All values of step t, counted from 1."""
    return {name: float(series[t - 1]) for name, series in values.items()}


def fate(kind: str, now: Moment) -> str:
    """Which of FATES comes closest to what the step does with the state."""
    before, candidate = now["before"], now[CANDIDATE[kind]]
    ends = (before, candidate, 0.0, before + candidate)
    return FATES[int(np.argmin([abs(now[STATE[kind]] - end) for end in ends]))]


def question(kind: str, now: Moment) -> str:
    """What to guess before the step is drawn: what its gates do with the state."""
    gates = " and ".join(
        f"the {PARTS[gate].name} is at {told(now[gate])}" for gate in _writing(kind)
    )
    candidate = told(now[CANDIDATE[kind]])
    state = PARTS[STATE[kind]]
    return (
        f"At this step {gates}; the candidate is {candidate}. What happens to the {state.name} "
        f"{state.symbol}, which is {told(now['before'])}?"
    )


def _writing(kind: str) -> tuple[str, ...]:
    return ("f", "i") if kind == "LSTM" else ("z",)


def left_of_first(kind: str, values: Mapping[str, Array], t: int) -> float:
    """The share of the state after step 1 that the gates have kept up to step t: their product."""
    return float(np.prod(values[KEEPER[kind]][1:t]))


def describe_cell(
    kind: str, step: Step, values: Mapping[str, Array], t: int, frozen: Mapping[str, float]
) -> str:
    """What goes through each gate at step t and what comes of it; which gates do not listen."""
    now = moment(values, t)
    said = (_lstm if kind == "LSTM" else _gru)(now, t)
    return f"Step {t}, *{spelled(step)}*: {said}{_memory(kind, values, t)}{_frozen(frozen)}"


def _lstm(now: Moment, t: int) -> str:
    return (
        f"the forget gate passes **{percent(now['f'])}** of {at('C', t - 1)} = "
        f"{told(now['before'])}, the input gate **{percent(now['i'])}** of the candidate "
        f"{told(now['g'])}, so {at('C', t)} = **{told(now['c'])}**. The output gate "
        f"shows {percent(now['o'])} of tanh {at('C', t)}: {at('h', t)} = "
        f"**{told(now['h'])}**."
    )


def _gru(now: Moment, t: int) -> str:
    return (
        f"the update gate keeps **{percent(now['z'])}** of {at('h', t - 1)} = "
        f"{told(now['before'])} and takes the other {percent(1 - now['z'])} from the "
        f"candidate {told(now['n'])}, so {at('h', t)} = **{told(now['h'])}**. The reset "
        f"gate lets {percent(now['r'])} of u·{at('h', t - 1)} into the candidate. A GRU has no "
        "output gate: its state is always shown."
    )


def _memory(kind: str, values: Mapping[str, Array], t: int) -> str:
    if t == 1:
        return ""
    symbol = PARTS[STATE[kind]].symbol
    share = left_of_first(kind, values, t)
    return (
        f" What the {PARTS[KEEPER[kind]].name}s alone have kept of {at(symbol, 1)} is their "
        f"product since, **{percent(share)}**."
    )


def _frozen(frozen: Mapping[str, float]) -> str:
    if not frozen:
        return ""
    held = " and the ".join(f"{PARTS[gate].name} at {value:g}" for gate, value in frozen.items())
    return f" Frozen, deaf to the words: the {held}."


def told(value: float) -> str:
    """The value as captions tell it, in three digits and more just below 1."""
    return number(value, digits(value))


def percent(share: float) -> str:
    """The share in percent, in three digits and more just below 100."""
    return f"{number(100 * share, digits(share))}%"


def cell_alt(kind: str, now: Moment, t: int, revealed: bool) -> str:
    """The gates as valves, and once revealed what flows."""
    gates = ", ".join(f"{PARTS[gate].name} {told(now[gate])}" for gate in GATES[kind])
    state = PARTS[STATE[kind]].symbol
    lead = f"One unit of the {kind} as pipes with valves at step {t}: {gates}."
    if not revealed:
        return f"{lead} The new state is still hidden."
    result = f"{at('h', t)} {told(now['h'])}"
    if kind == "LSTM":
        result = f"{at('C', t)} {told(now['c'])} and {result}"
    return f"{lead} {at(state, t - 1)} {told(now['before'])} becomes {result}."


def steps_alt(kind: str, steps: Sequence[Step], values: Mapping[str, Array], revealed: bool) -> str:
    """Each row of bars with its numbers; the states only once revealed."""
    rows = [name for name in ROWS[kind] if revealed or name in GATES[kind]]
    told = "; ".join(
        f"{PARTS[name].name} {', '.join(number(v, 2) for v in values[name])}" for name in rows
    )
    return f"Bars over {', '.join(map(spelled, steps))}: {told}."


def cell_table(kind: str, steps: Sequence[Step], values: Mapping[str, Array]) -> pd.DataFrame:
    """A row per step: its word and every value."""
    named = {f"{PARTS[name].name} {PARTS[name].symbol}": values[name] for name in ROWS[kind]}
    return pd.DataFrame(
        {
            "step": np.arange(1, len(steps) + 1),
            "word": [step.word for step in steps],
            "value": values["x"],
            **named,
        }
    )
