"""Bars of mastery are the counts, and the sentence repeats them."""

from __future__ import annotations

import numpy as np
import pytest

from pages.figures.mastery import (
    DEFINITION,
    describe_mastery,
    mastery_alt,
    mastery_figure,
    mastery_table,
)
from quiz_bank.progress.statistics import Mastery
from tests.pages.figures.reading import array, clean, every_look, named, numbers, same, validated

ROWS = {
    "Losses": Mastery(10, 6, 2, 6.25),
    "Optimizers": Mastery(4, 1, 0, 0.9),
    "GRU": Mastery(5, 0, 0, 0.0),
}
NONE = {"GRU": Mastery(5, 0, 0, 0.0)}
ALL = {"Losses": Mastery(3, 3, 0, 2.9), "GRU": Mastery(1, 1, 0, 1.0)}
LEVEL = {name: Mastery(4, 2, 1, 2.0) for name in "ABC"}
CASES = pytest.mark.parametrize(
    "rows", [ROWS, NONE, ALL, LEVEL], ids=["some", "none", "all", "level"]
)


@every_look
@CASES
def test_the_bars_of_a_row_make_up_all_its_questions(rows, look):
    spec = validated(mastery_figure(rows, look))
    parts = ("latest answer right", "latest answer wrong", "not answered yet")
    bars = [array(named(spec, name)["x"]) for name in parts]
    same(np.sum(bars, axis=0), np.ones(len(rows)))
    same(bars[0], [m.right / m.questions for m in rows.values()])
    same(bars[1], [m.wrong / m.questions for m in rows.values()])
    today = array(named(spec, "expected to be recalled today")["x"])
    same(today, [m.recalled / m.questions or np.nan for m in rows.values()])


@every_look
def test_each_row_has_its_name_above_its_bar(look):
    layout = validated(mastery_figure(ROWS, look))["layout"]
    assert [note["text"] for note in layout["annotations"]] == list(ROWS)
    assert layout["yaxis"]["range"][0] > layout["yaxis"]["range"][1]
    wrong = named(validated(mastery_figure(ROWS, look)), "latest answer wrong")
    assert wrong["marker"]["pattern"]["shape"] == "/"


def test_the_sentence():
    assert numbers(clean(describe_mastery(ROWS, "topic"))) == [7, 19, 9, 7, 1, 4]
    assert "least is known of Optimizers" in describe_mastery(ROWS, "topic")
    assert "No question of the bank" in clean(describe_mastery(NONE, "topic"))
    assert "All that was begun is known." in clean(describe_mastery(ALL, "topic"))
    words = clean(describe_mastery(LEVEL, "chapter"))
    assert words.endswith("least is known of 3 chapters (50% of each).")
    two = {"A": Mastery(4, 2, 1, 2.0), "B": Mastery(10, 5, 5, 4.0)}
    words = clean(describe_mastery(two, "topic"))
    assert words.endswith("least is known of A (2 of 4) and B (5 of 10).")


@CASES
def test_the_alternative_has_the_sentence(rows):
    words = describe_mastery(rows, "topic").replace("*", "")
    assert clean(mastery_alt(rows, "topic")).endswith(words)
    clean(DEFINITION)


@CASES
def test_a_table_row_for_each_bar(rows):
    table = mastery_table(rows, "topic")
    assert table["topic"].tolist() == list(rows)
    parts = table["right"] + table["wrong"] + table["not answered"]
    assert parts.tolist() == table["questions"].tolist()
    np.testing.assert_allclose(
        table["share known"], table["right"] / table["questions"], rtol=1e-15
    )
