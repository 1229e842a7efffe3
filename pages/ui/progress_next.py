"""What to do next: one step, why it, and the way there."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from pages.figures.base import counted
from pages.figures.misconceptions_seen import mistake
from pages.ui.progress import bank
from pages.ui.progress_data import Snapshot
from pages.ui.progress_labs import lab_link, lab_of, practice_link
from pages.ui.review_session import rated_today
from quiz_bank.progress.next_step import LATELY_DAYS, Step
from quiz_bank.progress.queue import DEFAULT_CAP, Today, plan_today
from quiz_bank.topics import TOPICS


def what_next(found: Snapshot) -> None:
    """The step in a frame, and in one line where the learner stands."""
    today = _reviews_today(found)
    step = found.next_step(len(today.queue))
    with st.container(border=True):
        reason = _reason(found, step, len(today.left))
        st.markdown(f"## Next: {_HEADINGS[step.kind](step)}\n\n{reason}")
        _link(found, step)
    if found.history:
        known = found.topics.values()
        total = sum(m.questions for m in known)
        st.markdown(
            f"**{sum(m.right for m in known)}** of {total} questions known · "
            f"**{sum(m.recalled for m in known):.0f}** expected to be recalled today"
        )


def _reviews_today(found: Snapshot) -> Today:
    """What Review would ask today, within its daily limit."""
    rated = [attempt.question_id for attempt in rated_today("review", found.cards)]
    cap = st.session_state.get("review_cap", DEFAULT_CAP)
    return plan_today(found.cards, rated, bank(), datetime.now(UTC), cap)


_HEADINGS = {
    "start": lambda step: "answer a first question",
    "review": lambda step: f"review {counted(step.count, 'question')}",
    "mistake": lambda step: "look at one mistake",
    "repeat": lambda step: TOPICS[step.subject].title,
    "begin": lambda step: TOPICS[step.subject].title,
    "interview": lambda step: "a mock interview",
}


def _reason(found: Snapshot, step: Step, left: int) -> str:
    """Why this step, with the numbers that decide it; `left` reviews are beyond today's limit."""
    if step.kind == "start":
        topic = found.topics[step.subject]
        return (
            f"No question has been answered yet. The first topic, {TOPICS[step.subject].title}, "
            f"has {counted(topic.questions, 'question')}."
        )
    if step.kind == "review":
        due = f"{'It is' if step.count == 1 else 'They are'} due today"
        more = f" {left:,} more {'is' if left == 1 else 'are'} due after that." if left else ""
        return f"{due}: later, more would be forgotten.{more}"
    if step.kind == "mistake":
        known = mistake(str(step.subject))
        return (
            f"“{known.name}” came up {step.count} times in the last {LATELY_DAYS} days, "
            f"with no such question right at the first try since. {known.feedback}"
        )
    if step.kind == "interview":
        return "Nothing is left to review today, and every topic is known."
    topic = found.topics[step.subject]
    if step.kind == "begin":
        return (
            f"Nothing is left to review today, and what was begun is known. This topic is new, "
            f"with {counted(topic.questions, 'question')}."
        )
    return (
        "Nothing is left to review today. Of the topics begun, least is known of this one: of "
        f"{counted(topic.questions, 'question')} {topic.right} right, {topic.wrong} wrong, "
        f"{topic.unseen} not answered yet."
    )


def _link(found: Snapshot, step: Step) -> None:
    if step.kind == "review":
        st.page_link("pages/review.py", label="Open Review", icon=":material/event_repeat:")
    elif step.kind == "interview":
        st.page_link("pages/interview.py", label="Open Mock interview", icon=":material/timer:")
    elif step.kind == "mistake":
        mistake_link(found, str(step.subject))
    else:
        practice_link(str(step.subject))


def mistake_link(found: Snapshot, key: str) -> None:
    """The way to the lab that shows why, else to the topic's questions."""
    topic = found.topic_of(key)
    if lab := lab_of(key, topic):
        lab_link(lab)
    elif topic:
        practice_link(topic)
