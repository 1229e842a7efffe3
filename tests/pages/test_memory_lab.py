"""The memory lab trained on its button: pictures, replay, other settings, no cell, divergence."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go
import pytest
import streamlit as st

from engine.sequence_tasks import SEQUENCE_TASKS
from engine.studies import memory
from pages.ui.labs import memory_controls
from tests.pages.app import controls, drawers, press, visit

SHORT = {"lab": "Memory task", "memory_longest": "10", "memory_steps": "100", "memory_hidden": "8"}


@pytest.fixture
def charts(monkeypatch):
    """Figures by key, as last drawn."""
    drawn, draw = {}, st.plotly_chart

    def record(figure, **arguments):
        drawn[arguments["key"]] = figure
        return draw(figure, **arguments)

    monkeypatch.setattr(st, "plotly_chart", record)
    return drawn


def words(app):
    return " ".join(m.value for m in app.markdown)


@pytest.mark.parametrize("task", [task.name for task in SEQUENCE_TASKS.values()])
def test_a_run_draws_and_replays(task, charts):
    app = press(visit("sequence_models", SHORT | {"memory_task": task}), "memory_train")
    assert not app.exception
    assert "At T = 10: RNN **" in words(app)
    assert charts.keys() >= {"memory_accuracy", "memory_training", "memory_reach", "memory_answers"}
    for figure in charts.values():
        go.Figure(figure.to_dict())
    (replay,) = [key for key in controls(app) if key.startswith("memory_step_10_")]
    controls(app)[replay].set_value(0)
    app.run()
    assert not app.exception
    assert "After 0 steps" in words(app)
    assert charts["memory_training"].to_dict()["layout"]["shapes"][0]["x0"] == 0


def test_another_length_is_replayed():
    app = press(visit("sequence_models", SHORT), "memory_train")
    controls(app)["memory_shown_10"].set_value(5)
    app.run()
    assert next(header.value for header in app.header) == "Training at T = 5"


def test_other_settings_discard_the_run():
    app = press(visit("sequence_models", SHORT), "memory_train")
    controls(app)["memory_seed"].set_value(1)
    app.run()
    assert not app.exception
    assert "At T = 10" not in words(app)


@pytest.fixture
def quick(monkeypatch):
    """Few steps of few units, whatever the controls say."""

    def train(run, cells, lengths):
        yield from memory.train_all(replace(run, hidden=4, steps=10), cells, lengths)

    monkeypatch.setattr(memory_controls, "train_all", train)


def test_a_prediction_starts_the_run_that_judges_it(quick):
    app = visit("sequence_models", {"lab": "Memory task"})
    app.button(key="memory_0").click().run()
    assert "You said **All three**; the run will tell." in words(app)
    run = app.session_state["memory_run"]
    while run.is_going:
        run.advance()
    app.run()
    assert not app.exception
    assert "You said **All three**; it is **None of them**." in words(app)
    assert "At T = 100: RNN **" in words(app)


def test_a_prediction_is_not_judged_by_a_run_with_other_settings(quick):
    app = visit("sequence_models", {"lab": "Memory task"})
    app.button(key="memory_0").click().run()
    controls(app)["memory_seed"].set_value(1)
    app.run()
    press(app, "memory_train")
    assert not app.exception
    assert "At T = 100" in words(app)
    assert "You said" not in words(app)


def test_without_a_cell_there_is_nothing_to_train():
    app = visit("sequence_models", SHORT)
    controls(app)["memory_cells"].set_value([])
    app.run()
    assert "Choose a cell" in words(app)
    press(app, "memory_train")
    assert not app.exception


def test_a_divergence_is_told_with_cell_length_and_step(monkeypatch):
    class Blown(memory.Adam):
        def step(self, theta, gradient, state):
            return theta + 1e200, state

    monkeypatch.setattr(memory, "Adam", Blown)
    link = SHORT | drawers("memory") | {"memory_cells": ["ReLU RNN"]}
    app = press(visit("sequence_models", link), "memory_train")
    assert not app.exception
    assert "**ReLU RNN at T = 10 diverged** at step 2" in words(app)
    assert "no run stayed finite" in words(app)
