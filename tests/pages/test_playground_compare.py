"""The Compare view: nothing trains unasked, pieces make the whole, and what is known is kept."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from engine.playground.settings import Settings
from engine.playground.sweeps import SWEEPS
from pages.ui import playground_compare_runs
from pages.ui.playground_compare import CHANGES, PAIRED
from pages.ui.playground_compare_runs import KEPT, OUTCOMES, RUN
from tests.pages.app import in_the_address
from tests.pages.figures.reading import clean


def view(**settings):
    """A page that has nothing but the view."""
    import numpy as np
    import streamlit as st

    from engine.playground.build import build
    from engine.playground.course import start_course
    from engine.playground.data import OwnTable
    from engine.playground.settings import Settings
    from pages.ui.look import current_look
    from pages.ui.playground_compare import compare

    x = np.random.default_rng(0).normal(size=(30, 3))
    own = OwnTable(("<b>", "$y$", "**z**"), x, np.arange(30) % 2, ("*p*", "<i>"))
    settings = Settings(**{"n": 40} | settings)

    @st.fragment
    def body():
        own_table = own if settings.data == "own" else None
        compare(start_course(build(settings, own_table)), current_look(), own_table)

    body()


def open_view(query=(), **settings):
    app = AppTest.from_function(view, default_timeout=30, kwargs=settings)
    app.query_params.update({"play_compare_epochs": "10"} | dict(query))
    app.run()
    assert not app.exception
    return app


def train(app):
    """Presses the button and asks for the pieces, as the browser does."""
    app.button(key="play_compare_start").click().run()
    while (run := app.session_state[RUN]) and run.is_going:
        run.advance()
        app.run()
    assert not app.exception
    return app


def charts(app):
    return len(app.get("plotly_chart"))


SWEEP = {"play_compare": "Sweep", "play_sweep_count": "3"}


def test_nothing_is_trained_before_the_button():
    app = open_view()
    assert charts(app) == 0
    assert app.button(key="play_compare_start").label == "Train both"
    assert app.session_state[OUTCOMES] == {}


def test_both_are_trained_and_shown():
    app = train(open_view())
    assert charts(app) == 3
    text = clean(app.markdown[-1].value)
    assert "is better" in text
    assert not [button for button in app.button if button.key == "play_compare_start"]


def test_a_piece_is_short_and_the_pieces_make_the_whole(monkeypatch):
    whole = train(open_view()).markdown[-1].value
    monkeypatch.setattr(playground_compare_runs, "PIECE", -1.0)
    app = open_view()
    app.button(key="play_compare_start").click().run()
    run, shares = app.session_state[RUN], []
    while run.is_going:
        run.advance()
        shares.append(run.share)
    assert len(shares) > 10
    assert shares == sorted(shares)
    assert app.run().markdown[-1].value == whole
    assert playground_compare_runs.PIECE < 0.05


def test_what_was_trained_is_kept_and_only_more_seeds_are_trained():
    app = train(open_view())
    first = set(app.session_state[OUTCOMES])
    app.session_state["play_compare_seeds"] = "3"
    app.run()
    app.button(key="play_compare_start").click().run()
    assert len(app.session_state[RUN].keys) == 4
    assert not first & set(app.session_state[RUN].keys)
    app.session_state["play_compare_seeds"] = "1"
    app.run()
    assert charts(app) == 3
    assert app.session_state[RUN] is None


def test_stop_keeps_what_is_finished(monkeypatch):
    monkeypatch.setattr(playground_compare_runs, "PIECE", -1.0)
    app = open_view(SWEEP)
    app.button(key="play_compare_start").click().run()
    run = app.session_state[RUN]
    while not run.finished:
        run.advance()
    app.button(key="play_compare_stop").click().run()
    assert app.session_state[RUN] is None
    assert len(app.session_state[OUTCOMES]) == 1
    app.button(key="play_compare_start").click().run()
    assert len(app.session_state[RUN].keys) == 2


def test_other_settings_discard_a_run_on_its_way(monkeypatch):
    monkeypatch.setattr(playground_compare_runs, "PIECE", -1.0)
    app = open_view()
    app.button(key="play_compare_start").click().run()
    app.session_state["play_compare_epochs"] = 20
    app.run()
    assert app.session_state[RUN] is None
    assert app.button(key="play_compare_start")


def test_outcomes_are_bounded_and_the_oldest_go_first():
    app = open_view({"play_compare": "Sweep", "play_sweep": "Seed of the weights"})
    for first in (1, 21, 41, 61):
        app.session_state["play_sweep_seed"] = (first, first + 15)
        app.run()
        train(app)
        assert charts(app) == 17
        assert len(app.session_state[OUTCOMES]) <= KEPT
    seeds = {settings.seed for settings, _, _ in app.session_state[OUTCOMES]}
    assert seeds == {first + k for first in (21, 41, 61) for k in range(16)}


@pytest.mark.parametrize("name", PAIRED)
def test_every_change_can_be_compared(name):
    app = open_view({"play_compare_1": PAIRED[name]})
    assert f"play_compare_1_{name}" in in_the_address(app)
    if "Train both" in [button.label for button in app.button]:
        train(app)
        assert charts(app) == 3
    else:
        assert SWEEPS[name].first == SWEEPS[name].own(Settings())


def test_three_changes_are_named_and_in_the_address():
    query = {
        "play_compare_1": "Optimizer",
        "play_compare_2": "Strength",
        "play_compare_3": "Units per layer",
        "play_compare_3_units": "7",
    }
    app = open_view(query)
    (told,) = [m.value for m in app.markdown if m.value.startswith("**A** is")]
    for words in ("Adam", "0.01", "**7** instead of 4 and 2", "penalty L2"):
        assert words in told
    assert {f"play_compare_{k}" for k in range(1, CHANGES + 1)} <= set(in_the_address(app))


@pytest.mark.parametrize("name", SWEEPS)
def test_every_setting_can_be_swept(name):
    app = open_view(SWEEP | {"play_sweep": SWEEPS[name].label})
    train(app)
    tiles = 3 if SWEEPS[name].is_number else len(SWEEPS[name].span)
    assert charts(app) == tiles + 1


def test_a_sweep_of_nothing_asks_for_values():
    app = open_view(SWEEP | {"play_sweep": "Optimizer"})
    app.session_state["play_sweep_optimizer"] = []
    app.run()
    assert not app.exception
    assert "Choose at least one value" in app.info[0].value


@pytest.mark.parametrize("data", ["own", "houses", "bumps"])
def test_other_data_work_in_both_views(data):
    for query in ({}, SWEEP):
        assert charts(train(open_view(query, data=data))) == (4 if query else 3)


@pytest.mark.parametrize(
    "query",
    [
        {"play_compare": "nonsense", "play_compare_epochs": "-3", "play_compare_seeds": "99"},
        {"play_compare_1": "<script>", "play_compare_1_rate": "nan"},
        SWEEP | {"play_sweep": "x", "play_sweep_rate": "oops", "play_sweep_count": "999"},
        SWEEP | {"play_sweep": "Optimizer", "play_sweep_optimizer": "x"},
    ],
)
def test_a_broken_address_opens_the_view(query):
    app = AppTest.from_function(view, default_timeout=30)
    app.query_params.update(query)
    app.run()
    assert not app.exception


def test_the_tables_can_be_opened_and_downloaded():
    for query, drawer, files in (
        ({}, "play_compare_table", 2),
        (SWEEP, "play_sweep_table", 1),
    ):
        app = train(open_view(query))
        app.session_state[drawer] = True
        app.run()
        assert not app.exception
        assert len(app.dataframe) == files
        assert len(app.get("download_button")) == files
