"""A visitor's own table for the playground: features of numbers, and a label of any kind.

Nothing here raises for any input. Rows that cannot be read are refused one by one, columns that
cannot be features are left out, and the report tells both. Of a long table a sample is read, drawn
before any number is parsed, with the same generator every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from engine.csv_table import (
    INFINITE,
    LOOKED_AT,
    MISSING,
    NOT_A_NUMBER,
    Form,
    Refused,
    fields_of,
    find_form,
    parse_cell,
    read_lines,
    safe_names,
    wrong_width,
)
from engine.playground.data import OwnTable
from engine.playground.settings import CLASSES
from engine.types import Array

MOST_ROWS = 2_000  # read of a table; of a longer one so many are drawn
FEWEST_ROWS = 10
FEWEST_FEATURES, MOST_FEATURES = 2, 20
SHOWN_TEXT = 60  # characters of a refused line
TEXTS, TEXTS_OF_MANY = 0.1, 0.5  # share of a label's cells above which its texts are no slips
NO_FEATURE = {"text": "text", "empty": "nothing in it", "constant": "the same in every row"}


@dataclass(frozen=True, eq=False)
class OwnReport:
    """What became of a table.

    `table` is what can be trained on, or None, and then `problem` is the sentence that says why.
    `columns` are all names, `target` is the label's. Of `rows` rows `looked_at` were read, in
    `by_label` as many of each label as there are in the whole; of these `refused` were left out.
    `left_out` has columns that are no features, each with the key of NO_FEATURE that says why.
    """

    table: OwnTable | None = None
    problem: str | None = None
    columns: tuple[str, ...] = ()
    target: str = ""
    rows: int = 0
    looked_at: int = 0
    by_label: bool = False
    refused: tuple[Refused, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    delimiter: str = ","
    header: bool = False


class _Row(NamedTuple):
    number: int
    line: str
    cells: list[str]
    parsed: list[tuple[float, str]]  # of each cell its number, or what is wrong with it


Lines = list[tuple[int, str]]


def read_own(source: bytes | str, target: str | None = None) -> OwnReport:
    """The table of CSV text or UTF-8 bytes, with the report of what was read and what refused.

    The label is the column named `target`, else the last one that is not empty. It stands for
    classes where it is text or at most CLASSES whole numbers, otherwise for a number to predict.
    """
    lines, problem = read_lines(source)
    if problem:
        return OwnReport(problem=problem)
    form = find_form([line for _, line in lines[:LOOKED_AT]])
    body = lines[form.header :]
    report = OwnReport(
        columns=form.names, rows=len(body), delimiter=form.delimiter, header=form.header
    )
    allowed = range(FEWEST_FEATURES + 1, MOST_FEATURES + 2)
    if len(form.names) not in allowed:
        return replace(report, problem=wrong_width(form, allowed))
    label = _label_column(body[:LOOKED_AT], form, target)
    drawn, by_label = _draw(body, form, label)
    report = replace(report, target=form.names[label], looked_at=len(drawn), by_label=by_label)
    return _read(drawn, form, label, report)


def _label_column(lines: Lines, form: Form, target: str | None) -> int:
    if target in form.names:
        return form.names.index(target)
    rows = [cells for _, line in lines if (cells := fields_of(line, form)[0])]
    filled = [k for k in range(len(form.names)) if any(cells[k] for cells in rows)]
    return filled[-1] if filled else len(form.names) - 1


def _draw(body: Lines, form: Form, label: int) -> tuple[Lines, bool]:
    """MOST_ROWS of the lines, in their order; with few labels, as many of each as its share."""
    if len(body) <= MOST_ROWS:
        return body, False
    order = np.random.default_rng(0).permutation(len(body))
    labels = [_label_of(line, form, label) for _, line in body]
    kinds = {text: k for k, text in enumerate(sorted(set(labels)))}
    by_label = len(kinds) <= CLASSES + 1  # one for lines without a label
    if by_label:
        groups = np.array([kinds[text] for text in labels])
        order = order[np.argsort(groups[order], kind="stable")]
    chosen = order[np.arange(MOST_ROWS) * len(body) // MOST_ROWS]
    return [body[k] for k in np.sort(chosen)], by_label


def _label_of(line: str, form: Form, label: int) -> str:
    quoted = '"' in line  # without quotes, splitting is ten times as fast
    cells = fields_of(line, form)[0] if quoted else line.split(form.delimiter)
    return cells[label].strip() if len(cells) == len(form.names) else ""


def _read(drawn: Lines, form: Form, label: int, report: OwnReport) -> OwnReport:
    rows, refused = _rows(drawn, form)
    others = [k for k in range(len(form.names)) if k != label]
    unusable = {k: why for k in others if (why := _no_feature([row.parsed[k] for row in rows]))}
    features = [k for k in others if k not in unusable]
    is_text = _is_text([(row.cells[label], row.parsed[label][1]) for row in rows])
    good: list[_Row] = []
    for row in rows:
        if reason := _faults(row, form, features, label, is_text):
            refused.append(Refused(row.number, reason, row.line.strip()[:SHOWN_TEXT]))
        else:
            good.append(row)
    x = np.array([[row.parsed[k][0] for k in features] for row in good], np.float64)
    x = x.reshape(len(good), len(features))
    if len(good) > 1:
        unusable |= {features[j]: "constant" for j in np.flatnonzero(np.ptp(x, axis=0) == 0)}
    kept = [j for j, k in enumerate(features) if k not in unusable]
    y, labels = _answers(good, label, is_text)
    names = tuple(form.names[features[j]] for j in kept)
    problem = _problem(len(names), y, labels, report.target)
    return replace(
        report,
        table=None if problem else OwnTable(names, x[:, kept], y, labels, report.target),
        problem=problem,
        refused=tuple(sorted(refused, key=lambda fault: fault.line)),
        left_out=tuple((form.names[k], unusable[k]) for k in sorted(unusable)),
    )


def _rows(lines: Lines, form: Form) -> tuple[list[_Row], list[Refused]]:
    rows: list[_Row] = []
    refused: list[Refused] = []
    for number, line in lines:
        cells, reason = fields_of(line, form)
        if reason:
            refused.append(Refused(number, reason, line.strip()[:SHOWN_TEXT]))
        else:
            parsed = [parse_cell(cell, form.delimiter) for cell in cells]
            rows.append(_Row(number, line, cells, parsed))
    return rows, refused


def _no_feature(parsed: Sequence[tuple[float, str]]) -> str:
    """Why a column cannot be a feature, as a key of NO_FEATURE; "" where it may be one."""
    present = [fault for _, fault in parsed if fault != MISSING]
    if parsed and not present:
        return "empty"
    return "text" if present.count(NOT_A_NUMBER) * 2 > len(present) else ""


def _is_text(label: Sequence[tuple[str, str]]) -> bool:
    """Whether a label is text, from its cells and what is wrong with each as a number."""
    present = [(cell, fault) for cell, fault in label if fault not in (MISSING, INFINITE)]
    texts = sum(fault == NOT_A_NUMBER for _, fault in present)
    few = len({cell for cell, _ in present}) <= CLASSES
    return texts > len(present) * (TEXTS if few else TEXTS_OF_MANY)


def _faults(row: _Row, form: Form, features: Sequence[int], label: int, is_text: bool) -> str:
    """What is wrong with the cells of a row that are used, "" where nothing is."""
    faults = {k: row.parsed[k][1] for k in (*features, label)}
    if is_text and faults[label] not in (MISSING, INFINITE):
        faults[label] = ""
    return "; ".join(f"{form.names[k]} {faults[k]}" for k in sorted(faults) if faults[k])


def _answers(rows: Sequence[_Row], label: int, is_text: bool) -> tuple[Array, tuple[str, ...]]:
    """Classes (n,) with the names of their labels, or numbers (n,) without."""
    if is_text:
        texts = [row.cells[label] for row in rows]
        kinds = sorted(set(texts), key=lambda text: (text.casefold(), text))
        place = {text: k for k, text in enumerate(kinds)}
        return np.array([place[text] for text in texts], np.float64), safe_names(kinds, "label")
    values = np.array([row.parsed[label][0] for row in rows], np.float64)
    different, places = np.unique(values, return_inverse=True)
    if len(different) > CLASSES or np.any(different != np.round(different)):
        return values, ()
    return places.astype(np.float64), tuple(f"{value + 0.0:.0f}" for value in different)


def _problem(features: int, y: Array, labels: Sequence[str], target: str) -> str | None:
    """The sentence that says why rows with answers y (n,) cannot be trained on, if so."""
    if len(y) < FEWEST_ROWS:
        rows = "1 usable row" if len(y) == 1 else f"{len(y)} usable rows"
        return f"Only {rows}; at least {FEWEST_ROWS} are needed."
    if np.ptp(y) == 0:
        return f"{target} is the same in every row: there is nothing to tell apart."
    if len(labels) > CLASSES:
        return (
            f"{target} has {len(labels)} different labels; at most {CLASSES} classes can be told "
            "apart. Choose another column as the label, or merge some."
        )
    if features < FEWEST_FEATURES:
        columns = "1 column" if features == 1 else f"{features} columns"
        return f"Only {columns} can be a feature; at least {FEWEST_FEATURES} are needed."
    return None
