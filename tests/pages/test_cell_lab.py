"""Inside the cell: own words are read or refused, and the steps can be walked through."""

from __future__ import annotations

import pytest

from tests.pages.app import visit

LAB = {"lab": "Inside the cell", "cell_story": "Your own words"}


def caption(app):
    return next(m.value for m in app.markdown if m.value.startswith("Step "))


def test_own_words_are_run():
    app = visit("sequence_models", LAB | {"cell_words": "store 1, read, erase"})
    assert not app.error
    assert caption(app).startswith("Step 2, *read*")


@pytest.mark.parametrize("words", ["", "open", "store 1e308", "hold," * 40, "store -", "💧"])
def test_what_cannot_be_read_gets_a_sentence_and_the_last_sequence_stays(words):
    app = visit("sequence_models", LAB | {"cell_words": "store 1, add 0.5"})
    before = caption(app)
    app.text_input(key="cell_words").set_value(words).run()
    assert not app.exception
    assert "The last sequence that could be read is shown." in app.error[0].value
    assert caption(app) == before


def test_a_link_whose_words_cannot_be_read_shows_the_first_sequence():
    app = visit("sequence_models", LAB | {"cell_words": "open"})
    assert "The first of the list is shown." in app.error[0].value
    assert caption(app).startswith("Step 2, *hold −0.9*")


def test_back_and_next_walk_through_the_steps():
    app = visit("sequence_models", {"lab": "Inside the cell", "cell_start": "0.5"})
    app.button(key="valves_next").click().run()
    assert caption(app).startswith("Step 3")
    app.button(key="valves_back").click().run()
    app.button(key="valves_back").click().run()
    assert caption(app).startswith("Step 1")
    assert app.button(key="valves_back").disabled


def test_a_frozen_gate_is_told():
    query = {"lab": "Inside the cell", "cell_frozen_f": "0.5"}
    assert "the forget gate at 0.5" in caption(visit("sequence_models", query))
