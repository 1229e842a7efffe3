"""The sets of cards to choose from, and how much of a set is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import streamlit as st

from pages.ui.clock import back, clock_time
from pages.ui.progress import bank
from pages.ui.review_session import put_away
from quiz_bank.essentials import ESSENTIALS
from quiz_bank.model import Question
from quiz_bank.progress import CardState
from quiz_bank.progress.queue import next_due
from quiz_bank.topics import TOPICS

ANY = "Any"
SETS: Mapping[str, Callable[[Question], bool]] = {
    "The essential 50": lambda question: question.id in ESSENTIALS.values(),
    "Beyond the 50": lambda question: question.id not in ESSENTIALS.values(),
    "The complete set": lambda question: True,
}


def chosen_cards() -> list[Question]:
    """The cards of the set and topic that the learner chose, the essential ones in the order of
    their subjects, before the others."""
    name = st.selectbox("Set", list(SETS), key="card_set", bind="query-params")
    own = [question for question in bank() if question.kind == "own words"]
    inside = [question for question in own if SETS[name](question)]
    topics = {TOPICS[slug].title: slug for slug in TOPICS if any(q.topic == slug for q in inside)}
    topic = st.selectbox("Topic", [ANY, *topics], key="card_topic", bind="query-params")
    order = {question_id: place for place, question_id in enumerate(ESSENTIALS.values())}
    found = [q for q in inside if topic not in topics or q.topic == topics[topic]]
    return sorted(found, key=lambda q: order.get(q.id, len(order)))


def told_known(known: int, cards: Sequence[Question]) -> None:
    """How many of the cards are known, and what that means."""
    if cards:
        st.progress(known / len(cards), f"**{known} of {len(cards)}** known")
        st.markdown("A card is known once it comes back only after a day or more.")


def skipped_last(slot: str, queue: Sequence[Question]) -> list[Question]:
    """The queue with the skipped cards at its end."""
    skipped = st.session_state.get(f"{slot}_skipped", [])
    return sorted(queue, key=lambda q: skipped.index(q.id) + 1 if q.id in skipped else 0)


def skip_button(slot: str, question: Question) -> None:
    """Puts the card behind all others; nothing is kept."""
    st.button("Skip", key=f"{slot}_skip", type="tertiary", on_click=_skip, args=(slot, question.id))


def _skip(slot: str, question_id: str) -> None:
    skipped = st.session_state.setdefault(f"{slot}_skipped", [])
    if question_id in skipped:
        skipped.remove(question_id)
    skipped.append(question_id)
    put_away(slot)


def nothing_left(chosen: Sequence[Question], cards: Sequence[CardState], now: datetime) -> None:
    """Why there is no card, and what to do instead."""
    if not chosen:
        st.info("No card of this set is about this topic. Choose another set, or any topic.")
        return
    st.header("Nothing is left for now", anchor=False)
    due = next_due(cards, chosen, now)
    if due is not None:
        st.markdown(
            f"Every card of this set is scheduled. The next one is due in {back(now, due)}, at "
            f"{clock_time(due)}."
        )
    with st.container(horizontal=True):
        st.page_link("pages/review.py", label="Review", icon=":material/event_repeat:")
        st.page_link("pages/interview.py", label="Mock interview", icon=":material/timer:")
