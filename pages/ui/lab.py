"""The shape of a lab: picture beside controls, what to notice, and the drawers underneath."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from engine.gradcheck import GradientCheck
from pages.figures.base import Figure
from pages.handbook.model import Erratum
from pages.ui.contents import Entry

CHART_CONFIG = {
    "displaylogo": False,
    "scrollZoom": False,
    "displayModeBar": True,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "svg", "filename": "gradient-gym"},
}
BRACKETED_RESULT = re.compile(r"= \(([^()]*)\)$")  # a result needs no brackets around its sign
DIGITS = st.column_config.NumberColumn(format="%.6g")  # also what is far below 1
OPEN = "open"  # names a lab in links of labs: Streamlit drops `lab`, which the page left binds too
FULL_ROWS = 5_000  # a table in the page shows at most these; the download has all


DRAWERS = {
    "mathematics": "The mathematics, with these numbers",
    "table": "Table and downloads",
    "code": "The code",
    "handbook": "Handbook check",
}


def choose(label: str, names: Mapping[str, str], key: str, **more: Any) -> str:
    """One of the names' keys, chosen on a row of buttons and kept in the URL; never none of them,
    which an empty value in a link would otherwise mean."""
    first = next(iter(names))
    chosen = st.segmented_control(
        label,
        list(names),
        format_func=names.__getitem__,
        default=first,
        required=True,
        key=key,
        bind="query-params",
        **more,
    )
    return chosen or first


def choose_lab(entry: Entry) -> str:
    """The lab that the visitor chose on this page, as its slug; or that a link names by OPEN."""
    if OPEN in st.query_params:
        _open({name: slug for slug, name in entry.labs.items()})
    return choose("Lab", entry.labs, "lab", label_visibility="collapsed")


def _open(slugs: Mapping[str, str]) -> None:
    """Chooses the lab that the address names by OPEN, and names it by `lab` there instead."""
    params = st.query_params.to_dict()
    name = params.pop(OPEN)
    if name not in slugs:
        del st.query_params[OPEN]
        return
    st.session_state["lab"] = slugs[name]
    try:
        st.query_params.from_dict(params | {"lab": name})  # at once: one step in the history
    except StreamlitAPIException:  # the way back on this same page, where `lab` is bound
        del st.query_params[OPEN]
        st.rerun()


def lab_columns() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Columns (picture, controls). On a phone the picture comes first, the controls under it."""
    picture, controls = st.columns([2.7, 1], gap="large")
    return picture, controls


def show(figure: Figure, key: str, alt: str, **more: Any) -> Any:
    """Draws a figure with its text alternative; returns the selection where one is asked for."""
    return st.plotly_chart(
        figure, key=key, alt=alt, theme=None, width="stretch", config=CHART_CONFIG, **more
    )


def drawer(label: str, key: str) -> DeltaGenerator | None:
    """A collapsed section whose content is computed only while it is open; None while closed.

    An open one is in the URL.
    """
    section = st.expander(label, key=key, on_change="rerun", bind="query-params")
    return section if section.open else None


def drawers(
    lab: str,
    *,
    mathematics: Callable[[], None],
    table: Callable[[], pd.DataFrame],
    code: Iterable[Callable[..., Any]],
    errata: Iterable[Erratum],
) -> None:
    """What stands under every picture, closed at first: derivation, numbers, source, errata."""
    bodies = (
        mathematics,
        lambda: table_and_downloads(lab, table()),
        lambda: _code(code),
        lambda: _errata(errata),
    )
    for (name, label), body in zip(DRAWERS.items(), bodies, strict=True):
        if section := drawer(label, f"{lab}_{name}"):
            with section:
                body()


def table_and_downloads(lab: str, table: pd.DataFrame, formats: Mapping[str, Any] = {}) -> None:
    """A table with its CSV; where the picture's file is said too. `formats` are those of single
    columns, where the usual digits do not suit."""
    st.dataframe(
        table.head(FULL_ROWS),
        hide_index=True,
        width="stretch",
        column_config=dict.fromkeys(table.select_dtypes("float"), DIGITS) | formats,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download CSV",
            table.to_csv(index=False),
            f"{lab}.csv",
            "text/csv",
            key=f"{lab}_csv",
            on_click="ignore",
            icon=":material/download:",
        )
        st.markdown("The camera in the corner of the picture saves it as SVG.")


def _code(sources: Iterable[Callable[..., Any]]) -> None:
    for source in sources:  # plain: the highlighter's fixed colors miss the contrast of 4.5
        st.code(inspect.getsource(source), language=None, wrap_lines=True)


def _errata(errata: Iterable[Erratum]) -> None:
    for erratum in errata:
        with st.container(border=True):
            erratum_card(erratum)


def erratum_card(erratum: Erratum, place: str = "") -> None:
    """The printed form, the right one and the number that decides; `place` says where it is."""
    lines = [f"Printed: {erratum.printed}", f":material/check: {erratum.corrected}"]
    if erratum.measure is not None:
        lines.append(f":material/calculate: {measured(erratum.id, erratum.measure)}")
    st.markdown(f"**{erratum.id}** · " + "\n\n".join([place, *lines] if place else lines))


@st.cache_data(max_entries=200, show_spinner=False)
def measured(erratum_id: str, _measure: Callable[[], str]) -> str:
    """The sentence with the deciding numbers, computed once for all visitors."""
    return _measure()


def worked(lines: Iterable[tuple[str, str]]) -> None:
    """Formulas, each with its numbers under it; pairs of LaTeX (symbols, numbers)."""
    for symbols, numbers in lines:
        numbers = BRACKETED_RESULT.sub(r"= \1", numbers)
        st.latex(rf"\begin{{aligned}} & {symbols} \\ & = {numbers} \end{{aligned}}")


def checked(name: str, check: GradientCheck, rows: Sequence[str]) -> None:
    """A gradient beside its central difference, a row for each thing it is taken by."""
    analytic, numeric = np.ravel(check.analytic), np.ravel(check.numeric)
    st.dataframe(
        pd.DataFrame(
            {
                "by": rows,
                name: analytic,
                "central difference": numeric,
                "error": np.abs(analytic - numeric),
            }
        ),
        hide_index=True,
        width="stretch",
        column_config={
            name: DIGITS,
            "central difference": DIGITS,
            "error": st.column_config.NumberColumn(format="%.1e"),
        },
    )


def metrics(values: Mapping[str, str]) -> None:
    """At most three figures in bordered boxes, side by side where there is room."""
    for column, (label, value) in zip(st.columns(len(values)), values.items(), strict=True):
        column.metric(label, value, border=True)
