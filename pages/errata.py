"""Errata: every place where the handbook or the post is wrong, and the number that decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from pages.figures.errata import (
    Counts,
    describe_errata,
    describe_found,
    errata_alt,
    errata_figure,
    errata_table,
)
from pages.handbook.all_errata import ERRATA
from pages.handbook.model import SEVERITIES
from pages.handbook.search import find
from pages.ui.errata_cards import TITLES, Found, cards, rows
from pages.ui.frame import open_page
from pages.ui.lab import drawer, lab_columns, show, table_and_downloads
from pages.ui.look import current_look

ANY = "Any"
PER_PAGE = 8
NUMBERS = {"With a number": True, "Wording only": False}
Option = TypeVar("Option")


def chosen(label: str, options: Mapping[str, Option], key: str) -> Option | None:
    """What the visitor filters by, None for any; also in the URL."""
    name = st.selectbox(
        label, [ANY, *options], key=key, bind="query-params", on_change=to_first_page
    )
    return options.get(name)


def to_first_page() -> None:
    """Another selection starts with its first page."""
    st.session_state["errata_page"] = 1


def filtered() -> Found:
    """The errata that fit the search and the filters."""
    text = st.text_input(
        "Search",
        type="search",
        placeholder="Number or words",
        key="errata_search",
        bind="query-params",
        on_change=to_first_page,
        live=True,
    )
    chapters = {TITLES[key]: key for key in ERRATA}
    severities = {f"{key}: {words}": key for key, words in SEVERITIES.items()}
    return find(
        ERRATA,
        text or "",
        chosen("Chapter", chapters, "errata_chapter"),
        chosen("Severity", severities, "errata_severity"),
        chosen("Number that decides", NUMBERS, "errata_number"),
    )


def counts(found: Found) -> Counts:
    """How many there are by chapter and severity, zeros included."""
    number = Counter((chapter, erratum.severity) for chapter, erratum in found)
    return {key: {severity: number[key, severity] for severity in SEVERITIES} for key in ERRATA}


@st.fragment
def browse() -> None:
    """The picture beside the filters, a page of cards, and all that fit as a table."""
    picture, controls = lab_columns()
    with controls:
        found = filtered()
    with picture:
        fit = counts(found)
        show(errata_figure(fit, counts(EVERY), current_look()), "errata_overview", errata_alt(fit))
    if not found:
        st.info("Nothing fits. Clear the search or set a filter back to Any.")
        return
    said, place = st.empty(), st.container()
    page = st.pagination(-(-len(found) // PER_PAGE), key="errata_page", bind="query-params")
    first = PER_PAGE * (page - 1)
    shown = found[first : first + PER_PAGE]
    said.markdown(describe_found(len(found), first, len(shown)))
    with place:
        cards(shown)
    if section := drawer("Table and downloads", "errata_table"):
        with section:
            table_and_downloads("errata", errata_table(rows(found)))


EVERY = find(ERRATA)
open_page("errata")
st.markdown(describe_errata(counts(EVERY), sum(e.measure is not None for _, e in EVERY)))
browse()
