"""An interview that runs: one question at a time, and nothing about right or wrong."""

from __future__ import annotations

import streamlit as st

from pages.figures.base import counted
from pages.ui.answer_fields import FORMATS
from pages.ui.countdown import countdown
from pages.ui.interview_ending import ending
from pages.ui.interview_fields import field, fill, read
from pages.ui.interview_map import question_map
from pages.ui.interview_records import now, sitting_of, tell
from pages.ui.progress import bank, warn_when_not_saving
from pages.ui.understood import understood
from quiz_bank.certify import variant_of
from quiz_bank.grading.judge import grade
from quiz_bank.interview.responses import Response, from_text, to_text
from quiz_bank.interview.sitting import Sitting
from quiz_bank.model import Question, Variant
from quiz_bank.progress.records import Event

PLACE = "interview_place"  # interview -> the position that this session looks at
GONE = "This question is no longer in the bank. It does not count."

Asked = tuple[Question, Variant, str, int]  # with the key of its field and its seed


@st.fragment
def sit(interview: str) -> None:
    """The interview as it stands: the time, the question, the way to the others, and the end."""
    sitting = sitting_of(interview)
    if sitting is None or sitting.is_over(now()):
        st.rerun()
    place, n = _place(sitting), len(sitting.plan.items)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.header(f"Question {place + 1} of {n}", anchor=False, width="content")
        countdown(
            sitting.remaining(now()),
            f"interview_{interview}_countdown",
            lambda: _keep_typed(interview),
        )
    has_answer = _question(sitting, place)
    _moves(sitting, place)
    answered = {k for k in sitting.answers if k != place} | ({place} if has_answer else set())
    question_map(sitting, place, answered, lambda to: _go(interview, to))
    ending(sitting, n - len(answered), lambda: _keep_typed(interview))
    warn_when_not_saving()


def _place(sitting: Sitting) -> int:
    """Where this session is in the interview; at first where the learner was last."""
    places = st.session_state.setdefault(PLACE, {})
    return places.setdefault(sitting.interview, sitting.current)


@st.cache_resource(max_entries=500, show_spinner=False)
def _variant(question_id: str, seed: int, _question: Question) -> Variant:
    return variant_of(_question, seed)


def _asked(sitting: Sitting, place: int) -> Asked | None:
    """The question at a place with its variant, the key of its field, and its seed."""
    item = sitting.plan.items[place]
    question = next((q for q in bank() if q.id == item.question_id), None)
    if question is None:
        return None
    key = f"interview_{sitting.interview}_{place}"
    return question, _variant(question.id, item.seed, question), key, item.seed


def _question(sitting: Sitting, place: int) -> bool:
    """The question and its field; returns whether there is an answer."""
    asked = _asked(sitting, place)
    if asked is None:
        st.info(GONE)
        return False
    question, variant, key, seed = asked
    st.markdown(f"{question.difficulty.capitalize()} · {_minutes(question)}")
    st.markdown(variant.prompt)
    _fill_with_what_is_kept(sitting, place, asked)
    response = field(question, variant, key, seed)
    text = _keep_change(sitting.interview, place, key, response)
    if text and question.kind in FORMATS:
        understood(question, grade(question, variant, response))
    return bool(text)


def _fill_with_what_is_kept(sitting: Sitting, place: int, asked: Asked) -> None:
    """Fills a field that comes onto the page, and one that was changed in another tab."""
    question, _, key, _ = asked
    kept, own = sitting.answers.get(place, ""), read(*asked)
    known = st.session_state.get(f"{key}_kept")
    if own is None or (to_text(own) == known and kept != known):
        fill(*asked, from_text(question.kind, kept))
        st.session_state[f"{key}_kept"] = kept


def _keep_change(interview: str, place: int, key: str, response: Response) -> str:
    """Keeps a response that this session has changed; returns it as text."""
    text = to_text(response)
    if text != st.session_state.get(f"{key}_kept"):
        tell(interview, "answer", place, text)
        st.session_state[f"{key}_kept"] = text
    return text


def _minutes(question: Question) -> str:
    return f"about {counted(max(1, round(question.seconds / 60)), 'minute')}"


def _keep_typed(interview: str) -> None:
    """Keeps what is in the field now: the press that called this may take the field away."""
    sitting = sitting_of(interview)
    if sitting is None or sitting.is_over(now()):
        return
    place = _place(sitting)
    asked = _asked(sitting, place)
    response = read(*asked) if asked else None
    if asked and response is not None:
        _keep_change(interview, place, asked[2], response)


def _go(interview: str, to: int) -> None:
    """To another question."""
    _keep_typed(interview)
    st.session_state[PLACE][interview] = to
    tell(interview, "visit", to)


def _flag(interview: str, place: int, event: Event) -> None:
    _keep_typed(interview)
    tell(interview, event, place)


def _moves(sitting: Sitting, place: int) -> None:
    """One back, one on, and the flag."""
    last = len(sitting.plan.items) - 1
    flagged = place in sitting.flagged
    with st.container(horizontal=True):
        st.button(
            "Previous",
            key="interview_previous",
            icon=":material/arrow_back:",
            disabled=place == 0,
            on_click=_go,
            args=(sitting.interview, place - 1),
        )
        st.button(
            "Next",
            key="interview_next",
            icon=":material/arrow_forward:",
            icon_position="right",
            disabled=place == last,
            on_click=_go,
            args=(sitting.interview, place + 1),
        )
        st.button(
            "Remove the flag" if flagged else "Flag to return",
            key="interview_flag",
            icon=":material/flag:",
            on_click=_flag,
            args=(sitting.interview, place, "unflag" if flagged else "flag"),
        )
