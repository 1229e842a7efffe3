"""The cards of the matching game: all nineteen, every answer known, and how they are judged."""

from __future__ import annotations

from itertools import product

import pytest

from pages.handbook.applications import APPLICATIONS, COLUMNS, FIELDS, LABELS, judge

each_card = pytest.mark.parametrize("card", APPLICATIONS, ids=lambda card: card.name)


def test_there_are_nineteen_cards_of_ten_fields():
    assert len({card.name for card in APPLICATIONS}) == len(APPLICATIONS) == 19
    assert len(FIELDS) == 10
    assert {card.field.accepted[0] for card in APPLICATIONS} == set(FIELDS)
    assert set(LABELS) == set(COLUMNS)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_answer_fits_some_card(column):
    assert {key for card in APPLICATIONS for key in card.match(column).accepted} == set(
        COLUMNS[column]
    )


@each_card
def test_a_card_accepts_known_answers_with_a_reason_each(card):
    assert card.task.endswith(".")
    for column, names in COLUMNS.items():
        match = card.match(column)
        assert match.accepted
        assert len(set(match.accepted)) == len(match.accepted) < len(names)
        assert set(match.accepted) <= set(names)
        assert match.reason.endswith(".")
        assert match.reason[0].isupper()


@each_card
def test_each_column_is_judged_by_itself(card):
    first = tuple(card.match(column).accepted[0] for column in COLUMNS)
    assert judge(card, first) == (True,) * 4
    for k, column in enumerate(COLUMNS):
        for answer in COLUMNS[column]:
            given = (*first[:k], answer, *first[k + 1 :])
            expected = [True] * 4
            expected[k] = answer in card.match(column).accepted
            assert judge(card, given) == tuple(expected)


@each_card
def test_every_combination_of_accepted_answers_is_right(card):
    for answers in product(*(card.match(column).accepted for column in COLUMNS)):
        assert all(judge(card, answers))
