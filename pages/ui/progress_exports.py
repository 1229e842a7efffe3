"""What can be taken along to other programs: the attempts for a spreadsheet, the cards for Anki."""

from __future__ import annotations

from datetime import date

import streamlit as st

from pages.figures.base import counted
from pages.ui.progress import bank, learner, store
from quiz_bank.exports.anki import deck, exported
from quiz_bank.exports.attempts_csv import attempts_csv


def exports() -> None:
    """The two files and what is in them."""
    kept, who, all_questions = store(), learner(), bank()  # a download runs without the session
    questions = exported(all_questions)
    st.header("For other programs", anchor=False)
    table, cards = st.columns(2, gap="large")
    with table:
        st.markdown("Every graded answer as a row of a spreadsheet, times in UTC.")
        st.download_button(
            "Download answers (CSV)",
            lambda: attempts_csv(kept.attempts(who), all_questions),
            f"gradient-gym-answers-{date.today():%Y-%m-%d}.csv",
            "text/csv",
            key="progress_csv",
            on_click="ignore",
            icon=":material/table:",
        )
    with cards:
        st.markdown(
            f"{counted(len(questions), 'question')} without drawn numbers as Anki cards, a deck "
            "per topic. Importing again updates them and keeps Anki's own schedule."
        )
        st.download_button(
            "Download cards (Anki)",
            lambda: deck(questions),
            "gradient-gym.apkg",
            "application/octet-stream",
            key="progress_anki",
            on_click="ignore",
            icon=":material/style:",
        )
