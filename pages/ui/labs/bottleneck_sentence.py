"""One held-out sentence by both models, beside its reference, and what their states keep of it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.studies.kept_words import handed_over, moved_by_word
from engine.studies.translation_scores import RIGHT, bleu_score
from engine.translation.shipped import load
from engine.types import Array
from pages.figures.bottleneck import kept_figure
from pages.figures.bottleneck_data import NAMES, Compared
from pages.figures.bottleneck_words import (
    describe_kept,
    describe_sentence,
    kept_alt,
    marked,
    plain,
)
from pages.ui.lab import choose, show
from pages.ui.look import current_look

SHOWN = {
    "all": "All",
    "one": "Only one right",
    "with": "With attention wrong",
    "without": "Without attention wrong",
}


def one_sentence(compared: Compared) -> Compared | None:
    """Which sentence to look at, and both translations of it; the sentence, if there is one."""
    st.header("One sentence by both models", anchor=False)
    controls, slider = st.columns([2, 1], gap="large")
    with controls:
        which = choose("Sentences", SHOWN, "bottleneck_which", wrap=True)
    right = compared.counts[:, :, RIGHT] == 1
    fits = {
        "all": right[:, 0] | True,
        "one": right[:, 0] != right[:, 1],
        "with": ~right[:, 1],
        "without": ~right[:, 0],
    }
    rows = fits[which].nonzero()[0]
    if not len(rows):
        st.markdown("None of the chosen sentences is so.")
        return None
    at = len(rows)
    if at > 1:
        with slider:
            at = st.slider(
                "Sentence, from short to long",
                1,
                at,
                at,
                format="localized",
                key=f"bottleneck_sentence_{at}",
                bind="query-params",
            )
    chosen = compared.take([int(rows[at - 1])])
    _translations(chosen)
    _kept(chosen)
    return chosen


def _translations(chosen: Compared) -> None:
    """The sentence and its reference, and under them both translations with what differs marked."""
    (german,), (reference,), (outputs,) = chosen.german, chosen.references, chosen.outputs
    st.markdown(f"German: **{plain(german)}**  \nReference: **{plain(reference)}**")
    for k, (column, (name, words)) in enumerate(
        zip(st.columns(2, border=True), NAMES.items(), strict=True)
    ):
        translator = load(name)
        tokens = len(translator.read(german).tokens)
        passed = handed_over(translator.model, tokens)
        score = float(bleu_score(chosen.counts[0, k]))
        column.markdown(
            f"{words.capitalize()}  \n{marked(outputs[k], reference)}\n\n"
            + describe_sentence(outputs[k], reference, score, passed)
        )
    if any(not right for right in chosen.counts[0, :, RIGHT]):
        st.markdown("In **[brackets]**: not in the reference. ~~Struck through~~: missing.")


def _kept(chosen: Compared) -> None:
    """How far the decoder's first state depends on each word."""
    (german,) = chosen.german
    words, moved = _moved(german)
    st.markdown("**How far the decoder's first state depends on each word**")
    show(kept_figure(words, moved, current_look()), "bottleneck_kept", kept_alt(words, moved))
    st.markdown(describe_kept(words, moved))


@st.cache_resource(max_entries=256, show_spinner=False)
def _moved(german: str) -> tuple[tuple[str, ...], Array]:
    """The tokens of a sentence, and for both models how far each moves the state (2, s)."""
    models = [load(name) for name in NAMES]
    moved = [moved_by_word(m.model, m.theta, m.read(german).ids) for m in models]
    return models[0].read(german).tokens, np.array(moved)
