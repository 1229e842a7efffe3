"""Errata of the handbook as a whole: its minus signs and its figures."""

from __future__ import annotations

import ast

from pages.handbook.model import Erratum


def _verdict(sign: str) -> str:
    """What Python says of 1, the sign and 2."""
    try:
        ast.parse(f"1 {sign} 2")
    except SyntaxError as error:
        return f"a {type(error).__name__}"
    return "a formula"


def _dashes() -> str:
    minus, dash = "-", "\u2013"
    return (
        f"To Python the minus sign, character {ord(minus)}, between 1 and 2 is {_verdict(minus)}; "
        f"the en dash, character {ord(dash)}, is {_verdict(dash)}."
    )


ERRATA = (
    Erratum(
        "H121",
        "C",
        (),
        "En dashes stand for the minus signs inside formulas.",
        "The minus sign of the keyboard. A dash is typeset in another width, and code copied with "
        "it does not run.",
        _dashes,
    ),
    Erratum(
        "H122",
        "B",
        (),
        "The figures are gone: networks, activations, optimizer paths, dropout, batch norm, RNN "
        "and LSTM are captions without a picture.",
        "Each chapter here draws its own pictures, from numbers that are computed as you watch.",
    ),
)
