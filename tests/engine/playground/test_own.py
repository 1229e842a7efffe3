"""A visitor's own table on the playground: what its label is taken for, what is refused, left out
and drawn at random, and that nothing raises."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.csv_table import LARGEST, MAX_BYTES, NAME_LENGTH
from engine.playground.build import build
from engine.playground.own import (
    FEWEST_FEATURES,
    FEWEST_ROWS,
    MOST_FEATURES,
    MOST_ROWS,
    NO_FEATURE,
    read_own,
)
from engine.playground.settings import CLASSES, Settings

PETS = ("cat", "dog", "eel")
ROWS = "".join(f"{k},{k * k % 7},{PETS[k % 3]}\n" for k in range(12))
TABLE = "a,b,pet\n" + ROWS
LENGTHS = np.arange(12.0)
CLASS_OF = LENGTHS % 3


def rows(label, n=12, width=3):
    """A table of n rows whose last column is label(k)."""
    features = (",".join(str((k * (j + 2)) % 23) for j in range(width - 1)) for k in range(n))
    return "".join(f"{cells},{label(k)}\n" for k, cells in enumerate(features))


@pytest.mark.parametrize(
    "source",
    [
        TABLE,
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("\n", "\n\n"),
        TABLE.replace(",", ";").replace("1;", "1,0;"),
        TABLE.replace(",", "\t"),
        TABLE.replace(",", " , "),
        TABLE.replace("cat", '" cat "'),
    ],
)
def test_the_same_table_in_many_forms(source):
    report = read_own(source)
    assert report.problem is None
    assert report.refused == report.left_out == ()
    assert (report.columns, report.target, report.header) == (("a", "b", "pet"), "pet", True)
    assert (report.rows, report.looked_at) == (12, 12)
    table = report.table
    assert (table.names, table.labels, table.target) == (("a", "b"), PETS, "pet")
    np.testing.assert_array_equal(table.x, np.column_stack([LENGTHS, LENGTHS**2 % 7]))
    np.testing.assert_array_equal(table.y, CLASS_OF)


LABELS = {
    "text": (lambda k: PETS[k % 2], ("cat", "dog")),
    "whole": (lambda k: k % 3, ("0", "1", "2")),
    "signed": (lambda k: 2 * (k % 2) - 1, ("-1", "1")),
    "zeros": (lambda k: ("-0", "0.0", "1.0")[k % 3], ("0", "1")),
    "six": (lambda k: k % 6 + 10, ("10", "11", "12", "13", "14", "15")),
    "large": (lambda k: (k % 2) * 10**15, ("0", "1000000000000000")),
    "seven": (lambda k: k % 7, ()),
    "fractions": (lambda k: k % 2 / 2, ()),
    "case": (lambda k: ("Cat", "cat", "dog")[k % 3], ("Cat", "cat", "dog")),
    "blanks": (lambda k: ("cat", " cat ", "dog")[k % 3], ("cat", "dog")),
    "text and numbers": (lambda k: ("1", "2", "two")[k % 3], ("1", "2", "two")),
}


@pytest.mark.parametrize("kind", LABELS)
def test_a_label_stands_for_classes_or_for_a_number(kind):
    label, expected = LABELS[kind]
    report = read_own(rows(label))
    assert report.problem is None
    assert report.refused == ()
    assert report.table.labels == expected
    told = [str(label(k)).strip() for k in range(12)]
    if not expected:
        np.testing.assert_array_equal(report.table.y, [float(cell) for cell in told])
    elif kind != "zeros":
        assert [expected[int(k)] for k in report.table.y] == told


def test_the_label_is_any_column():
    for target, names in (("a", ("b", "c")), ("b", ("a", "c")), ("c", ("a", "b"))):
        report = read_own("a,b,c\n" + rows(lambda k: k % 5), target)
        assert (report.target, report.table.names) == (target, names)
    for target in (None, "", "gone"):
        assert read_own(TABLE, target).target == "pet"


def test_an_empty_last_column_is_not_the_label():
    report = read_own("a,b,pet,\n" + ROWS.replace("\n", ",\n"))
    assert report.target == "pet"
    assert report.left_out == (("column 4", "empty"),)
    np.testing.assert_array_equal(report.table.y, CLASS_OF)


def test_what_can_be_no_feature_is_left_out_and_told():
    lines = [f"{k},{k % 5},one,7,,{PETS[k % 2]}" for k in range(12)]
    report = read_own("a,b,word,seven,none,pet\n" + "\n".join(lines))
    assert report.left_out == (("word", "text"), ("seven", "constant"), ("none", "empty"))
    assert {why for _, why in report.left_out} == set(NO_FEATURE)
    assert report.table.names == ("a", "b")
    assert report.table.x.shape == (12, 2)
    assert report.refused == ()
    swapped = read_own("a,b,word,seven,none,pet\n" + "\n".join(lines), "b")
    assert ("pet", "text") in swapped.left_out
    assert "Only 1 column can be a feature" in swapped.problem
    assert swapped.table is None


FAULTS = {
    "1,2": "2 fields, expected 3",
    "1,2,cat,4": "4 fields, expected 3",
    "1,,cat": "b is missing",
    "1,2,": "pet is missing",
    "x,2,cat": "a is not a number",
    "1,nan,cat": "b is not finite",
    "1,-inf,cat": "b is not finite",
    "1,2,NaN": "pet is not finite",
    "1e16,2,cat": f"a is beyond ±{LARGEST:,.0f}",
    "1e-200,2,cat": "a is too close to 0 to be told from it",
    ",x,": "a is missing; b is not a number; pet is missing",
    '1,"2,cat': "cannot be split into fields: check its quotes",
}


@pytest.mark.parametrize("line", FAULTS, ids=range(len(FAULTS)))
def test_a_bad_row_is_refused_with_its_number_and_reason(line):
    report = read_own(TABLE + f"\n{line}\n1,3,dog\n")
    assert [(r.line, r.reason, r.text) for r in report.refused] == [(15, FAULTS[line], line)]
    assert report.problem is None
    assert len(report.table.y) == 13


def test_text_among_the_numbers_to_predict_is_refused():
    report = read_own(rows(lambda k: "much" if k == 5 else k / 8, 30))
    assert [(r.line, r.reason) for r in report.refused] == [(6, "column 3 is not a number")]
    assert report.table.labels == ()
    labels = read_own(rows(lambda k: "odd" if k == 5 else k % 2, 30))
    assert [r.reason for r in labels.refused] == ["column 3 is not a number"]
    assert labels.table.labels == ("0", "1")


def wide(features):
    return rows(lambda k: k % 2, width=features + 1)


PROBLEMS = {
    b"": "The table is empty",
    " \n\n": "The table is empty",
    b"PK\x03\x04\x14\x00\x06\x00\xff\xfe": "not UTF-8",
    TABLE.encode("utf-16"): "Byte 1 is not UTF-8",
    TABLE.encode("utf-16-le"): "no plain text",
    bytes(range(256)): "Byte 129 is not UTF-8",
    "a,b,pet\n": "Only 0 usable rows; at least 10 are needed",
    "a,b,pet\n1,2,cat\n": "Only 1 usable row; at least 10 are needed",
    "1\n2\n3\n" * 9: "1 column split",
    "1,2\n2,1\n" * 9: f"2 columns split by comma; {FEWEST_FEATURES + 1} to {MOST_FEATURES + 1} are",
    wide(MOST_FEATURES + 1): "22 columns split by comma",
    rows(lambda k: "cat"): "column 3 is the same in every row",
    rows(lambda k: 1.5): "column 3 is the same in every row",
    rows(lambda k: "abcdefg"[k % 7]): "column 3 has 7 different labels; at most 6",
    '"1,2,cat\n' * 20: "No line of the table can be split",
    "1,1,cat\n1,1,dog\n" * 6: "Only 0 columns can be a feature",
    "cat,dog\n" * 12: "2 columns",
    "x" * (MAX_BYTES + 1): "at most 5 MB",
    b"1,2,3\n" * (MAX_BYTES // 5): "at most 5 MB",
}


@pytest.mark.parametrize("source", PROBLEMS, ids=range(len(PROBLEMS)))
def test_a_table_that_cannot_be_used_is_told_in_a_sentence(source):
    report = read_own(source)
    assert PROBLEMS[source] in report.problem
    assert report.problem.endswith(".")
    assert report.table is None


def test_as_many_features_as_allowed():
    assert read_own(wide(MOST_FEATURES)).table.x.shape == (12, MOST_FEATURES)


def test_names_and_labels_carry_no_markup_and_are_unique():
    labels = ["<b>x</b>", "**x**", "$x$", "x" * 99, ":x:", "`x`"]
    report = read_own("<i>a</i>,a,[l](u)\n" + rows(lambda k: labels[k % 6]))
    table = report.table
    told = [*report.columns, *table.labels, *table.names, table.target]
    assert not set("".join(told)) & set("<>*$:`[]_")
    assert len(set(table.labels)) == 6
    assert len(set(report.columns)) == 3
    assert max(map(len, told)) <= NAME_LENGTH + 5
    blank = read_own(rows(lambda k: ("***", "$$", "a")[k % 3])).table.labels
    assert set(blank) == {"label 1", "label 2", "a"}


def test_labels_are_the_same_in_any_order_of_the_rows():
    lines = ROWS.splitlines()
    tables = [read_own("\n".join(order)).table for order in (lines, lines[::-1])]
    assert tables[0].labels == tables[1].labels == PETS
    np.testing.assert_array_equal(tables[0].y, tables[1].y[::-1])


def long_table(label, n=200_000):
    x = np.random.default_rng(0).normal(size=(n, 2))
    return "x,y,label\n" + "".join(f"{a:.3f},{b:.3f},{label(k)}\n" for k, (a, b) in enumerate(x))


@pytest.fixture(scope="module")
def pets():
    """200,000 rows, of which one in 200 is an eel."""
    return long_table(lambda k: "eel" if k % 200 == 7 else PETS[k % 2])


def test_of_a_long_table_a_sample_is_read(pets):
    start = time.process_time()
    report = read_own(pets.encode())
    assert time.process_time() - start < 2
    assert (report.rows, report.looked_at, report.by_label) == (200_000, MOST_ROWS, True)
    counts = np.bincount(report.table.y.astype(int))
    whole = 200_000 * np.array([0.5, 0.495, 0.005])
    np.testing.assert_allclose(counts, whole * MOST_ROWS / 200_000, atol=1)
    again = read_own(pets)
    np.testing.assert_array_equal(again.table.x, report.table.x)


def test_a_sample_is_spread_over_the_rows_and_keeps_their_order():
    n = 20_000
    numbers = long_table(lambda k: k / 8, n)
    for source in (
        numbers,
        "k,b,pet\n" + "".join(f"{k},{k % 7},{PETS[k % 3]}\n" for k in range(n)),
    ):
        report = read_own(source)
        table = report.table
        place = table.x[:, 0] if table.labels else table.y * 8
        assert np.all(np.diff(place) > 0)
        assert len(place) == MOST_ROWS
        quarters = np.histogram(place, 4, (0, n))[0]
        np.testing.assert_allclose(quarters, MOST_ROWS / 4, atol=100)
        assert report.by_label == bool(table.labels)


def test_faults_are_told_of_the_sample_alone():
    text = "a,b,pet\n" + "".join(
        f"{'x' if k % 10 == 3 else k},2{k},{PETS[k % 3]}\n" for k in range(20_000)
    )
    report = read_own(text)
    assert len(report.table.y) + len(report.refused) == report.looked_at == MOST_ROWS
    assert 150 < len(report.refused) < 250
    lines = text.splitlines()
    assert all(lines[r.line - 1].startswith(r.text) for r in report.refused)
    assert [r.line for r in report.refused] == sorted(r.line for r in report.refused)


def test_quoted_rows_are_sampled_like_others():
    plain = "".join(f"{k},{k % 7},{PETS[k % 3]}\n" for k in range(5_000))
    quoted = "".join(f'"{k}","{k % 7}","{PETS[k % 3]}"\n' for k in range(5_000))
    a, b = read_own(plain), read_own(quoted)
    np.testing.assert_array_equal(a.table.x, b.table.x)
    np.testing.assert_array_equal(a.table.y, b.table.y)


def test_what_was_read_can_be_built():
    for source in (TABLE, rows(lambda k: k % 2), rows(lambda k: k / 3)):
        experiment = build(Settings(data="own"), read_own(source).table)
        assert np.isfinite(experiment.task.training.x).all()
        assert len(experiment.task.training.x) + len(experiment.test.x) == 12


ANY = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=400),
    st.text(alphabet='0123456789.,;\t\n\r"-+eE xnaif\x00', max_size=400),
    st.lists(
        st.lists(
            st.sampled_from(["1", "2.5", "a", "b ", "", "nan", "1e300", '"', "−3"]), max_size=4
        ),
        max_size=40,
    ).map(lambda table: "\n".join(",".join(row) for row in table)),
)


@given(ANY, st.one_of(st.none(), st.text(max_size=9), st.just("column 1")))
@example('"', None)
@example("a,b,c\n", "a")
@example(",,\n" * 12, "column 2")
def test_nothing_raises_and_every_row_is_accounted_for(source, target):
    report = read_own(source, target)
    assert (report.table is None) == (report.problem is not None)
    assert all(r.line >= 1 and r.reason and len(r.text) <= 60 for r in report.refused)
    assert report.looked_at == min(report.rows, MOST_ROWS) or report.problem
    if report.table is None:
        assert report.problem.endswith(".")
        return
    table = report.table
    assert len(table.y) + len(report.refused) == report.looked_at
    assert len(table.y) >= FEWEST_ROWS
    assert np.isfinite(table.x).all()
    assert np.isfinite(table.y).all()
    assert FEWEST_FEATURES <= len(table.names) == table.x.shape[1] <= MOST_FEATURES
    assert set(report.columns) == {
        table.target,
        *table.names,
        *(name for name, _ in report.left_out),
    }
    assert np.all(np.ptp(table.x, axis=0) > 0)
    if table.labels:
        assert 2 <= len(table.labels) <= CLASSES
        assert set(table.y) == set(range(len(table.labels)))
