"""The verdict on one stage of a derivation, as a line."""

from __future__ import annotations

import streamlit as st

from quiz_bank.grading.results import StageGrade

VERDICTS = {
    "correct": ("check_circle", "right"),
    "carried": ("subdirectory_arrow_right", "right from your own"),
    "incorrect": ("cancel", "wrong"),
    "invalid": ("help", "not read"),
    "blank": ("radio_button_unchecked", "blank"),
}


def stage_verdict(grade: StageGrade, name: str, symbol: str) -> None:
    """Icon, the stage's name, its verdict, and what there is to say about its symbol."""
    icon, word = VERDICTS[grade.verdict]
    said = " ".join(filter(None, [grade.message, grade.feedback]))
    st.markdown(f":material/{icon}: **{name} · {word}** · ${symbol}$: {said}")
