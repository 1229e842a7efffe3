"""Parses a formula into a checked syntax tree; every limit holds before any arithmetic is done."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from engine.types import Array
from quiz_bank.grading.formula_functions import CONSTANTS, FUNCTIONS
from quiz_bank.grading.formula_tokens import FormulaError, canonical, python_source

MAX_DEPTH = 40
MAX_NODES = 250
MAX_EXPONENT = 64.0

BINARY: dict[type[ast.operator], Callable[..., Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
UNARY: dict[type[ast.unaryop], Callable[..., Any]] = {ast.UAdd: np.positive, ast.USub: np.negative}


def parse_formula(text: str, variables: Collection[str]) -> ast.expr:
    """The syntax tree of `text` over `variables`: numbers, names, + - * / **, signs and calls of
    the listed functions. Raises FormulaError."""
    return _parsed(text, tuple(variables))


@lru_cache(maxsize=512)
def _parsed(text: str, variables: tuple[str, ...]) -> ast.expr:
    source = python_source(text, variables)
    try:
        tree = ast.parse(source, mode="eval").body
    except (RecursionError, MemoryError):
        raise FormulaError("too_deep", "This formula nests too deeply.", refused=True) from None
    except (SyntaxError, ValueError):
        message = "This is not a complete formula: look for a missing or doubled operator."
        raise FormulaError("syntax", message) from None
    _check_size(tree)
    _check_exponents(tree)
    return tree


def evaluate(
    text: str, values: Mapping[str, Array], variables: Collection[str] | None = None
) -> Array:
    """The formula at `values` (variable -> array, all of one shape), in that shape. Where it has
    no value the result is nan or infinite. Raises FormulaError."""
    tree = parse_formula(text, tuple(values) if variables is None else tuple(variables))
    shape = np.broadcast_shapes(*(np.shape(value) for value in values.values()))
    return np.array(np.broadcast_to(value_of(tree, values), shape))


def value_of(tree: ast.expr, values: Mapping[str, Array]) -> Array:
    """The value of a checked tree in floating point; nan or infinite where it has none."""
    names = CONSTANTS | {canonical(name): np.asarray(v, float) for name, v in values.items()}
    with np.errstate(all="ignore"):
        return np.asarray(_value(tree, names))


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=float(number)):
            return np.float64(number)
        case ast.Name(id=name):
            return names[name]
        case ast.UnaryOp(op=sign, operand=operand):
            return UNARY[type(sign)](_value(operand, names))
        case ast.BinOp(left=left, op=operator, right=right):
            return BINARY[type(operator)](_value(left, names), _value(right, names))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name].f(*(_value(argument, names) for argument in arguments))
    raise _forbidden()


def _check_size(tree: ast.expr) -> None:
    level, depth, nodes = [tree], 0, 0
    while level:
        depth, nodes = depth + 1, nodes + len(level)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise FormulaError("too_large", "This formula has too many parts.", refused=True)
        level = [child for node in level for child in operands(node)]


def operands(node: ast.expr) -> list[ast.expr]:
    """The parts of a node of the allowed kinds. Raises FormulaError for any other node."""
    match node:
        case ast.Constant(value=float()) | ast.Name():
            return []
        case ast.UnaryOp(op=sign, operand=operand) if type(sign) in UNARY:
            return [operand]
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in BINARY:
            return [left, right]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            _check_arity(name, len(arguments))
            return arguments
        case ast.Tuple(elts=[]):
            raise FormulaError("syntax", "There is nothing between the parentheses.")
    raise _forbidden()


def _check_arity(name: str, given: int) -> None:
    wanted = FUNCTIONS[name].arguments
    if (given != wanted) if wanted else (given < 2):
        count = "one argument" if wanted else "two or more arguments"
        raise FormulaError("arity", f"{name} takes {count}, not {given}.")


def _check_exponents(tree: ast.expr) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and _constant(node.right):
            exponent = float(value_of(node.right, {}))
            if not abs(exponent) <= MAX_EXPONENT:
                limit = f"Exponents are at most {MAX_EXPONENT:.0f} here."
                raise FormulaError("exponent_too_large", limit, refused=True)


def _constant(tree: ast.expr) -> bool:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names <= CONSTANTS.keys() | FUNCTIONS.keys()


def _forbidden() -> FormulaError:
    return FormulaError(
        "forbidden_syntax",
        "A comma only separates arguments, as in max(x, 0); write decimals with a point.",
    )
