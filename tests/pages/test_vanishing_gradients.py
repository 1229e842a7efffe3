"""What the page of chapter 6 does beyond what every lab does: training on a button."""

from __future__ import annotations

import pytest

from tests.pages.app import press, visit

QUERY = {"lab": "Who learns", "learning_epochs": "20", "learning_depth": "4"}


def words(app):
    return " ".join(markdown.value for markdown in app.markdown)


def test_training_waits_for_its_button_and_ends_where_it_says():
    app = visit("vanishing_gradients", QUERY)
    assert "epochs the loss goes from" not in words(app)
    press(app, "learning_train")
    assert not app.exception
    assert "In 20 epochs the loss goes from" in words(app)
    assert app.run().button(key="learning_train").label == "Train again"


def test_another_setting_discards_the_run():
    app = visit("vanishing_gradients", QUERY)
    press(app, "learning_train")
    app.slider(key="learning_seed").set_value(3).run()
    assert "epochs the loss goes from" not in words(app)


def test_a_run_that_diverges_is_a_sentence():
    settings = {"learning_activation": "ReLU", "learning_scheme": "Normal, variance 1"}
    app = visit("vanishing_gradients", QUERY | settings | {"learning_depth": "30"})
    press(app, "learning_train")
    assert not app.exception
    assert "the loss goes from" in words(app) or "diverged at step" in words(app)


@pytest.mark.parametrize("lab", ["Depth", "Initializations", "Who learns", "Symmetry"])
def test_each_lab_has_its_handbook_check(lab):
    slug = {"Who learns": "learning"}.get(lab, lab.lower())
    app = visit("vanishing_gradients", {"lab": lab, f"{slug}_handbook": "true"})
    assert not app.exception
