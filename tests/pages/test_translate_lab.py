"""The translation lab: typed and chosen sentences, what is refused, views, and steps."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest
import streamlit as st

from engine.seq2seq.beam import beam_search
from engine.translation.shipped import MODELS, load
from engine.translation.words import split
from pages.figures.translate import Decoding, translate
from pages.figures.translate_reading import LONGEST, MOST_WORDS, plain, refusal, remarks, spoken
from pages.ui.labs.translate_controls import EXAMPLES, FIRST, VIEWS
from tests.pages.app import controls, drawers, visit

OPEN = {"lab": "Translate"}
GERMAN = "Ich rufe am Samstag Pauls Schwester an."


@pytest.fixture
def charts(monkeypatch):
    """Figures by key, as last drawn."""
    drawn, draw = {}, st.plotly_chart

    def record(figure, **arguments):
        drawn[arguments["key"]] = figure
        return draw(figure, **arguments)

    monkeypatch.setattr(st, "plotly_chart", record)
    return drawn


def opened(text=None, **more):
    """The lab as a link opens it, the result revealed."""
    query = OPEN | more | ({} if text is None else {"translate_text": text})
    app = visit("translation", query)
    skip = [button for button in app.button if button.key == "translate_skip"]
    return skip[0].click().run() if skip else app


def shown(app):
    """The translation, as it stands in the heading."""
    return spoken(app.header[0].value)


def text_of(app):
    return app.text_input(key="translate_text").value


@pytest.mark.parametrize("text", EXAMPLES)
@pytest.mark.parametrize("name", ["With", "Without"])
def test_every_example_is_translated(text, name, charts):
    app = opened(text, translate_model=name)
    assert not app.exception
    assert not app.error
    assert shown(app) == load("attention" if name == "With" else "bottleneck").translate(text)
    assert set(charts) == {"translate_player", "translate_runners_up"}
    for figure in charts.values():
        go.Figure(figure.to_dict())


def test_no_word_of_an_example_is_unknown_and_kinds_differ():
    assert [text for text in EXAMPLES if load("attention").read(text).unknown] == []
    assert len(set(EXAMPLES.values())) == len(EXAMPLES)
    assert all(refusal(text, split(text)) is None for text in EXAMPLES)
    assert max(len(text.split()) for text in EXAMPLES) >= 14


def test_what_is_typed_is_translated():
    app = opened()
    app.text_input(key="translate_text").set_value(GERMAN).run()
    assert not app.exception
    assert shown(app) == load("attention").translate(GERMAN)
    assert app.selectbox(key="translate_example").value == GERMAN


def test_an_example_goes_into_the_field_and_own_words_unchoose_it():
    app = opened("Der Hund schläft.")
    assert app.selectbox(key="translate_example").value is None
    app.selectbox(key="translate_example").set_value("Wie geht es dir?").run()
    assert text_of(app) == "Wie geht es dir?"
    app.text_input(key="translate_text").set_value("Der Hund ist alt.").run()
    assert app.selectbox(key="translate_example").value is None
    assert not app.exception


REFUSED = {
    "empty": ("", "There is no text"),
    "blank": ("   ", "There is no text"),
    "long": ("Hund " * 2000, "10,000 characters"),
    "emoji": ("😀🎉👩‍👩‍👧", "no word"),
    "marks": ("?!... --", "no word"),
    "many words": ("a " * 60, "60 words"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_stays_and_the_last_translation_too(text, reason):
    app = opened(GERMAN)
    app.text_input(key="translate_text").set_value(text).run()
    assert not app.exception
    assert reason in app.error[0].value
    assert plain(GERMAN) in app.error[0].value
    assert text_of(app) == text
    assert shown(app) == load("attention").translate(GERMAN)


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_link_with_what_is_refused_shows_the_first_example(text, reason):
    if text:  # an empty value in a link is none
        app = opened(text)
        assert reason in app.error[0].value
        assert shown(app) == load("attention").translate(FIRST)


ODD = {
    "unknown": ("Ich habe gestern eine Schwestr gesehen.", "did you mean “Schwester”?"),
    "English": ("I am reading the newspaper.", "looks like English"),
    "other": ("Les élèves mangent une pomme.", "Is this German?"),
    "only unknown": ("Xylophon Quallen flambieren", "None of the words is known"),
    "one unknown": ("Xylophon", "None of the words is known"),
    "emoji": ("Ich trinke 😀 Kaffee.", "Unknown: **😀**"),
    "markup": ("<script>alert(1)</script> **Hund** $x$ :red[a] <b>", "Unknown"),
    "hidden": ("Ich \x00 trinke \u202e Kaffee", "Unknown"),
    "letters": ("a" * LONGEST, "aaa…"),
    "long": ("der Hund " * 20, "the longest that it was tested on has"),
}


@pytest.mark.parametrize("view", VIEWS.values())
@pytest.mark.parametrize(("text", "remark"), ODD.values(), ids=ODD)
def test_what_is_odd_is_translated_with_a_remark(text, remark, view):
    app = opened(text, translate_view=view, **drawers("translate"))
    assert not app.exception
    assert not app.error
    assert remark in spoken(" ".join(w.value for w in app.warning)).replace(
        "😀", "**😀**" if "**" in remark else "😀"
    )
    assert text_of(app) == text


@pytest.mark.parametrize("text", ["a_b *c* [d](e) <f> $g$ :h: #i `j` ~k~ !l", "1. x", "\\n"])
def test_markup_is_shown_letter_by_letter(text):
    assert spoken(plain(text)) == text
    assert not set(plain(text).replace("\\\\", "").split("\\")[0]) & set("*_`$<[#:")


def test_what_is_known_is_said():
    made = translate(load("attention"), "Der Xylophon schläft.", Decoding())
    (sentence,) = remarks(made, 99)
    known = [word for word in made.translator.source.words if any(map(str.isalnum, word))]
    marks = {"<pad>", "<start>", "<end>", "<unknown>"}
    assert f"{len(set(known) - marks)} German words" in sentence
    assert "**Xylophon**" in sentence
    assert remarks(translate(load("attention"), FIRST, Decoding()), 99) == []
    assert len(split("a " * MOST_WORDS)) == MOST_WORDS
    assert refusal("a " * MOST_WORDS, split("a " * MOST_WORDS)) is None
    assert refusal("a" * LONGEST, ["a" * LONGEST]) is None


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_pictures_and_tables(view, model, charts):
    name = "With" if model == "attention" else "Without"
    app = opened(translate_view=VIEWS[view], translate_model=name, **drawers("translate"))
    assert not app.exception
    expected = {
        "steps": {"translate_player", "translate_runners_up"},
        "attention": {"translate_attention" if model == "attention" else "translate_vector"},
        "encoder": {"translate_encoder"},
        "beam": {"translate_beam"},
    }
    assert set(charts) - expected[view] <= {"translate_player"}  # drawn before it was revealed
    assert set(charts) >= expected[view]
    assert app.dataframe
    assert app.latex


def test_the_beam_shown_is_that_of_its_controls():
    link = {"translate_view": "Beam", "translate_width": "3", "translate_penalty": "1.0"}
    app = opened(GERMAN, **link)
    found = load("attention")
    beam = beam_search(found.model, found.theta, found.read(GERMAN).ids, 3, 1.0)
    words = " ".join(m.value for m in app.markdown)
    assert "A beam of width 3" in words
    assert f"**{plain(found.write(beam.hypotheses[0].ids))}** score" in words


def test_back_and_next_move_the_word():
    app = opened()
    n = len(translate(load("attention"), FIRST, Decoding()).ids)
    slider = f"translate_step_{n}"
    assert controls(app)[slider].value == 2
    app.button(key="player_next").click().run()
    assert controls(app)[slider].value == 3
    assert f"Word 3 of {n}" in " ".join(m.value for m in app.markdown)
    controls(app)[slider].set_value(n)
    app.run()
    assert app.button(key="player_next").disabled
    app.button(key="player_back").click().run()
    assert controls(app)[slider].value == n - 1


def test_sampling_depends_on_its_seed_and_temperature():
    link = {"translate_decoding": "Sampling", "translate_temperature": "2.0"}
    outputs = {shown(opened(**(link | {"translate_seed": str(k)}))) for k in range(5)}
    assert len(outputs) > 1
    assert shown(opened(**link)) == shown(opened(**link))


def test_the_glossary_may_be_read_before_the_prediction():
    app = visit("translation", OPEN | {"translate_glossary": "true"})
    assert [b for b in app.button if b.key == "translate_skip"]
    (words,) = (table.value for table in app.dataframe)
    assert ["heute", "today", "time"] in words.to_numpy().tolist()
    assert list(words.columns) == ["German", "English", "Kind"]


def test_before_the_prediction_the_translation_is_hidden(charts):
    app = visit("translation", {"lab": "Translate"})
    first = translate(load("attention"), FIRST, Decoding()).words[0]
    assert shown(app) == f"{first} ..."
    words = [t for t in charts["translate_player"].to_dict()["data"] if t.get("mode") == "text"]
    assert set(words[2]["text"][1:]) == {"·"}
    assert "translate_runners_up" not in charts


def test_play_starts_at_the_first_word_and_stop_leaves_it_there():
    app = opened()
    n = len(translate(load("attention"), FIRST, Decoding()).ids)
    app.button(key="player_play").click().run()
    assert not app.exception
    assert f"Word 1 of {n}" in " ".join(m.value for m in app.markdown)
    app.session_state["translate_played"] = 4
    app.run()
    assert f"Word 4 of {n}" in " ".join(m.value for m in app.markdown)
    app.button(key="player_stop").click().run()
    assert controls(app)[f"translate_step_{n}"].value == 4
    assert "translate_played" not in app.session_state


def test_a_play_ends_with_its_view_and_survives_a_shorter_sentence():
    app = opened()
    app.button(key="player_play").click().run()
    app.session_state["translate_played"] = 30
    app.text_input(key="translate_text").set_value("Ja.").run()
    assert not app.exception
    controls(app)["translate_view"].set_value("Encoder")
    app.run()
    assert not app.exception
    assert "translate_played" not in app.session_state
