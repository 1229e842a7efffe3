"""The playground's closer looks, drawn by Streamlit: curves, scores and layers of a run."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

VIEWS = ("curves", "scores", "layers")
PICTURES = {"curves": 1, "scores": 1, "layers": 2}
RUNS = {
    "two classes": {},
    "not begun": {},
    "a number": {"data": "houses"},
    "no hidden layer": {"units": (), "activations": ()},
}
every_view = pytest.mark.parametrize("view", VIEWS)


def page(view, settings, epochs):
    """A page with one closer look at a run."""
    import streamlit as st

    from engine.playground.build import build
    from engine.playground.course import play, start_course
    from engine.playground.settings import Settings
    from pages.ui import playground_views
    from pages.ui.look import current_look

    if "course" not in st.session_state:
        course = start_course(build(Settings(**settings)))
        play(course, epochs)
        st.session_state.course = course
    getattr(playground_views, view)(st.session_state.course, current_look())


@pytest.fixture
def charts(monkeypatch):
    """Keys and text alternatives of every chart since the fixture began."""
    drawn, draw = [], st.plotly_chart

    def record(figure, **arguments):
        drawn.append((arguments["key"], arguments["alt"], figure))
        return draw(figure, **arguments)

    monkeypatch.setattr(st, "plotly_chart", record)
    return drawn


def opened(view, settings=None, epochs=3, **query):
    app = AppTest.from_function(page, default_timeout=30, args=(view, settings or {}, epochs))
    app.query_params.update(query)
    return app.run()


@every_view
@pytest.mark.parametrize("name", RUNS)
def test_a_view_draws_its_pictures_with_text_alternatives_and_words(view, name, charts):
    app = opened(view, RUNS[name], 0 if name == "not begun" else 3)
    assert not app.exception
    assert len(charts) == PICTURES[view]
    assert all(key.startswith(f"play_{view}_") for key, _, _ in charts)
    assert all(len(alt) > 40 for _, alt, _ in charts)
    assert len(app.markdown) == PICTURES[view]
    assert not app.dataframe


@every_view
def test_the_table_is_made_only_while_it_is_open(view):
    app = opened(view, **{f"play_{view}_table": "true"})
    assert not app.exception
    assert len(app.dataframe) == 1
    assert len(app.dataframe[0].value) > 0


def test_the_choice_of_examples_is_in_the_address():
    app = opened("scores", play_scores_of="Training")
    assert not app.exception
    assert app.session_state["play_scores_of"] == "training"
    assert "training examples" in app.markdown[0].value
    assert "test examples" in opened("scores").markdown[0].value


@pytest.mark.parametrize("of", ["Weights", "Activations", "Gradients"])
def test_the_histograms_of_each_kind_are_in_the_address(of, charts):
    app = opened("layers", play_layers_of=of)
    assert not app.exception
    assert charts[-1][1].startswith(f"Histograms of {of.lower()},")


@every_view
def test_any_choice_in_the_address_draws(view):
    for key in ("play_scores_of", "play_layers_of"):
        assert not opened(view, **{key: "<b>"}).exception
