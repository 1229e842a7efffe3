"""Tables of numbers that a visitor brings: read leniently, refused row by row, with reasons.

Nothing here raises for any input: what cannot be read is told in the report. Cells are never
evaluated; column names keep only characters that no markup gives a meaning to.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.types import Array

MAX_BYTES = 5 * 2**20
MAX_LINES = 2_000
LARGEST, SMALLEST = 1e15, 1e-100  # sizes whose squares and sums stay ordinary floats
NAME_LENGTH = 30
DELIMITERS = {";": "semicolon", "\t": "tab", ",": "comma"}  # the first wins where several fit

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.ASCII | re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+", re.ASCII)
MARKUP = re.compile(r"[^\w %/()+°-]|_")
LOOKED_AT = 20  # lines that tell how a table is written
MISSING, NOT_A_NUMBER, INFINITE = "is missing", "is not a number", "is not finite"


@dataclass(frozen=True)
class Refused:
    """A line that was left out: its number from 1, why, and the start of its text."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class Form:
    """How a table is written: what splits its fields, whether its first line is a header, and the
    names of its columns, which no markup is in."""

    delimiter: str
    header: bool
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TableReport:
    """What became of a table.

    `columns` are the d names, `values` (n, d) the rows that were read, `refused` those that were
    not. `problem` is the sentence that says why there is no table, or None; then `values` serves.
    `left_out` counts lines beyond the limit, `delimiter` and `header` tell how it was read.
    """

    columns: tuple[str, ...] = ()
    values: Array = field(default_factory=lambda: np.empty((0, 0)))
    refused: tuple[Refused, ...] = ()
    problem: str | None = None
    left_out: int = 0
    delimiter: str = ","
    header: bool = False


def read_table(
    source: bytes | str,
    *,
    min_columns: int = 2,
    max_columns: int = 2,
    min_rows: int = 5,
    max_lines: int = MAX_LINES,
    labels: Sequence[float] = (),
) -> TableReport:
    """Numbers from CSV text or UTF-8 bytes, with the report of what was read and what refused.

    Fields are split by comma, semicolon or tab; a decimal comma is read where the comma does not
    split. The first line is a header when none of its cells is a number. Empty lines are skipped.
    The last column may hold only `labels`, unless there are none.
    """
    lines, problem = read_lines(source)
    if problem:
        return _no(problem)
    form = find_form([line for _, line in lines[:LOOKED_AT]])
    report = _read(lines[:max_lines], form, range(min_columns, max_columns + 1), labels)
    if report.problem is None and len(report.values) < min_rows:
        usable = f"{len(report.values)} usable {'row' if len(report.values) == 1 else 'rows'}"
        problem = f"Only {usable}; at least {min_rows} are needed."
        report = _no(problem, form, report.columns, report.refused)
    left_out = max(0, len(lines) - max_lines)
    return TableReport(**{**vars(report), "left_out": left_out})


def read_lines(source: bytes | str) -> tuple[list[tuple[int, str]], str | None]:
    """The lines with text in them, each with its number from 1, of text or UTF-8 bytes; and the
    sentence that says why there are none, or None."""
    if len(source) > MAX_BYTES:
        size = len(source) / 2**20
        return [], f"The table has {size:.1f} MB; at most {MAX_BYTES // 2**20} MB are read."
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
    except UnicodeDecodeError as error:
        return [], (
            f"Byte {error.start + 1} is not UTF-8 text. Save the table as CSV in UTF-8 "
            "and try again."
        )
    if text.count("\0") > len(text) // 4:
        return [], "The table is no plain text. Save it as CSV in UTF-8 and try again."
    numbered = enumerate(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), 1)
    lines = [(number, line) for number, line in numbered if line.strip()]
    return lines, None if lines else "The table is empty."


def find_form(lines: Sequence[str]) -> Form:
    """How a table is written that starts with these lines, at least one.

    The first line is a header when none of its cells is a number.
    """
    delimiter = find_delimiter(lines)
    first = split(lines[0], delimiter) or []
    if first and not any(map(_looks_numeric, first)):
        return Form(delimiter, True, safe_names(first))
    counts = Counter(len(split(line, delimiter) or ()) for line in lines)
    width = counts.most_common(1)[0][0]
    return Form(delimiter, False, tuple(f"column {k + 1}" for k in range(width)))


def constant_columns(report: TableReport) -> list[str]:
    """Names of the columns that hold the same number in every row."""
    spread = np.ptp(report.values, axis=0)
    return [name for name, width in zip(report.columns, spread, strict=True) if width == 0]


