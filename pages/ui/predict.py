"""Predict first: the learner may commit to an answer before the result is drawn."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import streamlit as st

from pages.ui.lab import DRAWERS


def predict(
    lab: str,
    settings: Hashable,
    question: str,
    options: Sequence[str],
    truth: Callable[[], str],
) -> bool:
    """Asks once a session and lab; returns whether the result may be drawn.

    It never blocks: a link that carries settings, a skip, or any change of the lab's `settings`
    goes straight to the result. `truth` is computed when the learner commits.
    """
    state = st.session_state
    first = state.setdefault(f"{lab}_settings", settings)
    drawers = {f"{lab}_{name}" for name in DRAWERS}
    if settings != first or set(st.query_params) - {"lab"} - drawers:
        state[f"{lab}_asked"] = True
    if f"{lab}_asked" in state:
        if verdict := state.get(f"{lab}_verdict"):
            st.markdown(verdict)
        return True
    with st.container(border=True):
        st.markdown(f"**Predict first.** {question}")
        with st.container(horizontal=True):
            for k, option in enumerate(options):
                st.button(option, key=f"{lab}_{k}", on_click=_commit, args=(lab, option, truth))
            st.button(
                "Just show me", key=f"{lab}_skip", type="tertiary", on_click=_skip, args=(lab,)
            )
    return False


def _skip(lab: str) -> None:
    st.session_state[f"{lab}_asked"] = True


def _commit(lab: str, option: str, truth: Callable[[], str]) -> None:
    _skip(lab)
    answer = truth()
    st.session_state[f"{lab}_verdict"] = (
        f":material/check_circle: Right: **{option}**."
        if option == answer
        else f":material/cancel: You said **{option}**; it is **{answer}**."
    )
