"""The mistakes that come back: bars, names and sentence are the counts."""

from __future__ import annotations

import pytest

from pages.figures.misconceptions_seen import (
    DEFINITION,
    MOST,
    describe_misconceptions,
    misconceptions_alt,
    misconceptions_figure,
    misconceptions_table,
    mistake,
    name_of,
    times_made,
)
from quiz_bank.misconceptions import MISCONCEPTIONS
from quiz_bank.progress.statistics import Seen
from tests.pages.figures.reading import array, clean, every_look, numbers, same, validated


def seen(*times):
    return tuple(
        Seen(key, n, 1 + k % 2, 1.7e9 + k, "losses/a")
        for k, (key, n) in enumerate(zip(MISCONCEPTIONS, times, strict=False))
    )


CASES = {
    "one": seen(1),
    "two": seen(5, 5),
    "many": seen(*range(30, 0, -1)),
    "level": seen(2, 2, 2, 2),
}
every_case = pytest.mark.parametrize("found", CASES.values(), ids=CASES)


@every_look
@every_case
def test_a_bar_for_each_of_the_most_frequent(found, look):
    spec = validated(misconceptions_figure(found, look))
    (bars,) = spec["data"]
    drawn = found[:MOST]
    same(array(bars["x"]), [one.times for one in drawn])
    assert bars["text"] == [f"{one.times}" for one in drawn]
    names = [note["text"] for note in spec["layout"]["annotations"]]
    assert [name.rstrip("…") for name in names] == [
        name_of(one)[: len(name.rstrip("…"))] for one, name in zip(drawn, names, strict=True)
    ]
    assert max(map(len, names)) <= 48
    assert spec["layout"]["xaxis"]["range"][1] > max(array(bars["x"]))


def test_the_sentence():
    assert numbers(clean(describe_misconceptions(CASES["one"]))) == [1, 1, 1]
    assert "once in 1 question." in describe_misconceptions(CASES["one"])
    assert "” and “" in clean(describe_misconceptions(CASES["two"]))
    assert "5 times each." in clean(describe_misconceptions(CASES["two"]))
    words = clean(describe_misconceptions(CASES["many"]))
    assert "465 known mistakes of 30 kinds**, of which the picture has the 8 most frequent" in words
    assert "4 kinds were made most often, twice each." in clean(
        describe_misconceptions(CASES["level"])
    )
    assert "picture" not in describe_misconceptions(CASES["level"])
    assert [times_made(n) for n in (1, 2, 3, 1200)] == ["once", "twice", "3 times", "1,200 times"]


@every_case
def test_alternative_and_table(found):
    words = describe_misconceptions(found).replace("*", "")
    assert clean(misconceptions_alt(found)).endswith(words)
    table = misconceptions_table(found)
    assert table["times"].tolist() == [one.times for one in found]
    assert table["what to check"].tolist() == [MISCONCEPTIONS[one.key].feedback for one in found]
    clean(DEFINITION)


def test_a_mistake_that_the_bank_no_longer_has_keeps_its_key():
    gone = Seen("old_slip", 1, 1, 0.0, "losses/a")
    assert (name_of(gone), mistake("old_slip").feedback) == ("Old slip", "")
    assert misconceptions_table([gone])["last (UTC)"].tolist() == ["1970-01-01"]
