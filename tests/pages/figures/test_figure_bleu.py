"""BLEU: sacrebleu's score and the one from counts are the same to a millionth."""

from __future__ import annotations

import numpy as np
import pytest
from sacrebleu import corpus_bleu

from engine.studies.translation_scores import bleu_score, count
from pages.figures.bleu import bleu, tokens

PAIRS = [
    ("How are you?", "How are you?"),
    ("I can't see the old house.", "I can not see the old houses."),
    ("Today he is going to the station, isn't he?", "He is going to the station today."),
    ("", "Good morning!"),
    ("dog", "The dog is asleep."),
    ("It costs 1,50 euros - no more.", "It costs 1,50 euros and no more."),
]


def texts(rng, sentences):
    words = ["the", "man", "sees", "a", "dog", "and", "goes", "home", ".", ","]
    return [" ".join(rng.choice(words, rng.integers(0, 15))) for _ in range(sentences)]


def from_counts(hypotheses, references):
    pairs = zip(hypotheses, references, strict=True)
    return float(bleu_score(sum(count(tokens(a), tokens(b)) for a, b in pairs)))


@pytest.mark.parametrize(("hypothesis", "reference"), PAIRS)
def test_one_sentence_scored_by_counts(hypothesis, reference):
    expected = bleu([hypothesis], [reference])
    assert from_counts([hypothesis], [reference]) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_many_sentences_scored_by_counts(seed):
    rng = np.random.default_rng(seed)
    hypotheses, references = texts(rng, 12), texts(rng, 12)
    expected = bleu(hypotheses, references)
    assert from_counts(hypotheses, references) == pytest.approx(expected, abs=1e-6)


def test_it_is_the_score_that_sacrebleu_reports_for_a_corpus():
    hypotheses, references = (list(side) for side in zip(*PAIRS, strict=True))
    expected = corpus_bleu(hypotheses, [references]).score
    assert bleu(hypotheses, references) == pytest.approx(expected, abs=1e-12)
    assert bleu(references, references) == 100


def test_every_sentence_needs_a_reference():
    with pytest.raises(ValueError, match="needs sentences"):
        bleu([], [])
    with pytest.raises(ValueError, match="reference for each"):
        bleu(["a"], ["a", "b"])


def test_tokens_are_words_and_marks():
    assert tokens("I can't, Anna!") == ("I", "can't", ",", "Anna", "!")
    assert tokens("") == ()
