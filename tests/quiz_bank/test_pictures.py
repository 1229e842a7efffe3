"""Pictures to choose from: told apart, fully described, and equal to a plain recomputation."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from quiz_bank.certify import certified_variants, variant_of
from quiz_bank.grading.judge import grade
from quiz_bank.loader import load_bank
from quiz_bank.model import Option, Picture
from quiz_bank.pictures import CLEAR, conflict, frame, gap, option_fault, settings_fault
from quiz_bank.templates.pictures import legend, lettered, right_letter
from tests.quiz_bank.picture_proofs import PROOFS

QUESTIONS = [question for question in load_bank() if question.kind == "picture"]
X = np.linspace(0, 1, 50)


def by_id(questions):
    return pytest.mark.parametrize("question", questions, ids=lambda question: question.id)


def line(y, x=X, rate="0.1", **more):
    return Picture("step", "loss", {"rate": rate}, lines={"loss": (x, y)}, **more)


def options(*pictures):
    return tuple(
        Option(letter, k == 0, "" if k == 0 else f"Rate {picture.settings['rate']}.", picture)
        for k, (letter, picture) in enumerate(zip("ABCD", pictures, strict=False))
    )


GOOD = options(line(X), line(X**2, rate="0.2"), line(1 - X, rate="0.3"))


@by_id(QUESTIONS)
def test_every_picture_is_what_its_settings_give(question):
    """Each option against a recomputation without the engine, for twenty certified seeds."""
    for _, seed in zip(range(20), certified_variants(question), strict=False):
        variant = variant_of(question, seed)
        assert settings_fault(variant.prompt, variant.answer) is None
        for option in variant.answer:
            PROOFS[question.id](variant.prompt, option.picture)


@by_id(QUESTIONS)
def test_the_right_letter_changes_and_is_graded(question):
    letters = set()
    for _, seed in zip(range(20), certified_variants(question), strict=False):
        variant = variant_of(question, seed)
        assert option_fault(variant.answer) is None
        right = right_letter(variant.answer)
        letters.add(right)
        assert re.search(rf"icture\s{right}\b", variant.solution)
        for k, option in enumerate(variant.answer):
            graded = grade(question, variant, (k,))
            assert graded.verdict == ("correct" if option.text == right else "incorrect")
            assert graded.feedback == option.feedback
    assert len(letters) >= 3


@by_id(QUESTIONS)
def test_feedback_is_a_sentence_of_its_own(question):
    variant = variant_of(question, 0)
    feedback = [option.feedback for option in variant.answer if not option.correct]
    assert len(set(feedback)) == len(feedback)
    assert all(text.endswith((".", "?")) for text in feedback)


def test_clear_pictures_are_certified():
    assert option_fault(GOOD) is None
    assert settings_fault("Rate 0.1?", GOOD) is None
    assert conflict(GOOD) == ""


@pytest.mark.parametrize(
    ("pictures", "says"),
    [
        ((line(X), line(X + 0.05), line(1 - X)), "pictures A and B look alike"),
        ((line(X), line(1 - X), line(np.full(50, np.nan))), "nothing finite"),
        ((line(X), line(1 - X), line(np.full(50, np.inf))), "nothing finite"),
        ((line(X, log_y=True), line(1 - X), line(X + 1)), "nothing finite"),
    ],
)
def test_unclear_pictures_are_not_certified(pictures, says):
    with np.errstate(invalid="ignore"):
        assert says in conflict(options(*pictures))


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (GOOD[:2], "3 or 4"),
        (1.0, "3 or 4"),
        (GOOD[::-1], "the letters"),
        ((GOOD[0], GOOD[1], replace(GOOD[2], correct=True)), "exactly one right"),
        ((GOOD[0], GOOD[1], replace(GOOD[2], picture=None)), "a picture in every option"),
        ((GOOD[0], GOOD[1], replace(GOOD[2], feedback="")), "feedback"),
        ((*GOOD, replace(GOOD[2], text="D", picture=line(X, log_y=True))), "the same axes"),
    ],
)
def test_options_are_checked(bad, says):
    assert says in option_fault(bad)


@pytest.mark.parametrize(
    ("prompt", "changed", "says"),
    [
        ("Rate 0.7?", GOOD, "prompt does not state that rate is 0.1"),
        ("Rate 0.1?", (*GOOD[:2], replace(GOOD[2], feedback="No.")), "feedback of C"),
        ("Rate 0.1?", options(line(X), line(X**2), line(1 - X)), "feedback of B"),
    ],
)
def test_settings_must_be_stated(prompt, changed, says):
    assert says in settings_fault(prompt, changed)


def between(one, other):
    return gap(one, other, frame([one, other]))


def test_a_gap_is_a_share_of_the_shared_frame():
    assert between(line(X), line(X)) == 0
    assert between(line(0 * X), line(0 * X + 2)) == pytest.approx(1)
    three = [line(0 * X), line(0 * X + 2), line(0 * X + 10)]
    assert gap(three[0], three[1], frame(three)) == pytest.approx(0.2)
    ten = [line(10.0**X, log_y=True), line(100 * 10.0**X, log_y=True)]
    assert between(*ten) == pytest.approx(2 / 3)


def test_a_narrow_difference_does_not_count():
    spike = X.copy()
    spike[10] += 0.5
    assert between(line(X), line(spike)) < CLEAR


def test_a_curve_that_leaves_the_picture_differs_by_all_of_it():
    assert between(line(X), line(np.where(X < 0.5, X, np.nan))) == 1
    assert between(line(np.where(X < 0.5, X, np.nan)), line(np.where(X < 0.5, X, np.nan))) == 0


def test_curves_on_other_grids_and_paths_are_compared():
    fine = np.linspace(0, 1, 333)
    assert between(line(X), line(fine, fine)) < 1e-9
    turn = np.linspace(0, 2 * np.pi, 100)
    circle = line(np.sin(turn), np.cos(turn))
    assert between(circle, line(np.sin(turn[::2]), np.cos(turn[::2]))) < CLEAR
    assert between(circle, line(-np.sin(turn), np.cos(turn))) > CLEAR


def test_contours_and_bars_are_compared():
    plane = X[:, None] * X
    one, two, three = (
        Picture("a", "b", {"w": w}, contours=(X, X, values))
        for w, values in (("1", plane), ("2", 1 - plane), ("3", plane + 0.01))
    )
    assert between(one, two) > 0.5
    assert between(one, three) < CLEAR
    bars = [
        Picture("a", "b", {"w": "1"}, bars={"n": (np.arange(3.0), np.array(y))})
        for y in ([1.0, 2, 3], [3.0, 2, 1])
    ]
    assert between(*bars) > 0.3
    assert frame(bars).y == (0, 3)


def test_lettered_options_name_what_they_show():
    rng = np.random.default_rng(0)
    drawn = lettered(rng, line(X), [(line(1 - X, rate="0.2"), "No."), (line(X**2), "Nor this.")])
    assert [option.text for option in drawn] == ["A", "B", "C"]
    right = next(option for option in drawn if option.correct)
    assert right_letter(drawn) == right.text
    assert f"{right.text}: 0.1" in legend(drawn, "rate")
