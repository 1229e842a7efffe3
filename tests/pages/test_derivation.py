"""The rows of the LSTM by hand on their page: walked through, typed, kept."""

from __future__ import annotations

import pytest

from engine.by_hand.lstm_example import EXAMPLE
from engine.by_hand.lstm_labels import LABELS, label_values
from pages.ui.derivation_answers import NAMES, TYPED
from pages.ui.labs.derivation import GATE_ROWS
from tests.pages.app import visit

REVEAL = {"lab": "Derivation", "derivation_row": "2.1"}
TYPE = REVEAL | {"derivation_mode": "Type it"}
VALUES = label_values(EXAMPLE)


def verdict(app):
    assert not app.exception
    return next(
        m.value
        for m in app.markdown
        if any(f"· {word}" in m.value for word in ("right", "wrong", "not read", "blank"))
    )


def to(app, row):
    app.select_slider(key="derivation_row").set_value(row)
    return app.run()


def type_in(app, row, text):
    to(app, row)
    app.text_input(key=f"derivation_own_{row}").set_value(text).run()
    return verdict(app)


def test_the_buttons_walk_through_all_rows():
    app = visit("lstm_by_hand", REVEAL)
    assert app.button(key="rows_back").disabled
    walked = [app.select_slider(key="derivation_row").value]
    while not app.button(key="rows_next").disabled:
        app.button(key="rows_next").click().run()
        assert not app.exception
        walked.append(app.select_slider(key="derivation_row").value)
        rows = next(f.value for f in app.dataframe if "central difference" in f.value)
        assert list(rows["row"]) == list(NAMES[: len(walked)])
        assert rows["error"].max() < 1e-9
    assert walked == list(NAMES)
    app.button(key="rows_back").click().run()
    assert app.select_slider(key="derivation_row").value == NAMES[-2]


def test_right_values_are_right_and_their_rows_open():
    app = visit("lstm_by_hand", TYPE)
    for label in LABELS:
        assert "· right**" in type_in(app, label.name, f"{VALUES[label.name]:.6g}")
        assert app.latex
    assert any("✓ **16** right" in m.value for m in app.markdown)


def test_a_slip_is_marked_once_and_later_rows_go_on_from_it():
    app = visit("lstm_by_hand", TYPE)
    assert "wrong" in type_in(app, "2.1", "0.441")
    dc = 0.441 * VALUES["Go_2"] * (1 - VALUES["tanhC_2"] ** 2)
    said = type_in(app, "2.2.1", f"{dc:.6f}")
    assert "· right from your own**" in said
    assert "any value between" in said


def test_typed_values_stay_while_rows_and_ways_change():
    app = visit("lstm_by_hand", TYPE)
    type_in(app, "2.1", "-0.441")
    assert "not read" in type_in(app, "2.2.1", "abc")
    type_in(app, "1.4.1", "7")
    for row, text in (("2.1", "-0.441"), ("2.2.1", "abc"), ("1.1", ""), ("1.4.1", "7")):
        assert to(app, row).text_input(key=f"derivation_own_{row}").value == text
    app.button_group(key="derivation_mode").set_value("Reveal it").run()
    app.button_group(key="derivation_mode").set_value("Type it").run()
    assert not app.exception
    assert app.text_input(key=TYPED).value.startswith("-0.441; abc;")
    app.button(key="clear_typed").click().run()
    assert app.text_input(key=TYPED).value == ""
    assert "blank" in verdict(app)


def test_a_link_brings_typed_values_back():
    query = TYPE | {TYPED: "-0.441; abc;; 0.1", "derivation_row": "2.3.1"}
    app = visit("lstm_by_hand", query)
    assert app.text_input(key="derivation_own_2.3.1").value == "0.1"
    assert "wrong" in verdict(app)
    assert to(app, "2.2.1").text_input(key="derivation_own_2.2.1").value == "abc"


def test_values_after_a_semicolon_go_on_with_the_next_rows():
    app = visit("lstm_by_hand", TYPE)
    type_in(app, "2.1", "-0.441; -0.3105")
    assert app.text_input(key="derivation_own_2.1").value == "-0.441"
    assert to(app, "2.2.1").text_input(key="derivation_own_2.2.1").value == "-0.3105"


@pytest.mark.parametrize("text", ["1e308", "9" * 10_000, "∞", "`$x$`", ";" * 100, "\x00", "1/0"])
def test_absurd_values_are_kept_and_told(text):
    app = visit("lstm_by_hand", TYPE)
    type_in(app, "2.1", text)
    for row in ("2.2.1", "1.1", "1.4.1"):
        to(app, row)
        assert not app.exception


def test_a_row_is_shown_on_request():
    app = visit("lstm_by_hand", TYPE)
    assert not app.latex
    app.toggle(key="derivation_show").set_value(True).run()
    assert any("da_2" in formula.value for formula in app.latex)


def test_the_first_picture_shows_what_the_question_asks_about():
    app = visit("lstm_by_hand", {"lab": "Derivation"})
    app.button(key="derivation_skip").click().run()
    rows = next(f.value for f in app.dataframe if "central difference" in f.value)
    assert set(GATE_ROWS) <= set(rows["row"])


def test_typing_begins_at_the_first_row_without_a_value():
    app = visit("lstm_by_hand", {"lab": "Derivation", "derivation_mode": "Type it"})
    assert app.select_slider(key="derivation_row").value == "2.1"
    type_in(app, "2.1", "-0.441; -0.3105")
    to(app, "1.1")
    for way, row in (("Reveal it", "1.1"), ("Type it", "2.2.2")):
        app.button_group(key="derivation_mode").set_value(way).run()
        assert app.select_slider(key="derivation_row").value == row
