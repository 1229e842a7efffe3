"""Counts of translations: known scores, sums, bootstrap intervals, and groups by length."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.translation_scores import (
    MEASURES,
    ORDERS,
    RIGHT,
    SENTENCES,
    TOKENS,
    WANTED,
    bleu_score,
    brevity_penalty,
    count,
    exactly_right,
    interval,
    length_groups,
    ngrams,
    precisions,
    resampled,
    tokens_right,
)

CAT = ["the", "cat", "is", "on", "the", "mat"]


def test_ngrams_are_counted_with_repetitions():
    assert ngrams(("a", "b", "a", "b"), 2) == {("a", "b"): 2, ("b", "a"): 1}
    assert not ngrams(("a",), 2)


def test_a_repeated_word_matches_as_often_as_the_reference_has_it():
    """The example of Papineni et al. 2002, section 2.1: modified unigram precision 2/7."""
    counts = count(["the"] * 7, CAT)
    assert precisions(counts)[0] == pytest.approx(2 / 7)
    assert (counts[TOKENS], counts[WANTED]) == (7, 6)


def test_a_translation_that_is_the_reference_scores_100_by_every_measure():
    counts = count(CAT, CAT)
    assert [float(measure(counts)) for measure in MEASURES.values()] == pytest.approx([100] * 3)
    assert counts[RIGHT] == counts[SENTENCES] == 1


def test_a_score_by_hand():
    """4 of 5 words, 2 of 4 pairs, 1 of 3 triples, none of 2 quadruples, which counts as a half."""
    counts = count([*CAT[:2], "sat", "on", "the"], [*CAT[:2], "sat", "by", "the"])
    assert counts[: 2 * ORDERS].tolist() == [4, 2, 1, 0, 5, 4, 3, 2]
    expected = 100 * (4 / 5 * 2 / 4 * 1 / 3 * 0.5 / 2) ** (1 / 4)
    assert bleu_score(counts) == pytest.approx(expected, rel=1e-14)


def test_what_is_too_short_pays_and_what_is_too_long_does_not():
    assert brevity_penalty(count(CAT[:4], CAT)) == pytest.approx(np.exp(1 - 6 / 4))
    assert brevity_penalty(count(CAT * 2, CAT)) == 1
    assert brevity_penalty(count([], CAT)) == 0


def test_short_sentences_leave_out_what_they_have_no_n_grams_for():
    assert np.isnan(precisions(count(["a", "b"], ["a", "b"]))[2:]).all()
    assert bleu_score(count(["a", "b"], ["a", "b"])) == 100
    assert bleu_score(count([], CAT)) == bleu_score(count(["dog"], CAT)) == 0
    assert tokens_right(count([], CAT)) == 0


def test_counts_of_many_are_scored_at_once():
    counts = np.array([count(CAT[:k], CAT) for k in range(7)])
    for measure in MEASURES.values():
        np.testing.assert_array_equal(measure(counts), [measure(row) for row in counts])


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_measures_run_from_0_to_100(measure):
    rng = np.random.default_rng(0)
    texts = rng.choice(list("abcde"), size=(60, 8)).tolist()
    counts = np.array([count(texts[k][: k % 9], texts[-k]) for k in range(60)])
    values = measure(counts)
    assert np.isfinite(values).all()
    assert values.min() >= 0
    assert values.max() <= 100


def test_resampling_keeps_the_number_and_the_pairing():
    rng = np.random.default_rng(0)
    counts = rng.integers(0, 9, size=(30, 2, 12)).astype(float)
    counts[:, 1] = 2 * counts[:, 0]
    counts[..., SENTENCES] = 1
    drawn = resampled(counts, np.random.default_rng(1), 50)
    assert drawn.shape == (50, 2, 12)
    assert (drawn[..., SENTENCES] == 30).all()
    np.testing.assert_array_equal(drawn[:, 1, :5], 2 * drawn[:, 0, :5])
    np.testing.assert_array_equal(drawn, resampled(counts, np.random.default_rng(1), 50))


def test_the_interval_of_a_share_is_that_of_the_binomial():
    """100 sentences of which 80 are right: 80 plus or minus 1.96 standard errors of 4 percent."""
    counts = np.zeros((100, 12))
    counts[:80, RIGHT], counts[:, SENTENCES] = 1, 1
    drawn = resampled(counts, np.random.default_rng(0), 4000)
    low, high = interval(exactly_right(drawn))
    assert low == pytest.approx(80 - 1.96 * 4, abs=0.8)
    assert high == pytest.approx(80 + 1.96 * 4, abs=0.8)


def test_groups_are_gathered_from_the_longest_down():
    lengths = np.repeat([3, 4, 5, 6, 9], [2, 10, 10, 3, 4])
    assert length_groups(lengths, 5) == [(3, 4), (5, 5), (6, 9)]
    assert length_groups(lengths, 1) == [(3, 3), (4, 4), (5, 5), (6, 6), (9, 9)]
    assert length_groups(lengths, 1000) == [(3, 9)]
    assert length_groups(np.array([], int), 5) == []


@pytest.mark.parametrize("fewest", [1, 3, 10, 40])
def test_every_length_is_in_one_group(fewest):
    lengths = np.random.default_rng(fewest).integers(2, 20, 60)
    groups = length_groups(lengths, fewest)
    inside = [int(((a <= lengths) & (lengths <= b)).sum()) for a, b in groups]
    assert sum(inside) == len(lengths)
    assert len(groups) == 1 or min(inside) >= fewest
