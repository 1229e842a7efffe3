"""Any number of the LSTM by hand may be changed: in a table, by a file, or as a list in the URL."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.by_hand.edit_list import Place, quoted
from engine.by_hand.lstm_edits import apply_edits, differences, read_edits
from engine.by_hand.lstm_example import Example
from engine.by_hand.lstm_weights import MAX_BYTES, Unusable, export_json, import_numbers
from pages.figures.lstm_numbers import TABLES, NumberTable, describe_origins, number_table
from pages.ui.edit_field import EditField

EDITS = EditField("lstm_edits", read_edits, "lstm_undo")
FILE, FILES, PROBLEM = "lstm_file", "lstm_files", "lstm_file_problem"
EXPORT_LINES = """import json
state = {name: w.tolist() for name, w in lstm.state_dict().items()}
json.dump(state, open("lstm.json", "w"))"""


def edited_example() -> Example:
    """The example with the numbers that the visitor changed, in a folded section.

    A part of the field that cannot be used gets a sentence, and the last good numbers stay.
    """
    section = st.expander(
        "Edit any number", key="lstm_numbers", on_change="rerun", bind="query-params"
    )
    above = section.container()
    edits, unread = EDITS.text(
        section,
        "W_o[3]=0.5; b_f=1; x_1[2]=-0.3",
        "Written by the tables, or by hand: W_f[1] to W_o[3], b_f to b_o, x_1[1] to x_2[2], "
        "y_1, y_2, a_0, C_0, alpha.",
    )
    example, left_out = apply_edits(edits)
    EDITS.report(len(edits) - len(left_out), [*unread, *left_out])
    if section.open:
        with above:
            _tables(example)
            _file(example)
    return example


def _tables(example: Example) -> None:
    st.markdown(describe_origins(example))
    for name, table in TABLES.items():
        EDITS.table(
            f"lstm_{name}",
            number_table(example, table),
            partial(cell_place, table),
            **{"from": st.column_config.TextColumn(disabled=True)},
        )


def cell_place(table: NumberTable, row: int, column: int) -> Place:
    """The number of a cell; the first column says where the numbers of its row come from."""
    return table.place(row, column - 1)


def _file(example: Example) -> None:
    """All numbers to a file, and from one."""
    st.download_button(
        "Download as JSON",
        export_json(example),
        "lstm_by_hand.json",
        "application/json",
        key="lstm_export",
        on_click="ignore",
        icon=":material/download:",
    )
    st.file_uploader(
        "Numbers from a file: such a JSON, or weights of PyTorch",
        max_upload_size=MAX_BYTES // 2**20,
        key=_file_key(),
        on_change=_take_file,
        args=(example,),
        help="PyTorch's names weight_ih_l0 (4, 2), weight_hh_l0 (4, 1), bias_ih_l0 (4,) and "
        "bias_hh_l0 (4,), as JSON lists or .npz arrays. Gates as PyTorch stacks them: i, f, g, o.",
    )
    if problem := st.session_state.pop(PROBLEM, None):
        st.warning(f"{problem} The numbers stay as they were.", icon=":material/edit_off:")
    st.markdown("This makes the file from `lstm = torch.nn.LSTM(2, 1)`:")
    st.code(EXPORT_LINES, language=None, wrap_lines=True)


def _file_key() -> str:
    """The key of the uploader that waits for the next file."""
    return f"{FILE}_{st.session_state.setdefault(FILES, 0)}"


def _take_file(example: Example) -> None:
    """Writes the numbers of the file into the field, or says why not.

    The uploader is made anew, as it takes no second file of the same name, a mended one.
    """
    if (file := st.session_state[_file_key()]) is None:
        return
    st.session_state[FILES] += 1
    try:
        EDITS.keep(differences(import_numbers(file.getvalue(), example)))
    except Unusable as problem:
        st.session_state[PROBLEM] = f"{quoted(file.name)}: {problem}"
