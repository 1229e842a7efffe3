"""Edited weights and data of the passes: kept in the link, refused in words, undone."""

from __future__ import annotations

import numpy as np
import pytest
import streamlit as st

from engine.by_hand.edits import apply_edits, read_edits
from engine.by_hand.house_sales import house_problem
from engine.by_hand.staged import BACKWARD, STAGES, forward
from engine.by_hand.weight_conventions import CONVENTIONS
from pages.figures.base import number
from pages.ui.edit_problem import EDITS, places
from tests.pages.app import random_walk, unfold, visit

FIELD = EDITS.key
LAB = {"lab": "Forward and backward", "backprop_step": "dZ1"}
TABLES = {"backprop_tables": "true"}


def loss(app):
    return next(metric.value for metric in app.metric if metric.label == "Loss J")


def test_a_link_brings_the_edits_back():
    text = "W1[2,3]=0.5; X[1,2]=-1; b2[1]=2"
    app = visit("training", LAB | TABLES | {FIELD: text})
    assert not app.exception
    problem, _ = apply_edits(house_problem("price", "sigmoid", "mean", 4, 0), read_edits(text)[0])
    assert loss(app) == number(float(forward(problem)["J"]))
    assert app.text_input(key=FIELD).value == text
    assert not app.warning


def test_undo_brings_the_first_numbers_back():
    app = visit("training", LAB | {FIELD: "b2[1]=2"})
    edited = loss(app)
    app.button(key="undo_edits").click().run()
    assert app.text_input(key=FIELD).value == ""
    assert loss(app) == loss(visit("training", LAB)) != edited


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("W1[2,3]=inf", "not of the form"),
        ("b1[9]=1", "shape (4,)"),
        ("X[5,1]=1", "shape (4, 3)"),
        ("W2[1,1]=99999", "beyond 1000"),
    ],
)
def test_what_cannot_be_used_is_told_and_changes_nothing(text, words):
    app = visit("training", LAB | {FIELD: text})
    assert not app.exception
    assert words in app.warning[0].value
    assert loss(app) == loss(visit("training", LAB))


@pytest.mark.parametrize("key", CONVENTIONS)
@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2", "X", "Y"])
def test_a_cell_lands_where_it_stands(key, name, monkeypatch):
    problem = house_problem("price", "sigmoid", "mean", 4, 0)
    arrays = {"X": problem.x, "Y": problem.y, **problem.parameters}
    convention = CONVENTIONS[key]
    shown = convention.shown(name, arrays[name])
    row, column = shown.shape[0] - 1, shown.shape[1] - 1
    columns = [str(k) for k in range(shown.shape[1])]
    state = {"edit_table_0": {"edited_rows": {row: {columns[column]: 7.5}}}}
    monkeypatch.setattr(st, "session_state", state)
    EDITS.take("table", columns, places(name, arrays[name].ndim, convention))
    edits, refused = read_edits(state[FIELD])
    assert refused == []
    changed, left_out = apply_edits(problem, edits)
    assert left_out == []
    after = {"X": changed.x, "Y": changed.y, **changed.parameters}[name]
    assert convention.shown(name, after)[row, column] == 7.5
    assert (after != arrays[name]).sum() == 1


def test_an_emptied_cell_keeps_its_value_and_says_so(monkeypatch):
    state = {"edit_table_0": {"edited_rows": {0: {"a": None, "b": 2.0}}}, FIELD: "b2[1]=1"}
    monkeypatch.setattr(st, "session_state", state)
    EDITS.take("table", ["a", "b"], places("W1", 2, CONVENTIONS["rows"]))
    assert state[FIELD] == "b2[1]=1; W1[1,2]=2"
    assert state["backprop_edits_refused_table"] == [
        "W1[1,1] keeps its value: a cell needs a finite number."
    ]


@pytest.mark.parametrize("step", STAGES)
@pytest.mark.parametrize("edits", ["b2[1]=900", "b2[1]=-900", "W1[1,1]=1000; W2[1,1]=-1000"])
def test_extreme_edits_at_every_step(step, edits):
    for task in ("Price", "Yes or no"):
        app = visit(
            "training",
            {"lab": LAB["lab"], "backprop_step": step, "backprop_task": task, FIELD: edits},
        )
        assert not app.exception


def test_the_buttons_walk_through_all_steps():
    app = visit("training", {"lab": LAB["lab"], "backprop_step": "X"})
    assert app.button(key="passes_back").disabled
    walked = [app.select_slider(key="backprop_step").value]
    while not app.button(key="passes_next").disabled:
        app.button(key="passes_next").click().run()
        assert not app.exception
        walked.append(app.select_slider(key="backprop_step").value)
    assert walked == list(STAGES)
    app.button(key="passes_back").click().run()
    assert app.select_slider(key="backprop_step").value == STAGES[-2]


@pytest.mark.parametrize("step", BACKWARD)
def test_every_gradient_has_its_central_difference_beside_it(step):
    app = visit("training", {"lab": LAB["lab"], "backprop_step": step})
    tables = [frame.value for frame in app.dataframe if "central difference" in frame.value]
    assert tables
    assert tables[0]["error"].max() < 1e-9


def test_settings_combine_with_edits_and_open_tables():
    app = unfold(visit("training", {"lab": LAB["lab"]}), "backprop")
    app.session_state["backprop_tables"] = True
    app.text_input(key=FIELD).set_value("W1[1,1]=0; X[9,1]=3; b2[1]=40").run()
    made = []
    for move in random_walk(app, np.random.default_rng(1), moves=60):
        made.append(move)
        assert not app.exception, made
