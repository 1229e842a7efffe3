"""The list of what handbook and post contain names only what exists, and leaves no lab out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pages.handbook.all_errata import ERRATA
from pages.handbook.glossary import TERMS
from pages.ui.contents import CONTENTS
from quiz_bank.loader import load_bank

FILE = Path(__file__).parents[3] / "docs" / "coverage.md"
TEXT = " ".join(FILE.read_text(encoding="utf-8").split())
LABS = {entry.title: list(entry.labs.values()) for entry in CONTENTS if entry.labs}
PLACES = re.findall(rf"({'|'.join(LABS)}) › (?=(.{{0,40}}))", TEXT)


@pytest.mark.parametrize(("letter", "chapters"), [("H", [*"123456789", "All"]), ("B", ["Post"])])
def test_every_erratum_is_named_and_no_other(letter, chapters):
    expected = {erratum.id for chapter in chapters for erratum in ERRATA[chapter]}
    assert set(re.findall(rf"\b{letter}\d+\b", TEXT)) == expected


def test_the_post_has_a_section_for_its_errata():
    section = TEXT.partition("## Blog post: LSTM backpropagation")[2].partition(" ## ")[0]
    assert set(re.findall(r"\bB\d+\b", TEXT)) == set(re.findall(r"\bB\d+\b", section))


def test_every_question_named_is_in_the_bank():
    named = set(re.findall(r"`([a-z][a-z0-9]*/[a-z-]+)`", TEXT))
    assert named
    assert named <= {question.id for question in load_bank()}


def test_every_term_named_is_in_the_glossary():
    named = re.findall(r"glossary: (.*?)(?=;| - \[| ## |$)", TEXT)
    terms = {term for row in named for term in row.strip().split(", ")}
    assert terms
    assert terms <= {row.term for row in TERMS}


def test_every_place_is_a_lab():
    assert TEXT.count(" › ") == len(PLACES) + 1  # the line that says how places are written
    for page, rest in PLACES:
        assert rest.startswith(tuple(LABS[page])), f"{page} › {rest}"


def test_every_lab_is_named():
    for page, labs in LABS.items():
        for lab in labs:
            assert any(p == page and rest.startswith(lab) for p, rest in PLACES), f"{page} › {lab}"
