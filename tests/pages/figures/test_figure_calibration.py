"""Calibration: points, diagonal, counts and score are what was computed."""

from __future__ import annotations

import numpy as np
import pytest

from pages.figures.calibration import (
    DEFINITION,
    calibration_alt,
    calibration_figure,
    calibration_table,
    describe_calibration,
)
from quiz_bank.progress.statistics import Calibration, wilson
from tests.pages.figures.reading import (
    after,
    array,
    clean,
    every_look,
    named,
    numbers,
    same,
    shown,
    validated,
)


def calibration(confidence, counts, right, brier):
    return Calibration(np.array(confidence), np.array(counts), np.array(right), brier)


CASES = {
    "fits": calibration([0.25, 0.75], [40, 60], [12, 45], 0.19),
    "too sure": calibration([0.5, 0.95], [20, 100], [2, 40], 0.4321),
    "too unsure": calibration([0.5], [1234], [1200], 0.2501),
    "perfect": calibration([1.0], [10], [10], 0.0),
}
every_case = pytest.mark.parametrize("found", CASES.values(), ids=CASES)


@every_look
@every_case
def test_the_picture_is_what_was_counted(found, look):
    spec = validated(calibration_figure(found, look))
    points = named(spec, "your answers, larger for more")
    share = found.right / found.counts
    same(array(points["x"]), found.confidence)
    same(array(points["y"]), share)
    low, high = wilson(found.right, found.counts)
    np.testing.assert_allclose(array(points["error_y"]["array"]), high - share, atol=1e-6)
    np.testing.assert_allclose(array(points["error_y"]["arrayminus"]), share - low, atol=1e-6)
    sizes = array(points["marker"]["size"])
    assert (np.argsort(sizes) == np.argsort(found.counts)).all()
    same(array(named(spec, "number of answers")["x"]), found.confidence)
    diagonal = named(spec, "perfectly calibrated")
    assert diagonal["x"] == diagonal["y"] == [0, 1]


def test_the_sentence():
    assert numbers(clean(describe_calibration(CASES["fits"]))) == [100, 55, 57, 0.19]
    assert "on the whole that fits" in describe_calibration(CASES["fits"])
    words = clean(describe_calibration(CASES["too sure"]))
    assert after(words, "score **") == shown(0.43, 2)
    assert "**88%** sure and **35%** right: 53 points too sure" in words
    level = calibration([0.904], [40_000], [36_000], 0.09)  # apart, but by no full point
    assert "on the whole that fits" in clean(describe_calibration(level))
    assert "47 points too unsure" in clean(describe_calibration(CASES["too unsure"]))
    assert "1,234 answers" in describe_calibration(CASES["too unsure"])
    assert "Brier score **0.00**." in clean(describe_calibration(CASES["perfect"]))


@every_case
def test_alternative_and_table(found):
    assert clean(calibration_alt(found)).endswith(describe_calibration(found).replace("*", ""))
    table = calibration_table(found)
    assert table["answers"].tolist() == found.counts.tolist()
    same(table["share right"], found.right / found.counts)
    clean(DEFINITION)
