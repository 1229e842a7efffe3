"""Advertisements: their words, the counts, and two language models of them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import houses
from engine.gradcheck import check_gradient
from engine.losses import LOSSES
from engine.studies.adverts import (
    END,
    START,
    WORDS,
    advert,
    counted_model,
    pair_counts,
    perplexity,
    train_words,
    write,
)

HOUSES = houses(np.random.default_rng(0), 100).x
COUNTS = pair_counts(HOUSES)


@pytest.mark.parametrize(
    ("house", "text"),
    [
        ((3, 60, 2.0, 1), "old house with three bedrooms near the ocean and a pool ."),
        ((1, 5, 20.0, 0), "new house with one bedroom far from the ocean ."),
        ((6, 50, 8.0, 0), "house with six bedrooms far from the ocean ."),
    ],
)
def test_the_words_say_what_the_house_is(house, text):
    assert advert(house) == [START, *text.split()]


def test_pairs_are_counted():
    assert COUNTS.sum() == sum(len(advert(house)) - 1 for house in HOUSES)
    assert COUNTS[WORDS.index("the"), WORDS.index("ocean")] == len(HOUSES)
    assert COUNTS[:, WORDS.index(END)].sum() == len(HOUSES)
    assert COUNTS[WORDS.index(END)].sum() == 0


def test_the_counted_model_is_counts_plus_one():
    found = counted_model(COUNTS)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    the = WORDS.index("the")
    expected = (len(HOUSES) + 1) / (len(HOUSES) + len(WORDS))
    assert found[the, WORDS.index("ocean")] == pytest.approx(expected)


def test_perplexity_of_a_guess_is_the_vocabulary_and_of_certainty_one():
    v = len(WORDS)
    assert perplexity(np.full((v, v), 1 / v), COUNTS) == pytest.approx(v)
    sure = np.where(COUNTS > 0, 1.0, 1e-9)
    assert perplexity(sure, COUNTS) == pytest.approx(1)


def test_the_network_nears_the_entropy_of_what_it_read():
    words = train_words(COUNTS)
    probabilities = words.probabilities()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    shares = COUNTS / np.maximum(COUNTS.sum(axis=1, keepdims=True), 1)
    least = perplexity(np.where(COUNTS > 0, shares, 1.0), COUNTS)
    assert least <= perplexity(probabilities, COUNTS) < 1.01 * least
    assert words.network.size == len(WORDS) * 8 + 8 + 8 * len(WORDS) + len(WORDS)


def test_its_gradient_is_the_central_difference_of_the_mean_over_all_places():
    words, loss = train_words(COUNTS), LOSSES["cross_entropy"]
    seen = COUNTS.sum(axis=1) > 0
    x, target = np.eye(len(WORDS))[seen], COUNTS[seen] * seen.sum() / COUNTS.sum()

    def value(theta):
        return loss.value(words.network.forward(theta, x)[0], target)

    assert value(words.theta) == pytest.approx(np.log(perplexity(words.probabilities(), COUNTS)))
    output, trace = words.network.forward(words.theta, x)
    gradient = words.network.backward(words.theta, trace, loss.gradient(output, target))
    assert check_gradient(value, gradient, words.theta).passed(1e-8)


def test_it_writes_words_that_follow_each_other():
    chances = np.where(COUNTS > 0, COUNTS, 0) / np.maximum(COUNTS.sum(axis=1, keepdims=True), 1)
    for seed in range(20):
        text = write(np.random.default_rng(seed), chances)
        assert text[-1] == END
        assert text.count(END) == 1
        pairs = zip([START, *text], text, strict=False)
        assert all(COUNTS[WORDS.index(a), WORDS.index(b)] > 0 for a, b in pairs)


def test_writing_stops():
    v = len(WORDS)
    loop = np.zeros((v, v))
    loop[:, WORDS.index("house")] = 1
    assert write(np.random.default_rng(0), loop, longest=5) == ["house"] * 5
