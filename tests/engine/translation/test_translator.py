"""A translator: what it reads, what it writes, one text or many."""

from __future__ import annotations

import numpy as np
import pytest

from engine.seq2seq import UNKNOWN, Seq2Seq
from engine.translation.translator import Translator, examples
from engine.translation.vocabulary import Vocabulary
from engine.translation.words import split

GERMAN, ENGLISH = ("Wie geht es dir?", "Anna geht."), ("How are you?", "Anna is going.")
SOURCE, TARGET = (Vocabulary.of([split(text) for text in texts]) for texts in (GERMAN, ENGLISH))
MODEL = Seq2Seq(len(SOURCE), len(TARGET), 8, 16)
TRANSLATOR = Translator(MODEL, MODEL.initialize(np.random.default_rng(0)), SOURCE, TARGET)


def test_a_reading_says_what_is_unknown():
    reading = TRANSLATOR.read("Wie geht es dem Hund?")
    assert reading.tokens == ("Wie", "geht", "es", "dem", "Hund", "?")
    assert reading.unknown == (3, 4)
    assert (reading.ids[[3, 4]] == UNKNOWN).all()


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_nothing_becomes_nothing(text):
    assert TRANSLATOR.translate(text) == ""
    assert TRANSLATOR.read(text).ids.shape == (0,)


def test_many_texts_are_as_one_by_one():
    texts = [*GERMAN, "", "es", "🙂 ?", "dir dir dir dir dir"]
    assert TRANSLATOR.translate_all(texts) == [TRANSLATOR.translate(text) for text in texts]


def test_ids_are_written_as_sentences():
    (example,) = examples([(GERMAN[0], ENGLISH[0])], SOURCE, TARGET)
    assert TRANSLATOR.write(example[1]) == ENGLISH[0]
    assert SOURCE.decode(example[0]) == ["wie", "geht", "es", "dir", "?"]
