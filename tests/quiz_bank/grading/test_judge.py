"""One entry point grades every kind, names the mistake, and never raises."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz_bank.grading.diagnosis import NEAR_MISS, STRUCTURAL, diagnose
from quiz_bank.grading.judge import RELATION_FEEDBACK, grade
from quiz_bank.grading.matrix_relations import RELATIONS
from quiz_bank.misconceptions import MISCONCEPTIONS
from quiz_bank.model import KINDS, Formula, Option, Order, Question, Rubric, Stage, Variant

TYPED = ("number", "vector", "matrix", "formula", "staged")
ONE_PICK = ("choice", "picture", "wrong line")
OPTIONS = (
    Option("right", correct=True),
    Option("wrong", feedback="The sign is lost."),
    Option("also right", correct=True),
    Option("odd"),
)
ORDER = Order(("forward", "loss", "backward", "step"), ((0, 1), (1, 2), (0, 3)))
STAGES = (
    Stage("dh", r"\delta h", "the hidden state", lambda v: 0.5),
    Stage(
        "do", r"\delta o", "the gate", lambda v: 0.4 * v["dh"], {"no_sig": lambda v: 3 * v["dh"]}
    ),
    Stage("dz", r"\delta z", "before it", lambda v: 0.25 * v["do"]),
)
MATRIX = np.array([[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]])
ANSWERS = {
    "number": 0.1231,
    "vector": np.array([1.0, -2.0, 4.0]),
    "matrix": MATRIX,
    "formula": Formula("sigma(z)*(1-sigma(z))", ("z",), "sigma(z)", "z"),
    "choice": OPTIONS,
    "choices": OPTIONS,
    "order": ORDER,
    "staged": STAGES,
    "picture": OPTIONS,
    "wrong line": OPTIONS,
    "own words": Rubric(("Names one", "Names two", "Names three")),
}
RIGHT = {
    "number": "0.1231",
    "vector": "[1, -2, 4]",
    "matrix": str(MATRIX),
    "formula": "exp(-z)/(1+exp(-z))^2",
    "staged": ("0.5", "0.2", "0.05"),
    "choice": 0,
    "choices": (0, 2),
    "order": (0, 1, 2, 3),
    "picture": 0,
    "wrong line": 0,
    "own words": (0, 1, 2),
}
WRONG = {
    "number": "7",
    "vector": "[7, 8, 1]",
    "matrix": "[7 7 1; 9 9 9]",
    "formula": "z^3",
    "staged": "7; 8; 9",
    "choice": 1,
    "choices": (1, 3),
    "order": (2, 1, 3, 0),
    "picture": 1,
    "wrong line": 1,
    "own words": (),
}
SAME = {
    "number": ("0.25", " +1/4"),
    "vector": ("[1, 2, 3]", "1;2;3"),
    "matrix": ("[1 2 3; 4 5 6]", "[[1, 2, 3.0], [4, 5, 6]]"),
    "formula": ("2z", "(2) * z"),
    "staged": (["0.25", "", "3"], "1/4; ; 3.0"),
    "choice": (1, "wrong"),
    "choices": ((0, 2), ["also right", "right"]),
    "order": ((1, 0, 2, 3), ["loss", "forward", "backward", "step"]),
    "picture": (1, "wrong"),
    "wrong line": ((1,), "wrong"),
    "own words": ((0, 2), ["Names three", "Names one"]),
}


def posed(kind, answer=None, **wrong):
    question = Question(
        id=f"test/{kind}",
        chapter=2,
        topic="test",
        title="Test",
        difficulty="easy",
        kind=kind,
        source="test",
        seconds=30,
        make=lambda rng: variant,
    )
    variant = Variant("?", ANSWERS[kind] if answer is None else answer, "", wrong=wrong)
    return question, variant


@pytest.mark.parametrize("kind", KINDS)
def test_right(kind):
    graded = grade(*posed(kind), RIGHT[kind])
    assert (graded.verdict, graded.score, graded.misconception) == ("correct", 1.0, None)
    assert graded.message.endswith(".")
    assert np.size(graded.shown)


@pytest.mark.parametrize("kind", KINDS)
def test_wrong(kind):
    graded = grade(*posed(kind), WRONG[kind])
    assert (graded.verdict, graded.score, graded.misconception) == ("incorrect", 0.0, None)
    assert graded.message.endswith(".")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("response", [None, "", (), "\ud800", "__import__('os')", "<b>", 99, [99]])
def test_unreadable_is_invalid(kind, response):
    if kind in TYPED and response in (99, [99]):
        response = "99]"
    if kind == "own words" and response == ():
        response = "nothing ticked is an answer, and a text is none"
    graded = grade(*posed(kind), response)
    assert (graded.verdict, graded.score, graded.fingerprint) == ("invalid", 0.0, None)
    assert graded.error_code
    assert graded.message.endswith(".")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_value_has_the_same_fingerprint(kind):
    one, two = (grade(*posed(kind), response).fingerprint for response in SAME[kind])
    assert one is not None
    assert hash(one) == hash(two)
    assert one == two
    assert one != grade(*posed(kind), WRONG[kind] if kind not in ONE_PICK else 3).fingerprint


@given(st.sampled_from(KINDS), st.text() | st.integers() | st.lists(st.integers() | st.text()))
def test_no_response_raises(kind, response):
    assert 0.0 <= grade(*posed(kind), response).score <= 1.0


def test_a_right_number_says_what_counts():
    assert "between 0.1230 and 0.1232 counts" in grade(*posed("number"), "0.1231").message


def test_partial_credit():
    assert grade(*posed("vector"), "[1, -2, 5]").score == pytest.approx(2 / 3)
    assert grade(*posed("choices"), (0,)).score == 0.5
    assert grade(*posed("choices"), (0, 1, 2)).score == 0.5
    assert grade(*posed("order"), (0, 2, 1, 3)).score == pytest.approx(2 / 3)
    assert grade(*posed("vector"), "[1, -2, 5]").verdict == "partial"
    assert grade(*posed("choices"), (0,)).verdict == "partial"


@pytest.mark.parametrize("arranged", [(0, 1, 2, 3), (0, 3, 1, 2), (0, 1, 3, 2)])
def test_every_order_that_respects_the_pairs_is_right(arranged):
    assert grade(*posed("order"), arranged).verdict == "correct"


def test_without_pairs_only_the_given_order_is_right():
    total = Order(("a", "b", "c"))
    assert grade(*posed("order", total), (0, 1, 2)).verdict == "correct"
    assert grade(*posed("order", total), (0, 2, 1)).score == pytest.approx(2 / 3)
    assert grade(*posed("order", total), (2, 1, 0)).score == 0.0


@pytest.mark.parametrize("arranged", [(0, 1, 2), (0, 0, 1, 2), (0, 1, 2, 4), "0123"])
def test_an_order_needs_every_item_once(arranged):
    assert grade(*posed("order"), arranged).verdict == "invalid"


def test_choices_with_no_right_option():
    none = (Option("a"), Option("b"))
    assert grade(*posed("choices", none), ()).verdict == "correct"
    assert grade(*posed("choices", none), (0,)).verdict == "incorrect"


def test_a_wrong_option_carries_its_feedback():
    assert grade(*posed("choice"), 1).feedback == "The sign is lost."
    assert "The sign is lost." in grade(*posed("choices"), (0, 1, 2)).feedback
    assert "loss" in grade(*posed("order"), (0, 2, 1, 3)).feedback


NAMED = {
    ("number", "-0.1231"): "loss_sign",
    ("number", "0.2462"): "loss_factor2",
    ("number", "0.06155"): "loss_factor2",
    ("number", "12.31"): "power_ten",
    ("number", "0.0001231"): "power_ten",
    ("vector", "[-1, 2, -4]"): "loss_sign",
    ("matrix", "[0.1 0.4; -0.2 0.5; 0.3 -0.6]"): "transposed",
    ("formula", "-sigma(z)(1-sigma(z))"): "loss_sign",
    ("formula", "2sigma(z)(1-sigma(z))"): "loss_factor2",
}


@pytest.mark.parametrize(("kind", "text"), NAMED)
def test_a_structural_mistake_is_named(kind, text):
    key = NAMED[kind, text]
    graded = grade(*posed(kind), text)
    assert graded.misconception == key
    assert graded.feedback == MISCONCEPTIONS[key].feedback


def test_a_mutated_program_is_named():
    number = posed("number", no_sig=0.5, no_mean=0.3693, rounded_early=0.1234)
    assert grade(*number, "0.5").misconception == "no_sig"
    assert grade(*number, "0.3693").misconception == "no_mean"
    assert grade(*number, "0.1234").misconception == "rounded_early"
    formula = posed("formula", sig_plus="sigma(z)(1+sigma(z))")
    assert grade(*formula, "sigma(z)+sigma(z)^2").misconception == "sig_plus"
    assert (
        grade(*posed("matrix", no_mean=2.5 * MATRIX), str(2.5 * MATRIX)).misconception == "no_mean"
    )


def test_nothing_is_named_when_two_classes_match():
    both = posed("number", no_sig=0.5, no_mean=0.5)
    assert grade(*both, "0.5").misconception is None
    assert grade(*posed("number", no_mean=0.2462), "0.2462").misconception is None
    assert grade(*posed("number", loss_factor2=0.2462), "0.2462").misconception == "loss_factor2"


def test_a_near_miss_is_said_and_not_named():
    graded = grade(*posed("number"), "0.1234")
    assert (graded.misconception, graded.feedback) == (None, NEAR_MISS)
    assert not grade(*posed("number"), "0.125").feedback


def test_a_relation_without_a_key_is_still_explained():
    assert set(RELATION_FEEDBACK) == set(RELATIONS)
    swapped = grade(*posed("matrix"), str(MATRIX[::-1]))
    assert (swapped.misconception, swapped.feedback) == (None, RELATION_FEEDBACK["rows_swapped"])


def test_a_zero_truth_has_no_structural_mistakes():
    assert diagnose(5.0, 0.0, {}, 1e-3, 1e-8).key is None
    assert diagnose(5.0, 0.0, {"no_sig": 5.0}, 1e-3, 1e-8).key == "no_sig"


def test_misconceptions_are_complete_and_one_sentence_each():
    assert len(MISCONCEPTIONS) >= 42
    assert STRUCTURAL.keys() <= MISCONCEPTIONS.keys()
    for key, entry in MISCONCEPTIONS.items():
        assert entry.key == key
        assert entry.name
        assert entry.feedback.endswith(".")
        assert ". " not in entry.feedback


def test_no_reader_can_run_what_was_typed():
    package = Path(__file__).parents[3] / "quiz_bank" / "grading"
    banned = ("eval(", "exec(", "literal_eval", "sympify", "lambdify", "pickle", "__import__")
    sources = [path.read_text(encoding="utf-8") for path in package.glob("*.py")]
    assert len(sources) > 10
    assert not [name for name in banned if any(name in source for source in sources)]