def find_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that splits most of the lines into the same number of fields, at least two."""

    def agreement(delimiter: str) -> int:
        counts = Counter(len(split(line, delimiter) or ()) for line in lines)
        return max((times for fields, times in counts.items() if fields > 1), default=0)

    return max(DELIMITERS, key=agreement)  # the first of equals


def split(line: str, delimiter: str) -> list[str] | None:
    """The cells of one line without blanks around them; None where it cannot be split."""
    try:
        (cells,) = csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True)
    except (csv.Error, ValueError):
        return None
    return [cell.strip() for cell in cells]


def fields_of(line: str, form: Form) -> tuple[list[str], str]:
    """The cells of one line, one per column, or none and the reason why."""
    cells = split(line, form.delimiter)
    if cells is None:
        return [], "cannot be split into fields: check its quotes"
    if len(cells) != len(form.names):
        fields = "field" if len(cells) == 1 else "fields"
        return [], f"{len(cells)} {fields}, expected {len(form.names)}"
    return cells, ""


def parse_cell(cell: str, delimiter: str) -> tuple[float, str]:
    """(number, "") or (nan, what is wrong with the cell, to be said after its column's name)."""
    text = cell.replace("−", "-")
    if not text:
        return np.nan, MISSING
    if NOT_FINITE.fullmatch(text):
        return np.nan, INFINITE
    if delimiter == "\t" and THOUSANDS.fullmatch(text):
        return np.nan, "has a comma that may mark decimals or thousands"
    if delimiter != "," and "." not in text:
        text = text.replace(",", ".", 1)
    if not NUMBER.fullmatch(text):
        return np.nan, NOT_A_NUMBER
    value = float(text)
    if abs(value) > LARGEST:
        return np.nan, f"is beyond ±{LARGEST:,.0f}"
    if 0 < abs(value) < SMALLEST:
        return np.nan, "is too close to 0 to be told from it"
    return value, ""


def safe_names(cells: Iterable[str], noun: str = "column") -> tuple[str, ...]:
    """Names without markup, each once; "column k", or another noun, for an empty one."""
    names: list[str] = []
    for k, cell in enumerate(cells, 1):
        name = " ".join(MARKUP.sub(" ", cell).split())[:NAME_LENGTH].strip() or f"{noun} {k}"
        while name in names:
            name = f"{name} ({k})"
        names.append(name)
    return tuple(names)


def _read(
    lines: Sequence[tuple[int, str]], form: Form, allowed: range, labels: Sequence[float]
) -> TableReport:
    delimiter, header, names = form.delimiter, form.header, form.names
    width = len(names)
    if width not in allowed:
        return _no(wrong_width(form, allowed), form)
    rows: list[list[float]] = []
    refused: list[Refused] = []
    for number, line in lines[header:]:
        values, reason = _row(line, form)
        if not reason and labels and values[-1] not in labels:
            reason = f"{names[-1]} is not {' or '.join(f'{label:g}' for label in labels)}"
        if reason:
            refused.append(Refused(number, reason, line.strip()[:60]))
        else:
            rows.append(values)
    values_read = np.array(rows, np.float64).reshape(len(rows), width)
    return TableReport(names, values_read, tuple(refused), None, 0, delimiter, header)


def _looks_numeric(cell: str) -> bool:
    text = cell.replace("−", "-").replace(",", ".")
    return bool(NUMBER.fullmatch(text) or NOT_FINITE.fullmatch(text))


def _row(line: str, form: Form) -> tuple[list[float], str]:
    delimiter, names = form.delimiter, form.names
    cells, reason = fields_of(line, form)
    if reason:
        return [], reason
    parsed = [parse_cell(cell, delimiter) for cell in cells]
    faults = [f"{name} {fault}" for name, (_, fault) in zip(names, parsed, strict=True) if fault]
    return [value for value, _ in parsed], "; ".join(faults)


def wrong_width(form: Form, allowed: range) -> str:
    """The sentence that says how many columns there are, and how many are needed."""
    width = len(form.names)
    if not width:
        return "No line of the table can be split into fields: check its quotes."
    needed = str(allowed[0]) if len(allowed) == 1 else f"{allowed[0]} to {allowed[-1]}"
    return (
        f"The table has {width} {'column' if width == 1 else 'columns'} split by "
        f"{DELIMITERS[form.delimiter]}; {needed} are needed."
    )


def _no(
    problem: str,
    form: Form = Form(",", False, ()),
    columns: tuple[str, ...] = (),
    refused: tuple[Refused, ...] = (),
) -> TableReport:
    return TableReport(
        columns, refused=refused, problem=problem, header=form.header, delimiter=form.delimiter
    )
