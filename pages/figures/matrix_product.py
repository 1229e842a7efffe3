"""A matrix product with the right factor above the result, so that row and column meet there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.types import Array
from pages.figures.base import Figure, Look, number
from pages.figures.matrix_blocks import Block, Word, blocks_figure, cell_text, three_digits

MOST_COLUMNS = 10  # beyond, cells are too narrow for numbers on a phone
FEW_COLUMNS = 6  # up to here, a number has room for three digits

Axes = tuple[Sequence[str], Sequence[str], Sequence[str]]  # rows, summed over, columns


def is_wide(left: Array, right: Array) -> bool:
    """Whether the picture has too many columns for numbers in its cells."""
    return left.shape[1] + right.shape[1] > MOST_COLUMNS


def product_figure(
    left: Array,
    right: Array,
    place: tuple[int, int],
    names: tuple[str, str, str],
    look: Look,
    axes: Axes | None = None,
    *,
    revealed: bool = True,
) -> Figure:
    """Left (r, k) beside the product (r, c), right (k, c) above it (Falk's scheme).

    The row of the left and the column of the right factor that make the entry at `place` are
    framed, and so is the entry. names: left, right and product, with their shapes. A wide one has
    its numbers on hover; one that is not yet revealed has ? in the product. `axes` are named in
    the cells between the matrices.
    """
    (r, k), c = left.shape, right.shape[1]
    row, column = place
    product = left @ right if revealed else np.full((r, c), np.nan)
    rows, inner, columns = axes or (None, None, None)
    blocks = [
        Block(left, k + 1, 0, names[0], True, axes and (rows, inner)),
        Block(right, 0, k + 1, names[1], False, axes and (inner, columns)),
        Block(product, k + 1, k + 1, names[2], True, axes and (rows, columns)),
    ]
    frames = [
        (0, k + 1 + row, k, 1, 0),
        (k + 1 + column, 0, 1, k, 1),
        (k + 1 + column, k + 1 + row, 1, 1, None),
    ]
    few = three_digits if axes and k + 1 + c <= FEW_COLUMNS else cell_text
    words = _words(axes) if axes else []
    return blocks_figure(blocks, frames, words, look, None if is_wide(left, right) else few)


def _words(axes: Axes) -> list[Word]:
    """Rows and columns by name, in the row and the column of cells between the matrices."""
    rows, inner, columns = axes
    k = len(inner)
    return [
        *((name, k, k + 1 + i) for i, name in enumerate(rows)),
        *((name, k + 1 + j, k) for j, name in enumerate(columns)),
        *((name, j, k) for j, name in enumerate(inner)),
        *((name, k, j) for j, name in enumerate(inner)),
    ]


def product_alt(
    left: Array,
    right: Array,
    place: tuple[int, int],
    names: tuple[str, ...],
    axes: Axes | None = None,
    *,
    revealed: bool = True,
) -> str:
    """The lit row, the lit column and, once revealed, what they make."""
    row, column = place
    along = ", ".join(number(v, 3) for v in left[row])
    down = ", ".join(number(v, 3) for v in right[:, column])
    row_name, column_name = (axes[0][row], axes[2][column]) if axes else (row + 1, column + 1)
    made = number(float(left[row] @ right[:, column])) if revealed else "to be found"
    return (
        f"{names[0]} times {names[1]} gives {names[2]}. Row {row_name} of the left, {along}, times "
        f"column {column_name} of the right, {down}, makes the entry {made}."
    )
