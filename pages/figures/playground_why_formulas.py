"""The next update of a pinned weight in formulas, each with its numbers."""

from __future__ import annotations

from engine.playground.pins import Pinned
from pages.figures.update_rules import Line, latex_number, worked_update

TERMS = 2  # of a sum over the batch that are written out


def gradient_lines(pinned: Pinned) -> list[Line]:
    """The gradient as a mean over the batch, what is added and what is cut, with the numbers."""
    n, is_bias = len(pinned.rows), bool((pinned.signals == 1).all())
    terms = [_term(a, d, is_bias) for a, d in zip(pinned.signals, pinned.deltas, strict=True)]
    shown = " + ".join(terms[:TERMS]) + (r" + \dots" if n > TERMS else "")
    product = r"\delta_i" if is_bias else r"a_i\,\delta_i"
    symbols = rf"\partial L / \partial \theta = \frac{{1}}{{n}} \sum_i {product}"
    lines = [(symbols, rf"\tfrac{{1}}{{{n}}} ({shown}) \\ & = {latex_number(pinned.gradient)}")]
    total = pinned.gradient + pinned.penalty
    if pinned.penalty:
        parts = f"{latex_number(pinned.gradient)} + {latex_number(pinned.penalty)}"
        symbols = r"g = \partial L / \partial \theta + \partial R / \partial \theta"
        lines.append((symbols, f"{parts} = {latex_number(total)}"))
    if pinned.used != total and total:
        parts = rf"{latex_number(total)}\cdot {latex_number(pinned.used / total)}"
        lines.append((r"\mathrm{clip}(g)", f"{parts} = {latex_number(pinned.used)}"))
    return lines


def _term(signal: float, delta: float, is_bias: bool) -> str:
    d = latex_number(delta, 3)
    return d if is_bias else rf"{latex_number(signal, 3)}\cdot {d}"


DECAYS = {"l1": r"\eta\lambda\,\mathrm{sign}\,\theta", "l2": r"\eta\lambda\,\theta"}
SHRINKS = {
    "l1": r"\mathrm{sign}(\theta) \max(|\theta| - \eta\lambda,\ 0)",
    "l2": r"\theta / (1 + \eta\lambda)",
}


def update_lines(pinned: Pinned, penalty: str) -> list[Line]:
    """The update rule's lines with the numbers, between decay before and shrinking after it."""
    lines: list[Line] = []
    if pinned.by_decay:
        change = latex_number(-pinned.by_decay)
        numbers = f"{latex_number(pinned.value)} - {change} = {latex_number(pinned.decayed)}"
        lines.append((rf"\theta \leftarrow \theta - {DECAYS[penalty]}", numbers))
    lines += worked_update(pinned.rule, pinned.before, pinned.after, 0)
    if pinned.by_shrinking:
        symbols = rf"\theta \leftarrow {SHRINKS[penalty]}"
        change = latex_number(pinned.by_shrinking)
        numbers = f"{latex_number(pinned.stepped)} + {change} = {latex_number(pinned.shrunk)}"
        lines.append((symbols, numbers))
    return lines
