"""What the review page says about today: how far the learner is, and what to do when nothing is
left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from pages.ui.clock import back, clock_time
from pages.ui.progress import bank
from quiz_bank.progress import CardState
from quiz_bank.progress.queue import Today, next_due


def told_today(today: Today, cap: int) -> None:
    """The progress of today and what the cap leaves for tomorrow."""
    if today.total:
        share = today.done / today.total
        st.progress(share, f"**{today.done} of {today.total}** today")
    if today.left:
        st.markdown(_left_over(len(today.left), cap))


def _left_over(count: int, cap: int) -> str:
    if count > cap:
        return f"{count} more are due. They come on the next days, {cap} a day, the oldest first."
    return (
        "One more is due. It comes tomorrow."
        if count == 1
        else (f"{count} more are due. They come tomorrow.")
    )


def nothing_left(today: Today, cards: Sequence[CardState], now: datetime, cap: int) -> None:
    """Why there is no question, and what to do instead."""
    if not cards:
        st.header("Nothing to review yet", anchor=False)
        st.markdown(
            "A question that you have answered comes back here before you would forget it. "
            "Answer a first one:"
        )
    elif today.left:
        st.header("Done for today", anchor=False)
        st.markdown(f"You have done today's {cap} reviews. For more, raise the number a day.")
    else:
        st.header("Done for today" if today.done else "Nothing is due now", anchor=False)
        due = next_due(cards, bank(), now)
        if due is not None:
            st.markdown(f"The next review is due in {back(now, due)}, at {clock_time(due)}.")
    elsewhere()


def elsewhere() -> None:
    """Where something new can be learned."""
    with st.container(horizontal=True):
        st.page_link("pages/practice.py", label="Practice", icon=":material/quiz:")
        st.page_link("pages/cards.py", label="Q&A cards", icon=":material/style:")
