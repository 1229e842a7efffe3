"""The translation played word by word: a fragment of its own draws one word more each second."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.ui.labs.translate_controls import step_key

PLAYED = "translate_played"  # the word that is drawn while it plays, from 1
SECONDS = 1.0


def played(draw: Callable[[int], None], t: int, n: int) -> None:
    """Draws word t of n, or all words one after the other while it plays."""
    if PLAYED not in st.session_state:
        draw(t)
        return
    is_first = True

    @st.fragment(run_every=SECONDS)
    def frame() -> None:
        nonlocal is_first
        if not is_first and not _advance(n):
            st.rerun()
        is_first = False
        draw(min(st.session_state[PLAYED], n))

    frame()


def _advance(n: int) -> bool:
    """Goes on to the next word; after the last one it ends there, which is False."""
    state = st.session_state
    if PLAYED in state and state[PLAYED] < n:
        state[PLAYED] += 1
        return True
    _stop(n)
    return False


def _start() -> None:
    st.session_state[PLAYED] = 1


def _stop(n: int) -> None:
    """Leaves the slider at the word that was drawn last."""
    if last := st.session_state.pop(PLAYED, None):
        st.session_state[step_key(n)] = min(last, n)


def end_play() -> None:
    """Forgets a play that another view has left."""
    st.session_state.pop(PLAYED, None)


def walk(t: int, n: int, *, playable: bool) -> None:
    """Buttons that move the step by one, and one that plays all of them."""
    is_playing = PLAYED in st.session_state
    with st.container(horizontal=True):
        for way, by, end in (("Back", -1, 1), ("Next", 1, n)):
            st.button(
                way,
                key=f"player_{way.lower()}",
                on_click=_move,
                args=(step_key(n), t + by),
                disabled=t == end or is_playing,
                icon=f":material/arrow_{'back' if by < 0 else 'forward'}:",
            )
        if playable and is_playing:
            st.button("Stop", key="player_stop", on_click=_stop, args=(n,), icon=":material/stop:")
        elif playable:
            st.button(
                "Play",
                key="player_play",
                on_click=_start,
                disabled=n == 1,
                icon=":material/play_arrow:",
            )


def _move(key: str, t: int) -> None:
    st.session_state[key] = t
