"""Asking why: what keeps the run from learning, one weight in full, one point's way through."""

from __future__ import annotations

import time

import streamlit as st

from engine.playground.course import Course
from engine.playground.finding import Finding
from engine.playground.pins import pin
from engine.playground.way import way
from engine.playground.why import diagnose
from pages.figures.base import Look
from pages.figures.playground_way import (
    MOST_UNITS,
    can_draw,
    describe_way,
    is_quick,
    way_alt,
    way_figure,
    way_table,
)
from pages.figures.playground_why import (
    NONE,
    cure_words,
    describe_weight,
    history_alt,
    history_figure,
    history_table,
    short,
    told,
    weight_history,
    weight_labels,
)
from pages.figures.playground_why_formulas import gradient_lines, update_lines
from pages.ui.contents import PAGES
from pages.ui.lab import OPEN, drawer, metrics, show, table_and_downloads, worked
from pages.ui.playground_session import is_moving

WEIGHT, POINT, FOUND = "play_weight", "play_point", "play_why_found"
PAUSE = 0.5  # seconds between two diagnoses of a run that moves


def why(course: Course, look: Look) -> None:
    """The findings, then the pinned weight, then the pinned point."""
    st.header("Why is it not learning?", anchor=False)
    for k, finding in enumerate(_findings(course)):
        _finding(finding, k)
    st.header("One weight", anchor=False)
    _weight(course, look)
    st.header("One point", anchor=False)
    _point(course, look)


def _findings(course: Course) -> list[Finding]:
    """What `diagnose` says: now and then while the run moves, with all that it can at rest."""
    moves = is_moving()
    run = course.experiment.settings, course.marks[0].scores, moves  # a table is not in settings
    key = run if moves else (*run, course.now.step, course.stopped)
    kept = st.session_state.get(FOUND)
    if kept is None or kept[0] != key or (moves and time.monotonic() > kept[1] + PAUSE):
        found = diagnose(course, is_deep=not moves)
        kept = st.session_state[FOUND] = key, time.monotonic(), found
    return kept[2]


def _finding(finding: Finding, k: int) -> None:
    """What was found, what to try, and where to read on."""
    entry = PAGES[finding.page]
    icon = "warning" if finding.is_problem else "check_circle"
    with st.container(key=f"play_why_{k}", gap=None):
        words = f":material/{icon}: **{finding.name}.** {told(finding.seen)}"
        st.markdown(f"{words} {cure_words(finding.cure)}".rstrip())
        if finding.is_problem:
            st.page_link(
                f"pages/{entry.slug}.py",
                label=f"Chapter {finding.chapter}: {entry.labs[finding.lab]}",
                icon=entry.icon,
                query_params={OPEN: entry.labs[finding.lab]},
            )


def _weight(course: Course, look: Look) -> None:
    labels = weight_labels(course.experiment)
    if st.session_state.get(WEIGHT, NONE) not in labels:
        st.session_state[WEIGHT] = NONE  # of another network
    name = st.selectbox(
        "Pin a weight",
        list(labels),
        format_func=labels.__getitem__,
        key=WEIGHT,
        bind="query-params",
        help="Or click a line of the network.",
    )
    if name is None or name == NONE:
        return
    pinned = pin(course, name)
    metrics(
        {
            "Value": short(pinned.value),
            "Gradient": short(pinned.gradient),
            "Next update": short(pinned.update),
        }
    )
    st.markdown(describe_weight(pinned, course))
    epochs, values = weight_history(course, pinned.at)
    now = course.now.step / course.experiment.steps_per_epoch, pinned.value
    show(
        history_figure(epochs, values, now, look),
        "play_why_history",
        history_alt(labels[name], epochs, values, now),
    )
    if section := drawer("Its next update, with these numbers", "play_why_formulas"):
        with section:
            worked(gradient_lines(pinned))
            worked(update_lines(pinned, course.experiment.settings.penalty))
    if section := drawer("Its history as a table", "play_why_table"):
        with section:
            table_and_downloads("play_why_weight", history_table(epochs, values))


def _point(course: Course, look: Look) -> None:
    experiment = course.experiment
    n = len(experiment.sample.x)
    if not 0 <= (st.session_state.get(POINT) or 0) <= n:
        st.session_state[POINT] = 0  # of other data
    row = st.number_input(
        "Pin a point",
        0,
        n,
        0,
        1,
        key=POINT,
        bind="query-params",
        help=f"A row of the data, 1 to {n:,}; 0 for none. Or click a point of the picture.",
    )
    if not row:
        return
    path = way(experiment, course.now, int(row) - 1)
    st.markdown(describe_way(path, experiment))
    if not can_draw(path):
        st.markdown(f"A layer of more than {MOST_UNITS} units has no room in a graph.")
    elif is_moving() and not is_quick(path):
        st.markdown("The graph of so many weights is drawn when the run rests.")
    else:
        show(
            way_figure(path, experiment, course.now, look),
            "play_why_way",
            way_alt(path, experiment),
        )
    if section := drawer("Every value as a table", "play_why_values"):
        with section:
            table_and_downloads("play_why_point", way_table(path, experiment))
