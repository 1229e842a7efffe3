"""The glossary: whole rows, a search that finds, and a page that takes any text."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.handbook.glossary import COLUMNS, FORMULA_NAMES, TERMS, Term, find
from pages.ui.contents import CHAPTERS
from tests.pages.app import visit

SUGGESTED = ["gate", "lr", "θ"]
ODD = ["(", "[a-z", "\\", "$", "<b>", "θ", "%s", "a" * 60, "🤷", " "]


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_a_row_is_whole(term):
    assert term.term
    assert term.meaning
    assert term.chapter in {str(chapter) for chapter in CHAPTERS} | {"8", "9"}
    for cell in term:
        assert cell == cell.strip()
        assert cell.count("$") % 2 == 0
        assert cell.count("`") % 2 == 0


def test_terms_are_there_once_and_in_the_order_of_the_chapters():
    names = [term.term for term in TERMS]
    assert len(set(names)) == len(names)
    chapters = [int(term.chapter) for term in TERMS]
    assert chapters == sorted(chapters)
    assert set(chapters) == set(range(1, 10))


def test_columns_are_the_fields():
    assert tuple(COLUMNS) == Term._fields


def test_find_reads_every_cell_whatever_the_case():
    assert {term.term for term in find("LR", None)} >= {"learning rate"}
    assert [term.term for term in find("Γ_f", None)] == ["forget gate"]
    assert [term.term for term in find(r"\Gamma_f", None)] == ["forget gate"]
    assert find("", "7") == [term for term in TERMS if term.chapter == "7"]
    assert find("learning rate", "7") == []


@pytest.mark.parametrize(
    ("letter", "name"), [("θ", "theta"), ("γ", "gamma"), ("∂", "partial"), ("η", "eta")]
)
def test_a_greek_letter_finds_its_name_in_a_formula(letter, name):
    found = find(letter, None)
    assert found
    assert all(f"\\{name}" in " ".join(term).casefold() for term in found)


@pytest.mark.parametrize("word", SUGGESTED)
def test_what_the_search_suggests_is_found(word):
    assert find(word, None)


def shown(app: AppTest) -> int:
    assert not app.exception
    return len(app.table[0].value) if app.table else 0


@pytest.mark.parametrize("text", ODD)
def test_any_search_is_answered(text):
    app = visit("glossary", {"term": text})
    assert shown(app) == len(find(text, None))
    assert app.table or "None of the" in app.info[0].value


def test_search_and_chapter_combine():
    app = visit("glossary", {"term": "gradient", "glossary_chapter": "3"})
    assert shown(app) == len(find("gradient", "3")) > 2
    app.text_input(key="term").set_value("zzz").run()
    assert shown(app) == 0
    app.text_input(key="term").set_value("").run()
    assert shown(app) == len(find("", "3"))


@pytest.mark.parametrize("letter", FORMULA_NAMES)
def test_every_letter_that_can_be_typed_stands_in_the_table(letter):
    assert find(letter, None)
