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
    truth: Callable[[], str | None],
    begin: Callable[[], None] | None = None,
    more_drawers: tuple[str, ...] = (),
) -> bool:
    """Asks once a session and lab; returns whether the result may be drawn.

    It never blocks: a link that carries settings, a skip, or any change of the lab's `settings`
    goes straight to the result. `truth` is computed when the learner commits. A lab that has to
    train for it gives `begin`, which starts that, and a truth that is None until it is known.
    An open drawer is no setting; `more_drawers` names those that this lab alone has.
    """
    state = st.session_state
    first = state.setdefault(f"{lab}_settings", settings)
    drawers = {f"{lab}_{name}" for name in (*DRAWERS, *more_drawers)}
    if settings != first or set(st.query_params) - {"lab"} - drawers:
        state[f"{lab}_asked"] = True
    if f"{lab}_asked" in state:
        if settings == first and f"{lab}_said" in state:
            _judge(lab, truth())
        if verdict := state.get(f"{lab}_verdict"):
            st.markdown(verdict)
        return True
    with st.container(border=True):
        st.markdown(f"**Predict first.** {question}")
        with st.container(horizontal=True):
            for k, option in enumerate(options):
                st.button(option, key=f"{lab}_{k}", on_click=_commit, args=(lab, option, begin))
            st.button(
                "Just show me", key=f"{lab}_skip", type="tertiary", on_click=_skip, args=(lab,)
            )
    return False


def _skip(lab: str) -> None:
    st.session_state[f"{lab}_asked"] = True


def _commit(lab: str, option: str, begin: Callable[[], None] | None) -> None:
    _skip(lab)
    st.session_state[f"{lab}_said"] = option
    if begin is not None:
        begin()


def _judge(lab: str, answer: str | None) -> None:
    """The verdict on what the learner said; final once there is an answer."""
    state = st.session_state
    option = state[f"{lab}_said"]
    if answer is None:
        st.markdown(f":material/hourglass_top: You said **{option}**; the run will tell.")
        return
    del state[f"{lab}_said"]
    state[f"{lab}_verdict"] = (
        f":material/check_circle: Right: **{option}**."
        if option == answer
        else f":material/cancel: You said **{option}**; it is **{answer}**."
    )
