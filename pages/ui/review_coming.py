"""The calendar of reviews to come, under the question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from pages.figures.coming import coming_alt, coming_figure, coming_table, describe_coming
from pages.ui.clock import learners_zone
from pages.ui.lab import drawer, show, table_and_downloads
from pages.ui.look import current_look
from pages.ui.progress import bank
from quiz_bank.progress import CardState
from quiz_bank.progress.outlook import coming

WEEKS = 12


def whats_coming(cards: Sequence[CardState], now: datetime, cap: int) -> None:
    """How many reviews are due on each day of the next weeks; nothing before the first one."""
    known = {question.id for question in bank()}
    counts = coming([c for c in cards if c.question_id in known], now, learners_zone(), WEEKS)
    if not cards:
        return
    st.divider()
    st.header("What is coming", anchor=False)
    st.markdown(describe_coming(counts, cap))
    show(coming_figure(counts, cap, current_look()), "review_coming", coming_alt(counts, cap))
    if section := drawer("Table and downloads", "review_table"):
        with section:
            table_and_downloads("review_coming", coming_table(counts, cap))
