"""The lab on one target word: both vocabularies, sentences of one's own, labels, models."""

from __future__ import annotations

import pytest

from engine.by_hand.lstm import forward
from engine.by_hand.lstm_example import EXAMPLE, HEAD_LABEL, HEAD_WEIGHTS
from engine.by_hand.softmax_head import softmax_head
from pages.ui.labs.word_step_model import exact
from tests.pages.app import controls, visit
from tests.pages.figures.reading import after, shown

LAB = {"lab": "Inside one step"}


def words(query):
    app = visit("translation", LAB | query)
    assert not app.exception
    return app, " ".join(m.value for m in app.markdown)


def test_three_words_have_the_numbers_of_the_softmax_head():
    _, text = words({"word_step_vocabulary": "Three words"})
    head = softmax_head(HEAD_WEIGHTS, [forward(EXAMPLE)[-1].cell.a], HEAD_LABEL)
    assert after(text, "gives “are” **") == shown(float(head.p[0]), 3)
    assert after(text, "an error of **") == shown(head.error, 3)
    assert after(text, "p − y is **") == shown(float(head.dz[0, 0]), 3)
    assert after(text, "output a receives **") == shown(float(head.da[0, 0]), 3)


def test_a_sentence_of_ones_own_has_the_models_translation_as_target():
    app, text = words(
        {"word_step_sentence": "My own sentence", "word_step_text": "Er trinkt xyzzy."}
    )
    assert "The target is the model’s own greedy translation" in text
    assert "read as (unknown): “xyzzy”" in text
    (slider,) = [key for key in controls(app) if key.startswith("word_step_position_")]
    controls(app)[slider].set_value(1)
    assert not app.run().exception
    assert "the start mark alone" in " ".join(m.value for m in app.markdown)


@pytest.mark.parametrize("text", ["", "   ", "?!", "🤷", "Haus " * 60])
def test_a_text_that_cannot_be_read_leaves_an_example(text):
    _, told = words({"word_step_sentence": "My own sentence", "word_step_text": text})
    assert "The model gives “" in told


def test_labels_may_be_wrong():
    vocabulary = exact("attention").target.words
    _, second = words({"word_step_label": "The runner-up"})
    _, least = words({"word_step_label": "The least likely"})
    assert after(least, "an error of **") > after(second, "an error of **")
    _, typed = words({"word_step_label": "Another word", "word_step_word": vocabulary[9].upper()})
    assert f"gives “{vocabulary[9]}” **" in typed
    _, unknown = words({"word_step_label": "Another word", "word_step_word": "xyzzy"})
    assert f"The vocabulary of {len(vocabulary)} words has no “xyzzy”." in unknown


def test_an_untrained_model_guesses_evenly():
    _, text = words({"word_step_model": "Untrained"})
    assert after(text, "an error of **") == pytest.approx(after(text, "words costs "), rel=0.05)
    _, text = words({"word_step_model": "Without attention"})
    assert "The vector of 128 numbers receives" in text
