"""The visitor's own data on the playground: a table that is read, refused and kept, and points that
are added without a mouse."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.csv_table import MAX_BYTES
from engine.playground.clouds import REACH
from engine.playground.data import FIRST_POINTS, MAX_POINTS, parse_points
from engine.playground.own import MOST_ROWS, read_own
from engine.playground.settings import CLASSES
from pages.ui.playground_own import describe_own, describe_points, flowers

PETS = ("cat", "dog", "eel")
TABLE = "a;b;pet\n" + "".join(f"{k},5;{k * k % 7};{PETS[k % 3]}\n" for k in range(12))


def script():
    import streamlit as st

    from pages.ui.playground_own import drawn_points, own_table

    kind = st.radio("Data", ["own", "drawn", "other"], key="kind")
    if kind == "own":
        table = own_table("own")
        st.json({} if table is None else {"names": table.names, "labels": table.labels})
    elif kind == "drawn":
        st.code(drawn_points())


def open_script(kind="own", **state):
    app = AppTest.from_function(script, default_timeout=30)
    app.session_state["kind"] = kind
    for key, value in state.items():
        app.session_state[key] = value
    return clean(app.run())


def clean(app):
    assert not app.exception
    return app


def show(app, kind):
    return clean(app.radio(key="kind").set_value(kind).run())


def paste(text, app=None):
    app = app or open_script()
    return clean(app.text_area(key="own_text").set_value(text).run())


def upload(content, app=None):
    app = app or open_script()
    app.file_uploader(key="own_file").upload("own.csv", content, "text/csv")
    return clean(app.run())


def report(app):
    return " ".join(node.value for node in [*app.markdown, *app.warning])


def test_the_example_is_read_whole_and_its_classes_are_even():
    app = open_script()
    assert not app.warning
    assert "Read: 90 rows, split by comma, names in the first line. Refused: 0 rows." in report(app)
    assert "3 classes: bluebell (30), daisy (30) and poppy (30)" in report(app)
    assert "does not carry your data" in report(app)


def nearest_mean(x, y):
    """The share of rows that lie nearest to the mean of their own class, features of sd 1."""
    z = x / x.std(axis=0)
    means = np.array([z[y == k].mean(axis=0) for k in range(3)])
    return np.mean(((z[:, None] - means) ** 2).sum(axis=2).argmin(axis=1) == y)


def test_the_example_takes_both_of_its_features():
    table = read_own(flowers()).table
    assert nearest_mean(table.x, table.y) > 0.95
    assert max(nearest_mean(x[:, None], table.y) for x in table.x.T) < 0.85


def test_pasted_rows_are_read():
    app = paste(TABLE)
    assert "Read: 12 rows, split by semicolon, names in the first line." in report(app)
    assert "Features: a and b." in report(app)
    assert app.json[0].value == '{"names": ["a", "b"], "labels": ["cat", "dog", "eel"]}'


def test_the_label_is_chosen_and_stays_chosen():
    app = paste("a,b,c\n" + "".join(f"{k},{k * k % 7},{k * k % 5}\n" for k in range(12)))
    box = app.selectbox(key="own_label")
    assert (box.value, box.options) == ("c", ["a", "b", "c"])
    box.set_value("a").run()
    clean(app)
    assert "To predict: a, a number from 0 to 11." in report(app)
    show(app, "other")
    show(app, "own")
    assert app.selectbox(key="own_label").value == "a"
    assert "To predict: a" in report(app)


def test_another_table_has_a_label_of_its_own():
    app = open_script()
    assert app.selectbox(key="own_label").value == "flower"
    paste(TABLE, app)
    assert app.selectbox(key="own_label").value == "pet"
    assert "To tell apart: pet, 3 classes" in report(app)


def test_a_label_of_too_many_texts_can_be_changed():
    rows = "".join(f"{k},{k * k % 7},name {k}\n" for k in range(12))
    app = paste("a,b,name\n" + rows)
    assert "name has 12 different labels; at most 6" in app.warning[0].value
    assert app.json[0].value == "{}"
    assert app.selectbox(key="own_label").options == ["a", "b", "name"]


def test_a_file_goes_before_the_text_and_is_kept():
    app = upload(TABLE.encode())
    assert "Read: 12 rows" in report(app)
    assert app.text_area(key="own_text").disabled
    show(app, "other")
    show(app, "own")
    assert "Read: 12 rows" in report(app)


def test_a_pasted_text_is_kept():
    app = paste(TABLE)
    show(app, "drawn")
    show(app, "own")
    assert app.text_area(key="own_text").value == TABLE
    assert "Read: 12 rows" in report(app)


BAD = {
    "binary": (bytes(range(256)), "not UTF-8"),
    "utf-16": (TABLE.encode("utf-16"), "not UTF-8"),
    "utf-16 without a mark": (TABLE.encode("utf-16-le"), "no plain text"),
    "empty": (b"", "empty"),
    "header": (b"a,b,c\n", "Only 0 usable rows"),
    "one column": (b"1\n2\n" * 9, "1 column split"),
    "quotes": (b'"1,2,3\n' * 20, "check its quotes"),
    "one class": (b"1,2,cat\n2,1,cat\n" * 9, "same in every row"),
    "one row": (b"1,2,cat\n", "Only 1 usable row"),
    "constant": (b"1,1,cat\n1,1,dog\n" * 9, "can be a feature"),
    "large": (b"1,2,3\n" * (MAX_BYTES // 5), "at most 5 MB"),
    "markup": (b"<b>1</b>,**2**,[l](http://e)\n" * 20, "same in every row"),
    "not finite": (b"nan,inf,1e999\n" * 20, "Only 0 usable rows"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_a_sentence_and_no_traceback(name):
    content, words = BAD[name]
    app = upload(content)
    assert words in app.warning[0].value
    assert app.json[0].value == "{}"
    assert not set("<>*[]") & set(report(app))


def test_refused_rows_and_left_out_columns_are_told():
    rows = "".join(f"{k},{k * k % 7},7,red,{PETS[k % 3]}\n" for k in range(12))
    app = paste("a,b,seven,color,pet\n" + rows + "1,<b>,7,red,cat\n1,2\n")
    assert "Refused: 2 rows. The first is line 14: b is not a number." in report(app)
    assert "No features: seven (the same in every row) and color (text)." in report(app)
    (shown,) = app.dataframe
    assert list(shown.value["line"]) == [14, 15]
    assert list(shown.value["refused because"]) == ["b is not a number", "2 fields, expected 5"]
    assert "<b>" not in report(app)


def test_the_first_refused_row_is_told_also_where_too_few_are_left():
    app = paste("a,b,pet\n1,2,cat\n\n1,x,dog\n3,,dog\n")
    assert app.warning[0].value == (
        "Only 1 usable row; at least 10 are needed. "
        "Refused: 2 rows. The first is line 4: b is not a number."
    )


def test_a_long_table_is_sampled_and_says_so():
    text = "".join(f"{k},{k * k % 7},{PETS[k % 3]}\n" for k in range(9_000))
    assert (
        f"{MOST_ROWS:,} of 9,000 rows, drawn at random, each label with its share; faults are told "
        "of these alone." in describe_own(read_own(text))
    )
    numbers = "".join(f"{k},{k * k % 7},{k / 3}\n" for k in range(9_000))
    assert "2,000 of 9,000 rows, drawn at random; faults" in describe_own(read_own(numbers))


def points(app):
    return parse_points(app.code[0].value)


def add(app, x, y, label=None):
    if label is not None:
        app.button_group(key="play_draw_class").set_value(label)
    app.number_input(key="play_draw_x1").set_value(x)
    app.number_input(key="play_draw_x2").set_value(y)
    return clean(app.button(key="play_add").click().run())


def test_points_are_added_undone_and_cleared_without_a_mouse():
    app = open_script("drawn", play_points="")
    assert "No points, up to 300. Until there are two" in report(app)
    assert app.button(key="play_undo").disabled
    assert app.button(key="play_clear").disabled
    add(app, 1.0, -2.5)
    assert "1 point, up to 300: 1 of class 0. Until there are two" in report(app)
    add(app, REACH, -REACH, CLASSES - 1)
    add(app, 0.125, 0.0)
    x, y = points(app)
    np.testing.assert_array_equal(x, [[1, -2.5], [REACH, -REACH], [0.12, 0]])
    np.testing.assert_array_equal(y, [0, CLASSES - 1, CLASSES - 1])
    assert "3 points, up to 300: 1 of class 0 and 2 of class 5." in report(app)
    clean(app.button(key="play_undo").click().run())
    assert len(points(app)[0]) == 2
    clean(app.button(key="play_clear").click().run())
    assert app.code[0].value == ""
    clean(app.button(key="play_undo").click().run())
    assert len(points(app)[0]) == 2
    assert app.text_area(key="play_points").value == "1,-2.5,0;6,-6,5"


def test_points_of_a_link_are_read_and_bad_ones_told():
    app = AppTest.from_function(script, default_timeout=30)
    app.session_state["kind"] = "drawn"
    app.query_params["play_points"] = "1,2,0;3,4,1;9,9,9;x;nan,1,0"
    clean(app.run())
    assert app.code[0].value == "1,2,0;3,4,1"
    assert "Left out: 3 parts of the text, beyond those or not a point." in report(app)
    add(app, 0.0, 0.0, 1)
    assert app.code[0].value == "1,2,0;3,4,1;0,0,1"
    assert "Left out" not in report(app)


def test_points_can_be_written_as_text():
    app = open_script("drawn")
    clean(app.text_area(key="play_points").set_value("1,2,0\n3, 4 ,1\n").run())
    assert app.code[0].value == "1,2,0;3,4,1"


def test_points_begin_with_a_pair_that_can_be_taken_away():
    app = open_script("drawn")
    assert app.code[0].value == FIRST_POINTS
    assert "2 points, up to 300: 1 of class 0 and 1 of class 1." in report(app)
    add(app, 1.0, 2.0, 2)
    assert app.code[0].value == f"{FIRST_POINTS};1,2,2"
    for _ in range(3):
        clean(app.button(key="play_undo").click().run())
    assert app.code[0].value == ""
    assert app.button(key="play_undo").disabled


def test_points_stay_while_other_data_is_shown():
    app = open_script("drawn", play_points="")
    add(app, 1.0, 2.0, 3)
    show(app, "own")
    show(app, "drawn")
    assert app.code[0].value == "1,2,3"
    assert app.button_group(key="play_draw_class").value == 3


def test_the_number_of_points_has_an_end():
    full = ";".join(f"{k % 6},{k // 60},{k % 2}" for k in range(MAX_POINTS))
    app = open_script("drawn", play_points=full)
    assert app.button(key="play_add").disabled
    assert len(points(app)[0]) == MAX_POINTS


def test_points_are_counted_by_class():
    assert "A second class would" in describe_points(np.array([1.0, 1]))
    assert describe_points(np.array([0.0, 2, 2])) == (
        "3 points, up to 300: 1 of class 0 and 2 of class 2."
    )
