"""Matrices laid out on a common grid of cells, with frames and names: products are seen on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, Spec, layout, number

CELL, SMALL_CELL = 34, 15  # pixels of a cell's height, with a number and without
PHONE = 350  # pixels of a picture's width on a phone
DIGIT = 6.4  # pixels of a digit's width at the size of other words

Frame = tuple[int, int, int, int, int | None]  # x, y, width, height, color; None is the text's
Word = tuple[str, int, int]  # text, x, y


@dataclass(frozen=True, eq=False)
class Block:
    """A matrix with its first cell at row `top` and column `start`; its name is over or under it.

    `axes` names its rows and columns, where they are not counted.
    """

    matrix: Array
    top: int
    start: int
    name: str
    is_under: bool = False
    axes: tuple[Sequence[str], Sequence[str]] | None = None

    @property
    def here(self) -> tuple[slice, slice]:
        rows, columns = self.matrix.shape
        return np.s_[self.top : self.top + rows, self.start : self.start + columns]

    def hover(self, i: int, j: int) -> str:
        value = number(float(self.matrix[i, j]))
        if self.axes is None:
            return f"{self.name}<br>row {i + 1}, column {j + 1}: {value}"
        return f"{self.name}<br>{self.axes[0][i]}, {self.axes[1][j]}: {value}"


def cell_text(value: float) -> str:
    """Two decimals where that says enough, so that it fits a cell; ? for what is undefined."""
    if not np.isfinite(value):
        return "?" if np.isnan(value) else "∞" if value > 0 else "−∞"
    if value != 0 and not 0.005 <= abs(value) < 1000:
        return (
            f"{value:.0e}".replace("e-0", "e-")
            .replace("e+", "e")
            .replace("e0", "e")
            .replace("-", "−")
        )
    return f"{value + 0.0:.2f}".replace("-", "−")  # no sign before 0


def three_digits(value: float) -> str:
    """Three digits where they fit a cell of 45 pixels, else fewer, down to those of `cell_text`."""
    size = abs(value)
    if size == 0 or 0.001 <= size < 1000:
        return number(value, 3)
    return number(value, 2) if 0.0001 <= size < 0.001 else cell_text(value)


def blocks_figure(
    blocks: Sequence[Block],
    frames: Sequence[Frame],
    words: Sequence[Word],
    look: Look,
    text: Callable[[float], str] | None = cell_text,
) -> Figure:
    """Every block's numbers in its cells, each block colored on its own scale; no numbers, only
    those on hover and smaller cells, without `text`."""
    rows = max(block.top + block.matrix.shape[0] for block in blocks)
    columns = max(block.start + block.matrix.shape[1] for block in blocks)
    colors = np.full((rows, columns), np.nan)
    texts = np.full(colors.shape, "", dtype=object)
    hover = texts.copy()
    for block in blocks:
        colors[block.here] = _shares(block.matrix)
        for i, j in np.ndindex(*block.matrix.shape):
            place = block.top + i, block.start + j
            texts[place] = text(float(block.matrix[i, j])) if text else ""
            hover[place] = block.hover(i, j)
    return Figure(
        [
            {
                "type": "heatmap",
                "z": np.where(np.isnan(colors), None, colors).tolist(),
                "text": texts.tolist(),
                "customdata": hover.tolist(),
                "texttemplate": "%{text}",
                "textfont": {"color": look.text} | _size(texts),
                "hovertemplate": "%{customdata}<extra></extra>",
                "colorscale": look.diverging,
                "zmin": -1,
                "zmax": 1,
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "hoverongaps": False,
            }
        ],
        layout(
            look,
            (CELL if text else SMALL_CELL) * rows + 74,
            margin={"l": 4, "r": 4, "t": 48, "b": 26},
            xaxis={"visible": False, "fixedrange": True, "range": [-0.55, columns - 0.45]},
            yaxis={"visible": False, "fixedrange": True, "range": [rows - 0.45, -0.55]},
            shapes=[_frame(*frame, look) for frame in frames],
            annotations=[_name(block, look) for block in blocks]
            + [_word(*word, look) for word in words],
        ),
    )


def _size(texts: Array) -> Spec:
    """A font as large as other words where the longest number fits a cell on a phone; else the
    cells' own choice, which is smaller."""
    longest = max(map(len, texts.flat), default=0)
    return {"size": 12} if longest * DIGIT <= PHONE / texts.shape[1] else {}


def _shares(matrix: Array) -> Array:
    """Each entry by the largest, -1 to 1; what is infinite at an end, what is undefined at 0."""
    finite = np.isfinite(matrix)
    largest = float(np.abs(matrix[finite]).max(initial=0.0)) or 1.0
    return np.where(finite, matrix / largest, np.sign(np.nan_to_num(matrix)))


def _frame(x: int, y: int, width: int, height: int, color: int | None, look: Look) -> Spec:
    return {
        "type": "rect",
        "x0": x - 0.48,
        "x1": x + width - 0.52,
        "y0": y - 0.48,
        "y1": y + height - 0.52,
        "line": {"color": look.text if color is None else look.lines[color], "width": 3},
    }


def _name(block: Block, look: Look) -> Spec:
    """A matrix's name over its first row or under its last."""
    rows, columns = block.matrix.shape
    below = 18 if block.is_under else -18
    return {
        "x": block.start + (columns - 1) / 2,
        "y": block.top + rows - 0.5 if block.is_under else block.top - 0.5,
        "yshift": -below * 0.75,
        "text": block.name,
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }


def _word(text: str, x: int, y: int, look: Look) -> Spec:
    """The name of a row or column, in a cell beside it that is free."""
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }
