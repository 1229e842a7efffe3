"""Each stage of the two passes in symbols, in numbers, in words and as a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.by_hand.staged import (
    Problem,
    Stages,
    chained_output_gradient,
)
from engine.by_hand.weight_conventions import Convention, Factor
from engine.types import Array
from pages.figures.base import SUBSCRIPTS
from pages.figures.latex_lines import BREAK, LINE, joined, length
from pages.figures.update_rules import latex_number

ONE_NUMBER = "1 number"
GATE = {  # of the hidden activation: g in numbers, g' in symbols, g' in numbers
    "sigmoid": (r"\frac{{1}}{{1 + e^{{-{z}}}}}", r"A_1 \odot (1 - A_1)", r"{a}\,(1 - {a})"),
    "tanh": (r"\tanh{z}", r"(1 - A_1^2)", r"(1 - {a}^2)"),
    "relu": (r"\max(0, {z})", r"[Z_1 > 0]", r"{slope}"),
}
NAMED = {"sigmoid": r"\sigma(Z_1)", "tanh": r"\tanh(Z_1)", "relu": r"\max(0, Z_1)"}


@dataclass(frozen=True)
class Focus:
    """The entry that is followed: example, input and hidden unit, counted from 0."""

    example: int
    feature: int
    unit: int

    def place(self, stage: str) -> tuple[int, ...]:
        """Where the entry lies in the engine's array of a stage."""
        e, i, u = self.example, self.feature, self.unit
        by_kind = {"X": (e, i), "J": (), "dW1": (i, u), "db1": (u,), "dW2": (u, 0), "db2": (0,)}
        return by_kind.get(stage, (e, u) if stage.endswith("1") else (e, 0))


def label(stage: str) -> str:
    """dW1 as dW₁, for pictures and sentences."""
    return stage.translate(SUBSCRIPTS)


def symbol(stage: str) -> str:
    """dW1 as dW_1, for formulas."""
    return stage if stage[-1] not in "12" else f"{stage[:-1]}_{stage[-1]}"


def tex(value: float, digits: int = 4) -> str:
    """The value in LaTeX; what is not finite says so."""
    if np.isnan(value):
        return r"\text{undefined}"
    if np.isinf(value):
        return r"\infty" if value > 0 else r"(-\infty)"
    return latex_number(value + 0.0, digits)  # no sign before 0


def result(value: float) -> str:
    """The value in LaTeX at the end of a line, where it needs no parentheses."""
    text = tex(value)
    return text[1:-1] if text.startswith("(") else text


def shape_text(stage: str, value: Array, convention: Convention) -> str:
    """(4, 3) in this convention; J is one number."""
    if stage == "J":
        return ONE_NUMBER
    rows, columns = convention.shown(stage, value).shape
    return f"({rows}, {columns})"


def formula(problem: Problem, convention: Convention, stage: str) -> str:
    """The right side of a stage's rule in LaTeX, as this convention writes it."""
    mean = problem.reduction == "mean"
    over_n = r"\tfrac1n " if mean else ""
    price = problem.task == "price"
    simple = {
        "X": "A_0",
        "A1": f"g(Z_1) = {NAMED[problem.hidden]}",
        "A2": "Z_2" if price else r"\sigma(Z_2)",
        "J": rf"{over_n}\textstyle\sum_i \tfrac12 (\hat y_i - y_i)^2"
        if price
        else rf"-{over_n}\textstyle\sum_i [\,y_i \ln \hat y_i"
        r" \\ & \quad + (1 - y_i) \ln(1 - \hat y_i)\,]",
        "dA2": rf"{over_n}(A_2 - Y)"
        if price
        else rf"{over_n}\left(-\frac{{Y}}{{A_2}} + \frac{{1 - Y}}{{1 - A_2}}\right)",
        "dZ2": " = ".join(_output_sum_rules(problem)),
        "db2": r"\textstyle\sum_i dZ_2^{(i)}",
        "dZ1": rf"dA_1 \odot g'(Z_1) \\ & = dA_1 \odot {GATE[problem.hidden][1]}",
        "db1": r"\textstyle\sum_i dZ_1^{(i)}",
    }
    if stage in simple:
        return simple[stage]
    left, right = (_factor(factor) for factor in convention.products[stage])
    bias = f" + b_{stage[-1]}" if stage.startswith("Z") else ""
    return rf"{left}\,{right}{bias}"


def _output_sum_rules(problem: Problem) -> tuple[str, str]:
    """dZ2 by the chain rule, and what it simplifies to for both tasks."""
    slope = "1" if problem.task == "price" else "A_2 (1 - A_2)"
    over_n = r"\tfrac1n " if problem.reduction == "mean" else ""
    return rf"dA_2 \odot {slope}", f"{over_n}(A_2 - Y)"


def _factor(factor: Factor) -> str:
    return symbol(factor.name) + (r"^\top" if factor.transposed else "")


def entry_name(stage: str, focus: Focus, convention: Convention) -> str:
    """The followed entry in LaTeX, its row and column as this convention counts them."""
    name = symbol(stage)
    if not focus.place(stage):
        return name
    row, column = shown_place(stage, focus, convention)
    return rf"{name}[{row + 1},{column + 1}]"


