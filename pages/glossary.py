"""The glossary: every symbol and term, in the notations of all sources side by side."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.handbook.glossary import COLUMNS, TERMS, find
from pages.ui.frame import open_page

ALL = "All"


def with_room(cell: str) -> str:
    """The cell with a space after a formula at its end, whose index needs more than its width:
    without it the cell would scroll."""
    return f"{cell}\u00a0" if cell.endswith("$") else cell


@st.fragment
def glossary() -> None:
    """The search, the chapter, and the rows that fit."""
    words, chapters = st.columns([2, 1])
    text = words.text_input(
        "Search", key="term", bind="query-params", max_chars=60, placeholder="gate, lr, θ …"
    )
    chosen = chapters.selectbox(
        "Chapter",
        [ALL, *dict.fromkeys(term.chapter for term in TERMS)],
        key="glossary_chapter",
        bind="query-params",
    )
    found = find(text or "", None if chosen in (ALL, None) else chosen)
    if not found:
        st.info(f"None of the {len(TERMS)} terms fits. Try a shorter word or all chapters.")
        return
    st.markdown(f"**{len(found)}** of {len(TERMS)} terms.")
    table = pd.DataFrame(found, columns=list(COLUMNS)).rename(columns=COLUMNS)
    said = "**" + table["Term"] + "**: " + table["Meaning"]
    shown = table.assign(Term=said).drop(columns="Meaning")
    st.table(shown.map(with_room), hide_index=True)
    st.download_button(
        "Download CSV",
        table.to_csv(index=False),
        "glossary.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
    )


open_page("glossary")
glossary()
