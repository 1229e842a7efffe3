"""Writes a parsed formula as LaTeX, so that the learner sees what was understood.

Built from the syntax tree alone: nothing typed reaches the output except known names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from quiz_bank.grading.formula_functions import FUNCTIONS, LATEX_NAMES
from quiz_bank.grading.formula_parser import parse_formula

SUM, SIGN, PRODUCT, POWER, ATOM = range(5)  # how tightly the outermost part binds
_LEVELS: dict[type[ast.operator], int] = {
    ast.Add: SUM,
    ast.Sub: SUM,
    ast.Mult: PRODUCT,
    ast.Div: POWER,  # the bar of a fraction groups like parentheses
    ast.Pow: POWER,
}
_NAME = re.compile(r"(?P<stem>[A-Za-z]+?)(?P<hat>hat)?_?(?P<index>[0-9]*)")


def render_latex(text: str, variables: Collection[str]) -> str:
    """LaTeX of the formula `text` over `variables`. Raises FormulaError."""
    return latex_of(parse_formula(text, variables))


def latex_of(tree: ast.expr) -> str:
    """LaTeX of a checked syntax tree."""
    match tree:
        case ast.Constant(value=float(number)):
            return _number(number)
        case ast.Name(id=name):
            return _name(name)
        case ast.UnaryOp(op=sign, operand=operand):
            return ("-" if isinstance(sign, ast.USub) else "+") + _within(operand, PRODUCT)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name].latex.replace("#", ", ".join(map(latex_of, arguments)))
        case ast.BinOp(left=left, op=operator, right=right):
            return _binary(left, operator, right)
    raise TypeError(f"not a checked formula: {type(tree).__name__}")


def _binary(left: ast.expr, operator: ast.operator, right: ast.expr) -> str:
    match operator:
        case ast.Add():
            return f"{_within(left, SUM)} + {_within(right, PRODUCT)}"
        case ast.Sub():
            return f"{_within(left, SUM)} - {_within(right, PRODUCT)}"
        case ast.Mult():
            return rf"{_within(left, SIGN)} \cdot {_within(right, POWER)}"
        case ast.Div():
            return rf"\frac{{{latex_of(left)}}}{{{latex_of(right)}}}"
    return f"{_within(left, ATOM)}^{{{latex_of(right)}}}"


def _within(node: ast.expr, level: int) -> str:
    """LaTeX of `node`, in parentheses when it binds less tightly than `level`."""
    latex = latex_of(node)
    return latex if _level(node) >= level else rf"\left({latex}\right)"


def _level(node: ast.expr) -> int:
    match node:
        case ast.BinOp(op=operator):
            return _LEVELS[type(operator)]
        case ast.UnaryOp():
            return SIGN
        case ast.Constant(value=float(number)):
            return PRODUCT if "e" in f"{number:.15g}" else ATOM
    return ATOM


def _number(number: float) -> str:
    mantissa, _, exponent = f"{number:.15g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _name(name: str) -> str:
    match = _NAME.fullmatch(name)
    if match is None:
        escaped = name.replace("_", r"\_")
        return rf"\mathrm{{{escaped}}}"
    stem = LATEX_NAMES.get(match["stem"], match["stem"])
    plain = len(stem) == 1 or stem.startswith("\\")
    stem = stem if plain else rf"\mathrm{{{stem}}}"
    stem = rf"\hat{{{stem}}}" if match["hat"] else stem
    return f"{stem}_{{{match['index']}}}" if match["index"] else stem
