"""One question of a report, closed at first; own words are ticked here by the learner."""

from __future__ import annotations

import streamlit as st

from pages.ui.answer_fields import pictures_to_choose, rubric
from pages.ui.interview_records import tick
from quiz_bank.interview import question_words as words
from quiz_bank.interview.marking import Marked, ticked
from quiz_bank.interview.question_words import Prose, Typed
from quiz_bank.interview.sitting import Sitting
from quiz_bank.interview.words import clock

ICONS = {
    "Right": "check_circle",
    "Partly right": "contrast",
    "Wrong": "cancel",
    "Could not be read": "help",
    "Not answered": "radio_button_unchecked",
    "To be ticked by you": "edit_note",
}


def question_of_report(sitting: Sitting, entry: Marked) -> None:
    """Title, verdict and time; opened, all there is to read about it, computed only then."""
    verdict = words.verdict(entry)
    icon = ICONS.get(verdict.partition(" (")[0], "help")
    section = st.expander(
        f"{words.title(entry)} · **{verdict}** · {clock(entry.seconds)}",
        expanded=False,
        key=f"interview_{sitting.interview}_report_{entry.position}",
        icon=f":material/{icon}:",
        on_change="rerun",
    )
    if section.open:
        with section:
            _body(sitting, entry)


def _body(sitting: Sitting, entry: Marked) -> None:
    st.markdown(words.facts(entry))
    for part in words.parts(entry):
        if part.heading == words.POINTS and entry.status == "untold":
            _tick(sitting, entry)
            continue
        st.markdown(f"**{part.heading}**")
        for line in part.lines:
            _SHOWN[type(line)](line.text)
        if part.heading == words.QUESTION and entry.question.kind == "picture":
            key = f"interview_{sitting.interview}_{entry.position}_picture"
            pictures_to_choose(entry.variant, key)


def _tick(sitting: Sitting, entry: Marked) -> None:
    """The points of the rubric to tick; the learner grades, nothing reads the words."""
    key = f"interview_{sitting.interview}_{entry.position}_ticks"
    points = rubric(entry.variant, key)
    if st.button("Grade my answer", key=f"{key}_grade", icon=":material/check:"):
        tick(sitting, ticked(entry, points))
        st.rerun()


def _typed(text: str) -> None:
    st.code(text, language=None, wrap_lines=True)


_SHOWN = {Prose: st.markdown, Typed: _typed}
