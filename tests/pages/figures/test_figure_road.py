"""The road's picture, its stops against the contents, and its facts against the engine."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.recurrent import LSTM
from engine.seq2seq import Seq2Seq
from engine.seq2seq.decoding import greedy
from engine.seq2seq.loss import sequence_loss
from engine.studies.translation_gradient import batch_of, check_parts
from engine.translation.shipped import HeldOut, Shipped
from engine.translation.translator import Translator
from engine.translation.vocabulary import Vocabulary
from pages.figures.bleu import bleu
from pages.figures.road import LANE, place, road, road_alt, road_figure
from pages.figures.road_facts import Facts
from pages.figures.road_stops import AFTER, ASKED, NAMES, PREDICTIONS, STOPS
from pages.figures.road_told import FACTS
from pages.ui.contents import PAGES
from quiz_bank.topics import TOPICS
from tests.pages.figures.reading import after, clean, every_look, numbers, shown, validated
from tests.source_imports import ROOT

ROW = HeldOut("Wie geht es dir?", "How are you?", "How are you?", "question")
OTHER = HeldOut("Es geht dir.", "You are well.", "How are you.", "statement")


def facts(attention):
    source = Vocabulary.of([["wie", "geht", "es", "dir", "?"]])
    target = Vocabulary.of([["how", "are", "you", "?"]])
    model = Seq2Seq(len(source), len(target), 6, 8, 1, True, attention)
    theta = model.initialize(np.random.default_rng(0)).astype(np.float32)
    record = {"pairs": 1234, "epochs": 3, "steps": 60, "seconds": 7, "held-out loss": 0.5}
    translator = Translator(model, theta, source, target)
    return Facts(Shipped(translator, record, (ROW, OTHER)), ROW)


BOTH = {"with attention": facts("general"), "without attention": facts(None)}
each_model = pytest.mark.parametrize("found", BOTH.values(), ids=BOTH)


def told(name, found):
    return FACTS[NAMES.index(name)](found)


def test_there_are_eight_steps_in_the_order_of_the_series():
    assert len(STOPS) == len(FACTS) == 8
    assert NAMES[ASKED : AFTER + 1] == ("Backward pass", "Prototype")
    assert set(PREDICTIONS) <= set(NAMES)
    assert PREDICTIONS.count(NAMES[AFTER]) == 1


@pytest.mark.parametrize("stop", STOPS, ids=NAMES)
def test_every_place_exists(stop):
    assert stop.labs
    for page, lab in stop.labs:
        assert lab in PAGES[page].labs
    for file in stop.files:
        assert (ROOT / "engine" / file).is_file()
    assert set(stop.topics) <= TOPICS.keys()
    for entries in (stop.labs, stop.files, stop.topics):
        assert len(set(entries)) == len(entries)


def test_every_lab_of_the_page_is_on_the_road_but_the_road():
    named = {lab for stop in STOPS for page, lab in stop.labs if page == "translation"}
    assert named == PAGES["translation"].labs.keys() - {"road"}


@every_look
@pytest.mark.parametrize("at", range(8))
def test_the_road_marks_one_step_and_the_way_there(at, look):
    spec = validated(road_figure(at, look))
    stations = spec["data"][-1]
    sizes = stations["marker"]["size"]
    assert sizes.index(max(sizes)) == at
    assert [row[0] for row in stations["customdata"]] == list(range(1, 9))
    gone = spec["data"][1]
    assert (gone["x"][-1], gone["y"][-1]) == place(at)
    bold = [note["text"].startswith("<b>") for note in spec["layout"]["annotations"]]
    assert bold == [k == at for k in range(8)]


def test_the_road_goes_through_every_step_in_order():
    way = road().tolist()
    indices = [way.index(list(place(k))) for k in range(8)]
    assert indices == sorted(indices)
    assert {place(k)[1] for k in range(LANE)} == {1.0}


@every_look
def test_unrevealed_what_is_asked_for_has_no_name(look):
    spec = validated(road_figure(0, look, revealed=False))
    words = str(spec) + road_alt(0, revealed=False)
    for k, name in enumerate(NAMES):
        assert (name in words) == (k <= ASKED)
        assert (STOPS[k].question in words) == (k <= ASKED)
    clean(road_alt(0))
    assert NAMES[-1] in road_alt(0)


@each_model
@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_told(name, found):
    said = told(name, found)
    clean(said.words)
    assert 1 <= len(said.figures) <= 3
    assert said.lines
    assert all("nan" not in line and "None" not in line for pair in said.lines for line in pair)


@each_model
def test_the_parts_add_up_to_the_model(found):
    size = found.shipped.translator.model.size
    assert sum(found.parts.values()) == size
    words = told("Prototype", found).words
    assert after(words, "**") == size
    listing = words.partition(": ")[2].partition(". **")[0].split("; ")
    assert sum(numbers(entry)[-1] for entry in listing) == size


def test_an_lstm_has_four_blocks():
    figures = told("Architectures", BOTH["with attention"]).figures
    assert figures["LSTM"] == f"{LSTM(6, 8).size:,}" == f"{4 * (6 * 8 + 8 * 8 + 8)}"
    assert figures["RNN"] == "120"
    assert figures["GRU"] == "360"


@each_model
def test_the_loss_is_that_of_the_reference(found):
    translator = found.shipped.translator
    batch = batch_of(translator, ROW.german, ROW.reference)
    theta = translator.theta.astype(float)
    loss, _ = sequence_loss(translator.model.forward(theta, batch)[0], batch.target)
    said = told("Forward pass", found)
    assert after(said.words, "cross-entropy of **") == shown(loss, 3)
    assert after(said.words, "probability of **") == shown(math.exp(-loss), 3)
    assert said.figures["Tokens read"] == "5"
    assert said.figures["Tokens scored"] == "5" == f"{batch.words}"


@each_model
def test_the_gradient_agrees_with_central_differences_in_every_part(found):
    model = found.shipped.translator.model
    checked = check_parts(found.shipped.translator, ROW.german, ROW.reference)
    assert checked.check.error < 1e-8
    assert set(checked.parts) == found.parts.keys()
    assert len(checked.parts) == (7 if model.attention else 6)
    for part, value in zip(checked.parts, checked.check.analytic, strict=True):
        assert abs(value) == np.abs(checked.gradient[model.spans[part]]).max() > 0


@each_model
def test_the_greedy_translation_has_the_product_of_its_probabilities(found):
    translator = found.shipped.translator
    decoded = greedy(translator.model, translator.theta, translator.read(ROW.german).ids)
    chances = [step.probabilities[step.id] for step in decoded.steps]
    said = told("Inference", found)
    assert after(said.words, "probability **") == shown(math.prod(chances), 3)
    assert after(said.words, "with **") == shown(min(chances), 3)


def test_the_other_steps_have_their_numbers():
    found = BOTH["with attention"]
    assert after(told("Landscape", found).words, "there are **") == 5**5
    assert after(told("Training code", found).words, "perplexity of **") == shown(math.exp(0.5), 3)
    said = told("Application", found)
    assert said.figures["Exactly right"] == "50.0%"
    expected = bleu([row.output for row in (ROW, OTHER)], [row.reference for row in (ROW, OTHER)])
    assert float(said.figures["BLEU"]) == pytest.approx(expected, abs=0.051)
