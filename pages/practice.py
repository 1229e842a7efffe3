"""Practice: choose what to be asked, answer, and see at once what was right and why."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui.ask import ask
from pages.ui.frame import open_page
from pages.ui.lab import lab_columns
from pages.ui.progress import bank, best_scores, due_questions
from quiz_bank.model import DIFFICULTIES, KINDS, Question
from quiz_bank.progress.repeats import MOST_VARIANTS
from quiz_bank.topics import TOPICS

ANY = "Any"
NUMBERS = {str(number): number for number in range(MOST_VARIANTS)}


def chosen(label: str, options: Sequence[str], key: str) -> str | None:
    """The option that the visitor filters by, None for any; also in the URL."""
    value = st.selectbox(label, (ANY, *options), key=key, bind="query-params")
    return None if value == ANY else value


def filtered() -> list[Question]:
    """The questions that fit the filters, in the bank's order."""
    chapter = chosen("Chapter", sorted({str(q.chapter) for q in bank()}), "chapter")
    topics = {topic.title: slug for slug, topic in TOPICS.items()}
    topic = chosen("Topic", list(topics), "topic")
    difficulty = chosen("Difficulty", DIFFICULTIES, "difficulty")
    kind = chosen("Kind of answer", KINDS, "kind")
    return [
        question
        for question in bank()
        if chapter in (None, str(question.chapter))
        and (topic is None or question.topic == topics[topic])
        and difficulty in (None, question.difficulty)
        and kind in (None, question.kind)
    ]


def to_next(found: Sequence[Question], title: str) -> None:
    """Goes on to what is due, else to the next question not yet right, else to the next."""
    at = [question.title for question in found].index(title)
    coming = [*found[at + 1 :], *found[:at]] or list(found)
    due = {question.id for question in due_questions()}
    scores = best_scores()
    st.session_state["question"] = min(
        coming, key=lambda q: (q.id not in due, scores.get(q.id, 0.0) >= 1.0)
    ).title


def from_link() -> int:
    """The number of the variant that the link asks for; the first for anything else."""
    asked = st.query_params.get("variant", "")
    return NUMBERS.get(asked, 0)


def to_link(number: int) -> None:
    """Puts the number of the variant into the address, the first one by leaving it out."""
    if number:
        st.query_params["variant"] = str(number)
    else:
        st.query_params.pop("variant", None)


@st.fragment
def practice() -> None:
    """The filters, the question they lead to, and the way to the next one."""
    place, controls = lab_columns()
    with controls:
        found = filtered()
        if found:
            titles = {question.title: question for question in found}
            title = st.selectbox(
                f"Question ({len(found)} fit)", list(titles), key="question", bind="query-params"
            )
    with place:
        if found:
            st.header(title, anchor=False)
            to_link(ask(titles[title], "practice", from_link()))
            st.button(
                "Next question",
                key="next",
                icon=":material/skip_next:",
                on_click=to_next,
                args=(found, title),
            )
        else:
            st.info("No question fits all of these. Set one of them back to Any.")


open_page("practice")
practice()
