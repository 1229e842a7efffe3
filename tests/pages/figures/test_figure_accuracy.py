"""Accuracy and time by week: picture, sentence and table are the counts."""

from __future__ import annotations

import numpy as np
import pytest

from pages.figures.accuracy import (
    DEFINITION,
    accuracy_alt,
    accuracy_figure,
    accuracy_table,
    describe_accuracy,
)
from quiz_bank.progress.statistics import wilson
from quiz_bank.progress.weekly import Weeks
from tests.pages.figures.reading import array, clean, every_look, named, numbers, same, validated


def weeks(first, right, minutes):
    first = np.array(first)
    days = np.datetime64("2026-03-02") + 7 * np.arange(len(first))
    seconds = np.where(first > 0, 60.0, np.nan)
    return Weeks(days, first + 1, first, np.array(right), np.array(minutes, dtype=float), seconds)


ONE = weeks([4], [3], [12.4])
SOME = weeks([4, 0, 5, 10, 2, 3], [1, 0, 4, 9, 2, 0], [30, 0, 50, 90, 20, 10])
PAUSED = weeks([4, 0, 0, 0, 0], [4, 0, 0, 0, 0], [5, 0, 0, 0, 0])
LONG = weeks(range(104), range(104), range(104))
CASES = {"one": ONE, "some": SOME, "paused": PAUSED, "long": LONG}
every_case = pytest.mark.parametrize("found", CASES.values(), ids=CASES)


@every_look
@every_case
def test_the_picture_has_every_week(found, look):
    spec = validated(accuracy_figure(found, look))
    share = named(spec, "share right, with its 95% range")
    with np.errstate(invalid="ignore"):
        same(array(share["y"]), found.right / found.first)
    low, high = wilson(found.right, found.first)
    same(array(share["y"]) + array(share["error_y"]["array"]), high)
    np.testing.assert_allclose(
        array(share["y"]) - array(share["error_y"]["arrayminus"]), low, atol=1e-6
    )
    minutes = named(spec, "minutes")
    same(array(minutes["y"]), found.minutes)
    assert share["x"] == minutes["x"] == [str(day) for day in found.starts]


@every_look
def test_marks_are_small_where_weeks_are_many(look):
    sizes = [
        named(validated(accuracy_figure(found, look)), "share right, with its 95% range")["marker"]
        for found in (SOME, LONG)
    ]
    assert sizes[0]["size"] > sizes[1]["size"]


@every_look
@every_case
def test_few_weeks_are_named_and_all_are_in_range(found, look):
    axis = validated(accuracy_figure(found, look))["layout"]["xaxis"]
    assert 1 <= len(axis["tickvals"]) <= 6
    assert set(axis["tickvals"]) <= {str(day) for day in found.starts}
    low, high = np.array(axis["range"], dtype="datetime64[h]")
    assert low < found.starts[0]
    assert high > found.starts[-1]


def test_the_sentence_compares_four_weeks_with_the_four_before():
    assert numbers(clean(describe_accuracy(SOME))) == [4, 75, 20, 4, 25, 4, 30, 6, 3]
    assert numbers(clean(describe_accuracy(ONE))) == [4, 75, 4, 5, 1, 12]
    assert "of 1 first answer was right." in clean(describe_accuracy(weeks([1], [1], [1])))
    assert "there was no first answer" in clean(describe_accuracy(PAUSED))
    clean(describe_accuracy(LONG))


@every_case
def test_the_alternative_has_the_sentence(found):
    assert clean(accuracy_alt(found)).endswith(describe_accuracy(found).replace("*", ""))
    clean(DEFINITION)


@every_case
def test_a_table_row_for_each_week(found):
    table = accuracy_table(found)
    assert len(table) == len(found.starts)
    assert table["first answers"].tolist() == found.first.tolist()
    assert table["share right"].isna().tolist() == (found.first == 0).tolist()
