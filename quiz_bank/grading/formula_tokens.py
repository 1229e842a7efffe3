"""Turns the text of a formula into plain tokens, with implicit products written out."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from quiz_bank.grading import text as typed
from quiz_bank.grading.formula_functions import CONSTANTS, FUNCTIONS, GREEK, SPELLINGS

MAX_CHARACTERS = 400
MAX_NESTING = 40
MAX_LITERAL = 1e15

_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_TOKEN = re.compile(
    rf"(?P<odd>0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|{_NUMBER}(?:\.|_)[0-9.]*)"
    rf"|(?P<number>{_NUMBER})"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<operator>\*\*|[-+*/(),])"
)
_GREEK = re.compile("[" + "".join(GREEK) + "]")
_SUPERSCRIPT = re.compile("[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_HOSTILE = re.compile(r"['\"`\\~@:\[\]{}#$]|//|__|\.\s*[A-Za-z_]|<<|>>")
_PROGRAM_WORDS = frozenset(
    "import from lambda def class for while with yield await async del global nonlocal return "
    "raise try except finally assert pass exec eval".split()
)
_LOGIC_WORDS = frozenset("not and or if else elif is in".split())
_SPELLED = {"True", "False", "None"}

Role = Literal["number", "name", "function", "open", "close", "operator"]


class FormulaError(ValueError):
    """A formula that is not evaluated: `refused` when hostile or oversized, else a slip."""

    def __init__(self, code: str, message: str, refused: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.refused = refused
