"""The visitor's own table on the labs that take one: read, refused, too large, and never markup."""

from __future__ import annotations

import numpy as np
import pytest

from engine.csv_table import MAX_BYTES, read_table
from pages.ui.labs import fitting, penalty_data, penalty_views, xor_data
from pages.ui.upload import describe_report
from tests.pages.app import drawers, visit
from tests.pages.figures.reading import clean

OWN = {
    "fitting": {"lab": "Under- and overfitting", "fitting_data": "Own data"},
    "penalties": {"lab": "L1 and L2", "penalties_data": "Own data"},
    "xor": {"lab": "XOR", "xor_points": "Own data"},
}
PAGES = {"fitting": "regularization", "penalties": "regularization", "xor": "deep_learning"}
LIMITS = {
    "fitting": {},
    "penalties": {"min_columns": 3, "max_columns": 21, "min_rows": 8},
    "xor": {"min_columns": 3, "max_columns": 3, "labels": (0, 1)},
}
EXAMPLES = {
    "fitting": fitting.example_table,
    "penalties": penalty_data.example_table,
    "xor": xor_data.example_table,
}
each_lab = pytest.mark.parametrize("lab", OWN)
GOOD = {
    "fitting": "x;y\n" + "".join(f"{k},5;{k * k % 7}\n" for k in range(12)),
    "penalties": "a;b;y\n" + "".join(f"{k},5;{k * k % 7};{k % 5}\n" for k in range(12)),
    "xor": "a;b;y\n" + "".join(f"{k},5;{k * k % 7};{k % 2}\n" for k in range(12)),
}
BAD = {
    "empty": "",
    "no numbers": "just words\n" * 20,
    "one row": "1,2,3\n",
    "constant": "1,1,1\n" * 20,
    "markup": "<script>alert(1)</script>,**b**,[l](http://e)\n" * 20,
    "quotes": '"1,2,3\n' * 20,
    "not finite": "nan,inf,1e999\n" * 20,
    "zero bytes": "\x00\x01\x02" * 50,
}


def own(lab, **more):
    return visit(PAGES[lab], OWN[lab] | drawers(lab) | more)


def report(app):
    return " ".join([*(m.value for m in app.markdown), *(w.value for w in app.warning)])


@each_lab
def test_the_example_is_read_whole(lab):
    app = own(lab)
    assert not app.exception
    assert not app.warning
    assert "Refused: 0 rows." in report(app)
    assert "does not carry your data" in report(app)
    table = read_table(EXAMPLES[lab](), **LIMITS[lab])
    assert table.problem is None
    assert f"Read: {len(table.values)} rows, split by comma" in report(app)


@each_lab
def test_pasted_rows_are_read(lab):
    app = own(lab)
    app.text_area(key=f"{lab}_text").set_value(GOOD[lab]).run()
    assert not app.exception
    assert "Read: 12 rows, split by semicolon, names in the first line." in report(app)
    assert app.dataframe


@each_lab
def test_a_file_goes_before_the_text_box(lab):
    app = own(lab)
    app.file_uploader(key=f"{lab}_file").upload("own.csv", GOOD[lab].encode(), "text/csv")
    app.run()
    assert not app.exception
    assert "Read: 12 rows" in report(app)
    assert app.text_area(key=f"{lab}_text").disabled


@each_lab
@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_a_sentence_and_no_traceback(lab, name):
    app = own(lab)
    app.text_area(key=f"{lab}_text").set_value(BAD[name]).run()
    assert not app.exception
    assert app.warning
    assert "see below" in app.info[0].value
    assert not any("script" in text for text in (report(app), app.info[0].value))


@each_lab
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x,y\n\xff\xfe,1\n", "not UTF-8"),
        (b"", "empty"),
        (b"1,2,3\n" * (MAX_BYTES // 5), "at most 5 MB"),
    ],
    ids=["bytes", "empty", "large"],
)
def test_a_bad_file_is_a_sentence_and_no_traceback(lab, content, words, monkeypatch):
    app = own(lab)
    app.file_uploader(key=f"{lab}_file").upload("own.csv", content, "text/csv")
    app.run()
    assert not app.exception
    assert words in app.warning[0].value


@each_lab
def test_refused_lines_stand_in_a_table(lab):
    app = own(lab)
    text = GOOD[lab] + "<b>1</b>;2;3;4;5\n"
    app.text_area(key=f"{lab}_text").set_value(text).run()
    assert "Read: 12 rows" in report(app)
    assert "Refused: 1 row." in report(app)
    tables = [frame.value for frame in app.dataframe if "refused because" in frame.value]
    (shown,) = tables
    assert shown.iloc[0]["line"] == 14
    assert "5 fields" in shown.iloc[0]["refused because"]
    assert "<b>" not in report(app)


