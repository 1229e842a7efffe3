"""Every erratum is complete, and its number is the one that a separate reference run gave."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pages.errata import foundations, optimizers
from pages.errata.model import Erratum, for_lab
from pages.ui.contents import PAGES

CHAPTERS = {"foundations": foundations.ERRATA, "optimizers": optimizers.ERRATA}
IDS = {
    "foundations": {f"H{k:02}" for k in range(3, 20)} | {"H125"},
    "optimizers": {f"H{k}" for k in range(40, 75)} | {"H26", "H126", "H127"},
}
WORDING = {"H05", "H40", "H41", "H46", "H47", "H49", "H52", "H55", "H56", "H61", "H65", "H74"}
ERRATA = {erratum.id: erratum for errata in CHAPTERS.values() for erratum in errata}
MEASURED = [erratum for erratum in ERRATA.values() if erratum.measure]
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]\d+)?")

# id, the words before a number, that number by the reference run, relative tolerance
REFERENCE = [
    ("H03", "inputs has", 12, 0),
    ("H03", "but only", 4, 0),
    ("H04", "sigmoid gives", 0.5, 1e-12),
    ("H04", "without a bias and", 0.6682, 1e-3),
    ("H06", "array of", 5, 0),
    ("H06", "rows and", 2, 0),
    ("H07", "pre-activation is", -1.5, 1e-12),
    ("H07", "run from", -1.225, 1e-3),
    ("H07", "to $", 1.225, 1e-3),
    ("H08", "hidden weights has norm", 0.1053, 1e-3),
    ("H08", "output weights", 0.1788, 1e-3),
    ("H09", "already has", 1.00e10, 1e-3),
    ("H11", "has gradient", 0, 0),
    ("H11", "0.1 has", -4.9, 1e-9),
    ("H12", "singular value is", 1.898, 0.5),
    ("H13", "leaves", 9.1e-13, 0.01),
    ("H13", "gives", 3325, 1e-3),
    ("H14", "sigmoid output is off by", 249, 1e-9),
    ("H14", "linear output by", 0, 0),
    ("H15", r"\sigma(0.001) =", 0.50025, 1e-6),
    ("H15", r"\sigma(-10) =", 4.54e-5, 1e-3),
    ("H16", "slope is", 0.01, 1e-9),
    ("H17", "sigmoid has slope", 0.25, 1e-9),
    ("H17", "and tanh", 1, 1e-9),
    ("H18", "$(0, 1)$,", 100, 0),
    ("H18", "non-zero slope for", 0, 0),
    ("H19", "sigmoids sum to", 1.881, 1e-3),
    ("H19", "softmax sums to", 1, 1e-9),
    ("H125", "sigmoid leaves", 100, 0),
    ("H125", "above 0 and ReLU", 49.8, 1e-3),
    ("H26", "stops at $x =", 0.9601, 1e-3),
    ("H26", "stops at $x = 0.9601$ with loss", 0.2941, 1e-3),
    ("H26", "global minimum is at $x =", -1.036, 1e-3),
    ("H26", "-1.036$ with loss", -0.3054, 1e-3),
    ("H42", r"$\eta = 3$ end", 6.223e-61, 0.01),
    ("H42", "$2/L =", 0.02, 1e-9),
    ("H42", r"$\eta = 0.04$ end", 2.656e95, 0.02),
    ("H43", "3$ the cost is", 4, 1e-9),
    ("H43", "cost is 4 and the gradient", 4, 1e-9),
    ("H43", "4$ the cost is", 9, 1e-9),
    ("H43", "cost is 9 and the gradient", 6, 1e-9),
    ("H45", "steps reads", 0.7, 1e-9),
    ("H45", "reads 0.7, 0.7,", 0.7, 1e-9),
    ("H48", "estimate is", 4.086, 0.05),
    ("H48", "1 example and", 0.2545, 0.05),
    ("H48", "by a factor of", 16.05, 0.05),
    ("H50", "poor basin, at", 0.96, 0.01),
    ("H50", "from sd 6 to 0,", 128, 0.15),
    ("H51", "rules end", 0, 0),
    ("H53", "first step is", 0.01, 1e-9),
    ("H53", "by the formula and", 0.001, 1e-9),
    ("H53", "formula part by", 0.4254, 1e-3),
    ("H54", "grows to", 2, 1e-9),
    ("H54", "0.5$,", 10, 1e-9),
    ("H54", "0.9$,", 100, 1e-9),
    ("H57", "counted as", 4, 0),
    ("H58", "mean magnitude is", 1, 1e-9),
    ("H58", "mean square", 2, 1e-9),
    ("H59", "the step is", 0.09995, 1e-3),
    ("H59", "inside the root and", 3.152, 1e-3),
    ("H59", "outside,", 31.54, 1e-3),
    ("H60", "2$ the squared gradient is", 36, 1e-9),
    ("H60", "is 36 and the second derivative", 3, 1e-6),
    ("H60", "0.1$ the squared gradient is", 0.09, 1e-9),
    ("H60", "is 0.09 and the second derivative", 3, 1e-6),
    ("H62", "first step is", 3.162, 1e-3),
    ("H62", "0.9$,", 10, 1e-3),
    ("H62", "0.99$,", 31.62, 1e-3),
    ("H63", r"$\hat m =", 6, 1e-6),
    ("H63", r"$\hat v =", 36, 1e-6),
    ("H63", "second derivative is", 3, 1e-6),
    ("H64", "variance is", 0, 0),
    ("H64", r"$\hat v =", 1, 1e-9),
    ("H66", "correction divides by", 0, 0),
    ("H66", "rate is", 0.001, 1e-9),
    ("H68", "with the value", 7, 0),
    ("H69", "-1.000$ and", -3, 1e-3),
    ("H69", "400 steps,", 0, 0),
    ("H69", "$0.000$,", -1, 1e-3),
    ("H69", "as listed, but", 0.366, 1e-3),
    ("H69", "but 0.366,", 0.134, 1e-3),
    ("H69", "0.134 and", 0.018, 1e-3),
    ("H70", "moves to", -0.05, 1e-9),
    ("H71", "multiplies the weight by", 0.9990, 1e-9),
    ("H71", "0.01$ and by", 0.9980, 1e-9),
    ("H72", "weight of 1 by", 0.8389, 1e-3),
    ("H72", "by 0.8389 and", 0.02052, 1e-3),
    ("H72", "AdamW by", 0.1851, 1e-3),
    ("H72", "AdamW by 0.1851 and", 0.1851, 1e-3),
    ("H126", "variance 1 leaves", 0.0526, 0.02),
    ("H126", "(theory", 1, 0),
    ("H126", r"(1 + \beta) =", 0.0526, 1e-3),
    ("H126", "lags by", 9, 1e-6),
    ("H127", "first step is", 1, 1e-9),
    ("H127", "RMSProp's $", 3.162, 1e-3),
]

# id, the words before a number that rounding or saturation keeps near zero, its bound
NEGLIGIBLE = [
    ("H10", "at most", 1e-13),
    ("H12", "ReLU and", 1e-10),
    ("H17", "at most", 1e-14),
    ("H44", "at most", 1e-13),
    ("H53", "agree to", 1e-14),
    ("H67", "at most", 1e-13),
    ("H73", "at most", 1e-14),
    ("H127", "RMSProp's within", 1e-14),
]


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
    assert sorted(ids) == sorted(IDS[chapter])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_errata_and_labs_belong_together(chapter):
    used = [slug for erratum in CHAPTERS[chapter] for slug in erratum.labs]
    assert set(used) == set(PAGES[chapter].labs)
    assert all(len(set(e.labs)) == len(e.labs) > 0 for e in CHAPTERS[chapter])


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
    assert {erratum.id for erratum in ERRATA.values() if erratum.measure is None} == WORDING


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
    a = Erratum("A", ("x",), "printed", "right")
    b = Erratum("B", ("y", "x"), "printed", "right")
    assert for_lab((a, b), "x") == (a, b)
    assert for_lab((a, b), "y") == (b,)
    assert for_lab((a, b), "z") == ()
