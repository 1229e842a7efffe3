"""Turns the text of a formula into plain tokens, with implicit products written out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

from quiz_bank.grading import text as typed
from quiz_bank.grading.formula_functions import CANONICAL, CONSTANTS, FUNCTIONS, GREEK

MAX_CHARACTERS = 400
MAX_NESTING = 40
MAX_LITERAL = 1e15

_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_TOKEN = re.compile(
    rf"(?P<odd>0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|(?>{_NUMBER})[._][0-9._]*)"
    rf"|(?P<number>{_NUMBER})"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<open>\()|(?P<close>\))|(?P<operator>\*\*|[-+*/,])"
)
_GREEK = re.compile(f"([{''.join(GREEK)}])([0-9]*)")
_SUPERSCRIPT = re.compile("[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_SUBSCRIPT = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_PROGRAM = re.compile(
    r"['\"`~@%:#\[\]{}]|//|__|<<|>>|\b(?:import|from|def|class|for|while|with|yield|await|async|"
    r"del|global|nonlocal|return|raise|try|except|finally|assert|pass)\b"
)
_LOGIC = frozenset(("not", "and", "or", "if", "else", "elif", "is", "in", "as"))

Token = tuple[str, str]  # role and text


class FormulaError(ValueError):
    """A formula that is not evaluated: refused when hostile or oversized, a slip otherwise."""

    verdict: Literal["invalid", "refused"]

    def __init__(self, code: str, message: str, refused: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.verdict = "refused" if refused else "invalid"


def canonical(name: str) -> str:
    """The one spelling of a name that has several."""
    return CANONICAL.get(name, name)


def python_source(text: str, variables: Collection[str]) -> str:
    """`text` as an arithmetic expression in Python's syntax, made of nothing but numbers, known
    names, parentheses, commas and + - * / **. Raises FormulaError."""
    if len(text) > MAX_CHARACTERS:
        limit = f"A formula has at most {MAX_CHARACTERS} characters here; this is longer."
        raise FormulaError(typed.TOO_LONG, limit, refused=True)
    plain = _plain(text)
    if not plain:
        raise FormulaError(typed.BLANK, "Nothing was typed: give a formula such as 2x + 1.")
    _refuse_programs(plain)
    known = {canonical(name) for name in variables}
    tokens = list(_classified(list(_tokens(plain)), known))
    _check_parentheses(tokens)
    return " ".join(_multiplied(tokens))


def _plain(text: str) -> str:
    text = _SUPERSCRIPT.sub(lambda match: f"^({typed.lowered(match[0])})", text)
    text = typed.plain(text.translate(_SUBSCRIPT)).replace("√", "sqrt")
    text = _GREEK.sub(lambda match: f" {GREEK[match[1]]}{match[2]} ", text)
    return re.sub(r"\s+", " ", text.replace("^", "**")).strip()


def _refuse_programs(plain: str) -> None:
    if "\\" in plain or "$" in plain:
        raise FormulaError(
            "bad_character", "LaTeX is not read here: write sqrt(x)/2 for a root over two."
        )
    if _PROGRAM.search(plain):
        raise FormulaError(
            "not_a_formula", "This looks like a program, not a formula: it was not run.", True
        )


def _tokens(plain: str) -> Iterator[Token]:
    at = 0
    while at < len(plain):
        match = _TOKEN.match(plain, at)
        if match:
            yield _token(match)
            at = match.end()
        elif plain[at] == " ":
            at += 1
        else:
            raise _stray(plain, at)


def _token(match: re.Match[str]) -> Token:
    role, text = str(match.lastgroup), match[0]
    if role == "odd":
        message = f"“{typed.echo(text)}” is not read as a number: write decimals such as 0.25."
        raise FormulaError("bad_number", message)
    if role != "number":
        return role, text
    if float(text) > MAX_LITERAL:
        limit = f"Numbers in a formula are at most {MAX_LITERAL:.0e}."
        raise FormulaError("number_too_large", limit, refused=True)
    return role, repr(float(text))


def _stray(plain: str, at: int) -> FormulaError:
    if plain[at] == ".":
        return (
            FormulaError("attribute", "A dot after a name is not part of a formula.", True)
            if plain[at + 1 :].lstrip()[:1].isalpha()
            else FormulaError("syntax", "A dot stands alone: write decimals such as 0.5.")
        )
    hint = ": write abs(x) for an absolute value" if plain[at] == "|" else ""
    message = f"The character “{typed.echo(plain[at])}” is not part of a formula{hint}."
    return FormulaError("bad_character", message)


def _classified(tokens: list[Token], known: Collection[str]) -> Iterator[Token]:
    """The tokens, where a name is a variable, a constant or a function that is called."""
    following = [*(role for role, _ in tokens[1:]), "end"]
    for (role, text), after in zip(tokens, following, strict=True):
        yield (role, text) if role != "name" else _named(canonical(text), after == "open", known)


def _named(name: str, called: bool, known: Collection[str]) -> Token:
    if name in known:
        return "name", name
    if name in _LOGIC:
        raise FormulaError("forbidden_syntax", f"The word {name} is not part of a formula.")
    if name in FUNCTIONS:
        if called:
            return "function", name
        raise FormulaError("syntax", f"{name} needs parentheses: write {name}(…).")
    if name in CONSTANTS:
        return "name", name
    if called:
        message = f"{typed.echo(name)} is not a function here; known are {', '.join(FUNCTIONS)}."
        raise FormulaError("unknown_function", message, refused=True)
    raise FormulaError("unknown_symbol", _unknown(name, known))


def _unknown(name: str, known: Collection[str]) -> str:
    if len(name) > 1 and set(name) <= set(known):
        return f"{typed.echo(name)} is not a variable here: write {'*'.join(name)} for a product."
    listed = ", ".join(sorted(known)) or "none"
    return f"{typed.echo(name)} is not a variable here; the variables are: {listed}."


def _check_parentheses(tokens: list[Token]) -> None:
    depth = deepest = 0
    for role, _ in tokens:
        depth += (role == "open") - (role == "close")
        deepest = max(deepest, depth)
        if depth < 0:
            break
    if deepest > MAX_NESTING:
        raise FormulaError("too_deep", "Parentheses nest too deeply.", refused=True)
    if depth:
        raise FormulaError("syntax", "The parentheses do not pair up.")


_ENDS = ("number", "name", "close")
_STARTS = ("name", "function", "open", "number")


def _multiplied(tokens: list[Token]) -> Iterator[str]:
    """The texts of the tokens, with `*` where two factors stand side by side."""
    before = "operator"
    for role, text in tokens:
        if before in _ENDS and role in _STARTS:
            if role == "number" and before != "close":
                message = (
                    f"Write an operator before {float(text):g}: a power is x^2, a product 2*x."
                )
                raise FormulaError("syntax", message)
            yield "*"
        yield text
        before = role
