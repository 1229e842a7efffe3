"""Data of the visitor's own on the playground: a table by file or pasted, or points by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import streamlit as st

from engine.csv_table import DELIMITERS, Refused
from engine.playground.clouds import REACH
from engine.playground.data import FIRST_POINTS, MAX_POINTS, OwnTable, parse_points, written
from engine.playground.own import NO_FEATURE, OwnReport, read_own
from engine.playground.settings import CLASSES
from engine.types import Array
from pages.figures.base import counted, listed, number
from pages.ui.playground_session import keep_picked
from pages.ui.upload import Kept, kept_file, refused_table

POINTS, CLASS, CLEARED, LAST = "play_points", "play_draw_class", "play_cleared", "play_points_last"
PAIR = "Until there are two, the picture shows a pair of its own."
FLOWERS = {"bluebell": (2.6, 1.5), "daisy": (4.0, 3.3), "poppy": (5.6, 1.8)}
SPREAD = 0.7, 0.4  # of length and width, cm


def own_table(key: str) -> OwnTable | None:
    """The visitor's table from a file or, without one, from the text box; None where it cannot be
    used. Draws both fields, the choice of the label and the report of what was read and refused.

    The file and the text stay in the session while this is not drawn.
    """
    file = kept_file(key, "CSV file, 5 MB at most")
    pasted = st.text_area(
        "Or paste rows here",
        flowers(),
        height=160,
        key=f"{key}_text",
        persist_state="session",
        help="Two to twenty features and a label, split by comma, semicolon or tab; a first line "
        "of names is optional. A label of text, or of at most six whole numbers, stands for "
        "classes; any other for a number to predict.",
        disabled=file is not None,
    )
    st.markdown("The link of this page does not carry your data; this session keeps it.")
    report = _read(file, pasted or "", None)
    if report.columns:
        report = _read(file, pasted or "", _label(key, report))
    _tell(report)
    return report.table


def _read(file: Kept | None, pasted: str, target: str | None) -> OwnReport:
    if file is None:
        return _read_text(pasted, target)
    return _read_file(file.file_id, target, file.data)


@st.cache_resource(max_entries=8, show_spinner="Reading the table")
def _read_text(text: str, target: str | None) -> OwnReport:
    return read_own(text, target)


@st.cache_resource(max_entries=8, show_spinner="Reading the table")
def _read_file(file_id: str, target: str | None, _data: bytes) -> OwnReport:
    return read_own(_data, target)


def _label(key: str, report: OwnReport) -> str:
    """The column that the visitor chose as the label, at first the one that was taken."""
    taken = report.columns.index(report.target) if report.target else 0
    return st.selectbox("Label", report.columns, taken, key=f"{key}_label", persist_state="session")


def _tell(report: OwnReport) -> None:
    if report.problem is not None:
        refused = f" {_refusals(report.refused)}" if report.refused else ""
        st.warning(report.problem + refused, icon=":material/warning:")
    else:
        st.markdown(describe_own(report))
    if report.left_out:
        names = [f"{name} ({NO_FEATURE[why]})" for name, why in report.left_out]
        st.markdown(f"No features: {listed(names)}.")
    if report.refused:
        refused_table(report.refused)


def describe_own(report: OwnReport) -> str:
    """What was read of a table that can be used, how, and what it is taken for, in sentences."""
    table = report.table
    if table is None:
        return report.problem or ""
    names = "names in the first line" if report.header else "no line of names"
    told = f"Read: {counted(len(table.y), 'row')}, split by {DELIMITERS[report.delimiter]}, "
    told += f"{names}. {_refusals(report.refused)}"
    if report.looked_at < report.rows:
        told += f" Looked at: {report.looked_at:,} of {report.rows:,} rows, drawn at random"
        told += ", each label with its share" if report.by_label else ""
        told += "; faults are told of these alone."
    return f"{told} {_target(table)} Features: {listed(table.names)}."


def _refusals(refused: Sequence[Refused]) -> str:
    told = f"Refused: {counted(len(refused), 'row')}."
    return (
        f"{told} The first is line {refused[0].line:,}: {refused[0].reason}." if refused else told
    )


def _target(table: OwnTable) -> str:
    if not table.labels:
        low, high = number(table.y.min()), number(table.y.max())
        return f"To predict: {table.target}, a number from {low} to {high}."
    count = Counter(table.y.astype(int).tolist())
    kinds = listed([f"{name} ({count[k]:,})" for k, name in enumerate(table.labels)])
    return f"To tell apart: {table.target}, {len(table.labels)} classes: {kinds}."


@st.cache_data(max_entries=1, show_spinner=False)
def flowers() -> str:
    """Ninety flowers of three kinds as CSV, drawn from normal laws: what the text box starts with.

    Length and width together tell nearly all apart, neither does alone.
    """
    rng = np.random.default_rng(3)
    rows = []
    for kind, middle in FLOWERS.items():
        sizes = rng.normal(middle, SPREAD, (30, 2)).clip(0.2)
        rows += [f"{length:.1f},{width:.1f},{kind}" for length, width in sizes]
    order = rng.permutation(len(rows))
    return "\n".join(["petal length (cm),petal width (cm),flower", *(rows[k] for k in order)])


def drawn_points() -> str:
    """The points drawn by hand, as text, with what adds them without a mouse; the text is in the
    address, and in the session while this is not drawn."""
    state = st.session_state
    if POINTS not in state and LAST in state:
        state[POINTS] = state[LAST]
    above = st.container()
    text = st.text_area(
        "All points: x₁,x₂,class;",
        FIRST_POINTS,
        key=POINTS,
        height=100,
        bind="query-params",
        help=f"Coordinates from −{REACH:g} to {REACH:g}, classes from 0 to {CLASSES - 1}.",
    )
    state[LAST] = text or ""
    points, labels = parse_points(text or "")
    with above:
        _class()
        _one_point(is_full=len(points) >= MAX_POINTS)
        _buttons(len(points))
    st.markdown(describe_points(labels, _parts(text or "") - len(points)))
    return written(points, labels)


def _class() -> None:
    st.segmented_control(
        "Class of new points",
        range(CLASSES),
        default=0,
        required=True,
        key=CLASS,
        persist_state="session",
    )


def _buttons(n: int) -> None:
    with st.container(horizontal=True):
        can_undo = n > 0 or bool(st.session_state.get(CLEARED))
        st.button("Undo", key="play_undo", on_click=undo_point, disabled=not can_undo)
        st.button("Clear", key="play_clear", on_click=clear_points, disabled=not n)


def _one_point(is_full: bool) -> None:
    with st.form("play_draw", border=False):
        with st.container(horizontal=True):
            for name, key in (("x₁", "play_draw_x1"), ("x₂", "play_draw_x2")):
                st.number_input(name, -REACH, REACH, 0.0, 0.5, key=key, persist_state="session")
        st.form_submit_button("Add point", key="play_add", on_click=_add, disabled=is_full)


def _add() -> None:
    add_point(st.session_state["play_draw_x1"], st.session_state["play_draw_x2"], drawn_class())


def drawn_class() -> int:
    """The class that a new point gets."""
    return int(st.session_state.get(CLASS) or 0)


def add_point(x: float, y: float, label: int) -> None:
    """Adds a point of a class from 0, unless it lies outside the plane or there are MAX_POINTS; for
    a callback, before the text of the points is drawn."""
    points, labels = parse_points(_text())
    if len(points) < MAX_POINTS and max(abs(x), abs(y)) <= REACH:
        _keep(np.vstack([points, [x, y]]), np.append(labels, label))


def undo_point() -> None:
    """Takes the last point back, or what Clear took away."""
    points, labels = parse_points(_text())
    if len(points):
        _keep(points[:-1], labels[:-1])
    else:
        keep_picked({POINTS: st.session_state.pop(CLEARED, "")})


def clear_points() -> None:
    """Takes all points away; Undo brings them back."""
    st.session_state[CLEARED] = _text()
    keep_picked({POINTS: ""})


def _text() -> str:
    return st.session_state.get(POINTS) or ""


def _keep(points: Array, labels: Array) -> None:
    keep_picked({POINTS: written(points, labels)})
    st.session_state.pop(CLEARED, None)


def _parts(text: str) -> int:
    return sum(bool(part.strip()) for part in text.replace("\n", ";").split(";"))


def describe_points(labels: Array, unread: int = 0) -> str:
    """How many points of which classes there are, and what more it takes to train."""
    most = f"up to {MAX_POINTS}"
    if not len(labels):
        return f"No points, {most}. {PAIR} Click the picture, or type a point and add it."
    count = sorted(Counter(labels.astype(int).tolist()).items())
    told = f"{counted(len(labels), 'point')}, {most}: "
    told += listed([f"{times:,} of class {label}" for label, times in count]) + "."
    if len(labels) == 1:
        told += f" {PAIR}"
    elif len(count) == 1:
        told += " A second class would give something to tell apart."
    if unread:
        told += f" Left out: {counted(unread, 'part')} of the text, beyond those or not a point."
    return told
