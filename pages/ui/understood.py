"""What a typed answer was read as, said before it counts."""

from __future__ import annotations

import numpy as np
import streamlit as st

from quiz_bank.grading.results import Graded
from quiz_bank.model import Question

MOST_CELLS = 64


def understood(question: Question, graded: Graded) -> None:
    """The value, or why there is none; never whether it is right."""
    if graded.verdict == "invalid":
        st.markdown(f":material/help: {graded.message}")
    elif question.kind == "formula":
        st.markdown(f"Understood as ${graded.shown}$")
    elif isinstance(graded.shown, np.ndarray):
        st.markdown(f"Understood as {_array(graded.shown)}")
    else:
        st.markdown(f"Understood as {graded.shown}")


def _array(values: np.ndarray) -> str:
    """The array as inline LaTeX; a large one by its shape alone."""
    if values.size > MOST_CELLS:
        return f"{' × '.join(map(str, values.shape))} numbers"
    rows = r" \\ ".join(" & ".join(f"{v:.6g}" for v in row) for row in np.atleast_2d(values))
    return rf"$\begin{{bmatrix}}{rows}\end{{bmatrix}}$"
