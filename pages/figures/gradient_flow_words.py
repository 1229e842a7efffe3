"""What a gradient becomes on its way back through a cell, in words and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from engine.studies.sequence_flow import lost_at
from engine.types import Array
from pages.figures.base import counted, listed, number
from pages.figures.cell import at
from pages.figures.gradient_flow import CONSTANT, GATES, HIGHEST, LINES, LOWEST, Norms

BORDER = 1e-3  # a gradient that is smaller teaches next to nothing
SAME = 10.0  # a norm that changes by less over all steps counts as kept
CELLS = ("RNN", "LSTM", "GRU")
ALL, GATED, LSTM_ALONE, NONE = "All three", "GRU and LSTM", "Only the LSTM", "None of them"
_ANSWERS = {CELLS: ALL, ("LSTM", "GRU"): GATED, ("LSTM",): LSTM_ALONE, (): NONE}


def carriers(norms: Mapping[str, Array]) -> str:
    """Which of the three cells keep at least BORDER of dh_T/dh_t down to t = 0."""
    kept = tuple(name for name in CELLS if norms[name][0] >= BORDER)
    return _ANSWERS.get(kept) or listed(kept)


def question(forget_bias: float, steps: int) -> str:
    """What to guess before the lines are drawn; `carriers` is the answer."""
    return (
        f"With a forget-gate bias of {forget_bias:g}, for which of RNN, LSTM and GRU is the norm "
        f"of ∂{at('h', steps)}/∂{at('h', 0)} at least {number(BORDER)}?"
    )


def describe_flow(norms: Norms, names: Sequence[str], window: int | None) -> str:
    """The norm at t = 0 of each line and where it falls below BORDER, or what became of it."""
    flows = [name for name in names if name not in CONSTANT]
    fates: dict[str, list[str]] = {}
    for name in flows:
        fates.setdefault(_fate(norms.shown[name]), []).append(LINES[name].name)
    said = [f"{listed(alike)} {fate}" for fate, alike in fates.items()]
    back = counted(norms.steps, "step")
    text = f"Norm after {back} back: {'; '.join(said)}." if said else ""
    parts = [
        text or "No cell is chosen: choose one under Lines.",
        _clipping(norms, flows),
        _window(norms.steps, window) if window else "",
        _products(norms, names),
    ]
    return " ".join(filter(None, parts))


def _fate(norms: Array) -> str:
    first = norms[0]
    if first == 0:
        last = int(np.flatnonzero(norms == 0)[-1])
        return f"exactly **0** from t = {last} down"
    if not np.isfinite(first):
        last = int(np.flatnonzero(~np.isfinite(norms))[-1])
        return f"beyond float64 from t = {last} down"
    text = f"**{number(first, 3)}**"
    if first < LOWEST or first > HIGHEST:
        return f"{text}, too {'small' if first < 1 else 'large'} for float32 and off the axis"
    lost = lost_at(norms, BORDER)
    return text if lost is None else f"{text}, below {number(BORDER)} from t = {lost} down"


def _clipping(norms: Norms, flows: Sequence[str]) -> str:
    """What the limit changed, and that it leaves what shrinks as it is."""
    if norms.limit is None or not flows:
        return ""
    cut = [name for name in flows if (norms.free[name] != norms.shown[name]).any()]
    if not cut:
        return (
            f"No norm is above the limit {norms.limit:g}, so clipping changes nothing: it cannot "
            "make a gradient longer."
        )
    peaks = [
        f"{LINES[name].name}, which would reach {_size(norms.free[name].max())}" for name in cut
    ]
    text = f"Clipping at {norms.limit:g} cuts {'; '.join(peaks)}."
    if all((norms.shown[name] >= 1).all() for name in flows):
        return text
    return f"{text} It cannot make a gradient longer, so it does not help against vanishing."


def _size(norm: float) -> str:
    return number(norm, 3) if np.isfinite(norm) else "more than float64 can hold"


def _window(steps: int, window: int) -> str:
    cut = (steps - 1) // window * window
    if cut == 0:
        return f"A window of {counted(window, 'step')} covers all of them: nothing is cut."
    return (
        f"Truncated every {counted(window, 'step')}: nothing passes t = {cut}, so no earlier step "
        "learns from the end, however strong its influence is."
    )


def _products(norms: Norms, names: Sequence[str]) -> str:
    left = [
        f"of {gate} leave {number(norms.free[name][0], 3)}"
        for name, gate in GATES.items()
        if name in names
    ]
    if not left:
        return ""
    gates = counted(norms.steps, "forget gate")
    return f"Along the cell state alone, {gates} {', those '.join(left)}."


def describe_explosion(norms: Norms, factor: float) -> str:
    """By how much the LSTM that explodes multiplies a gradient, against its forget gates alone."""
    first, alone = norms.free["cells"][0], norms.free["alone"][0]
    is_cut = (norms.free["cells"] != norms.shown["cells"]).any()
    beyond = any(v[0] > HIGHEST or 0 < v[0] < LOWEST for v in norms.free.values())
    parts = [
        f"Over {counted(norms.steps, 'step')} back{', without clipping,' if is_cut else ''} the "
        "gradient by C becomes "
        f"**{number(first, 3)}** times as long, a factor of **{number(factor)}** a step: it "
        f"{_verdict(first)}.",
        f"The forget gates alone would leave {number(alone, 3)}; the rest passes through h and the "
        "candidate."
        if norms.free["LSTM"][0]
        else "Nothing reads h, so the forget gates alone carry it, and the gradient by an earlier "
        "h is exactly 0.",
        "A line leaves the axis where float32 ends." if beyond else "",
        _clipping(norms, ("LSTM", "cells")),
    ]
    return " ".join(filter(None, parts))


def _verdict(norm: float) -> str:
    if SAME > norm > 1 / SAME:
        return f"keeps its size within a factor of {SAME:g}"
    return "**explodes**" if norm > 1 else "**vanishes**"


def describe_units(name: str, units: Array) -> str:
    """The strongest and the weakest unit at t = 0."""
    first = units[0]
    if not np.isfinite(first).all():
        return f"{name}: at t = 0 a norm is beyond float64."
    best, worst = int(first.argmax()), int(first.argmin())
    gaps = " Gray cells are exactly 0." if (units == 0).any() else ""
    if first[best] == 0:
        return f"{name}: at t = 0 no unit has any influence on the end.{gaps}"
    return (
        f"{name}: of the state at t = 0, unit **{best + 1}** has the "
        f"most influence on the end, **{number(first[best], 3)}**, and unit {worst + 1} the least, "
        f"{number(first[worst], 3)}.{gaps}"
    )


def flow_alt(norms: Norms, names: Sequence[str], text: str) -> str:
    """The picture of the lines, with its caption `text`."""
    drawn = listed([LINES[name].name for name in names]) if names else "nothing"
    return (
        f"Norms of gradients by earlier states, on a log axis over t from 0 to {norms.steps}: "
        f"{drawn}. {text.replace('*', '')}"
    )


def flow_table(norms: Norms, names: Sequence[str]) -> pd.DataFrame:
    """A row per step: the norm of every line, as clipping leaves it."""
    columns = {f"{LINES[name].name}, {LINES[name].of}": norms.shown[name] for name in names}
    return pd.DataFrame({"t": np.arange(norms.steps + 1), **columns})