@each_lab
@pytest.mark.parametrize("header", ["<img src=x>;**b**;$y$", "a;a;a", ";;", "__x__;`y`;[z](u)"])
def test_names_of_columns_are_shown_without_markup(lab, header):
    columns = GOOD[lab].splitlines()[0].count(";") + 1
    rows = GOOD[lab].split("\n", 1)[1]
    app = own(lab)
    text = ";".join(header.split(";")[:columns]) + "\n" + rows
    app.text_area(key=f"{lab}_text").set_value(text).run()
    assert not app.exception
    assert "<img" not in report(app)


@each_lab
@pytest.mark.parametrize("n", [8, 500])
def test_tables_of_any_size_are_drawn(lab, n):
    columns = GOOD[lab].splitlines()[0].count(";") + 1
    sizes = [11 + j for j in range(columns)]
    if lab == "xor":
        sizes[-1] = 2  # labels
    rows = (",".join(str((k * (j + 3)) % size) for j, size in enumerate(sizes)) for k in range(n))
    app = own(lab)
    app.text_area(key=f"{lab}_text").set_value("\n".join(rows)).run()
    assert not app.exception
    assert f"Read: {n} rows" in report(app)


def test_a_row_with_another_label_is_refused():
    app = own("xor")
    app.text_area(key="xor_text").set_value(GOOD["xor"] + "3;4;2\n3;4;0.5\n").run()
    assert "Read: 12 rows" in report(app)
    (shown,) = [frame.value for frame in app.dataframe if "refused because" in frame.value]
    assert list(shown["refused because"]) == ["y is not 0 or 1"] * 2
    assert list(shown["line"]) == [14, 15]


@pytest.mark.parametrize(
    "text",
    ["\n".join(f"{k},{k % 3},1" for k in range(9)), "\n".join(f"{k},7,{k % 2}" for k in range(9))],
    ids=["label", "feature"],
)
def test_what_is_the_same_in_every_row_tells_nothing_apart(text):
    app = own("xor")
    app.text_area(key="xor_text").set_value(text).run()
    assert not app.exception
    assert "The same number in every row" in app.warning[0].value
    assert "see below" in app.info[0].value


@pytest.mark.parametrize("scale", ["e15", "e-90", ""])
def test_features_of_any_size_are_told_apart(scale):
    rows = (f"0.{k % 4 // 2}{scale},0.{k % 2}{scale},{k % 4 in (1, 2):d}" for k in range(20))
    app = own("xor")
    app.text_area(key="xor_text").set_value("\n".join(rows)).run()
    assert not app.exception
    told = report(app)
    assert "The straight line stays at **0.50**" in told
    assert told.count("accuracy **1.00**") == 2


def test_a_long_table_is_cut_to_what_can_be_trained_on():
    app = own("xor")
    rows = "\n".join(f"{k % 7},{k % 5},{k % 2}" for k in range(900))
    app.text_area(key="xor_text").set_value(rows).run()
    assert not app.exception
    assert "Only the first 500 lines are read: 400 are left out." in report(app)


@pytest.mark.parametrize("view", penalty_views.VIEWS)
def test_twenty_features_are_drawn_in_every_view(view):
    numbers = np.random.default_rng(0).normal(size=(60, 21))
    rows = (",".join(f"{value:.3f}" for value in row) for row in numbers)
    app = own("penalties", penalties_view=view)
    if view != "Geometry":
        app.text_area(key="penalties_text").set_value("\n".join(rows)).run()
    assert not app.exception
    assert not app.warning


def test_twin_features_are_refused_by_name():
    app = own("penalties")
    rows = "".join(f"{k},{7 - 2 * k},{k * k % 5},{k % 3}\n" for k in range(12))
    app.text_area(key="penalties_text").set_value("a,b,c,y\n" + rows).run()
    assert not app.exception
    assert [warning.value for warning in app.warning] == [
        "The same but for scale and shift: a and b. Leave one out."
    ]


def test_the_report_says_what_is_left_out():
    text = clean(describe_report(read_table("x,y\n" + "1,2\n" * 3_000)))
    assert text == (
        "Read: 1,999 rows, split by comma, names in the first line. Refused: 0 rows. "
        "Only the first 2,000 lines are read: 1,001 are left out."
    )
