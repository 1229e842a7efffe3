"""Items in one's own words: a model answer that says every point of its rubric."""

from __future__ import annotations

import re

import pytest

from quiz_bank.certify import variant_of
from quiz_bank.essentials import ESSENTIALS
from quiz_bank.loader import load_bank

OWN_WORDS = [question for question in load_bank() if question.kind == "own words"]
OPENERS = (
    "Adds", "Asks", "Changes", "Checks", "Compares", "Describes", "Explains", "Finds", "Gives",
    "Keeps", "Links", "Logs", "Looks", "Multiplies", "Names", "Passes", "Places", "Proposes",
    "Relates", "Says", "Sets", "Shows", "Splits", "Sums", "Tells", "Warns",
)  # fmt: skip
COMMON = frozenset({"says", "that", "with", "from", "this", "names", "gives", "what", "which"})


def terms(text: str) -> set[str]:
    """The stems of the words that carry a meaning, symbols included."""
    words = re.findall(r"[A-Za-z]{3,}", text.lower())
    return {word[:5] for word in words if word not in COMMON}


@pytest.mark.parametrize("question", OWN_WORDS, ids=lambda question: question.id)
def test_the_model_answer_says_every_point(question):
    variant = variant_of(question, 0)
    assert question.id.endswith("-in-words")
    assert 40 <= len(variant.solution.split()) <= 160
    assert variant.prompt.strip()[-1] in "?."
    for point in variant.answer.points:
        assert point.split()[0] in OPENERS, point
        assert not point.endswith("."), point
        shared = terms(point) & terms(variant.solution + variant.prompt)
        assert len(shared) >= min(2, len(terms(point)) / 3), (point, shared)


def test_each_essential_subject_has_its_card():
    essential = {question.id for question in OWN_WORDS if "essential" in question.tags}
    assert essential == set(ESSENTIALS.values())
    assert len(essential) == 50


def test_a_hundred_further_cards():
    assert sum("complete" in question.tags for question in OWN_WORDS) >= 100
