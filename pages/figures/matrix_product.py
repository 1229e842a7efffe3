"""A matrix product with the right factor above the result, so that row and column meet there."""

from __future__ import annotations

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, Spec, layout, number

CELL, SMALL_CELL = 34, 15  # pixels of a cell's height, with a number and without
MOST_COLUMNS = 10  # beyond, cells are too narrow for numbers on a phone


def is_wide(left: Array, right: Array) -> bool:
    """Whether the picture has too many columns for numbers in its cells."""
    return left.shape[1] + right.shape[1] > MOST_COLUMNS


def product_figure(
    left: Array, right: Array, place: tuple[int, int], names: tuple[str, str, str], look: Look
) -> Figure:
    """Left (r, k) beside the product (r, c), right (k, c) above it (Falk's scheme).

    The row of the left and the column of the right factor that make the entry at `place` are
    framed, and so is the entry. names: left, right and product, with their shapes. A wide one has
    its numbers on hover.
    """
    product, wide = left @ right, is_wide(left, right)
    (r, k), c = left.shape, right.shape[1]
    row, column = place
    colors = np.full((k + 1 + r, k + 1 + c), np.nan)
    texts = np.full(colors.shape, "", dtype=object)
    hover = texts.copy()
    corners = {"left": (k + 1, 0), "right": (0, k + 1), "product": (k + 1, k + 1)}
    matrices = zip(corners.values(), (left, right, product), names, strict=True)
    for (top, start), matrix, name in matrices:
        here = np.s_[top : top + matrix.shape[0], start : start + matrix.shape[1]]
        colors[here] = matrix / (np.abs(matrix).max() or 1.0)
        for i, j in np.ndindex(*matrix.shape):
            texts[top + i, start + j] = "" if wide else cell_text(matrix[i, j])
            hover[top + i, start + j] = (
                f"{name}<br>row {i + 1}, column {j + 1}: {number(matrix[i, j])}"
            )
    return Figure(
        [
            {
                "type": "heatmap",
                "z": np.where(np.isnan(colors), None, colors).tolist(),
                "text": texts.tolist(),
                "customdata": hover.tolist(),
                "texttemplate": "%{text}",
                "textfont": {"color": look.text},
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
            (SMALL_CELL if wide else CELL) * (k + r + 1) + 74,
            margin={"l": 4, "r": 4, "t": 48, "b": 26},
            xaxis={"visible": False, "fixedrange": True, "range": [-0.55, k + c + 0.55]},
            yaxis={"visible": False, "fixedrange": True, "range": [k + r + 0.55, -0.55]},
            shapes=[
                _frame(0, k + 1 + row, k, 1, look, 0),
                _frame(k + 1 + column, 0, 1, k, look, 1),
                _frame(k + 1 + column, k + 1 + row, 1, 1, look, 7),
            ],
            annotations=[
                _name(names[0], (k - 1) / 2, k + r, 18, look),
                _name(names[1], k + 1 + (c - 1) / 2, 0, -18, look),
                _name(names[2], k + 1 + (c - 1) / 2, k + r, 18, look),
            ],
        ),
    )


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
    return f"{value:.2f}".replace("-", "−")


def _frame(x: int, y: int, width: int, height: int, look: Look, color: int) -> Spec:
    return {
        "type": "rect",
        "x0": x - 0.48,
        "x1": x + width - 0.52,
        "y0": y - 0.48,
        "y1": y + height - 0.52,
        "line": {"color": look.text if color == 7 else look.lines[color], "width": 3},
    }


def _name(text: str, x: float, y: float, below: int, look: Look) -> Spec:
    """A matrix's name over its first row or under its last."""
    edge = -0.5 if below < 0 else 0.5
    return {
        "x": x,
        "y": y + edge,
        "yshift": -below * 0.75,
        "text": text,
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
    }


def product_alt(left: Array, right: Array, place: tuple[int, int], names: tuple[str, ...]) -> str:
    """The lit row, the lit column and what they make."""
    row, column = place
    along = ", ".join(number(v, 3) for v in left[row])
    down = ", ".join(number(v, 3) for v in right[:, column])
    return (
        f"{names[0]} times {names[1]} gives {names[2]}. Row {row + 1} of the left, {along}, times "
        f"column {column + 1} of the right, {down}, makes the entry "
        f"{number(float(left[row] @ right[:, column]))}."
    )
