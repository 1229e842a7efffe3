"""The text field that holds edited numbers, and the tables that write into it.

The field is in the URL, so that a link brings the numbers back. What cannot be read gets a
sentence, and the last numbers that could stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.by_hand.edit_list import Edits, Place, merged, refusal, write_list
from pages.figures.base import counted

MOST_SENTENCES = 3


@dataclass(frozen=True)
class EditField:
    """A field of edits: the key of its text, how the text is read, and the key of its undo."""

    key: str
    read: Callable[[str], tuple[Edits, list[str]]]
    undo: str

    def text(self, section: DeltaGenerator, form: str, help: str) -> tuple[Edits, list[str]]:
        """Draws the field; returns the edits in force and the sentences for what was refused.

        While a part cannot be read, what was in force before stays under what can be.
        """
        text = section.text_input(
            "Edited numbers", key=self.key, bind="query-params", placeholder=form, help=help
        )
        edits, unread = self._in_force(text)
        st.session_state[f"{self.key}_good"] = edits
        return edits, unread

    def report(self, count: int, sentences: Sequence[str]) -> None:
        """Says what was refused and how many numbers are edited, with the way back to none."""
        _refuse(sentences)
        if st.session_state.get(self.key):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{counted(count, 'number')} edited.", width="content")
                st.button("Undo all edits", key=self.undo, on_click=self.keep, args=({},))

    def table(
        self, name: str, frame: pd.DataFrame, place: Callable[[int, int], Place], **more: object
    ) -> None:
        """A table whose cell in row i and column j is the number at `place(i, j)`.

        What it cannot take is said under it.
        """
        config = {"_index": st.column_config.Column(disabled=True)} | dict(more)
        st.data_editor(
            frame,
            key=self._editor(name),
            width="stretch",
            column_config=config,
            on_change=self.take,
            args=(name, list(frame.columns), place),
        )
        _refuse(st.session_state.pop(f"{self.key}_refused_{name}", []))

    def take(self, name: str, columns: Sequence[str], place: Callable[[int, int], Place]) -> None:
        """Moves what was typed into a table over to the field, or says why not."""
        cells: list[tuple[Place, object]] = [
            (place(int(row), columns.index(column)), value)
            for row, changes in st.session_state[self._editor(name)]["edited_rows"].items()
            for column, value in changes.items()
        ]
        reasons = [self._refusal(*cell) for cell in cells]
        good = [cell for cell, reason in zip(cells, reasons, strict=True) if reason is None]
        edits, _ = self._in_force(st.session_state.get(self.key))
        self.keep(merged(edits, good))
        st.session_state[f"{self.key}_refused_{name}"] = [reason for reason in reasons if reason]

    def keep(self, edits: Mapping[Place, float]) -> None:
        """Writes the edits into the field; the tables are made anew with them."""
        st.session_state[self.key] = write_list(edits)
        st.session_state[self._round] = st.session_state.get(self._round, 0) + 1

    def _in_force(self, text: str | None) -> tuple[Edits, list[str]]:
        edits, unread = self.read(text or "")
        before: Edits = st.session_state.get(f"{self.key}_good", {}) if unread else {}
        return before | edits, unread

    def _refusal(self, place: Place, value: object) -> str | None:
        """Why a cell must not be set to this, as the field itself would say; None where it may."""
        if sentence := refusal(place, value):
            return sentence
        _, refused = self.read(write_list({place: value}))
        return refused[0] if refused else None

    def _editor(self, name: str) -> str:
        return f"edit_{name}_{st.session_state.setdefault(self._round, 0)}"

    @property
    def _round(self) -> str:
        return f"{self.key}_round"


def _refuse(sentences: Sequence[str]) -> None:
    for sentence in sentences[:MOST_SENTENCES]:
        st.warning(sentence, icon=":material/edit_off:")
