"""Every erratum is complete, and its number is the one that a separate reference run gave."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pages.handbook.all_errata import ERRATA as CHAPTERS
from pages.handbook.model import SEVERITIES, Erratum, for_lab
from pages.ui.contents import CONTENTS
from tests.pages.handbook import (
    deep_learning,
    exploding_gradients,
    foundations,
    interview,
    lstm_post,
    optimizers,
    regularization,
    sequences,
    training,
    vanishing_gradients,
    whole,
)

REFERENCES = {
    "1": deep_learning,
    "2": foundations,
    "3": training,
    "4": optimizers,
    "5": regularization,
    "6": vanishing_gradients,
    "7": exploding_gradients,
    "8": sequences,
    "9": interview,
    "Post": lstm_post,
    "All": whole,
}
REFERENCE = [row for module in REFERENCES.values() for row in module.REFERENCE]
NEGLIGIBLE = [row for module in REFERENCES.values() for row in module.NEGLIGIBLE]
ERRATA = {erratum.id: erratum for errata in CHAPTERS.values() for erratum in errata}
MEASURED = [erratum for erratum in ERRATA.values() if erratum.measure]
LABS: dict[str, set[str]] = {}
for entry in CONTENTS:
    if entry.labs:
        LABS.setdefault(str(entry.chapter or "Post"), set()).update(entry.labs)
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?")


@pytest.fixture(scope="module")
def sentences() -> dict[str, str]:
    return {erratum.id: erratum.measure() for erratum in MEASURED}


def number_after(sentence: str, words: str) -> float:
    _, found, rest = sentence.partition(words)
    assert found, f"{words!r} is not in {sentence!r}"
    return float(NUMBER.search(rest).group().rstrip(",").replace(",", ""))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_erratum_of_the_chapter_is_there_once(chapter):
    ids = [erratum.id for erratum in CHAPTERS[chapter]]
    assert sorted(ids) == sorted(REFERENCES[chapter].IDS)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_errata_and_labs_belong_together(chapter):
    labs = LABS.get(chapter, set())
    for erratum in CHAPTERS[chapter]:
        assert len(set(erratum.labs)) == len(erratum.labs)
        assert set(erratum.labs) <= labs
        assert bool(erratum.labs) == bool(labs)
        assert erratum.severity in SEVERITIES


@pytest.mark.parametrize("erratum", ERRATA.values(), ids=lambda erratum: erratum.id)
def test_texts_are_whole(erratum):
    for text in (erratum.printed, erratum.corrected):
        assert text == text.strip()
        assert len(text) > 10
        assert "\n" not in text
        assert "  " not in text
        assert text.count("$") % 2 == 0
        assert text[-1] in ".$"
        assert len(text) < 260
    assert erratum.printed != erratum.corrected


def test_only_wording_goes_without_a_number():
    wording = {name for module in REFERENCES.values() for name in module.WORDING}
    assert {erratum.id for erratum in ERRATA.values() if erratum.measure is None} == wording


@pytest.mark.parametrize("erratum", MEASURED, ids=lambda erratum: erratum.id)
def test_measure_is_one_sentence_with_finite_numbers(erratum, sentences):
    sentence = sentences[erratum.id]
    assert sentence[0].isupper()
    assert sentence[-1] == "."
    assert not re.search(r"[.!?] |\n|  ", sentence)
    assert sentence.count("$") % 2 == 0
    assert not re.search(r"\b(nan|inf|None)\b", sentence)
    numbers = [float(text.rstrip(",").replace(",", "")) for text in NUMBER.findall(sentence)]
    assert numbers
    assert np.isfinite(numbers).all()


@pytest.mark.parametrize(("erratum_id", "words", "value", "rel"), REFERENCE)
def test_number_is_that_of_the_reference(erratum_id, words, value, rel, sentences):
    assert number_after(sentences[erratum_id], words) == pytest.approx(value, rel=rel, abs=0)


@pytest.mark.parametrize(("erratum_id", "words", "bound"), NEGLIGIBLE)
def test_difference_is_negligible(erratum_id, words, bound, sentences):
    assert 0 <= number_after(sentences[erratum_id], words) < bound


def test_every_measure_is_held_to_a_number():
    held = {row[0] for row in REFERENCE + NEGLIGIBLE}
    assert held == {erratum.id for erratum in MEASURED}


@pytest.mark.parametrize("erratum", MEASURED, ids=lambda erratum: erratum.id)
def test_measure_repeats_itself(erratum, sentences):
    assert erratum.measure() == sentences[erratum.id]


def test_for_lab_keeps_the_order_and_drops_the_rest():
    a = Erratum("A", "C", ("x",), "printed", "right")
    b = Erratum("B", "C", ("y", "x"), "printed", "right")
    assert for_lab((a, b), "x") == (a, b)
    assert for_lab((a, b), "y") == (b,)
    assert for_lab((a, b), "z") == ()
