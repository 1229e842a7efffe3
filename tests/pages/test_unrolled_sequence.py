"""The typed sequence of the unrolled network: read from a link, refused in words, kept."""

from __future__ import annotations

import pytest

from tests.pages.app import unfold, visit

LAB = {"lab": "Unrolled network"}
FIELD = "unrolled_numbers"


def inputs(app):
    """The column of inputs in the lab's table."""
    return next(list(table.value["xₜ"]) for table in app.dataframe if "xₜ" in table.value)


def opened(text=None):
    return visit(
        "sequence_models", LAB | {"unrolled_table": "true"} | ({FIELD: text} if text else {})
    )


def test_a_link_brings_the_sequence():
    app = opened("2, -1.5 0.25")
    assert not app.exception
    assert not app.warning
    assert inputs(app) == [2.0, -1.5, 0.25]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1, two", "Entry 2 cannot be read"),
        ("1e308", "beyond 1000"),
        ("1 " * 13, "13 numbers"),
        ("", "no number"),
    ],
)
def test_the_last_good_sequence_stays(text, words):
    app = opened("2, -1.5")
    app.text_input(key=FIELD).set_value(text).run()
    assert not app.exception
    assert words in app.warning[0].value
    assert inputs(app) == [2.0, -1.5]
    app.text_input(key=FIELD).set_value("3").run()
    assert not app.warning
    assert inputs(app) == [3.0]


def test_a_link_with_an_unreadable_sequence_has_the_usual_one():
    app = opened("x" * 5_000)
    assert not app.exception
    assert "cannot be read" in app.warning[0].value
    assert inputs(app) == inputs(opened())


def test_the_costs_can_be_measured():
    app = visit("sequence_models", {"lab": "Costs"})
    unfold(app, "costs")
    app.button(key="measure_costs").click().run()
    assert not app.exception
    (table,) = [frame.value for frame in app.dataframe if "milliseconds" in frame.value]
    assert (table["milliseconds"] > 0).all()
