"""Q&A cards: open questions as an interviewer asks them; think, compare, tick and rate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from pages.ui.ask import ask
from pages.ui.card_deck import chosen_cards, nothing_left, skip_button, skipped_last, told_known
from pages.ui.frame import open_page
from pages.ui.lab import lab_columns
from pages.ui.progress import learner, store, warn_when_not_saving
from pages.ui.review_session import on_the_table, rated_today, undo_button
from quiz_bank.model import Question
from quiz_bank.progress.queue import deck_of

SLOT = "cards"


def card(question: Question, others: Sequence[Question]) -> None:
    """The card on the table; one that does not suit may wait until the others are done."""
    st.header(question.title, anchor=False)
    ask(question, SLOT, way="cards")
    if others:
        skip_button(SLOT, question)


@st.fragment
def cards() -> None:
    """The card on the table, and beside it the choice of set and topic."""
    place, side = lab_columns()
    with side:
        progress = st.container()
        chosen = chosen_cards()
    now, states = datetime.now(UTC), store().cards(learner())
    deck = deck_of(states, chosen, now)
    queue = skipped_last(SLOT, deck.queue)
    question = on_the_table(SLOT, queue)
    with progress:
        told_known(deck.known, chosen)
        undo_button(SLOT, rated_today("cards", states))
    with place:
        if question is None:
            nothing_left(chosen, states, now)
            warn_when_not_saving()
        else:
            card(question, queue[1:])


open_page("cards")
cards()
