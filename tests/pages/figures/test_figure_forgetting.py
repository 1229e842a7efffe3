"""Forgetting: measured points, predicted line and the curve ahead are what was computed."""

from __future__ import annotations

import numpy as np
import pytest

from pages.figures.forgetting import (
    BELOW,
    DEFINITION,
    ahead_alt,
    ahead_figure,
    ahead_table,
    describe_ahead,
    describe_recall,
    recall_alt,
    recall_figure,
    recall_table,
)
from quiz_bank.progress.forgetting import Recall
from quiz_bank.progress.statistics import wilson
from tests.pages.figures.reading import array, clean, every_look, named, numbers, same, validated


def recall(counts, recalled, predicted, same_day=0):
    days = 2.0 ** np.arange(len(counts))
    return Recall(
        days.astype(int),
        (2 * days - 1).astype(int),
        days,
        np.array(counts),
        np.array(recalled),
        np.array(predicted, dtype=float),
        same_day,
    )


CASES = {
    "agrees": recall([40, 50, 10], [36, 40, 8], [0.93, 0.85, 0.8], 7),
    "one bin": recall([12], [12], [0.9], 1),
    "forgets": recall([1500, 40], [700, 10], [0.9, 0.9]),
    "remembers": recall([1500, 40], [1490, 39], [0.8, 0.7]),
    "near": recall([20_000], [18_000], [0.905]),
}
every_case = pytest.mark.parametrize("found", CASES.values(), ids=CASES)
DAYS = range(0, 91, 30)
AHEAD = np.array([0.95, 0.9, 0.87, 0.85])


@every_look
@every_case
def test_the_picture_is_what_was_measured(found, look):
    spec = validated(recall_figure(found, look))
    measured = named(spec, "measured, with its 95% range")
    same(array(measured["x"]), found.days)
    same(array(measured["y"]), found.recalled / found.counts)
    low, high = wilson(found.recalled, found.counts)
    share = found.recalled / found.counts
    np.testing.assert_allclose(array(measured["error_y"]["array"]), high - share, atol=1e-6)
    np.testing.assert_allclose(array(measured["error_y"]["arrayminus"]), share - low, atol=1e-6)
    same(array(named(spec, "predicted by FSRS")["y"]), found.predicted)


@every_look
@every_case
def test_each_point_has_its_count_below(found, look):
    spec = validated(recall_figure(found, look))
    counts = named(spec, "number of reviews")
    same(array(counts["x"]), found.days)
    told = [float(t[:-1]) * 1000 if t.endswith("k") else float(t) for t in counts["text"]]
    np.testing.assert_allclose(told, found.counts, rtol=0.05)
    assert spec["layout"]["yaxis"]["range"][0] < BELOW
    low, high = spec["layout"]["xaxis"]["range"]
    assert low < np.log10(found.days.min()) <= np.log10(found.days.max()) < high


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        ("agrees", "agree within the range of chance"),
        ("forgets", "you forget faster"),
        ("remembers", "you remember more"),
        ("near", "less than a point apart"),
    ],
)
def test_the_verdict_follows_from_the_range(case, verdict):
    assert verdict in clean(describe_recall(CASES[case]))


def test_the_sentence():
    assert numbers(clean(describe_recall(CASES["agrees"]))) == [84, 100, 95, 76, 90, 88, 7]
    words = clean(describe_recall(CASES["near"]))
    assert numbers(words) == [90.0, 20_000, 95, 89.6, 90.4, 90.5]
    assert "same day" not in describe_recall(CASES["forgets"])
    assert "1 review on the same day" in describe_recall(CASES["one bin"])


@every_case
def test_alternative_and_table(found):
    assert clean(recall_alt(found)).endswith(describe_recall(found).replace("*", ""))
    table = recall_table(found)
    assert table["reviews"].tolist() == found.counts.tolist()
    assert table["days since the review before"][0] == "1"
    clean(DEFINITION)


@every_look
def test_the_curve_ahead(look):
    (curve,) = validated(ahead_figure(DAYS, AHEAD, look))["data"]
    same(array(curve["x"]), list(DAYS))
    same(array(curve["y"]), AHEAD)
    words = clean(describe_ahead(DAYS, AHEAD, 12))
    assert numbers(words) == [12, 95, 90, 30, 85, 90]
    assert "1 question " in clean(describe_ahead(DAYS, AHEAD, 1))
    assert clean(ahead_alt(DAYS, AHEAD, 12)).endswith(words.replace("*", ""))
    assert ahead_table(DAYS, AHEAD)["expected recall"].tolist() == AHEAD.tolist()
