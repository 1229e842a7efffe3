"""Vocabularies: ids and back, capitals, unknown words, limits."""

from __future__ import annotations

import pytest

from engine.seq2seq import SPECIALS, UNKNOWN
from engine.translation.vocabulary import Vocabulary, count
from engine.translation.words import split

SENTENCES = [
    split(text)
    for text in (
        "Wie geht es dir?",
        "Morgen kommt sie.",
        "Kommt sie am Morgen?",
        "Gehen Sie morgen?",
        "Anna weiß, wie es dir geht.",
        "Kommt Anna?",
        "Hallo!",
    )
]
WORDS = Vocabulary.of(SENTENCES)


def test_a_first_word_has_its_capital_only_if_it_keeps_it_within_a_sentence():
    counts = count(SENTENCES)
    assert (counts["morgen"], counts["Morgen"]) == (2, 1)
    assert (counts["Anna"], counts["wie"], counts["hallo"], counts["kommt"]) == (2, 2, 1, 3)
    assert not {"Wie", "anna", "Hallo", "Kommt"} & set(counts)
    assert sum(counts.values()) == sum(map(len, SENTENCES))


def test_ids_and_words_go_both_ways():
    assert WORDS.words[: len(SPECIALS)] == SPECIALS
    for tokens in SENTENCES:
        ids = WORDS.encode(tokens)
        assert UNKNOWN not in ids
        assert [w.lower() for w in WORDS.decode(ids)] == [token.lower() for token in tokens]
    assert len(WORDS) == len(WORDS.words) == len(set(WORDS.words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Morgen kommt Anna.", ["morgen", "kommt", "Anna", "."]),
        ("Kommt sie am Morgen?", ["kommt", "sie", "am", "Morgen", "?"]),
        ("wie geht es anna", ["wie", "geht", "es", "Anna"]),
        ("WIE geht es DIR?", ["wie", "geht", "es", "dir", "?"]),
        ("Kommen Sie?", ["<unknown>", "Sie", "?"]),
        ("Sie kommt. Sie geht.", ["sie", "kommt", ".", "sie", "geht", "."]),
    ],
)
def test_capitals_that_say_nothing_do_not_matter(text, words):
    assert WORDS.decode(WORDS.encode(split(text))) == words


def test_a_limit_keeps_the_most_frequent():
    few = Vocabulary.of(SENTENCES, 3)
    counts = count(SENTENCES)
    kept, dropped = few.words[len(SPECIALS) :], set(counts) - set(few.words)
    assert len(kept) == 3
    assert min(counts[word] for word in kept) >= max(counts[word] for word in dropped)
    assert Vocabulary.of(SENTENCES, 0).encode(["geht"]) == (UNKNOWN,)


@pytest.mark.parametrize("words", [(), ("a", "b"), (*SPECIALS, "a", "a")])
def test_other_tuples_are_no_vocabulary(words):
    with pytest.raises(ValueError, match="vocabulary"):
        Vocabulary(words)
