"""Edited numbers of the LSTM as text: there and back, sentences, and where numbers come from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.by_hand.edit_list import BOUND, read_list, write_list
from engine.by_hand.lstm import total_error
from engine.by_hand.lstm_edits import (
    NUMBERS,
    apply_edits,
    differences,
    from_numbers,
    numbers,
    origins,
    read_edits,
)
from engine.by_hand.lstm_example import EXAMPLE, ORIGIN

PLACES = [(name, place) for name, a in numbers(EXAMPLE).items() for place in np.ndindex(a.shape)]


@given(st.dictionaries(st.sampled_from(PLACES), st.floats(-BOUND, BOUND), max_size=25))
def test_there_and_back(edits):
    if ("alpha", ()) in edits:
        edits["alpha", ()] = abs(edits["alpha", ()])
    back, refused = read_edits(write_list(edits))
    assert (back, refused) == (edits, [])
    example, left_out = apply_edits(back)
    assert left_out == []
    found = numbers(example)
    assert all(found[name][place] == value for (name, place), value in edits.items())
    assert apply_edits(differences(example))[0].W.tolist() == example.W.tolist()


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_exception(text):
    edits, refused = read_edits(text)
    assert all(sentence.endswith(".") and len(sentence) < 120 for sentence in refused)
    assert np.isfinite(total_error(apply_edits(edits)[0]))


def test_every_number_has_its_name_and_its_place():
    assert tuple(numbers(EXAMPLE)) == NUMBERS
    assert len(PLACES) == 16 + 4 + 2 + 3
    same = from_numbers(numbers(EXAMPLE))
    assert differences(same) == {}
    assert set(origins(EXAMPLE)) == set(PLACES)


def test_the_list_of_the_field_reads_as_it_is_meant():
    text = "W_o[3]=0.5; b_f=1; x_1[2]=-0.3; y_2=0.1; a_0=0; C_0=0; alpha=0.1"
    edits, refused = read_edits(text)
    assert refused == []
    example, left_out = apply_edits(edits)
    assert left_out == []
    assert (example.W[3, 2], example.b[0], example.x[0, 1]) == (0.5, 1.0, -0.3)
    assert (example.y[1], example.a_0, example.c_0, example.learning_rate) == (0.1, 0, 0, 0.1)
    assert len(differences(example)) == 7
    assert write_list(edits) == text


@pytest.mark.parametrize(
    "text", ["x₁[2] = −0.3", "x1[2]=-0.3", "x_1[2]=-3e-1", "x_1[2]=7 x1[2]=-.3"]
)
def test_what_pages_show_is_understood(text):
    assert read_edits(text) == ({("x_1", (1,)): -0.3}, [])
    assert read_edits("α=0.1") == ({("alpha", ()): 0.1}, [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("b_f=1e308", "beyond 1000"),
        ("b_f=1e999", "beyond 1000"),
        ("b_f=", "not of the form"),
        ("b_f=one", "not of the form"),
        ("b_f=nan", "not of the form"),
        ("W_q[1]=1", "no number of that name"),
        ("0.5", "not of the form"),
    ],
)
def test_an_unreadable_part_is_named_and_the_others_kept(text, words):
    edits, (sentence,) = read_edits(f"y_2=0.2; {text}")
    assert edits == {("y_2", ()): 0.2}
    assert words in sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("W_o[4]=1", "W_o has shape (3,); its places run from W_o[1] to W_o[3]."),
        ("W_o[0]=1", "W_o has shape (3,); its places run from W_o[1] to W_o[3]."),
        ("W_o=1", "W_o has shape (3,); its places run from W_o[1] to W_o[3]."),
        ("x_1[1,2]=1", "x_1 has shape (2,); its places run from x_1[1] to x_1[2]."),
        ("alpha[1]=1", "alpha is a single number."),
        ("alpha=-0.01", "a learning rate cannot be negative."),
    ],
)
def test_a_wrong_place_or_rate_is_left_out(text, words):
    edits, (sentence,) = read_edits(text)
    assert edits == {}
    assert sentence.endswith(f"is left out: {words}")
    unchecked, refused = read_list(text, NUMBERS, "")
    assert refused == []
    example, (sentence,) = apply_edits(unchecked)
    assert sentence.endswith(f"is left out: {words}")
    assert differences(example) == {}


def test_a_number_is_published_chosen_or_yours():
    example, _ = apply_edits({("W_o", (2,)): 0.5, ("y_2", ()): 0.3})
    marks = origins(example)
    assert marks["W_o", (2,)] == "yours"
    assert marks["W_o", (0,)] == marks["y_2", ()] == marks["alpha", ()] == "published"
    chosen = {place[0] for place, mark in marks.items() if mark == "chosen"}
    assert chosen == {name for name, mark in ORIGIN.items() if mark == "chosen"}
