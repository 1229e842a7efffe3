"""A visitor's own table: by file or pasted, with the report of what was read and what refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from engine.csv_table import DELIMITERS, MAX_BYTES, MAX_LINES, Refused, TableReport, read_table
from pages.figures.base import counted

SHOWN = 200  # refused lines in the page's table at most


def upload_table(
    key: str,
    example: str,
    *,
    what: str,
    min_columns: int = 2,
    max_columns: int = 2,
    min_rows: int = 5,
    max_lines: int = MAX_LINES,
    labels: tuple[float, ...] = (),
) -> TableReport:
    """The table from the file or, without one, from the text box, which starts with `example`.

    Draws both fields and the report. `what` says in words which columns are wanted. The table is
    not in the URL, which is said beside it. The limits are those of `read_table`. Check `problem`
    before using `values`.
    """
    left, right = st.columns(2, gap="medium")
    file = left.file_uploader(
        "CSV file, 5 MB at most",
        type=["csv", "tsv", "txt"],
        max_upload_size=MAX_BYTES // 2**20,
        key=f"{key}_file",
    )
    left.markdown("The link of this page does not carry your data.")
    pasted = right.text_area(
        "Or paste rows here",
        example,
        height=150,
        key=f"{key}_text",
        persist_state="session",
        help="Fields split by comma, semicolon or tab; a first line of names is optional.",
        disabled=file is not None,
    )
    source = file.getvalue() if file is not None else pasted or ""
    limits = {"min_columns": min_columns, "max_columns": max_columns, "min_rows": min_rows}
    report = _read(source, limits | {"max_lines": max_lines, "labels": labels})
    _show(report, what, max_lines)
    return report


@st.cache_data(max_entries=8, show_spinner=False)
def _read(source: bytes | str, limits: dict[str, Any]) -> TableReport:
    return read_table(source, **limits)


def describe_report(report: TableReport, max_lines: int = MAX_LINES) -> str:
    """What was read and how, in sentences; without any cell's text."""
    if report.problem is not None:
        return report.problem
    names = "names in the first line" if report.header else "no line of names"
    text = f"Read: {counted(len(report.values), 'row')}, split by {DELIMITERS[report.delimiter]}, "
    text += f"{names}. Refused: {counted(len(report.refused), 'row')}."
    if report.left_out:
        text += f" Only the first {max_lines:,} lines are read: {report.left_out:,} are left out."
    return text


def _show(report: TableReport, what: str, max_lines: int) -> None:
    if report.problem is None:
        st.markdown(describe_report(report, max_lines))
    else:
        st.warning(f"{report.problem} Wanted: {what}.", icon=":material/warning:")
    if report.refused:
        refused_table(report.refused)


def refused_table(refused: Sequence[Refused]) -> None:
    """The first SHOWN of the refused lines."""
    st.dataframe(
        pd.DataFrame(
            [(r.line, r.reason, r.text) for r in refused[:SHOWN]],
            columns=["line", "refused because", "text"],
        ),
        hide_index=True,
        width="stretch",
    )


class Kept(NamedTuple):
    """A file that this session keeps, also while its field is not drawn."""

    file_id: str
    name: str
    data: bytes


def kept_file(key: str, label: str) -> Kept | None:
    """A field for a file and what was last given to it, which stays until it is removed here."""
    given = st.file_uploader(
        label,
        type=["csv", "tsv", "txt"],
        max_upload_size=MAX_BYTES // 2**20,
        key=f"{key}_file",
        on_change=_keep,
        args=(key,),
    )
    kept: Kept | None = st.session_state.get(f"{key}_kept")
    if kept is not None and given is None:
        st.text(f"Still here: {kept.name}")
        st.button("Remove this file", key=f"{key}_forget", on_click=_forget, args=(key,))
    return kept


def _keep(key: str) -> None:
    file = st.session_state.get(f"{key}_file")
    kept = Kept(file.file_id, file.name, file.getvalue()) if file else None
    st.session_state[f"{key}_kept"] = kept


def _forget(key: str) -> None:
    st.session_state[f"{key}_kept"] = None
