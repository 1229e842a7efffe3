"""How the parts of a gated cell look wherever they appear: color, pattern, dash and marker."""

from __future__ import annotations

from dataclasses import dataclass

from pages.figures.base import Look, Spec


@dataclass(frozen=True)
class Part:
    """A gate, candidate or state: its name, its symbol, its place among the theme's colors, and
    what tells it apart without color."""

    name: str
    symbol: str
    color: int
    pattern: str
    dash: str
    marker: str

    def tint(self, look: Look) -> str:
        """Its color in this theme."""
        return look.lines[self.color]

    def hatched(self, look: Look) -> Spec:
        """The pattern in its color on the background, for bars and filled areas."""
        return {
            "shape": self.pattern,
            "fgcolor": self.tint(look),
            "bgcolor": look.background,
            "size": 7,
            "solidity": 0.35,
        }


PARTS = {
    "f": Part("forget gate", "f", 3, "/", "dash", "diamond"),
    "i": Part("input gate", "i", 2, ".", "dot", "square"),
    "o": Part("output gate", "o", 6, "x", "dashdot", "triangle-up"),
    "g": Part("candidate", "C̃", 0, "-", "longdash", "cross"),
    "c": Part("cell state", "C", 4, "", "solid", "circle"),
    "h": Part("hidden state", "h", 7, "", "solid", "x"),
    "r": Part("reset gate", "r", 1, "\\", "dashdot", "triangle-down"),
    "z": Part("update gate", "z", 2, ".", "dot", "square"),
    "n": Part("candidate", "n", 0, "-", "longdash", "cross"),
}
"""By the engine's names. In the handbook's colors the forget gate is pink, the input (update) gate
green, the output gate purple and the cell state yellow."""
