"""Links with values that no control has: the nearest allowed or the default, and no traceback."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from streamlit.testing.v1.element_tree import ButtonGroup, Selectbox, Slider, Widget

from pages.ui.contents import CONTENTS
from tests.pages.app import LABS, controls, drawers, in_the_address, visit

BAD_VALUES = {
    "unknown": "no_such_value",
    "large": "1e300",
    "small": "-1e300",
    "not a number": "nan",
    "infinite": "inf",
    "long": "9" * 10_000,
    "long text": "a" * 10_000,
    "repeated": ["1", "2", "nan"],
    "empty": "",
    "empty twice": ["", ""],
    "other alphabet": "五\u202e🤷",
    "nothing": "\x00",
    "markup": "<script>alert(1)</script>",
}
PLACES = [
    *((page, {"lab": name} | drawers(lab)) for page, lab, name in LABS),
    *((entry.slug, {}) for entry in CONTENTS if not entry.labs),
]
each_place = pytest.mark.parametrize(
    "place", range(len(PLACES)), ids=[query.get("lab", page) for page, query in PLACES]
)


@cache
def names(place: int) -> list[str]:
    """What the link of a place may carry."""
    return in_the_address(visit(*PLACES[place]))


def is_allowed(control) -> bool:
    """Whether a control stands on one of its own values."""
    if isinstance(control, Slider):
        return bool(np.isfinite(control.value) and control.min <= control.value <= control.max)
    if isinstance(control, ButtonGroup):
        return set(control.formatted_values) <= set(control.options)
    if isinstance(control, Selectbox):
        return control.value is None or control.index is not None
    return control.value is not None


def bound_controls(app) -> dict[str, Widget]:
    return {key: control for key, control in controls(app).items() if key in in_the_address(app)}


@each_place
@pytest.mark.parametrize("value", BAD_VALUES.values(), ids=BAD_VALUES)
def test_a_bad_value_in_every_place_at_once(place, value):
    page, query = PLACES[place]
    lab = {key: query[key] for key in query if key == "lab"}
    app = visit(page, dict.fromkeys(names(place), value) | lab)
    assert not app.exception
    assert app.title
    found = bound_controls(app)
    assert {key: control.value for key, control in found.items() if not is_allowed(control)} == {}


@each_place
def test_a_bad_value_in_one_place_leaves_the_others(place):
    page, query = PLACES[place]
    usual = {key: control.value for key, control in bound_controls(visit(page, query)).items()}
    for name in usual:
        app = visit(page, query | {name: "no_such_value"})
        assert not app.exception
        assert {key: control.value for key, control in bound_controls(app).items()} == usual


@each_place
def test_one_empty_value_is_no_exception(place):
    page, query = PLACES[place]
    for name in names(place):
        assert not visit(page, query | {name: ""}).exception, name


@pytest.mark.parametrize("value", BAD_VALUES.values(), ids=BAD_VALUES)
@pytest.mark.parametrize("entry", [e for e in CONTENTS if e.labs], ids=lambda e: e.slug)
def test_a_bad_lab_is_the_first_lab(entry, value):
    app = visit(entry.slug, {"lab": value})
    assert not app.exception
    assert f"{next(iter(entry.labs))}_skip" in {button.key for button in app.button}


@pytest.mark.parametrize("entry", CONTENTS, ids=lambda e: e.slug)
def test_names_that_no_control_has_are_ignored(entry):
    query = {
        "no_such_name": "1",
        "embed": "true",
        "a" * 5_000: "b",
        "": "",
        "questions": ["1"] * 500,
    }
    assert not visit(entry.slug, query).exception


@pytest.mark.parametrize(
    ("page", "query", "expected"),
    [
        ("foundations", {"lab": "One neuron", "w1": "2.5"}, 2.5),
        ("optimizers", {"lab": "Race", "condition": "200"}, 200),
        ("optimizers", {"lab": "Mini-batches", "batch_rate": "0.03"}, 0.03),
        ("practice", {"chapter": "4"}, "4"),
        ("foundations", {"lab": "House-price network", "linear": "true"}, True),
    ],
)
def test_a_good_value_arrives(page, query, expected):
    name = list(query)[-1]
    assert controls(visit(page, query))[name].value == expected
