"""Review: what is due today, one question at a time, and what is coming."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from pages.ui.ask import ask
from pages.ui.frame import open_page
from pages.ui.lab import lab_columns
from pages.ui.progress import bank, learner, store, warn_when_not_saving
from pages.ui.review_coming import whats_coming
from pages.ui.review_session import is_answered, on_the_table, put_away, rated_today, undo_button
from pages.ui.review_words import nothing_left, told_today
from quiz_bank.progress.queue import DEFAULT_CAP, LEAST_CAP, MOST_CAP, plan_today

SLOT = "review"


def next_button() -> None:
    """The way on, once the question is answered."""
    st.button(
        "Next",
        key=f"{SLOT}_next",
        icon=":material/arrow_forward:",
        shortcut="Ctrl+Enter",
        on_click=put_away,
        args=(SLOT,),
    )


@st.fragment
def review() -> None:
    """The question that is due, today's progress beside it, the calendar below."""
    place, side = lab_columns()
    with side:
        progress = st.container()
        cap = st.slider(
            "Reviews a day, at most",
            LEAST_CAP,
            MOST_CAP,
            DEFAULT_CAP,
            5,
            key="review_cap",
            bind="query-params",
        )
    now, cards = datetime.now(UTC), store().cards(learner())
    rated = rated_today("review", cards)
    today = plan_today(cards, [a.question_id for a in rated], bank(), now, cap)
    question = on_the_table(SLOT, today.queue)
    with progress:
        told_today(today, cap)
        undo_button(SLOT, rated)
    with place:
        if question is None:
            nothing_left(today, cards, now, cap)
            warn_when_not_saving()
        else:
            st.header(question.title, anchor=False)
            answered = is_answered(SLOT)
            ask(question, SLOT, way="review")
            if is_answered(SLOT) > answered:
                st.rerun()  # what stands beside it has changed
            if answered:
                next_button()
    whats_coming(cards, now, cap)


open_page("review")
review()
