"""Where progress is kept, and how the learner takes it along: one JSON file, out and in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

import streamlit as st
from streamlit.errors import StreamlitAPIException

from pages.ui.browser_records import Batch
from pages.ui.progress import (
    kept,
    learner,
    place,
    problem,
    secret,
    signed_in,
    store,
    warn_when_not_saving,
)
from quiz_bank.progress import RestoreReport, export, restore
from quiz_bank.progress.backup import MAX_BYTES

MEGABYTES = MAX_BYTES >> 20
FILE, REPORT = "keeping_file", "keeping_report"
WORDS = {
    "account": "Each graded answer is saved at once under your account, wherever you sign in.",
    "machine": "Each graded answer is saved at once in {place}.",
    "browser": "Each graded answer is saved at once in this browser, and stays until you clear its "
    "data for this site. To go on in another browser, download your progress and restore it there.",
}
CANNOT_SIGN_IN = "Signing in does not work: whoever runs this server has to set it up first."


def keeping() -> None:
    """The section on Home: where answers are stored, sign in, download and restore."""
    st.header("Your progress", anchor=False)
    warn_when_not_saving()
    if not problem():
        st.markdown(WORDS[place()].format(place=store().place))
    _sign_in_or_out()
    out, into = st.columns(2, gap="large")
    with out:
        st.download_button(
            "Download progress",
            partial(export, store(), learner()),  # drawn up on another thread, without the session
            f"gradient-gym-{date.today():%Y-%m-%d}.json",
            "application/json",
            on_click="ignore",
            icon=":material/download:",
        )
    with into:
        st.file_uploader(
            "Restore progress from a file",
            type="json",
            max_upload_size=MEGABYTES,
            key=FILE,
            on_change=_restore,
        )
        _say_what_was_restored()


def _restore() -> None:
    """Merges the chosen file in, before the page is drawn; once, however often it is drawn."""
    file = st.session_state[FILE]
    if file is None:
        st.session_state.pop(REPORT, None)
        return
    batch = Batch()
    report = restore(batch.as_store(), learner(), file.getvalue())
    if not report.problem:
        saved = kept(*batch.records)
        report = RestoreReport(saved.added, len(batch.records) - saved.added, None)
    st.session_state[REPORT] = report


def _say_what_was_restored() -> None:
    report: RestoreReport | None = st.session_state.get(REPORT)
    if report is None:
        return
    if report.problem:
        st.error(report.problem, icon=":material/error:")
        return
    st.success(
        f"{report.added} answers restored, {report.already_there} were there already.",
        icon=":material/check_circle:",
    )


def _sign_in_or_out() -> None:
    """Buttons, only where the secrets name someone to sign in with."""
    ways = _ways_to_sign_in()
    if signed_in():
        user = signed_in()
        st.text(f"Signed in as {user.get('email') or user.get('name') or 'yourself'}.")
        st.button("Sign out", icon=":material/logout:", on_click=st.logout)
    elif ways:
        st.markdown("Sign in to keep it under your account instead, on every device.")
        with st.container(horizontal=True):
            for label, provider in ways.items():
                st.button(label, icon=":material/login:", on_click=_sign_in, args=(provider,))


def _ways_to_sign_in() -> dict[str, str | None]:
    """Labels of buttons, each with what `st.login` takes."""
    auth = secret("auth")
    if not isinstance(auth, Mapping):
        return {}
    named = [
        name for name, part in auth.items() if isinstance(part, Mapping) and "client_id" in part
    ]
    ways: dict[str, str | None] = {f"Sign in with {name.capitalize()}": name for name in named}
    return ({"Sign in": None} if "client_id" in auth else {}) | ways


def _sign_in(provider: str | None) -> None:
    try:
        st.login(provider)
    except StreamlitAPIException:  # the secrets lack something, or Authlib is not installed
        st.error(CANNOT_SIGN_IN, icon=":material/error:")
