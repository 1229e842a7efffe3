"""The lab with and without attention: sentences, their translations anew, and no sentence."""

from __future__ import annotations

import pytest

from engine.translation import shipped
from pages.figures.bleu import bleu
from pages.figures.bottleneck_data import LONG, NAMES, compare
from pages.ui.labs.bottleneck_sentence import SHOWN
from tests.pages.app import controls, drawers, press, visit

LAB = {"lab": "With and without attention", "bottleneck_fewest": "20"}


def words(app):
    return " ".join(m.value for m in app.markdown)


def slider(app):
    (key,) = (key for key in controls(app) if key.startswith("bottleneck_sentence_"))
    return controls(app)[key]


@pytest.fixture(scope="module")
def compared():
    return compare({name: shipped.held_out_sentences(name) for name in NAMES})


def test_both_shipped_models_were_tested_on_the_same_sentences(compared):
    assert NAMES.keys() == shipped.MODELS.keys()
    for name in NAMES:
        assert len(shipped.held_out_sentences(name)) == len(compared)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shipped_is_what_the_model_writes(name):
    """A few may differ where another machine rounds the last digit otherwise."""
    rows = shipped.held_out_sentences(name)[::100]
    outputs = shipped.load(name).translate_all([row.german for row in rows])
    same = sum(output == row.output for output, row in zip(outputs, rows, strict=True))
    assert same >= 0.95 * len(rows)


def test_the_caption_is_what_sacrebleu_says_of_the_long_sentences(compared):
    rows = [k for k, n in enumerate(compared.lengths) if n >= LONG]
    assert rows
    part = compared.take(rows)
    scores = [bleu([pair[k] for pair in part.outputs], part.references) for k in range(2)]
    said = words(visit("translation", LAB))
    assert f"At {LONG} words and more ({len(rows)} sentence" in said
    assert f"**{scores[0]:.1f}** BLEU without attention, **{scores[1]:.1f}** with" in said


def test_a_sentence_is_shown_with_both_translations(compared):
    app = visit("translation", LAB | drawers("bottleneck"))
    shortest = min(compared.lengths)
    slider(app).set_value(1)
    app.run()
    assert not app.exception
    german = next(m.value for m in app.markdown if m.value.startswith("German: **"))
    assert len(german.partition("**")[2].partition("**")[0].split()) == shortest
    assert "BLEU of this sentence" in words(app)
    assert "difference " in words(app)


@pytest.mark.parametrize("which", SHOWN)
def test_only_such_sentences_are_offered(which):
    app = visit("translation", LAB | {"bottleneck_which": SHOWN[which]})
    assert not app.exception
    verdicts = [
        m.value.count("Exactly right") for m in app.markdown if "The decoder had **" in m.value
    ]
    if verdicts and which != "all":
        assert sum(verdicts) in {"one": {1}, "with": {0, 1}, "without": {0, 1}}[which]


def test_every_kind_on_offer_has_sentences(compared):
    app = visit("translation", LAB)
    assert len(controls(app)["bottleneck_kind"].options) == 1 + len(set(compared.kinds))


def test_a_sample_translated_anew_is_compared_with_what_is_shown():
    app = press(visit("translation", LAB), "bottleneck_train")
    assert not app.exception
    assert "Translated anew: " in words(app)
    assert "by both models; as stored: **" in words(app)


def test_the_run_is_of_the_chosen_sentences():
    app = press(visit("translation", LAB), "bottleneck_train")
    controls(app)["bottleneck_kind"].set_value("modal")
    app.run()
    assert "Translated anew: " not in words(app)
