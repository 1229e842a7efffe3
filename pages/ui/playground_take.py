"""Taking a run along: its link, its weights and history as files, and scripts that repeat it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from engine.playground.course import Course
from engine.playground.export import history_csv, table_csv, weights_json
from engine.playground.numpy_script import fits, numpy_script
from engine.playground.torch_script import torch_script, without_data
from pages.figures.base import Look, counted
from pages.ui.lab import drawer
from pages.ui.playground_fields import query


@dataclass(frozen=True)
class File:
    """A download: its button, its name, what it is, and its text for a course."""

    label: str
    name: str
    mime: str
    icon: str
    words: Callable[[Course], str]
    text: Callable[[Course], str]


FILES: dict[str, File] = {
    "weights": File(
        "Weights (JSON)",
        "playground-weights.json",
        "application/json",
        ":material/data_object:",
        lambda course: (
            f"All {counted(course.experiment.network.size, 'parameter')} after step "
            f"{course.now.step:,} by name, with the settings and scores. Every number reads back "
            "to the same bits."
        ),
        weights_json,
    ),
    "history": File(
        "History (CSV)",
        "playground-history.csv",
        "text/csv",
        ":material/table:",
        lambda course: (
            f"Losses and {_quality(course)} of training and test, "
            f"{counted(len(course.marks), 'row')}: {_spacing(course)}."
        ),
        history_csv,
    ),
    "run": File(
        "NumPy script",
        "playground-run.py",
        "text/x-python",
        ":material/code:",
        lambda course: (
            "Repeats the run with this app's engine alone, in the root of its repository, and "
            f"says whether the weights after {_steps(course)} are these bit for bit."
        ),
        numpy_script,
    ),
    "torch": File(
        "PyTorch script",
        "playground-torch.py",
        "text/x-python",
        ":material/code:",
        lambda course: (
            "Needs torch and numpy alone: the same examples, starting weights and batches. It says "
            f"how far its weights are from these after {_steps(course)}; 10⁻⁶ is the limit."
        ),
        torch_script,
    ),
}
SHOWN = {
    "run": ("Read the NumPy script", ""),
    "torch": ("Read the PyTorch script", "Its examples and weights, at its end, are in the file."),
}


def take_along(course: Course, look: Look) -> None:
    """The link, a button per file, and the scripts to read."""
    course = replace(course, marks=list(course.marks))  # as it stands now, whatever comes
    _link(course)
    for row in (("weights", "history"), ("run", "torch")):
        for column, key in zip(st.columns(2, gap="small"), row, strict=True):
            with column:
                _download(course, key, FILES[key])
    _table_beside(course)
    for key, (label, note) in SHOWN.items():
        if section := drawer(label, f"play_take_{key}"):
            with section:
                if note:
                    st.markdown(note)
                st.code(without_data(FILES[key].text(course)), language=None, wrap_lines=True)


def _link(course: Course) -> None:
    experiment = course.experiment
    st.markdown(
        f"**The link of this run**, at step {course.now.step:,}: who opens it sees these numbers."
    )
    st.code(link_of(course), language=None, wrap_lines=True)
    if experiment.settings.data == "own":
        st.markdown(
            "Your table is not in it: whoever opens it has to bring the same table, with the same "
            "label and inputs."
        )


def link_of(course: Course) -> str:
    """The address that opens this run at this step."""
    values = query(course.experiment.settings, course.now.step)
    page = (st.context.url or "").partition("?")[0]
    return f"{page}?{urlencode(values, doseq=True)}" if values else page


def _download(course: Course, key: str, file: File) -> None:
    st.download_button(
        file.label,
        partial(file.text, course),
        file.name,
        file.mime,
        key=f"play_take_{key}_file",
        on_click="ignore",
        icon=file.icon,
        width="stretch",
    )
    st.markdown(file.words(course))


def _table_beside(course: Course) -> None:
    """The visitor's table where the NumPy script does not carry it."""
    own = course.experiment.own
    if own is None or course.experiment.settings.data != "own" or fits(own):
        return
    st.download_button(
        "Table (CSV)",
        partial(table_csv, own),
        "data.csv",
        "text/csv",
        key="play_take_table_file",
        on_click="ignore",
        icon=":material/table:",
    )
    st.markdown(
        f"Your table as numbers, {counted(len(own.x), 'row')}: too long for the NumPy script, "
        "which reads it from this file beside it."
    )


def _steps(course: Course) -> str:
    return counted(course.now.step, "step")


def _quality(course: Course) -> str:
    return "accuracy" if course.experiment.is_classification else "R²"


def _spacing(course: Course) -> str:
    if course.every == 1:
        return "the start and each epoch so far"
    return f"the start and every {course.every:,} epochs so far"
