"""Edited numbers of the LSTM by hand: in the link, refused in words, to a file and from one."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest
import streamlit as st

from engine.by_hand.lstm import total_error
from engine.by_hand.lstm_edits import NUMBERS, apply_edits, differences, numbers, read_edits
from engine.by_hand.lstm_example import EXAMPLE
from engine.by_hand.lstm_weights import export_json, import_numbers, to_torch
from pages.figures.base import number
from pages.figures.lstm_numbers import SINGLE_ROWS, TABLES
from pages.ui.contents import PAGES
from pages.ui.edit_lstm import EDITS, cell_place
from tests.pages.app import random_walk, unfold, visit

LAB = {"lab": "Derivation"}
OPEN = {"lstm_numbers": "true"}
FIELD = EDITS.key


def error(app):
    assert not app.exception
    return next(metric.value for metric in app.metric if metric.label == "Total error E")


def of(text):
    return number(total_error(apply_edits(read_edits(text)[0])[0]))


def test_a_link_brings_the_edits_back():
    text = "W_o[3]=0.5; b_f=1; x_1[2]=-0.3; y_2=0.1; a_0=0; C_0=0; alpha=0.1"
    app = visit("lstm_by_hand", LAB | OPEN | {FIELD: text})
    assert error(app) == of(text)
    assert app.text_input(key=FIELD).value == text
    assert not app.warning
    assert any("7 numbers edited." in m.value for m in app.markdown)
    assert any("**Yours**: W_o[3], b_f" in m.value for m in app.markdown)


@pytest.mark.parametrize("name", PAGES["lstm_by_hand"].labs.values())
def test_the_numbers_stay_from_one_lab_to_the_next(name):
    app = visit("lstm_by_hand", LAB | {FIELD: "W_o[3]=0.5"})
    app.button_group(key="lab").set_value(name).run()
    assert not app.exception
    app.button_group(key="lab").set_value("Derivation").run()
    assert error(app) == of("W_o[3]=0.5")


def test_undo_brings_the_first_numbers_back():
    app = visit("lstm_by_hand", LAB | {FIELD: "b_o=2"})
    edited = error(app)
    app.button(key=EDITS.undo).click().run()
    assert app.text_input(key=FIELD).value == ""
    assert error(app) == of("") != edited


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("b_f=1e308", "beyond 1000"),
        ("b_f=", "not of the form"),
        ("b_f=abc", "not of the form"),
        ("W_f[4]=1", "shape (3,)"),
        ("alpha=-0.5", "cannot be negative"),
        ("x_3[1]=1", "no number of that name"),
    ],
)
def test_what_cannot_be_used_is_told_and_the_last_good_state_stays(text, words):
    app = visit("lstm_by_hand", LAB | {FIELD: text})
    assert words in app.warning[0].value
    assert error(app) == of("")
    app.text_input(key=FIELD).set_value("b_f=2; y_1=1").run()
    assert not app.warning
    good = error(app)
    app.text_input(key=FIELD).set_value(f"b_f=2; y_1=1; {text}").run()
    assert words in app.warning[0].value
    assert error(app) == good == of("b_f=2; y_1=1")


def test_an_unreadable_number_leaves_the_one_before_it():
    app = visit("lstm_by_hand", LAB | {FIELD: "b_f=2"})
    for bad in ("b_f=1e308", "b_f=", "b_f=two", "b_f[1]=3"):
        app.text_input(key=FIELD).set_value(bad).run()
        assert app.warning
        assert app.text_input(key=FIELD).value == bad
        assert error(app) == of("b_f=2")
    app.text_input(key=FIELD).set_value("").run()
    assert not app.warning
    assert error(app) == of("")


@pytest.mark.parametrize("table", TABLES)
def test_a_cell_lands_where_it_stands(table, monkeypatch):
    columns = ["from", *TABLES[table].columns]
    for i in range(len(TABLES[table].rows)):
        for j, column in enumerate(columns[1:]):
            state = {"edit_table_0": {"edited_rows": {i: {column: 7.5}}}}
            monkeypatch.setattr(st, "session_state", state)
            EDITS.take("table", columns, partial(cell_place, TABLES[table]))
            example, left_out = apply_edits(read_edits(state[FIELD])[0])
            assert left_out == []
            assert differences(example) == {TABLES[table].place(i, j): 7.5}


@pytest.mark.parametrize("value", [None, 1e308, float("nan"), float("inf"), "text"])
def test_a_cell_that_cannot_be_used_keeps_its_value_and_says_so(value, monkeypatch):
    state = {"edit_table_0": {"edited_rows": {0: {"x[1]": value, "x[2]": 2.0}}}, FIELD: "b_f=1"}
    monkeypatch.setattr(st, "session_state", state)
    place = partial(cell_place, TABLES["weights"])
    EDITS.take("table", ["from", "x[1]", "x[2]", "a"], place)
    assert state[FIELD] == "b_f=1; W_f[2]=2"
    (sentence,) = state[f"{FIELD}_refused_table"]
    assert sentence.startswith("W_f[1] keeps its value")


def test_a_negative_rate_in_a_cell_keeps_the_one_before_it(monkeypatch):
    row = list(SINGLE_ROWS).index("alpha")
    state = {"edit_table_0": {"edited_rows": {row: {"value": -1}}}, FIELD: "alpha=0.5"}
    monkeypatch.setattr(st, "session_state", state)
    EDITS.take("table", ["from", "value"], partial(cell_place, TABLES["single"]))
    assert state[FIELD] == "alpha=0.5"
    (sentence,) = state[f"{FIELD}_refused_table"]
    assert sentence == "alpha is left out: a learning rate cannot be negative."


def test_what_a_table_refuses_is_said_once():
    app = visit("lstm_by_hand", LAB | OPEN | {FIELD: "alpha=0.5"})
    sentence = "alpha is left out: a learning rate cannot be negative."
    app.session_state[f"{FIELD}_refused_lstm_single"] = [sentence]
    (warning,) = app.run().warning
    assert warning.value == sentence
    assert not app.run().warning


def with_file(name, data, text=""):
    app = visit("lstm_by_hand", LAB | OPEN | {FIELD: text})
    return upload(app, name, data)


def upload(app, name, data):
    app.file_uploader[0].set_value((name, data, "application/octet-stream"))
    return app.run()


def test_weights_of_pytorch_come_in_by_file_and_go_into_the_link():
    wanted, _ = apply_edits({("W_o", (2,)): 0.5, ("b_f", ()): 1 / 3})
    state = {name: array.tolist() for name, array in to_torch(wanted).items()}
    app = with_file("lstm.json", json.dumps(state).encode(), "y_1=1; b_f=9")
    text = app.text_input(key=FIELD).value
    assert apply_edits(read_edits(text)[0])[0].y[0] == 1
    assert error(app) == of(text)
    assert read_edits(text)[0] == {("y_1", ()): 1.0, ("W_o", (2,)): 0.5, ("b_f", ()): 1 / 3}
    app.text_input(key=FIELD).set_value("b_f=4").run()
    assert error(app) == of("b_f=4")  # the file was taken once


def test_a_mended_file_of_the_same_name_is_taken():
    app = with_file("lstm.json", b"{")
    assert "`lstm.json`: The file cannot be read as JSON." in app.warning[0].value
    for value in (2.0, 3.0):
        wanted, _ = apply_edits({("b_f", ()): value})
        upload(app, "lstm.json", export_json(wanted).encode())
        assert not app.warning
        assert app.text_input(key=FIELD).value == f"b_f={value:g}"


def test_an_own_export_brings_all_numbers_back():
    wanted, _ = apply_edits({("alpha", ()): 0.5, ("C_0", ()): -2.0})
    app = with_file("lstm_by_hand.json", export_json(wanted).encode(), "b_f=9")
    assert app.text_input(key=FIELD).value == "C_0=-2; alpha=0.5"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("lstm.pt", b"\x80\x02}q\x00.", "pickled"),
        ("lstm.json", b"{", "cannot be read as JSON"),
        ("lstm.json", b'{"weight_ih_l0": [[1, 2]]}', "shape (1, 2), and shape (4, 2)"),
        ("lstm.json", b'{"bias_ih_l0": [1]}', "weight_ih_l0 is missing"),
        ("lstm.json", b" " * (2**20 + 1), "larger than"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_changes_nothing(name, data, words):
    app = with_file(name, data, "b_f=9")
    (warning,) = app.warning
    assert words in warning.value
    assert warning.value.endswith("The numbers stay as they were.")
    assert app.text_input(key=FIELD).value == "b_f=9"
    assert error(app) == of("b_f=9")


def test_the_download_is_the_export_of_what_is_on_screen():
    text = export_json(apply_edits({("b_f", ()): 9.0})[0])
    assert differences(import_numbers(text.encode(), EXAMPLE)) == {("b_f", ()): 9.0}


EXTREMES = ("=1000", "=-1000", "=0")


@pytest.mark.parametrize("value", EXTREMES)
@pytest.mark.parametrize("mode", ["Reveal it", "Type it"])
def test_extreme_numbers_in_every_place(value, mode):
    places = [
        f"{name}[{k + 1}]" if array.ndim else name
        for name, array in numbers(EXAMPLE).items()
        for k in range(array.size)
    ]
    assert {place.partition("[")[0] for place in places} == set(NUMBERS)
    text = ";".join(place + value for place in places)
    query = LAB | {FIELD: text, "derivation_mode": mode, "derivation_row": "1.4.1"}
    assert error(visit("lstm_by_hand", query)) == of(text)


def test_settings_combine_with_edits_and_open_tables():
    app = unfold(visit("lstm_by_hand", LAB), "derivation")
    app.session_state["lstm_numbers"] = True
    app.text_input(key=FIELD).set_value("W_f[1]=0; W_f[9]=3; b_o=40").run()
    made = []
    for move in random_walk(app, np.random.default_rng(1), moves=40):
        made.append(move)
        assert not app.exception, made
