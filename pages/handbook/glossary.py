"""The symbols and terms of the handbook, with the notation of each source side by side."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple


class Term(NamedTuple):
    """One row; all texts are Markdown with LaTeX, empty where a source has no notation."""

    term: str
    meaning: str
    here: str
    handbook: str
    post: str
    pytorch: str
    chapter: str


FORMULA_NAMES = {  # of what is typed as one letter
    **{"α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "Γ": r"\Gamma", "ε": "epsilon"},
    **{"η": r"\eta", "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu"},
    **{"ρ": r"\rho", "σ": r"\sigma", "φ": r"\phi", "∂": r"\partial", "∇": r"\nabla"},
}
LETTERS = str.maketrans(FORMULA_NAMES)
COLUMNS = {
    "term": "Term",
    "meaning": "Meaning",
    "here": "Here",
    "handbook": "Handbook",
    "post": "LSTM post",
    "pytorch": "PyTorch",
    "chapter": "Chapter",
}
TERMS = tuple(
    Term(*row)
    for row in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["terms"]
)


def find(text: str, chapter: str | None) -> list[Term]:
    """The terms of a chapter, or of all for None, that have the text in any of their cells.

    A Greek letter finds its name in a formula.
    """
    wanted = text.strip().translate(LETTERS).casefold()
    return [
        term
        for term in TERMS
        if chapter in (None, term.chapter) and any(wanted in cell.casefold() for cell in term)
    ]
