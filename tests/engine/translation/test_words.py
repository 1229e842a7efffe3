"""Words: sentences taken apart and put together again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.translation.words import join, split, starts

SENTENCES = {
    "Wie geht es dir?": ["Wie", "geht", "es", "dir", "?"],
    "My brother's car is old.": ["My", "brother's", "car", "is", "old", "."],
    "Guten Morgen, Anna!": ["Guten", "Morgen", ",", "Anna", "!"],
    "Ich weiß es. Und du?": ["Ich", "weiß", "es", ".", "Und", "du", "?"],
    "My parents' house is old.": ["My", "parents'", "house", "is", "old", "."],
    "Um 8 Uhr.": ["Um", "8", "Uhr", "."],
}


@pytest.mark.parametrize("text", SENTENCES)
def test_sentences_come_apart_and_together(text):
    assert split(text) == SENTENCES[text]
    assert join(SENTENCES[text]) == text


def test_sentences_start_with_a_capital():
    assert join(["how", "are", "you", "?", "i", "am", "well", "."]) == "How are you? I am well."
    assert starts(["a", "b", ".", "c", "!", "d"]) == [True, False, False, True, False, True]


def test_nothing_is_nothing():
    assert split("  \n\t ") == []
    assert join([]) == ""


def test_other_marks_are_words_of_their_own():
    assert split("Hallo 😀 <b>du</b>") == ["Hallo", "😀", "<", "b", ">", "du", "<", "/", "b", ">"]
    assert split("brother’s") == ["brother's"]


@given(st.text())
def test_any_text_is_taken_apart_without_loss(text):
    assert "".join(split(text)) == "".join(text.replace("’", "'").split())
