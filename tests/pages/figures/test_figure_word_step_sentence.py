"""The sentence around a target word: examples, what is fed, labels that are typed."""

from __future__ import annotations

import numpy as np
import pytest

from engine.by_hand.lstm_example import EXAMPLE
from engine.seq2seq.batch import SPECIALS
from engine.studies.word_back import post_word
from engine.translation import shipped
from engine.translation.translator import Reading
from pages.figures.word_step_sentence import (
    LENGTHS,
    MOST,
    POST,
    describe_post,
    describe_reading,
    examples,
    marked,
    not_a_word,
    word_number,
)
from tests.pages.figures.reading import after, clean, shown

WORDS = (*SPECIALS, "how", "are", "you", "?", "I", "Maria")
READING = Reading(("Wie", "geht", "es", "*dir*", "?"), np.arange(4, 9), ())


def test_the_target_word_is_marked_and_what_was_fed_is_told():
    text = describe_reading(READING, WORDS, (4, 5, 6, 7, 2), 1, False)
    first, second = text.split("  \n")
    assert first == r"Wie geht es \*dir\* ? → how **[are]** you ? \(end\)"
    assert second == clean(second)
    assert "corpus’s translation; the decoder is fed the word before" in second
    assert "the start mark alone" in describe_reading(READING, WORDS, (4, 2), 0, False)
    own = describe_reading(READING, WORDS, (4, 5, 6, 2), 3, True)
    assert "the model’s own greedy translation; the decoder is fed the 3 words before" in own
    assert own.split("  \n")[0].endswith(r"**[\(end\)]**")


def test_unknown_words_are_named_once():
    reading = READING._replace(tokens=("xyz", "xyz", "\x00"), unknown=(0, 1, 2))
    text = describe_reading(reading, WORDS, (4, 2), 0, True)
    assert text.endswith("Not in the vocabulary, read as (unknown): “xyz” and “·”.")


@pytest.mark.parametrize("position", range(3))
def test_the_posts_sentence(position):
    step = post_word(EXAMPLE, 0)
    first, second = describe_post(["How", "are", "you"], position, step).split("  \n")
    assert first.startswith("Wie geht es dir → ")
    assert f"**[{('How', 'are', 'you')[position]}]**" in first
    assert after(clean(second), "a₂ = ") == shown(float(step.vector[0]))


def test_a_typed_word_is_found_however_it_is_written():
    assert word_number(" ARE ", WORDS) == 5
    assert word_number("i", WORDS) == 8
    assert word_number("(end)", WORDS) == 2
    assert word_number("went", WORDS) is None
    assert word_number("", WORDS) is None
    assert word_number("may", ("May", "may")) == 1


def test_what_is_no_word_is_said_and_shown_as_typed():
    assert clean(not_a_word("<b>*", WORDS, 5)) == (
        r"The vocabulary of 10 words has no “\<b\>\*”. The label stays “are”."
    )
    assert clean(not_a_word(" ", WORDS, 2)).startswith("Type one of the 10 words")
    assert marked(["a", "b"], 0) == "**[a]** b"


def test_examples_have_a_kind_each_and_a_mistake():
    right = [
        shipped.HeldOut(
            f"Das ist der Satz {k} hier.", f"reference {k}", f"reference {k}", f"kind {k % 3}"
        )
        for k in range(9)
    ]
    wrong = right[7]._replace(output="other")
    found = examples([shipped.HeldOut("Kurz.", "Short.", "no", "kind 9"), *right[:7], wrong])
    assert list(found.items()) == [wrong[:2], POST, *(row[:2] for row in right[:3])]
    assert examples([]) == dict([POST])


def test_shipped_examples_are_of_the_held_out_sentences():
    tested = {row.german: row.reference for row in shipped.held_out_sentences("attention")}
    found = examples(shipped.held_out_sentences("attention"))
    assert 2 <= len(found) <= MOST + 2
    held_out = {german: english for german, english in found.items() if (german, english) != POST}
    assert len(held_out) == len(found) - 1
    assert all(tested[german] == english for german, english in held_out.items())
    assert len(LENGTHS) > 1
