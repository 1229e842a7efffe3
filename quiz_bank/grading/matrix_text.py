"""Turns the text of an array in any common notation into rows of cells, by matching alone.

NumPy, MATLAB, LaTeX and plain lines all become one list of rows; numbers are read elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from quiz_bank.grading import text as typed
from quiz_bank.grading.matrix_notation import bare, unbalanced
from quiz_bank.grading.results import Unreadable

MAX_CHARACTERS = 20_000
MAX_ENTRIES = 10_000
MAX_DIMENSIONS = 2

_LONE_PARENTHESES = re.compile(r"\( ?([-+]? ?[0-9.]+(?:[eE][-+]?[0-9]+)?) ?\)")
_AROUND_OPERATOR = re.compile(r" ?(\*\*|[*/^]) ?")
_CONTINUED = re.compile(r", ?\n")
_WRAPPED = re.compile(r"\s*\[[^\[\],;\n]{50,}\n")  # NumPy breaks its lines near 75 characters
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_INNER = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Rows:
    """The cells of an array as text. `depth` counts nested brackets; `thousands` is true
    when every row could also be one number with thousands commas."""

    cells: list[list[str]]
    depth: int
    transposed: bool
    thousands: bool


def read_rows(text: str) -> Rows:
    """The rows of `text`. Raises Unreadable with the rule that is broken."""
    if len(text) > MAX_CHARACTERS:
        raise _too_large()
    plain = _collapsed(typed.plain(text))
    if not plain:
        raise Unreadable(typed.BLANK, "Nothing was typed: give rows such as [1 2; 3 4].")
    body, transposed = bare(plain)
    body = _LONE_PARENTHESES.sub(r"\1", _AROUND_OPERATOR.sub(r"\1", body))
    depth = _depth(body)
    rows = _nested(body, transposed) if depth == MAX_DIMENSIONS else _flat(body, transposed, depth)
    if sum(map(len, rows.cells)) > MAX_ENTRIES:
        raise _too_large()
    if not any(map(len, rows.cells)):
        raise Unreadable("empty", "There are no numbers between the brackets.")
    return rows


def _collapsed(text: str) -> str:
    """One blank for a run of blanks and one line break for empty lines: patterns stay linear.
    A long vector that NumPy wrapped becomes one line."""
    text = text.replace("\n", " ") if _WRAPPED.match(text) else text
    return re.sub(r" ?\n[ \n]*", "\n", re.sub(r"[ \t]+", " ", text)).strip()


def _depth(body: str) -> int:
    """How deeply brackets nest. Raises Unreadable when they do not pair or do not enclose all."""
    open_brackets: list[str] = []
    deepest, closed_at = 0, None
    for at, char in enumerate(body):
        if char in "([{":
            open_brackets.append(char)
            deepest = max(deepest, len(open_brackets))
        elif char in _PAIRS:
            if not open_brackets or open_brackets.pop() != _PAIRS[char]:
                raise unbalanced()
            closed_at = at if not open_brackets and closed_at is None else closed_at
    if open_brackets:
        raise unbalanced()
    if deepest and (body[0] not in "([{" or closed_at != len(body) - 1):
        raise _outside(body)
    if deepest > MAX_DIMENSIONS:
        raise Unreadable("too_many_dimensions", "Brackets nest too deeply: give rows and columns.")
    return deepest


def _outside(body: str) -> Unreadable:
    if re.search(r"['\"]|__", body):
        return Unreadable("bad_entry", "This is not an array of numbers: type rows, [1 2; 3 4].")
    return Unreadable("text_outside", "There is text outside the brackets: give only the array.")


def _nested(body: str, transposed: bool) -> Rows:
    """Rows with brackets of their own: [[1, 2], [3, 4]], with or without commas."""
    parts = _INNER.split(body[1:-1])
    between, inner = [gap.strip() for gap in parts[::2]], parts[1::2]
    if between[0] or any(gap not in ("", ",", ";") for gap in between):
        raise _stray(between)
    if any(";" in row for row in inner):
        raise Unreadable("bad_entry", "Use either inner brackets or semicolons for rows, not both.")
    rows = [row.replace("\n", " ").strip() for row in inner]
    return Rows([_cells(row) for row in rows], MAX_DIMENSIONS, transposed, _thousands(rows))


def _stray(between: list[str]) -> Unreadable:
    if not "".join(between).strip(",; "):
        return Unreadable("empty_cell", "There is a comma with nothing beside it.")
    return Unreadable("ragged", "Some entries stand in inner brackets and some do not.")


def _flat(body: str, transposed: bool, depth: int) -> Rows:
    """Rows split by semicolons or line breaks: [1 2; 3 4], or plain lines."""
    inner = _CONTINUED.sub(", ", body[1:-1]) if depth else body
    rows = [row.strip() for row in re.split(r";\n?|\n", inner.strip().removesuffix(";"))]
    if len(rows) > 1 and not all(rows):
        raise Unreadable("empty_cell", "There is a row with nothing in it.")
    return Rows([_cells(row) for row in rows], depth, transposed, _thousands(rows))


def _cells(row: str) -> list[str]:
    if not row:
        return []
    if "," not in row:
        return _blank_separated(row)
    cells = [cell.strip() for cell in row.split(",")]
    if len(cells) > 1 and not cells[-1] and any(cells):
        cells.pop()
    if not all(cells):
        raise Unreadable("empty_cell", "There is a comma with nothing beside it.")
    return cells


def _blank_separated(row: str) -> list[str]:
    cells = row.split()
    if any(cell in "+-" or (len(cells) > 1 and cell[-1] in "+-") for cell in cells):
        if len(cells) == 2 and cells[0] in "+-":
            return ["".join(cells)]
        raise Unreadable(
            "ambiguous_sign",
            "A sign with blanks on both sides could subtract or start an entry: write 1, -2.",
        )
    return cells


def _thousands(rows: list[str]) -> bool:
    return bool(rows) and all(_THOUSANDS.fullmatch(row) for row in rows)


def _too_large() -> Unreadable:
    limits = f"at most {MAX_CHARACTERS:,} characters and {MAX_ENTRIES:,} entries"
    return Unreadable("too_large", f"This is too large: an array has {limits}.")
