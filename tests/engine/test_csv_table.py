"""Tables of a visitor's own: what is read, what is refused and why, and that nothing raises."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.csv_table import (
    LARGEST,
    MAX_BYTES,
    MAX_LINES,
    NAME_LENGTH,
    constant_columns,
    find_delimiter,
    parse_cell,
    read_table,
    safe_names,
    split,
)

LABELED = "".join(f"{k},{k % 2}\n" for k in range(8))
ROWS = "1,2\n3,4\n5,6\n7,8\n9,10\n"
FIVE = np.arange(1.0, 11).reshape(5, 2)


def read(source, **limits):
    return read_table(source, **limits)


@pytest.mark.parametrize(
    "source",
    [
        ROWS,
        ROWS.encode(),
        b"\xef\xbb\xbf" + ROWS.encode(),
        "\ufeff" + ROWS,
        ROWS.replace("\n", "\r\n"),
        ROWS.replace("\n", "\r"),
        ROWS.replace("\n", "\n\n"),
        "\n \n" + ROWS.rstrip("\n"),
        ROWS.replace(",", ";"),
        ROWS.replace(",", "\t"),
        ROWS.replace(",", " , "),
        re.sub(r"(\d+)", r'"\1"', ROWS),
        ROWS.replace("1,2", "+1.0,2e0", 1),
        ROWS.replace(",", ",0").replace("5,", "5.,"),
    ],
)
def test_the_same_table_in_many_forms(source):
    report = read(source)
    assert report.problem is None
    assert report.refused == ()
    assert report.columns == ("column 1", "column 2")
    assert not report.header
    np.testing.assert_array_equal(report.values, FIVE)


def test_a_first_line_of_names_is_a_header():
    report = read("distance,price\n" + ROWS)
    assert report.columns == ("distance", "price")
    assert report.header
    np.testing.assert_array_equal(report.values, FIVE)


def test_a_decimal_comma_is_read_where_the_comma_does_not_split():
    for delimiter, name in ((";", "semicolon"), ("\t", "tab")):
        text = f"x{delimiter}y\n" + "".join(f"{k},5{delimiter}-0,25\n" for k in range(6))
        report = read(text)
        assert report.problem is None, name
        assert report.delimiter == delimiter
        np.testing.assert_array_equal(report.values[:, 0], np.arange(6) + 0.5)
        np.testing.assert_array_equal(report.values[:, 1], -0.25)


def test_a_comma_that_may_mark_thousands_is_refused_between_tabs():
    report = read("x\ty\n1,234\t5\n" + ROWS.replace(",", "\t"))
    (refused,) = report.refused
    assert (refused.line, refused.reason) == (
        2,
        "x has a comma that may mark decimals or thousands",
    )
    assert parse_cell("1,234", ";") == (1.234, "")


BAD_LINES = {
    "1,2,3": "3 fields, expected 2",
    "1": "1 field, expected 2",
    "1,": "y is missing",
    ",": "x is missing; y is missing",
    "1,abc": "y is not a number",
    "1,nan": "y is not finite",
    "NaN,-Infinity": "x is not finite; y is not finite",
    "1,1e999": f"y is beyond ±{LARGEST:,.0f}",
    "1,-2e15": f"y is beyond ±{LARGEST:,.0f}",
    "1,1e-200": "y is too close to 0 to be told from it",
    "1,1_000": "y is not a number",
    "1,0x10": "y is not a number",
    "1,٣": "y is not a number",
    "1,1 2": "y is not a number",
    "1,=1+1": "y is not a number",
    "1,__import__('os')": "y is not a number",
    "1,<script>alert(1)</script>": "y is not a number",
    '1,"2': "cannot be split into fields: check its quotes",
    '1,"2"3': "cannot be split into fields: check its quotes",
    "1,\x00": "y is not a number",
    "1," + "9" * 400: f"y is beyond ±{LARGEST:,.0f}",
    "1," + "a" * 200_000: "cannot be split into fields: check its quotes",
}


@pytest.mark.parametrize("line", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_bad_line_is_refused_with_its_number_and_reason(line):
    report = read(f"x,y\n1,2\n\n{line}\n" + ROWS)
    assert report.problem is None
    (refused,) = report.refused
    assert refused.line == 4
    assert refused.reason == BAD_LINES[line]
    assert line.strip().startswith(refused.text)
    assert len(refused.text) <= 60
    assert len(report.values) == 6


def test_a_minus_sign_of_typesetting_is_a_minus():
    assert parse_cell("−2.5", ",") == (-2.5, "")


def test_numbers_are_read_to_the_last_bit():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(50, 3)) * 10.0 ** rng.integers(-9, 9, (50, 3))
    text = io.StringIO()
    csv.writer(text).writerows([repr(float(v)) for v in row] for row in values)
    report = read(text.getvalue(), max_columns=3)
    np.testing.assert_array_equal(report.values, values)


PROBLEMS = {
    b"": "empty",
    " \n\t\n": "empty",
    b"a,b\n\xe4,2\n": "Byte 5 is not UTF-8",
    "x,y\n1,2\n".encode("utf-16"): "Byte 1 is not UTF-8",
    b"PK\x03\x04\x14\x00\x06\x00\xff\xfe": "not UTF-8",
    "1\n2\n3\n4\n5\n": "1 column split",
    "1,2,3\n" * 6: "3 columns split by comma; 2 are needed",
    "x,y\n1,2\n3,4\n": "2 usable rows; at least 5 are needed",
    "x,y\n": "0 usable rows",
    "a,b\nc,d\ne,f\ng,h\ni,j\nk,l\n": "0 usable rows",
    "x" * (MAX_BYTES + 1): "5.0 MB; at most 5 MB",
    b"1,2\n" * (MAX_BYTES // 2): "10.0 MB; at most 5 MB",
}


@pytest.mark.parametrize("source", PROBLEMS, ids=range(len(PROBLEMS)))
def test_a_table_that_cannot_be_used_is_told_in_a_sentence(source):
    report = read(source)
    assert PROBLEMS[source] in report.problem
    assert report.problem.endswith(".")
    assert report.values.size == 0


def test_rows_refused_are_told_even_when_too_few_are_left():
    report = read("x,y\n1,2\n3,4\n5,a\n")
    assert report.problem.startswith("Only 2 usable rows;")
    assert [r.line for r in report.refused] == [4]


def test_the_number_of_columns_has_limits():
    text = "a,b,c\n" + "1,2,3\n4,5,6\n" * 4
    assert read(text, min_columns=3, max_columns=21).values.shape == (8, 3)
    assert "2 to 2" not in read(text).problem
    assert "4 to 21 are needed" in read(text, min_columns=4, max_columns=21).problem


def test_lines_beyond_the_limit_are_counted():
    report = read("x,y\n" + "1,2\n" * (MAX_LINES + 500))
    assert len(report.values) == MAX_LINES - 1
    assert report.left_out == 501
    assert read(ROWS).left_out == 0


def test_constant_columns():
    report = read("x,y\n" + "".join(f"{k},0.1\n" for k in range(6)))
    assert constant_columns(report) == ["y"]
    assert constant_columns(read(ROWS)) == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["1,5;2,5", "1;2"], ";"),
        (["a;b", "1,5;2"], ";"),
        (["a,b", "1,2"], ","),
        (["1\t2", "1,5\t3"], "\t"),
        (["name, with; both,c", "1,2,3", "4,5,6"], ","),
        (["alone"], ";"),
        (['"a;b",c', "1,2"], ","),
    ],
)
def test_delimiter(lines, expected):
    assert find_delimiter(lines) == expected


def test_split_keeps_quoted_delimiters():
    assert split(' 1 , "a,b",2 ', ",") == ["1", "a,b", "2"]
    assert split('"a""b",2', ",") == ['a"b', "2"]
    assert split('1,"2', ",") is None


def test_names_carry_no_markup_and_are_unique():
    names = safe_names(
        ["<b>x</b>", "", "a", "a", "**bold** [l](http://e)", "$x$", "a" * 99, "µ °C", ":smile:"]
    )
    assert len(set(names)) == len(names)
    assert not re.search(r"[<>*_\[\]$`#|~:!&\\]", "".join(names))
    assert max(map(len, names)) <= NAME_LENGTH + 5
    assert names[1] == "column 2"
    assert names[2:4] == ("a", "a (4)")
    assert names[7] == "µ °C"
    assert safe_names(["a (3)", "a", "a"]) == ("a (3)", "a", "a (3) (3)")


ANY = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=400),
    st.text(alphabet='0123456789.,;\t\n\r"-+eE xnaif\x00', max_size=400),
)


@given(ANY, st.integers(1, 4), st.integers(0, 4), st.integers(0, 6), st.integers(1, 10))
@example('"', 1, 1, 0, 5)
@example(b"\xff", 2, 0, 5, 5)
@example('"a\n1,2\n', 2, 0, 0, 10)
@example(";;\n;;\n", 1, 4, 0, 5)
def test_nothing_raises_and_every_line_is_accounted_for(source, least, more, rows, lines):
    report = read_table(
        source,
        min_columns=least,
        max_columns=least + more,
        min_rows=rows,
        max_lines=lines,
    )
    assert np.isfinite(report.values).all()
    assert np.all(np.abs(report.values) <= LARGEST)
    assert all(r.line >= 1 and r.reason and len(r.text) <= 60 for r in report.refused)
    if report.problem is None:
        assert report.values.shape[1] == len(report.columns)
        assert least <= len(report.columns) <= least + more
        assert len(report.values) >= rows
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
        told = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
        filled = sum(bool(line.strip()) for line in told)
        seen = len(report.values) + len(report.refused) + report.header + report.left_out
        assert seen == filled
    else:
        assert report.problem.endswith(".")


def test_the_last_column_may_hold_only_the_labels():
    report = read(f"x,bought\n{LABELED}9,2\n9,-0\n9,1.0\n", labels=(0, 1))
    assert report.problem is None
    assert len(report.values) == 10
    assert [(r.line, r.reason) for r in report.refused] == [(10, "bought is not 0 or 1")]


def test_a_cell_that_is_no_number_is_refused_before_its_label():
    (refused,) = read(LABELED + "no,2\n", labels=(0, 1)).refused
    assert refused.reason == "column 1 is not a number"
