"""The lab on one target word: both vocabularies, sentences of one's own, labels, models."""

from __future__ import annotations

import numpy as np
import pytest

from engine.activations import softmax
from engine.by_hand.lstm import forward
from engine.by_hand.lstm_example import EXAMPLE, HEAD_LABEL, HEAD_WEIGHTS
from engine.by_hand.softmax_head import softmax_head
from engine.translation.shipped import held_out_sentences
from pages.ui.labs.word_step_model import exact, forced_pass
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


def test_it_opens_at_the_least_sure_word_of_a_sentence_that_the_model_gets_wrong():
    app, text = words({"word_step_rate": "0.02"})
    german = app.selectbox(key="word_step_sentence").value
    row = next(r for r in held_out_sentences("attention") if r.german == german)
    assert row.output != row.reference
    now = forced_pass("attention", german, row.reference)
    p = softmax(now.logits)[np.arange(len(now.target)), now.target]
    word = now.translator.target.words[now.target[p.argmin()]]
    assert after(text, f"gives “{word}” **") == shown(p.min(), 3)
    assert p.min() < 0.9
    (slider,) = [key for key in controls(app) if key.startswith("word_step_position_")]
    assert controls(app)[slider].value == 1 + p.argmin()


def test_another_model_or_a_reload_stays_at_the_word():
    query = {"word_step_sentence": "Wie geht es dir?"}
    places = {
        (slider, controls(app)[slider].value)
        for model in ("With attention", "Without attention", "Untrained")
        for app, _ in [words(query | {"word_step_model": model})]
        for slider in controls(app)
        if slider.startswith("word_step_position_")
    }
    assert len(places) == 1


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
