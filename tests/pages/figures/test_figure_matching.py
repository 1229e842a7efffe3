"""The matching game in pictures: verdicts in the grid, counts in the map, words for the score."""

from __future__ import annotations

import numpy as np
import pytest

from pages.figures.matching import (
    accepted,
    applications_table,
    describe_map,
    describe_score,
    feedback,
    map_alt,
    map_figure,
    most_defensible,
    progress_alt,
    progress_figure,
)
from pages.handbook.applications import APPLICATIONS, COLUMNS, DATA, LABELS, LOSSES, MODELS, judge
from tests.pages.figures.reading import array, clean, every_look, numbers, validated

RIGHT = {card.name: tuple(card.match(c).accepted[0] for c in COLUMNS) for card in APPLICATIONS}
GIVEN = {
    "nothing": {},
    "one, wrong in data": {"Translation": ("technology", "images", "rnn", "classes")},
    "two, all wrong": dict.fromkeys(
        ("Translation", "Supply chain"), ("agriculture", "sound", "embeddings", "reward")
    ),
    "all right": RIGHT,
}
every_state = pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)


@every_state
@every_look
@pytest.mark.parametrize("count", [1, 2, 19])
def test_the_grid_holds_the_verdicts(given, look, count):
    cards = APPLICATIONS[:count]
    spec = validated(progress_figure(cards, given, count - 1, look))
    (heat,) = spec["data"]
    z = array(heat["z"])
    assert z.shape == (4, count)
    for k, card in enumerate(cards):
        verdict = judge(card, given[card.name]) if card.name in given else (None,) * 4
        assert z[:, k].tolist() == [{None: 0, True: 1, False: -1}[v] for v in verdict]
        glyphs = [row[k] for row in heat["text"]]
        assert glyphs == [{None: "·", True: "✓", False: "✗"}[v] for v in verdict]
    (frame,) = spec["layout"]["shapes"]
    assert (frame["x0"], frame["x1"]) == (count - 0.5, count + 0.5)


@every_state
def test_the_score_is_that_of_the_judge(given):
    text = clean(describe_score(given))
    verdicts = np.array([judge(c, given[c.name]) for c in APPLICATIONS if c.name in given])
    if not given:
        assert numbers(text) == [19]
        return
    assert numbers(text)[:3] == [verdicts.sum(), verdicts.size, len(given)]
    if verdicts.all():
        assert "none was wrong" in text
    else:
        right = dict(zip(LABELS.values(), verdicts.sum(axis=0), strict=True))
        worst = min(right.values())
        named = [label.lower() for label, n in right.items() if n == worst]
        assert all(name in text.split("hardest")[1] for name in named)
        assert numbers(text)[-2:] == [worst, len(given)]


@every_state
def test_the_alt_tells_the_round(given):
    text = clean(progress_alt(APPLICATIONS, given, 3))
    assert f"{len(given)} answered" in text
    assert f"Card 4 is framed: {APPLICATIONS[3].name}." in text


@every_look
def test_the_map_counts_pairs(look):
    spec = validated(map_figure(look))
    z = array(spec["data"][0]["z"])
    for (i, data), (j, model) in [
        ((i, d), (j, m)) for i, d in enumerate(DATA) for j, m in enumerate(MODELS)
    ]:
        fits = [data in c.data.accepted and model in c.model.accepted for c in APPLICATIONS]
        assert z[i, j] == sum(fits)
    most, total, widest, uses = numbers(clean(describe_map()))
    assert (most, total) == (z.max(), 19)
    assert widest == max(sum(m in c.model.accepted for c in APPLICATIONS) for m in MODELS)
    assert uses == max(sum(k in c.loss.accepted for c in APPLICATIONS) for k in LOSSES)
    assert clean(map_alt())


def test_the_prediction_has_one_answer():
    count = {m: sum(m in c.model.accepted for c in APPLICATIONS) for m in MODELS}
    asked = ("cnn", "rnn", "transformer")
    best = most_defensible(asked)
    assert [m for m in asked if count[m] == count[best]] == [best]


@pytest.mark.parametrize("card", APPLICATIONS, ids=lambda card: card.name)
def test_feedback_says_right_or_wrong_with_the_reason(card):
    for lines, is_right in (
        (feedback(card, RIGHT[card.name]), True),
        (feedback(card, tuple(_wrong(card, column) for column in COLUMNS)), False),
    ):
        for line, column in zip(lines, COLUMNS, strict=True):
            assert ("check_circle" in line) == is_right
            assert ("is not it" in line) != is_right
            assert line.endswith(card.match(column).reason)
            assert line.count("**") == 2
            if not is_right:
                assert accepted(card, column) in line


def _wrong(card, column):
    return next(key for key in COLUMNS[column] if key not in card.match(column).accepted)


def test_the_table_has_every_card():
    table = applications_table()
    assert list(table["application"]) == [card.name for card in APPLICATIONS]
    assert list(table)[2:] == list(LABELS.values())
