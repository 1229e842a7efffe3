"""Edited numbers as text: there and back, and a sentence for all that cannot be used."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.by_hand.edit_list import BOUND, merged, refusal, write_list
from engine.by_hand.edits import EDITABLE, apply_edits, editable, read_edits
from engine.by_hand.house_sales import house_problem
from engine.by_hand.staged import run

PROBLEM = house_problem("price", "sigmoid", "mean", 4, 0)
places = st.sampled_from(
    [(name, place) for name, a in editable(PROBLEM).items() for place in np.ndindex(*a.shape)]
)


@given(st.dictionaries(places, st.floats(-BOUND, BOUND), max_size=8))
def test_there_and_back(edits):
    back, refused = read_edits(write_list(edits))
    assert back == edits
    assert refused == []
    changed, left_out = apply_edits(PROBLEM, back)
    assert left_out == []
    for (name, place), value in edits.items():
        assert editable(changed)[name][place] == value


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_exception(text):
    edits, refused = read_edits(text)
    assert all(np.isfinite(value) for value in edits.values())
    assert all(sentence.endswith(".") and len(sentence) < 120 for sentence in refused)
    apply_edits(PROBLEM, edits)


@pytest.mark.parametrize(
    "text", ["W1[2, 3] = -0.5", "W₁[2,3]=−0.5", "W1[2 , 3]= -5E-1", "W1[2,3]=9 W1[2,3]=-.5"]
)
def test_spaces_and_what_pages_show_are_understood(text):
    assert read_edits(text) == ({("W1", (1, 2)): -0.5}, [])


def test_what_was_not_edited_stays():
    changed, _ = apply_edits(PROBLEM, {("W1", (1, 2)): 0.5})
    assert (changed.theta != PROBLEM.theta).sum() == 1
    np.testing.assert_array_equal(changed.x, PROBLEM.x)
    before = run(PROBLEM)
    apply_edits(PROBLEM, {("X", (0, 0)): 9.0})
    np.testing.assert_array_equal(run(PROBLEM)["J"], before["J"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("W1[2,3]=nan", "not of the form"),
        ("W1[2,3]=", "not of the form"),
        ("W1[2,3]=1.2.3", "not of the form"),
        ("W3[1,1]=2", "no number of that name"),
        ("W1[1,1]=1e300", "beyond 1000"),
        ("`<script>`", "not of the form"),
    ],
)
def test_an_unreadable_part_is_named_and_the_others_kept(text, words):
    edits, (sentence,) = read_edits(f"b2[1]=2; {text}")
    assert edits == {("b2", (0,)): 2.0}
    assert words in sentence
    assert sentence.count("`") == 2


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("X", (7, 0)), "shape (4, 3)"),
        (("W1", (3, 0)), "shape (3, 4)"),
        (("W1", (0,)), "shape (3, 4)"),
        (("b1", (-1,)), "shape (4,)"),
    ],
)
def test_a_place_that_is_not_there_is_left_out(place, words):
    changed, (sentence,) = apply_edits(PROBLEM, {place: 1.0})
    assert words in sentence
    np.testing.assert_array_equal(changed.theta, PROBLEM.theta)


def test_a_yes_or_no_lies_in_its_range():
    problem = house_problem("above", "sigmoid", "mean", 4, 0)
    _, (sentence,) = apply_edits(problem, {("Y", (0, 0)): 2.0})
    assert "0 to 1" in sentence
    assert apply_edits(problem, {("Y", (0, 0)): 0.5})[1] == []


@pytest.mark.parametrize("value", [None, np.nan, np.inf, -np.inf, "x", 1e4])
def test_a_cell_that_cannot_be_used_keeps_its_value(value):
    sentence = refusal(("W1", (1, 2)), value)
    assert sentence is not None
    assert sentence.startswith("W1[2,3] keeps its value")


def test_later_edits_win():
    first = {("b2", (0,)): 1.0}
    assert merged(first, [(("b2", (0,)), 2.0)]) == {("b2", (0,)): 2.0}
    assert refusal(("b2", (0,)), 2) is None
    assert read_edits("b2[1]=1 b2[1]=3")[0] == {("b2", (0,)): 3.0}


def test_everything_can_be_edited():
    assert set(EDITABLE) == set(editable(PROBLEM))
    assert sum(a.size for a in editable(PROBLEM).values()) == 21 + 4 * 3 + 4
