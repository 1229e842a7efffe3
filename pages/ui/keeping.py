"""Where progress is kept, and how the learner takes it along: one JSON file, out and in."""

from __future__ import annotations

from datetime import date

import streamlit as st

from pages.ui.progress import is_own_machine, learner, store, warn_when_not_saving
from quiz_bank.progress import export, restore
from quiz_bank.progress.backup import MAX_BYTES

MEGABYTES = MAX_BYTES >> 20


def keeping() -> None:
    """The section on Home: where answers are stored, download and restore."""
    st.header("Your progress", anchor=False)
    warn_when_not_saving()
    if is_own_machine():
        if store().saving:
            st.markdown(f"Each graded answer is saved at once in {store().place}.")
    else:
        st.markdown(
            "This server forgets you when the tab closes. Download your progress before you leave "
            "and restore it when you come back."
        )
    out, into = st.columns(2, gap="large")
    with out:
        st.download_button(
            "Download progress",
            lambda: export(store(), learner()),
            f"gradient-gym-{date.today():%Y-%m-%d}.json",
            "application/json",
            on_click="ignore",
            icon=":material/download:",
        )
    with into:
        _restore()


def _restore() -> None:
    file = st.file_uploader("Restore progress from a file", type="json", max_upload_size=MEGABYTES)
    if file is None:
        return
    report = restore(store(), learner(), file.getvalue())
    if report.problem:
        st.error(report.problem, icon=":material/error:")
        return
    st.success(
        f"{report.added} answers restored, {report.already_there} were there already.",
        icon=":material/check_circle:",
    )
