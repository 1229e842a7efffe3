"""Staged derivations: each stage from the learner's own values before it, a slip marked once."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz_bank.grading.staged import grade_staged, grade_stages, split_texts, true_values
from quiz_bank.misconceptions import MISCONCEPTIONS
from quiz_bank.model import Stage

STAGES = (
    Stage("dh", r"\delta h", "the hidden state", lambda v: 0.5),
    Stage(
        "do",
        r"\delta o",
        "the output gate",
        lambda v: 0.4 * v["dh"],
        {"c_not_tanhc": lambda v: 0.6 * v["dh"], "no_sig": lambda v: 1.7 * v["dh"]},
    ),
    Stage("dz", r"\delta z", "before its sigmoid", lambda v: 0.24 * v["do"]),
    Stage("dw", r"\delta w", "its weight", lambda v: 3 * v["dz"] + 0.1 * v["dh"]),
)
RIGHT = ("0.5", "0.2", "0.048", "0.194")


def verdicts(*texts):
    return [grade.verdict for grade in grade_stages(STAGES, texts)]


def test_true_values_follow_from_stage_to_stage():
    values = true_values(STAGES)
    assert list(values) == ["dh", "do", "dz", "dw"]
    assert list(values.values()) == pytest.approx([0.5, 0.2, 0.048, 0.194])


def test_right_stages_say_what_counts():
    grades = grade_stages(STAGES, RIGHT)
    assert [grade.verdict for grade in grades] == ["correct"] * 4
    assert grades[1].message == "0.2 is right: any value between 0.1998 and 0.2002 counts."
    assert (grades[1].value, grades[1].expected) == (0.2, pytest.approx(0.2))
    assert grades[2].shown == "0.048"
    assert all(grade.counts for grade in grades)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("-0.5", "-0.2", "-0.048", "-0.194"), ["incorrect", "carried", "carried", "carried"]),
        (("0.5", "0.3", "0.072", "0.266"), ["correct", "incorrect", "carried", "carried"]),
        (("0.5", "0.2", "0.048", "7"), ["correct", "correct", "correct", "incorrect"]),
        (("0.5", "0.3", "0.3", "0.95"), ["correct", "incorrect", "incorrect", "carried"]),
    ],
)
def test_a_slip_is_marked_once(texts, expected):
    assert verdicts(*texts) == expected


def test_a_right_value_is_right_whatever_stands_before_it():
    assert verdicts("0.6", "0.2", "0.048", "0.194") == ["incorrect", *["correct"] * 3]


def test_the_slip_is_named_from_the_learners_own_values():
    slipped = grade_stages(STAGES, ("5", "3", "0.72"))
    assert [grade.verdict for grade in slipped[:3]] == ["incorrect", "incorrect", "carried"]
    assert slipped[0].misconception == "power_ten"
    assert slipped[1].misconception == "c_not_tanhc"
    assert slipped[1].feedback == MISCONCEPTIONS["c_not_tanhc"].feedback
    assert slipped[1].expected == pytest.approx(2.0)
    assert grade_stages(STAGES, ("0.5", "-0.2"))[1].misconception == "loss_sign"
    assert grade_stages(STAGES, ("0.5", "0.77"))[1].misconception is None


def test_the_true_value_stands_in_for_what_is_blank_or_unreadable():
    assert verdicts("0.5", "", "0.048", "0.194") == ["correct", "blank", "correct", "correct"]
    assert verdicts("0.5", "1,5", "0.048") == ["correct", "invalid", "correct", "blank"]
    assert verdicts(None, " \t", "0.048", "0.194") == ["blank", "blank", "correct", "correct"]


def test_a_slip_is_carried_over_a_blank_stage():
    assert verdicts("-0.5", "", "-0.048", "-0.194") == ["incorrect", "blank", "carried", "carried"]


def test_unreadable_text_says_what_would_be_read_and_has_no_value():
    grade = grade_stages(STAGES, ("1,5",))[0]
    assert (grade.verdict, grade.value, grade.shown) == ("invalid", None, "")
    assert "1.5 or 15" in grade.message


def test_own_rounding_is_no_slip():
    assert verdicts("0.5004", "0.2003", "0.04811", "0.1944") == ["correct"] * 4


def test_numbers_too_large_for_a_rule_are_wrong_and_raise_nothing():
    stages = (
        Stage("a", "a", "", lambda v: 1.0),
        Stage("b", "b", "", lambda v: 1 / (v["a"] - 2)),
        Stage("c", "c", "", lambda v: math.exp(v["a"])),
    )
    grades = grade_stages(stages, ("2", "5", "3"))
    assert [grade.verdict for grade in grades] == ["incorrect"] * 3
    assert math.isnan(grades[1].expected)
    assert grade_stages(stages, ("1e4", "3", "2"))[2].verdict == "incorrect"


def test_the_score_is_the_share_of_stages_right_or_carried():
    graded = grade_staged(STAGES, ("0.5", "0.3", "0.072", "0.266"))
    assert (graded.verdict, graded.score) == ("partial", 0.75)
    assert graded.misconception == "c_not_tanhc"
    assert graded.message == (
        "1 of 4 stages is right. 2 more follow rightly from your own earlier value."
    )
    assert grade_staged(STAGES, RIGHT).verdict == "correct"
    assert grade_staged(STAGES, ("7", "8", "9", "10")).verdict == "incorrect"
    half = grade_staged(STAGES, ("0.5", "", "", "0.194"))
    assert (half.score, half.message) == (0.5, "2 of 4 stages are right. 2 are blank.")


@pytest.mark.parametrize("response", [None, "", "  ", (), ("", None), ";;", 99j, (*RIGHT, "1")])
def test_no_answer_costs_nothing(response):
    graded = grade_staged(STAGES, response)
    assert (graded.verdict, graded.fingerprint) == ("invalid", None)
    assert graded.error_code


def test_an_unreadable_stage_makes_the_whole_unreadable_and_is_named():
    graded = grade_staged(STAGES, ("0.5", "x", "0.048", "0.194"))
    assert (graded.verdict, graded.error_code) == ("invalid", "unreadable_stage")
    assert graded.message.startswith("Stage 2: ")
    assert [grade.verdict for grade in graded.stages][1] == "invalid"


def test_what_is_kept_as_text_is_graded_alike():
    kept = "; ".join(("0.5", "", "1/20", "0.194"))
    one, two = grade_staged(STAGES, kept), grade_staged(STAGES, ("0.50", None, "0.05", ".194"))
    assert one.fingerprint == two.fingerprint
    assert (one.score, one.verdict) == (two.score, two.verdict)
    assert split_texts("1; 2;3") == ("1", " 2", "3")


@given(st.lists(st.text() | st.floats().map(repr) | st.none(), max_size=6))
def test_no_texts_raise(texts):
    assert len(grade_stages(STAGES, texts)) == len(STAGES)
    assert 0 <= grade_staged(STAGES, texts).score <= 1
