"""Training on a button: pieces with a rerun in between, stop, go on, and other settings."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import training_run
from tests.pages.app import press


def lab(total, stop_at=None, settings="a"):
    """A page whose lab counts; `stop_at` presses Stop while it goes on."""
    import streamlit as st

    from pages.ui.training_run import keep_training, run_training

    st.session_state.drawn = st.session_state.get("drawn", 0) + 1

    @st.fragment
    def body():
        records = run_training(
            "count", settings, lambda: iter(range(total)), lambda n: (n / total, f"At {n}.")
        )
        st.markdown(f"records {records}")
        if stop_at is not None and len(records) == stop_at and not st.session_state.get("pressed"):
            st.session_state.pressed = True
            st.session_state.count_run.is_going = False
        keep_training("count")

    body()


def never_again(body=None, **more):
    """Stands for `st.fragment` where the browser is not to ask for another piece."""
    return body if body else lambda inner: inner


@pytest.fixture(autouse=True)
def one_record_a_piece(monkeypatch):
    monkeypatch.setattr(training_run, "PIECE", -1.0)


def open_lab(**arguments):
    return AppTest.from_function(lab, default_timeout=30, kwargs=arguments).run()


def test_nothing_runs_before_the_button():
    app = open_lab(total=5)
    assert [button.label for button in app.button] == ["Train"]
    assert app.markdown[-1].value == "records []"


def test_a_run_goes_on_to_its_end():
    app = open_lab(total=5)
    press(app, "count_train")
    assert not app.exception
    assert app.markdown[-1].value == "records [0, 1, 2, 3, 4]"
    assert [button.label for button in app.button] == ["Train again"]
    assert app.session_state["count_run"].is_over


def test_the_browser_asks_for_the_pieces_while_a_run_goes(monkeypatch):
    asked = []

    def fragment(body=None, **more):
        asked.append(more)
        return body if body else lambda inner: inner

    monkeypatch.setattr("streamlit.fragment", fragment)
    app = open_lab(total=2)
    app.button(key="count_train").click().run()
    assert asked[-1] == {"run_every": training_run.PAUSE}
    assert app.markdown[-1].value == "records []"
    assert [button.label for button in app.button] == ["Train again", "Stop"]


def test_stop_keeps_what_is_there_and_go_on_ends_it():
    app = open_lab(total=6, stop_at=3)
    press(app, "count_train")
    assert app.markdown[-1].value == "records [0, 1, 2]"
    app.run()
    assert [button.label for button in app.button] == ["Train again", "Go on"]
    assert app.markdown[-1].value == "records [0, 1, 2]"
    press(app, "count_stop")
    assert app.markdown[-1].value == "records [0, 1, 2, 3, 4, 5]"
    assert [button.label for button in app.button] == ["Train again"]


def test_train_again_starts_over():
    app = open_lab(total=4, stop_at=2)
    press(app, "count_train")
    press(app, "count_train")
    assert app.markdown[-1].value == "records [0, 1, 2, 3]"


def test_other_settings_discard_the_run():
    app = open_lab(total=3)
    press(app, "count_train")
    app.session_state["count_run"].settings = "b"
    app.run()
    assert app.markdown[-1].value == "records []"


def test_the_page_is_drawn_once_more_after_an_interrupted_run(monkeypatch):
    monkeypatch.setattr("streamlit.fragment", never_again)
    app = open_lab(total=3)
    app.button(key="count_train").click().run()
    app.session_state["count_run"].settings = "b"
    drawn = app.session_state["drawn"]
    app.run()
    assert app.session_state["drawn"] == drawn + 2
    assert app.session_state["count_run"] is None
    assert [button.label for button in app.button] == ["Train"]
    app.run()
    assert app.session_state["drawn"] == drawn + 3
