"""The labs of chapter 1 beyond their controls: the game is played, trainings are started."""

from __future__ import annotations

import pytest

from engine.studies.features import SIZES
from pages.handbook.applications import APPLICATIONS, COLUMNS
from tests.pages.app import press, visit

PAGE = "deep_learning"
LABELS = {card.name: card for card in APPLICATIONS}


def game(**query):
    return visit(PAGE, {"lab": "Matching game"} | query)


def words(app):
    return " ".join(markdown.value for markdown in app.markdown)


def shown_card(app):
    return next(card for name, card in LABELS.items() if f": {name}.**" in words(app))


def answer(app, is_right=True):
    """Chooses the first accepted answer of every column, or one that is not, and checks."""
    card = shown_card(app)
    for column, names in COLUMNS.items():
        accepted = card.match(column).accepted
        key = next(key for key in [*accepted, *names] if (key in accepted) == is_right)
        app.selectbox(key=f"matching_{column}").set_value(key).run()
    app.button(key="card_check").click().run()
    assert not app.exception
    return card


def test_check_waits_for_four_answers():
    app = game()
    assert app.button(key="card_check").disabled
    for column, names in COLUMNS.items():
        assert app.button(key="card_check").disabled
        app.selectbox(key=f"matching_{column}").set_value(next(iter(names))).run()
    assert not app.button(key="card_check").disabled


@pytest.mark.parametrize("is_right", [True, False])
def test_a_card_is_judged_with_reasons_and_counted(is_right):
    app = game()
    card = answer(app, is_right)
    told = words(app)
    assert f"{4 if is_right else 0} of 4** answers" in told
    for column in COLUMNS:
        assert card.match(column).reason in told


def test_the_next_card_asks_anew_and_starting_again_forgets():
    app = game()
    first = answer(app)
    app.button(key="card_next").click().run()
    assert shown_card(app) is not first
    assert all(app.selectbox(key=f"matching_{column}").value is None for column in COLUMNS)
    answer(app, is_right=False)
    assert "**4 of 8** answers" in words(app)
    app.button(key="card_reset").click().run()
    assert "No card is answered yet" in words(app)


def test_the_whole_round_can_be_played():
    app = game(matching_seed="3")
    played = set()
    for _ in APPLICATIONS:
        played.add(answer(app).name)
        app.button(key="card_next").click().run()
    assert played == set(LABELS)
    assert "**76 of 76** answers are right on 19 cards: none was wrong." in words(app)


def test_a_link_brings_the_same_card():
    link = {"matching_seed": "7", "matching_card_19": "5"}
    assert shown_card(game(**link)) is shown_card(game(**link))
    assert shown_card(game(matching_seed="7")) is not shown_card(game(**link))


def test_a_field_with_one_card_has_no_next():
    app = game(matching_cards="Agriculture")
    assert shown_card(app).name == "Crop monitoring"
    assert "card_next" not in {button.key for button in app.button}


def test_every_seed_of_the_network_is_trained_on_demand():
    app = visit(PAGE, {"lab": "XOR", "xor_units": "2"})
    press(app, "xor_train")
    assert not app.exception
    assert "of 21 starts** put every point on its side" in words(app)
    app.slider(key="xor_units").set_value(4).run()
    assert "of 21 starts" not in words(app)


def test_the_error_curve_is_trained_on_demand():
    app = visit(PAGE, {"lab": "Feature hierarchy", "hierarchy_seed": "1"})
    assert f"From {SIZES[0]} to {SIZES[-1]} training pictures" not in words(app)
    press(app, "hierarchy_train")
    assert not app.exception
    assert f"From {SIZES[0]} to {SIZES[-1]} training pictures" in words(app)