def shown_place(stage: str, focus: Focus, convention: Convention) -> tuple[int, int]:
    """Row and column of the followed entry as this convention writes the stage."""
    place = (0, 0, *focus.place(stage))[-2:]
    return place[::-1] if convention.turns(stage) else place


def worked_stage(
    problem: Problem, stages: Stages, convention: Convention, stage: str, focus: Focus
) -> list[tuple[str, str]]:
    """The rule of a stage, and the same for the followed entry in numbers; LaTeX pairs."""
    value = float(stages[stage][focus.place(stage)])
    rule = rf"{symbol(stage)} = {formula(problem, convention, stage)}"
    numbers = _numbers(problem, stages, stage, focus)
    name = entry_name(stage, focus, convention)
    lines = [(rf"{rule} \\ & {name}", _equals(numbers, value))]
    if stage == "dZ2":
        e = focus.example
        chained = float(chained_output_gradient(problem, stages)[e, 0])
        a, y = float(stages["A2"][e, 0]), float(problem.y[e, 0])
        slope = r"1" if problem.task == "price" else rf"{tex(a)}\,(1 - {tex(a)})"
        product = _equals(rf"{tex(float(stages['dA2'][e, 0]))} \cdot {slope}", chained)
        short = _equals(_scaled(problem, rf"{tex(a)} - {tex(y)}"), value)
        chain, simplified = _output_sum_rules(problem)
        lines = [
            (rf"{symbol(stage)} = {chain} \\ & {name}", product),
            (rf"\text{{simplified: }} {symbol(stage)} = {simplified} \\ & {name}", short),
        ]
    return lines


def _scaled(problem: Problem, inner: str, size: str = "") -> str:
    """The sum over the examples with its 1/n; `size` is LaTeX for larger parentheses."""
    n = len(problem.x)
    if problem.reduction != "mean" or n == 1:
        return inner
    return rf"\tfrac{{1}}{{{n}}}{size}({inner}{size})"


def _sum(terms: list[str]) -> str:
    return joined(terms, "+")


def _equals(numbers: str, value: float) -> str:
    """The numbers and their result, which goes to a line of its own where it does not fit."""
    if not numbers:
        return result(value)
    fits = length(numbers) + length(result(value)) <= LINE
    return f"{numbers}{'' if fits else BREAK} = {result(value)}"


def _dot(left: Array, right: Array) -> list[str]:
    return [rf"{tex(a)}\cdot {tex(b)}" for a, b in zip(left, right, strict=True)]


def _numbers(problem: Problem, v: Stages, stage: str, focus: Focus) -> str:
    """The right side for the followed entry with its numbers, without the result."""
    e, i, u = focus.example, focus.feature, focus.unit
    p = problem.parameters
    z1, a1 = float(v["Z1"][e, u]), float(v["A1"][e, u])
    z2, a2 = float(v["Z2"][e, 0]), float(v["A2"][e, 0])
    gate, _, slope = GATE[problem.hidden]
    rules = {
        "X": lambda: "",
        "Z1": lambda: _sum([*_dot(v["X"][e], p["W1"][:, u]), tex(p["b1"][u])]),
        "A1": lambda: gate.format(z=tex(z1)),
        "Z2": lambda: _sum([*_dot(v["A1"][e], p["W2"][:, 0]), tex(p["b2"][0])]),
        "A2": lambda: "" if problem.task == "price" else GATE["sigmoid"][0].format(z=tex(z2)),
        "J": lambda: _loss_numbers(problem, v),
        "dA2": lambda: _output_numbers(problem, a2, float(problem.y[e, 0])),
        "dZ2": lambda: "",
        "dW2": lambda: _sum(_dot(v["A1"][:, u], v["dZ2"][:, 0])),
        "db2": lambda: _sum([tex(d) for d in v["dZ2"][:, 0]]),
        "dA1": lambda: rf"{tex(v['dZ2'][e, 0])}\cdot {tex(p['W2'][u, 0])}",
        "dZ1": lambda: rf"{tex(v['dA1'][e, u])}\cdot " + slope.format(a=tex(a1), slope=int(z1 > 0)),
        "dW1": lambda: _sum(_dot(v["X"][:, i], v["dZ1"][:, u])),
        "db1": lambda: _sum([tex(d) for d in v["dZ1"][:, u]]),
    }
    return rules[stage]()


def _loss_numbers(problem: Problem, v: Stages) -> str:
    """The loss of each example, added up."""
    if problem.task == "price":
        each = ((v["A2"] - problem.y) ** 2 / 2)[:, 0]
    else:
        y, z = problem.y[:, 0], v["Z2"][:, 0]
        each = y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)
    return _scaled(problem, _sum([tex(loss) for loss in each]))


def _output_numbers(problem: Problem, a: float, y: float) -> str:
    if problem.task == "price":
        return _scaled(problem, rf"{tex(a)} - {tex(y)}")
    inner = rf"-\frac{{{tex(y)}}}{{{tex(a)}}} + \frac{{1 - {tex(y)}}}{{1 - {tex(a)}}}"
    return _scaled(problem, inner, r"\Big")
