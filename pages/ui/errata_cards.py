"""Cards of errata: what each says, where it is, its picture, and the way to its lab."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages.figures.errata import curves_alt, curves_figure, describe_curves
from pages.handbook.model import SEVERITIES, Curves, Erratum
from pages.ui.contents import CHAPTERS, CONTENTS
from pages.ui.lab import erratum_card, measured, show
from pages.ui.look import current_look

Found = Sequence[tuple[str, Erratum]]  # by chapter

TITLES = {
    **{str(number): f"{number} {title}" for number, title in CHAPTERS.items()},
    "9": "9 Interview preparation",
    "Post": "LSTM post",
    "All": "Whole handbook",
}
PAGES = {lab: entry for entry in CONTENTS for lab in entry.labs}


def cards(found: Found) -> None:
    """The errata side by side; one with a picture of its derivative takes the whole width."""
    grid = st.grid(2, min_column_width=320, border=True, dense=True)
    for chapter, erratum in found:
        with grid.cell(column_span="all" if erratum.curves else 1):
            if erratum.curves is None:
                _card(chapter, erratum)
            else:
                _card_with_picture(chapter, erratum, erratum.curves)


def _card(chapter: str, erratum: Erratum) -> None:
    place = f"Chapter {chapter}" if chapter.isdecimal() else TITLES[chapter]
    erratum_card(erratum, f"{place} · {erratum.severity}: {SEVERITIES[erratum.severity]}")
    if erratum.labs:
        lab = erratum.labs[0]
        entry = PAGES[lab]
        st.page_link(
            f"pages/{entry.slug}.py",
            label=f"{entry.title}: {entry.labs[lab]}",
            icon=entry.icon,
            query_params={"lab": entry.labs[lab], f"{lab}_handbook": "true"},
        )


def _card_with_picture(chapter: str, erratum: Erratum, compute: Callable[[], Curves]) -> None:
    words, picture = st.columns(2, vertical_alignment="center")
    with words:
        _card(chapter, erratum)
    with picture:
        curves = _curves(erratum.id, compute)
        figure = curves_figure(curves, current_look())
        show(figure, f"errata_curves_{erratum.id}", curves_alt(curves))
        st.markdown(describe_curves(curves))


@st.cache_data(max_entries=20, show_spinner=False)
def _curves(erratum_id: str, _compute: Callable[[], Curves]) -> Curves:
    return _compute()


def rows(found: Found) -> list[dict[str, str]]:
    """A row for each of the errata as a table has it, its number computed."""
    return [
        {
            "id": erratum.id,
            "chapter": chapter,
            "severity": erratum.severity,
            "printed": erratum.printed,
            "corrected": erratum.corrected,
            "number that decides": measured(erratum.id, erratum.measure) if erratum.measure else "",
        }
        for chapter, erratum in found
    ]
