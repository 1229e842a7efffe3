"""Asking why on the page: findings with their links, a pinned weight and a pinned point."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.optimizers import OPTIMIZERS
from engine.playground.build import build
from engine.playground.course import Course, play, start_course
from engine.playground.data import OwnTable
from engine.playground.pins import entries, pin
from engine.playground.settings import Settings
from engine.playground.way import way
from engine.playground.why import diagnose
from pages.figures.playground_way import can_draw, describe_way, way_alt, way_figure, way_table
from pages.figures.playground_why import (
    NONE,
    cure_words,
    describe_weight,
    history_alt,
    history_figure,
    plain,
    short,
    told,
    weight_history,
    weight_labels,
)
from pages.figures.playground_why_formulas import gradient_lines, update_lines
from pages.ui.contents import PAGES
from tests.engine.playground.test_pins import RUNS
from tests.engine.playground.test_why import SICK
from tests.pages.figures.reading import LIGHT, SLIPS
from tests.pages.figures.test_figure_update_rules import (
    evaluate,
    exact_numbers,
    python,
    tolerance,
)

HOSTILE = OwnTable(
    ("<b>x</b>", "<b>x</b>", "$a$ :red[b] [l](http://e)"),
    np.random.default_rng(0).normal(size=(40, 3)),
    np.arange(40.0) % 2,
    ("*bold*", "<script>"),
)


def course_of(epochs: int = 3, own: OwnTable | None = None, **settings) -> Course:
    course = start_course(build(Settings(**settings), own))
    play(course, epochs)
    return course


def view(settings, epochs):
    from engine.playground.build import build
    from engine.playground.course import play, start_course
    from engine.playground.settings import settings_from
    from pages.ui.look import current_look
    from pages.ui.playground_why import why

    course = start_course(build(settings_from(settings)))
    play(course, epochs)
    why(course, current_look())


@pytest.fixture
def open_view(monkeypatch):
    """The view drawn alone; its links are told as text, since there are no pages to go to."""
    monkeypatch.setattr(st, "page_link", lambda page, label, **_: st.text(f"{label}: {page}"))

    def run(epochs=3, going=False, settings=None, **state) -> AppTest:
        arguments = {"settings": settings or {}, "epochs": epochs}
        app = AppTest.from_function(view, default_timeout=30, kwargs=arguments)
        app.session_state["play_going"] = going
        for key, value in state.items():
            app.session_state[key] = value
        return app.run()

    return run


def told_on(app: AppTest) -> str:
    return "\n".join(node.value for node in app.markdown)


@pytest.mark.parametrize("name", SICK)
def test_findings_name_a_chapter_and_a_lab_that_there_is(name):
    epochs, settings = SICK[name]
    for finding in diagnose(course_of(epochs, **settings)):
        entry = PAGES[finding.page]
        assert entry.chapter == finding.chapter
        assert finding.lab in entry.labs
        words = cure_words(finding.cure)
        assert not SLIPS.search(f"{told(finding.seen)} {words}".rstrip())
        assert words.startswith("Try: ") == bool(finding.cure)
        assert "_" not in words


def test_a_finding_is_told_with_its_link(open_view):
    app = open_view(settings={"initializer": "zeros"})
    assert not app.exception
    assert "**Equal weights.** All 4 units" in told_on(app)
    assert "Chapter 6: Symmetry: pages/vanishing_gradients.py" in [t.value for t in app.text]


def test_a_healthy_run_says_so(open_view):
    app = open_view(epochs=30)
    assert "it is learning" in told_on(app)
    assert not app.text


@pytest.mark.parametrize("going", [False, True])
def test_pins_are_drawn_at_rest_and_while_playing(open_view, going):
    app = open_view(going=going, play_weight="W1 2,3", play_point=4)
    assert not app.exception
    assert app.selectbox(key="play_weight").value == "W1 2,3"
    assert "the central difference, taken now" in told_on(app)
    assert "Point 4, a " in told_on(app)
    assert {metric.label for metric in app.metric} == {"Value", "Gradient", "Next update"}


@pytest.mark.parametrize(
    "state", [{"play_weight": "W9 1,1"}, {"play_weight": "x"}, {"play_point": 10_000}]
)
def test_pins_of_another_run_are_let_go(open_view, state):
    app = open_view(**state)
    assert not app.exception
    assert app.selectbox(key="play_weight").value == NONE
    assert app.number_input(key="play_point").value == 0


def test_drawers_open_with_their_formulas_and_tables(open_view):
    keys = ("play_why_formulas", "play_why_table", "play_why_values")
    for name in ("Adam", "AdamW"):
        app = open_view(
            settings={"optimizer": name},
            play_weight="b1 2",
            play_point=1,
            **dict.fromkeys(keys, True),
        )
        assert not app.exception
        assert len(app.latex) == 1 + 5
        assert len(app.dataframe) == 2


def test_findings_are_kept_until_the_run_moves(open_view, monkeypatch):
    calls = []

    def counted(course, is_deep):
        calls.append(is_deep)
        return diagnose(course, is_deep)

    monkeypatch.setattr("pages.ui.playground_why.diagnose", counted)
    app = open_view()
    app.run()
    assert calls == [True]
    app.session_state["play_going"] = True
    app.run()
    app.run()
    assert calls == [True, False]
    monkeypatch.setattr("pages.ui.playground_why.PAUSE", -1.0)
    app.run()
    assert calls == [True, False, False]


@pytest.mark.parametrize("name", RUNS)
def test_every_parameter_has_a_label_and_words_of_its_own(name):
    course = course_of(**{"n": 60} | RUNS[name])
    labels = weight_labels(course.experiment)
    assert len(labels) == course.experiment.network.size + 1
    assert len(set(labels.values())) == len(labels)
    for key in (*list(labels)[1:3], list(labels)[-1]):
        pinned = pin(course, key)
        text = describe_weight(pinned, course)
        assert not SLIPS.search(text)
        lines = gradient_lines(pinned) + update_lines(pinned, course.experiment.settings.penalty)
        for symbols, numbers in lines:
            for side in (symbols, numbers):
                assert side.count("{") == side.count("}")
            assert "nan" not in numbers


@pytest.mark.parametrize("name", [*OPTIMIZERS, *RUNS])
def test_the_lines_of_an_update_add_up(name):
    """Both sides of each line are equal, and the last is where the update leads."""
    changes = RUNS.get(name, {"optimizer": name})
    course = course_of(**{"n": 60} | changes)
    keys = list(entries(course.experiment.network))
    for key in (keys[0], keys[1], keys[-1]):
        pinned = pin(course, key)
        lines = update_lines(pinned, course.experiment.settings.penalty)
        exact = exact_numbers(pinned.rule) | {"0", "1", "10"}
        for symbols, numbers in lines:
            expression, _, result = python(numbers).rpartition(" = ")
            slack = tolerance(expression, exact) + 0.51e-3 * abs(evaluate(result))
            assert evaluate(expression) == pytest.approx(evaluate(result), rel=0, abs=slack), (
                symbols
            )
        assert lines[-1][0].startswith(r"\theta \leftarrow")
        assert evaluate(result) == pytest.approx(pinned.shrunk, rel=1e-3)


def test_no_zero_has_a_sign():
    course = course_of(0, initializer="zeros", activations=("relu", "relu"))
    pinned = pin(course, "W1 1,1")
    lines = gradient_lines(pinned) + update_lines(pinned, "none")
    assert all("(-0)" not in side for line in lines for side in line)


def test_labels_say_what_a_weight_joins():
    labels = weight_labels(course_of(batch_norm=True).experiment)
    wanted = {
        "W1 2,3": "W1: x₂ → unit 3",
        "b1 4": "b1: unit 4",
        "gamma2 1": "gamma2: unit 1",
        "W3 4,2": "W3: unit 4 → unit 2",
        "W5 2,1": "W5: unit 2 → output 1",
        "b5 1": "b5: output 1",
    }
    assert wanted.items() <= labels.items()
    assert next(iter(labels)) == NONE


def test_the_history_marks_the_moment_shown():
    course = course_of(20)
    at = pin(course, "W1 1,1").at
    epochs, values = weight_history(course, at)
    assert list(epochs) == list(range(21))
    np.testing.assert_array_equal(values, [m.theta[at] for m in course.moments])
    figure = history_figure(epochs, values, (7.0, values[7]), LIGHT)
    data = go.Figure(figure.to_dict()).data
    assert data[1].x[0] == 7
    assert data[1].marker.symbol == "diamond"
    assert "Shown is epoch 7" in history_alt("W1", epochs, values, (7.0, values[7]))


@pytest.mark.parametrize("name", RUNS)
def test_a_points_way_is_drawn_and_tabled(name):
    course = course_of(**{"n": 60} | RUNS[name])
    experiment = course.experiment
    path = way(experiment, course.now, 2)
    assert can_draw(path)
    go.Figure(way_figure(path, experiment, course.now, LIGHT).to_dict())
    table = way_table(path, experiment)
    outputs = max(1, len(path.z))
    assert len(table) == len(path.inputs) + sum(experiment.settings.units) + outputs
    assert ("after batch norm" in table) == experiment.settings.batch_norm
    text = describe_way(path, experiment)
    assert not SLIPS.search(text)
    assert not SLIPS.search(way_alt(path, experiment))
    assert "Its loss" in text


@pytest.mark.parametrize("going", [False, True])
def test_a_graph_of_many_weights_waits_for_the_run_to_rest(open_view, going):
    settings = {"units": [8] * 4, "activations": ["tanh"] * 4}
    app = open_view(settings=settings, play_point=1, going=going)
    assert not app.exception
    assert ("when the run rests" in told_on(app)) == going
    assert len(app.get("plotly_chart")) == (not going)


def test_a_wide_layer_has_no_room_in_the_graph(open_view):
    app = open_view(settings={"units": [16], "activations": ["relu"]}, play_point=1)
    assert not app.exception
    assert "no room in a graph" in told_on(app)


def test_what_visitors_name_is_shown_as_it_is():
    course = course_of(own=HOSTILE, data="own")
    experiment = course.experiment
    path = way(experiment, course.now, 0)
    words = describe_way(path, experiment)
    assert all(sign not in words.replace(f"\\{sign}", "") for sign in ("<", "$", ":red", "[", "]("))
    figure = str(way_figure(path, experiment, course.now, LIGHT).to_dict())
    assert "<script>" not in figure
    assert "<b>" not in figure
    labels = weight_labels(experiment)
    assert len(set(labels.values())) == len(labels)
    assert plain("a\n*b*") == r"a \*b\*"


def test_powers_of_ten_are_written_out():
    assert told("2.5e-7 of 3e12 and e10") == "2.5 × 10⁻⁷ of 3 × 10¹² and e10"


@pytest.mark.parametrize(
    ("value", "text"), [(-1.167e-6, "−1.17e-6"), (0.25, "0.25"), (float("nan"), "no finite number")]
)
def test_boxes_hold_short_numbers(value, text):
    assert short(value) == text
