"""The views of a translation: word by word, attention, encoder and beam, with table and figures."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from engine.seq2seq.beam import Beam
from pages.figures.base import number
from pages.figures.translate import Translation
from pages.figures.translate_attention import attention_figure, vector_figure
from pages.figures.translate_beam import beam_figure
from pages.figures.translate_beam_words import beam_alt, describe_beam
from pages.figures.translate_encoder import STATES, encoder_figure
from pages.figures.translate_player import player_figure
from pages.figures.translate_reading import plain
from pages.figures.translate_runners_up import RUNNERS_UP, runners_up_figure, share
from pages.figures.translate_table import beam_table, encoder_table, steps_table, vector_table
from pages.figures.translate_words import (
    attention_alt,
    describe_attention,
    describe_encoder,
    describe_step,
    describe_vector,
    encoder_alt,
    player_alt,
    runners_up_alt,
    vector_alt,
)
from pages.ui.lab import choose, show
from pages.ui.labs.translate_play import end_play, played, walk
from pages.ui.look import current_look

STATE = "translate_state"


def draw_view(
    view: str, made: Translation, t: int, beam: Beam | None, greedy: Callable[[], Translation]
) -> None:
    """The chosen view of a translation, its step t (from 1) lit; a beam in its own view."""
    if view != "steps":
        end_play()
    if view == "beam" and beam is not None:
        _beam(made, beam, greedy())
    elif view == "encoder":
        _encoder(made)
    elif view == "attention":
        _attention(made, t)
    else:
        _steps(made, t)


def _steps(made: Translation, t: int) -> None:
    n = len(made.ids)
    played(lambda t: _step(made, t), t, n)
    walk(t, n, playable=True)


def _step(made: Translation, t: int) -> None:
    """The words so far with what the last one looks at, beside the runners-up."""
    look = current_look()
    left, right = st.columns([1.6, 1], gap="medium")
    with left:
        show(player_figure(made, t, look), "translate_player", player_alt(made, t))
    with right:
        alt = runners_up_alt(made, t, RUNNERS_UP)
        show(runners_up_figure(made, t, look), "translate_runners_up", alt)
    st.markdown(describe_step(made, t))


def _attention(made: Translation, t: int) -> None:
    look = current_look()
    if made.weights is None:
        show(vector_figure(made, look), "translate_vector", vector_alt(made))
        st.markdown(describe_vector(made))
        return
    show(attention_figure(made, t, look), "translate_attention", attention_alt(made, t))
    walk(t, len(made.ids), playable=False)
    st.markdown(describe_attention(made, t))


def _encoder(made: Translation) -> None:
    state = choose("State", STATES, STATE, label_visibility="collapsed", wrap=True)
    figure = encoder_figure(made, state, current_look())
    show(figure, "translate_encoder", encoder_alt(made, state))
    st.markdown(describe_encoder(made, state))


def _beam(made: Translation, beam: Beam, greedy: Translation) -> None:
    target = made.translator.target
    show(beam_figure(beam, target, current_look()), "translate_beam", beam_alt(beam, target))
    st.markdown(describe_beam(beam, made, greedy))


def view_table(view: str, made: Translation, beam: Beam | None) -> pd.DataFrame:
    """The numbers of the chosen view."""
    if view != "steps":
        end_play()
    if view == "beam" and beam is not None:
        return beam_table(beam, made.translator.target)
    if view == "encoder":
        return encoder_table(made, st.session_state.get(STATE) or next(iter(STATES)))
    if view == "attention" and made.weights is None:
        return vector_table(made)
    return steps_table(made)


def figures_of(made: Translation, beam: Beam | None) -> dict[str, str]:
    """At most three numbers of the whole translation."""
    if beam is not None:
        best = beam.hypotheses[0]
        return {
            "Best score": number(best.score, 4),
            "Its log-probability": number(best.log_probability, 4),
            "Translations found": str(len(beam.hypotheses)),
        }
    least = int(made.chances.argmin())
    return {
        "Log-probability of the sentence": number(made.log_probability, 4),
        "Words, end included": str(len(made.ids)),
        f"Least sure word: “{plain(made.words[least])}”": share(float(made.chances[least])),
    }
