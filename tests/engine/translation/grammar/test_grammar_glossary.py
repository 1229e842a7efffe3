"""The glossary: words of the corpus, each with an article or forms that the grammar uses."""

from __future__ import annotations

import re

import pytest

from engine.translation.grammar import splits
from engine.translation.grammar.glossary import ARTICLES, glossary
from engine.translation.grammar.nouns import NOUNS

WORDS = re.compile(r"[\w']+")
GLOSSARY = glossary()


@pytest.fixture(scope="module")
def known():
    train = splits().train
    return [
        {word.lower() for pair in train for word in WORDS.findall(side(pair))}
        for side in (lambda pair: pair.german, lambda pair: pair.english)
    ]


@pytest.mark.parametrize("row", GLOSSARY, ids=lambda row: row.german)
def test_both_sides_are_words_of_the_corpus(row, known):
    german, english = known
    assert set(WORDS.findall(row.german.lower())) & german
    assert set(WORDS.findall(row.english.lower())) - {"to", "be"} <= english


def test_each_word_stands_there_once():
    assert len({row.german for row in GLOSSARY}) == len(GLOSSARY)
    kinds = {"noun", "phrase", "verb", "adjective", "number", "time", "place"}
    assert {row.kind for row in GLOSSARY} == kinds


def test_singular_nouns_have_the_article_of_their_gender():
    for row in GLOSSARY:
        article, _, noun = row.german.partition(" ")
        name = noun.partition(",")[0]
        if row.kind == "noun" and name in NOUNS and NOUNS[name].article != "plural":
            assert article == ARTICLES[NOUNS[name].gender]
