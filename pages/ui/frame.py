"""The frame around every page: configuration, navigation, title and the question it answers."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import Page

from pages.ui.contents import CONTENTS, PAGES, Entry
from pages.ui.progress import meet_browser

FRAMED = "framed"
HOME = "home"
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="#0B5FA5"/>'
    '<path d="M4 7 C10 30 16 30 28 12" fill="none" stroke="#fff" stroke-width="3"/>'
    '<circle cx="15" cy="23" r="4" fill="#E69F00"/></svg>'
)  # a ball at the bottom of a loss


def _page(entry: Entry) -> Page:
    number = f"{entry.chapter} " if entry.chapter else ""
    return st.Page(
        f"pages/{entry.slug}.py",
        title="Home" if entry.slug == HOME else f"{number}{entry.title}",
        icon=entry.icon,
        default=entry.slug == HOME,
    )


def navigation() -> Page:
    """Configures the browser page, draws the sidebar and returns the page that was asked for."""
    st.set_page_config(page_title="Gradient Gym", page_icon=ICON, layout="wide")
    sections: dict[str, list[Page]] = {}
    for entry in CONTENTS:
        sections.setdefault(entry.section, []).append(_page(entry))
    st.session_state[FRAMED] = True
    return st.navigation(sections)


def open_page(slug: str) -> Entry:
    """Draws the page's title and question and returns its entry in the table of contents.

    A cold server answers a deep link by running the page file without `app.py`. Calling the
    navigation once retires that router for the process; the rerun then comes through `app.py`.
    """
    if not st.session_state.get(FRAMED):
        navigation()
        st.rerun()
    entry = PAGES[slug]
    st.title(entry.title, anchor=False)
    chapter = f"Chapter {entry.chapter} · " if entry.chapter else ""
    with st.container(gap=None):  # what meets the browser shows nothing and takes no room
        st.markdown(f"{chapter}{entry.question}")
        meet_browser()
    return entry
