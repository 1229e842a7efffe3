"""Every lab at both ends of every control, with the result revealed and every drawer open."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go
import pytest
import streamlit as st

from engine.studies import memory
from engine.translation.pairs_data import corpus_lesson
from pages.ui.contents import PAGES
from pages.ui.labs import train_translator_pairs
from tests.pages.app import LAB_IDS, LABS, every_setting, press, random_walk, unfold, visit

each_lab = pytest.mark.parametrize(("page", "lab", "name"), LABS, ids=LAB_IDS)


@pytest.fixture
def charts(monkeypatch):
    """Arguments of every `st.plotly_chart` since the fixture began."""
    drawn, draw = [], st.plotly_chart

    def record(figure, **arguments):
        drawn.append((figure, arguments))
        return draw(figure, **arguments)

    monkeypatch.setattr(st, "plotly_chart", record)
    return drawn


@pytest.fixture
def trained_once(monkeypatch):
    """Runs of the memory lab, which take ten seconds, are trained only the first time; those of the
    translation model learn from a few pairs."""
    train = cache(lambda run, train=memory.train_memory: list(train(run)))
    monkeypatch.setattr(memory, "train_memory", train)
    few = cache(lambda share, seed: corpus_lesson(0.003, seed))
    monkeypatch.setattr(train_translator_pairs, "corpus_part", few)


@pytest.mark.parametrize("slug", PAGES)
def test_a_page_opens_with_its_title_and_question(slug):
    app = visit(slug)
    assert not app.exception
    assert [title.value for title in app.title] == [PAGES[slug].title]
    assert PAGES[slug].question in app.markdown[0].value


@each_lab
def test_a_prediction_gets_a_verdict(page, lab, name, trained_once):
    app = visit(page, {"lab": name})
    options = [button for button in app.button if button.key.startswith(f"{lab}_")]
    assert len(options) > 2  # two answers at least, and the skip
    verdicts = []
    for k in range(len(options) - 1):
        app = visit(page, {"lab": name})
        label = app.button(key=f"{lab}_{k}").label
        press(app, f"{lab}_{k}")
        assert not app.exception
        verdict = next(m.value for m in app.markdown if m.value.startswith(":material/c"))
        assert f"**{label}**" in verdict
        verdicts.append("Right" in verdict)
    assert sum(verdicts) == 1


@each_lab
def test_a_prediction_can_be_skipped_and_is_asked_once(page, lab, name):
    app = visit(page, {"lab": name})
    assert "Predict first" in " ".join(m.value for m in app.markdown)
    app.button(key=f"{lab}_skip").click().run()
    assert "Predict first" not in " ".join(m.value for m in app.markdown)
    assert "Predict first" not in " ".join(m.value for m in app.run().markdown)


@each_lab
def test_every_setting_draws(page, lab, name, charts):
    app = unfold(visit(page, {"lab": name}), lab)
    assert not app.exception
    assert app.code
    assert app.latex
    assert app.dataframe
    moved = set()
    for key, setting in every_setting(app):
        assert not app.exception, f"{key} = {setting}"
        moved.add(key)
    assert moved
    assert all(arguments["alt"].strip() for _, arguments in charts)


@each_lab
def test_settings_combine(page, lab, name):
    app = unfold(visit(page, {"lab": name}), lab)
    made = []
    for move in random_walk(app, np.random.default_rng(0), moves=200):
        made.append(move)
        assert not app.exception, made


@each_lab
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_plotly_accepts_every_figure(page, lab, name, theme, charts):
    app = visit(page, {"lab": name}, theme)
    unfold(app, lab)
    for radio in app.radio:
        for option in radio.options:
            app.radio(key=radio.key).set_value(option).run()
    assert charts
    for figure, _ in charts:
        go.Figure(figure.to_dict())


def test_the_check_of_figures_can_fail():
    with pytest.raises(ValueError, match="Invalid property"):
        go.Figure({"data": [{"type": "scatter", "colour": "red"}]})
