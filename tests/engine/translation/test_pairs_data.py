"""Pairs as a lesson: vocabularies with a limit, what is held out, and how steady that is."""

from __future__ import annotations

import numpy as np
import pytest

from engine.seq2seq.batch import UNKNOWN
from engine.translation.pairs import SentencePair
from engine.translation.pairs_data import corpus_lesson, make_lesson, mixed, number_words
from engine.translation.words import split

PAIRS = [SentencePair(f"Zahl {k % 90} und {k}.", f"Number {k % 90} and {k}.") for k in range(300)]
NUMBERED = number_words(PAIRS)


def test_ids_stand_for_the_words():
    for pair, (german, english) in zip(PAIRS, NUMBERED.examples, strict=True):
        words = [word.lower() for word in NUMBERED.source.decode(german)]
        assert words == [word.lower() for word in split(pair.german)]
        assert [w.lower() for w in NUMBERED.target.decode(english)] == split(pair.english.lower())


@pytest.mark.parametrize("words", [20, 50, 100, 250, 10_000])
def test_a_limit_keeps_just_the_pairs_whose_words_are_known(words):
    lesson = make_lesson(NUMBERED, words, 0.2)
    assert len(lesson.source) <= words + 4
    known = [
        pair
        for pair in PAIRS
        if UNKNOWN not in lesson.source.encode(split(pair.german))
        and UNKNOWN not in lesson.target.encode(split(pair.english))
    ]
    assert lesson.left_out == len(PAIRS) - len(known)
    if lesson.problem is None:
        assert len(lesson.training) + len(lesson.held_out) == len(known)
        assert lesson.source.encode(split(lesson.held_out_pairs[0].german)) == lesson.held_out[0][0]


def test_too_few_words_are_a_problem_in_a_sentence():
    lesson = make_lesson(NUMBERED, 3, 0.2)
    assert lesson.problem == "With 3 words a side 0 of 300 pairs are left; at least 10 are needed."
    assert not lesson.training


def test_no_german_sentence_is_on_both_sides_whatever_its_marks():
    pairs = [
        SentencePair(f"{form}{mark}", f"go {k}")
        for k in range(40)
        for form in (f"Geh {k}", f"geh {k}")
        for mark in ".!"
    ]
    lesson = make_lesson(number_words(pairs), 1000, 0.25)
    groups = {pair.german.lower().rstrip(".!") for pair in lesson.held_out_pairs}
    assert len(groups) == 10
    assert len(lesson.held_out) == 40
    assert len(lesson.training) == 120


def test_one_german_sentence_leaves_nothing_to_hold_out():
    pairs = [SentencePair("Geh.", f"Go {k}.") for k in range(20)]
    lesson = make_lesson(number_words(pairs), 1000)
    assert lesson.problem == (
        "All pairs have the same German sentence; there is nothing to hold out."
    )


@pytest.mark.parametrize("held_out", [0.0, 0.001, 0.5, 0.999, 1.0])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_there_is_always_something_on_both_sides(held_out, share):
    lesson = make_lesson(NUMBERED, 1000, held_out, share=share)
    assert lesson.training
    assert lesson.held_out


def test_another_seed_holds_out_others_and_the_same_the_same():
    held = [set(make_lesson(NUMBERED, 1000, 0.3, seed).held_out_pairs) for seed in (0, 0, 1, 20)]
    assert held[0] == held[1]
    assert len({frozenset(pairs) for pairs in held}) == 3


def test_pairs_that_are_added_move_hardly_any_other():
    few, all_of_them = (make_lesson(number_words(part), 1000, 0.3) for part in (PAIRS[:250], PAIRS))
    before, after = (set(lesson.held_out_pairs) for lesson in (few, all_of_them))
    assert len(before - after) <= 15


def test_a_smaller_share_is_part_of_a_larger_one():
    small, large = (set(make_lesson(NUMBERED, 1000, share=s).training) for s in (0.2, 0.6))
    assert small < large


def test_hashes_are_mixed_evenly():
    hashes = np.arange(4000, dtype=np.uint64)
    for seed in range(25):
        shares = mixed(hashes, seed).astype(float) / 2**64
        assert abs(shares.mean() - 0.5) < 0.02
    assert mixed(hashes[:1], 1)[0] == 0xE220A8397B1DCDAF  # SplitMix64 from 0, its first number


def test_the_corpus_is_a_lesson():
    lesson, more = corpus_lesson(0.05, 0), corpus_lesson(0.1, 0)
    assert set(lesson.training) < set(more.training)
    assert corpus_lesson(0.05, 1).training != lesson.training
    assert lesson.held_out_pairs == more.held_out_pairs
    assert not set(lesson.held_out) & set(corpus_lesson(1.0, 0).training)
    assert not any(UNKNOWN in german + english for german, english in lesson.held_out)
