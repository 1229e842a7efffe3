"""Taking a run along: its link opens the same run, and every file is there under its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.playground.build import build
from engine.playground.course import play, start_course
from engine.playground.data import OwnTable
from engine.playground.export import digest, read_weights
from engine.playground.presets import PRESETS
from engine.playground.settings import Settings
from engine.playground.torch_script import without_data
from pages.ui.contents import PAGES
from pages.ui.playground_take import FILES, SHOWN

DRAWERS = [f"play_take_{key}" for key in SHOWN]


def course_of(settings: Settings, own: OwnTable | None = None, epochs: int = 3):
    course = start_course(build(settings, own))
    play(course, epochs)
    return course


def view_of(course, opened: tuple[str, ...] = ()) -> AppTest:
    """The view alone, for a course that stands."""

    def script() -> None:
        import streamlit as st

        from pages.ui.look import current_look
        from pages.ui.playground_take import take_along

        take_along(st.session_state["course"], current_look())

    app = AppTest.from_function(script, default_timeout=30)
    app.session_state["course"] = course
    for key in opened:
        app.session_state[key] = True
    app.run()
    assert not app.exception
    return app


def settings_at(query: Mapping[str, Any]) -> Settings:
    """The settings of the controls that a link opens."""

    def script() -> None:
        import streamlit as st

        from pages.ui.playground_controls import controls

        st.session_state["settings"] = controls()[0]

    app = AppTest.from_function(script, default_timeout=30)
    app.query_params.update(query)
    app.run()
    assert not app.exception
    return app.session_state["settings"]


def link(app: AppTest) -> str:
    return app.code[0].value


def names(app: AppTest) -> list[str]:
    return [button.proto.label for button in app.get("download_button")]


@pytest.mark.parametrize("key", PRESETS)
def test_the_link_of_a_run_opens_the_same_run(key):
    settings = PRESETS[key].settings
    course = course_of(settings)
    address = urlsplit(link(view_of(course)))
    query = parse_qs(address.query)
    assert int(query.pop("play_step")[0]) == course.now.step
    opened = settings_at(query)
    again = course_of(opened)
    assert digest(again.now.theta) == digest(course.now.theta)
    assert opened.stop_epochs == settings.stop_epochs
    assert opened.patience == settings.patience


def test_the_start_of_the_run_that_the_page_opens_with_has_no_step():
    assert "play_step" not in link(view_of(start_course(build(Settings()))))


def test_every_file_has_its_button_name_and_sentence():
    app = view_of(course_of(Settings(), epochs=4))
    assert names(app) == [file.label for file in FILES.values()]
    assert {file.name for file in FILES.values()} == {
        "playground-weights.json",
        "playground-history.csv",
        "playground-run.py",
        "playground-torch.py",
    }
    words = " ".join(element.value for element in app.markdown)
    assert "All 25 parameters after step 60" in words
    assert "5 rows: the start and each epoch so far" in words
    assert "accuracy" in words
    assert "after 60 steps" in words


def test_the_words_follow_the_run():
    course = course_of(Settings(data="plane"), epochs=0)
    words = " ".join(element.value for element in view_of(course).markdown)
    assert "R²" in words
    assert "1 row: the start" in words
    course = course_of(Settings(n=20, batch_size=2000), epochs=900)
    words = " ".join(element.value for element in view_of(course).markdown)
    assert course.every > 1
    assert f"the start and every {course.every} epochs so far" in words


def test_a_file_is_of_the_moment_that_the_page_shows():
    course = course_of(Settings())
    weights = read_weights(FILES["weights"].text(course))
    assert weights.theta.tobytes() == course.now.theta.tobytes()
    assert digest(course.now.theta) in FILES["run"].text(course)
    assert FILES["history"].text(course).count("\n") == 5
    assert "DATA = {" in FILES["torch"].text(course)


def test_the_scripts_are_read_in_their_drawers():
    course = course_of(Settings())
    closed = view_of(course)
    assert len(closed.code) == 1
    app = view_of(course, tuple(DRAWERS))
    shown = [element.value for element in app.code[1:]]
    assert shown == [without_data(FILES[key].text(course)).rstrip("\n") for key in SHOWN]
    assert all(element.language in ("", "plaintext", None) for element in app.code)


def test_a_long_table_lies_beside_the_script_and_a_short_one_in_it():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(1_000, 2)), np.arange(1_000) % 2.0
    settings = Settings(data="own")
    for n, more in ((50, []), (1_000, ["Table (CSV)"])):
        own = OwnTable(("a", "<b>*b*</b>"), x[:n], y[:n], ("no", "$y$"))
        app = view_of(course_of(settings, own), tuple(DRAWERS))
        assert names(app) == [file.label for file in FILES.values()] + more
        words = " ".join(element.value for element in app.markdown)
        assert "Your table is not in it" in words
        assert ("1,000 rows" in words) == bool(more)
        assert "<b>" not in words


def test_the_table_of_other_data_is_not_offered():
    assert len(names(view_of(course_of(Settings(data="houses"))))) == len(FILES)


def test_presets_name_pages_that_there_are():
    assert {preset.chapter for preset in PRESETS.values()} <= set(PAGES)


def test_a_stored_preset_is_what_its_controls_say():
    """No value of a preset lies between two places of its slider."""
    from pages.ui.playground_fields import state_of

    for key, preset in PRESETS.items():
        state = state_of(preset.settings)
        for name in ("rate", "strength", "limit", "epsilon", "beta", "beta2", "decay"):
            assert state[f"play_{name}"] == getattr(preset.settings, name), (key, name)
        assert state["play_batch_size"] == preset.settings.batch_size
        assert preset.settings.n in range(20, 1001, 10), key
        for name, high in (("noise", 0.5), ("dropout", 0.8), ("share", 0.9)):
            value = getattr(preset.settings, name)
            assert value <= high, (key, name)
            assert value == pytest.approx(round(value / 0.05) * 0.05), (key, name)
