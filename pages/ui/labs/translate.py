"""Translate: a German sentence becomes English word by word, with what the model sees and keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from engine.activations import softmax
from engine.seq2seq.attention import ATTENTIONS, attend
from engine.seq2seq.beam import Beam, beam_search, length_penalty
from engine.seq2seq.decoding import greedy, sample
from engine.translation.grammar.glossary import glossary
from engine.translation.shipped import load, shipped
from engine.translation.words import split
from pages.figures.translate import Decoding, Translation, search, translate
from pages.figures.translate_player import player_figure
from pages.figures.translate_reading import plain, remarks
from pages.figures.translate_words import player_alt, question
from pages.ui.address import kept
from pages.ui.lab import choose, drawer, drawers, lab_columns, metrics, show
from pages.ui.labs.translate_controls import (
    VIEWS,
    sentence,
    step_control,
    translate_controls,
)
from pages.ui.labs.translate_notes import mathematics
from pages.ui.labs.translate_views import draw_view, figures_of, view_table
from pages.ui.look import current_look
from pages.ui.predict import predict

VIEW = "translate_view"
DECODERS: dict[str, Callable[..., Any]] = {
    "greedy": greedy,
    "beam": beam_search,
    "sample": sample,
}


@st.fragment
def lab() -> None:
    """The sentence, its translation, a view of how it was made, and the drawers."""
    picture, controls = lab_columns()
    with picture:
        text = sentence()
        result, views = st.container(), st.container()
    with views:
        view = choose("View", VIEWS, VIEW, label_visibility="collapsed", wrap=True, **kept(VIEW))
    with controls:
        setup = translate_controls(view)
        made = _translate(setup.model, text, setup.decoding)
        t = step_control(len(made.ids))
    with result:
        asked, options, right = question(made)
        revealed = predict(
            "translate",
            (text, setup, view, t),
            asked,
            options,
            lambda: right,
            more_drawers=("glossary",),
        )
        _translation(made, setup.model, revealed)
    beam = _search(setup.model, text, setup.decoding) if view == "beam" else None
    with views:
        if not revealed:
            show(player_figure(made, 1, current_look()), "translate_player", player_alt(made, 1))
        else:
            draw_view(view, made, t, beam, lambda: _translate(setup.model, text, Decoding()))
    if revealed:
        metrics(figures_of(made, beam))
    _glossary()
    drawers(
        "translate",
        mathematics=lambda: mathematics(made, t),
        table=lambda: view_table(view, made, beam),
        code=_sources(made),
        errata=(),
    )


def _translation(made: Translation, model: str, revealed: bool) -> None:
    """What the model cannot know of the text, and the translation."""
    for remark in remarks(made, _longest(model)):
        st.warning(remark, icon=":material/help:")
    english = plain(made.english) or "(nothing)"
    st.header(english if revealed else f"{plain(made.words[0])} ...", anchor=False)


def _glossary() -> None:
    """The German words for those who know none, if asked for."""
    if section := drawer("German words and what they mean", "translate_glossary"):
        words = pd.DataFrame(glossary(), columns=["German", "English", "Kind"])
        section.dataframe(words, hide_index=True, width="stretch")


def _sources(made: Translation) -> list[Callable[..., Any]]:
    """The functions that made the picture."""
    attention = made.translator.model.attention
    looking = [attend, type(ATTENTIONS[attention]).forward] if attention else []
    return [DECODERS[made.decoding.kind], *looking, softmax, length_penalty]


@st.cache_resource(max_entries=128, show_spinner=False)
def _translate(model: str, text: str, decoding: Decoding) -> Translation:
    return translate(load(model), text, decoding)


@st.cache_resource(max_entries=32, show_spinner=False)
def _search(model: str, text: str, decoding: Decoding) -> Beam:
    translator = load(model)
    return search(translator, translator.read(text).ids, decoding.width, decoding.penalty)


@st.cache_resource(max_entries=4, show_spinner=False)
def _longest(model: str) -> int:
    """Words and marks of the longest German sentence on which the model was tested."""
    return max(len(split(row.german)) for row in shipped(model).tested)
