"""The mathematics of the translation lab: attention, the word's probability, the whole sentence."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.figures.base import number
from pages.figures.translate import Translation
from pages.figures.translate_formulas import (
    attention_lines,
    largest_error,
    places_table,
    sentence_lines,
    word_lines,
    words_table,
    work_out,
)
from pages.figures.translate_words import quoted
from pages.ui.lab import DIGITS, worked


def mathematics(made: Translation, t: int) -> None:
    """Formulas with the numbers of step t (from 1), worked out again from the weights."""
    step = work_out(made, t)
    word = quoted(made.words[t - 1])
    if step.looked is None:
        st.markdown(
            f"Word {t}, {word}. Without attention the decoder starts from the encoder's last "
            "state, $h_0 = h^{enc}, c_0 = c^{enc}$, and its own state $h_t$ goes into the dense "
            "layer:"
        )
    else:
        best = made.source[int(step.looked.weights.argmax())]
        st.markdown(
            f"Word {t}, {word}. The decoder's state $h_t$ is compared with the encoder's output "
            f"$m_i$ at each German word; here for {quoted(best)}, which weighs most:"
        )
        worked(attention_lines(made, step.looked, step.vector))
        _numbers(places_table(made, t, step.looked))
        st.markdown("The dense layer makes a logit for each English word of the vocabulary:")
    worked(word_lines(made, t, step))
    if made.decoding.heat != 1:
        st.markdown(f"Sampling divides the logits by the temperature τ = {made.decoding.heat:g}.")
    _numbers(words_table(made, t, step))
    st.markdown(
        "Worked out here in 64 bits from the same weights; the model runs in 32. Largest "
        f"difference of a weight or probability: **{number(largest_error(made, t, step), 2)}**."
    )
    st.markdown("The whole sentence, end included, at temperature 1 (Wu et al. 2016, eq. 14):")
    worked(sentence_lines(made))


def _numbers(table: pd.DataFrame) -> None:
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        column_config=dict.fromkeys(table.select_dtypes("float"), DIGITS),
    )
