"""Inside one step: dense layer, softmax, cross-entropy and p - y for one word of a translation."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.studies.word_back import forced, part_norms, post_part_norms
from engine.studies.word_step import (
    WordStep,
    cross_entropies,
    errors_after,
    jacobian_of,
    sgd_step,
    vector_check,
)
from pages.figures.base import number
from pages.figures.word_step import chance, gradient_figure, probability_figure
from pages.figures.word_step_back import (
    describe_jacobian,
    describe_parts,
    jacobian_alt,
    jacobian_figure,
    parts_alt,
    parts_figure,
    word_table,
)
from pages.figures.word_step_update import describe_update, update_alt, update_figure
from pages.figures.word_step_words import (
    describe_word,
    gradient_alt,
    gradient_at_label,
    guesses,
    probability_alt,
)
from pages.ui.lab import drawers, lab_columns, metrics, show
from pages.ui.labs.word_step_controls import Chosen, word_step_controls
from pages.ui.labs.word_step_mathematics import mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict


@st.fragment
def lab() -> None:
    """Controls, the word's p and p - y, one step, what goes back, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        chosen = word_step_controls()
    shown = chosen.shown
    with picture:
        st.markdown(chosen.told)
        revealed = predict(
            "word_step",
            chosen.settings,
            f"The label is “{shown.label}”; the model gives it p = "
            f"{chance(float(shown.step.p[shown.step.label]))}. How large is the gradient ∂E/∂z "
            "of the cross-entropy at the label’s logit?",
            guesses(shown),
            lambda: gradient_at_label(shown),
        )
        _word(chosen, revealed=revealed)
    if revealed:
        _step(chosen)
        _back(chosen)
    drawers(
        "word_step",
        mathematics=lambda: mathematics(shown),
        table=lambda: word_table(shown),
        code=[
            WordStep,
            cross_entropies,
            sgd_step,
            errors_after,
            jacobian_of,
            vector_check,
            *([post_part_norms] if shown.step.b is None else [forced, part_norms]),
        ],
        errata=(),
    )


def _word(chosen: Chosen, *, revealed: bool) -> None:
    """Probabilities and gradient side by side; the probabilities alone until all is shown."""
    shown, look = chosen.shown, current_look()
    left, right = st.columns(2) if revealed else (st.container(), None)
    with left:
        show(
            probability_figure(shown, chosen.log, look, revealed=revealed),
            "word_step_p",
            probability_alt(shown, revealed=revealed),
        )
    if right is None:
        return
    with right:
        show(gradient_figure(shown, chosen.log, look), "word_step_gradient", gradient_alt(shown))
    st.markdown(describe_word(shown))


def _step(chosen: Chosen) -> None:
    """One step on the dense layer, over its learning rate."""
    shown = chosen.shown
    st.header("One step of the dense layer", anchor=False)
    show(update_figure(shown, current_look()), "word_step_update", update_alt(shown))
    st.markdown(describe_update(shown))
    metrics(
        {
            "Cross-entropy E, nats": number(shown.step.error),
            "E after the step": number(shown.after.error),
            "Norm of p − y": number(float(np.linalg.norm(shown.step.dz)), 3),
        }
    )


def _back(chosen: Chosen) -> None:
    """Among the logits, and through the parts of the model."""
    shown, look = chosen.shown, current_look()
    st.header("What goes back", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Where the gradient goes**")
        show(parts_figure(chosen.norms, look), "word_step_parts", parts_alt(shown, chosen.norms))
        st.markdown(describe_parts(shown, chosen.norms))
    with right:
        st.markdown("**Softmax Jacobian ∂p/∂z**")
        show(jacobian_figure(shown, look), "word_step_jacobian", jacobian_alt(shown))
        st.markdown(describe_jacobian(shown))
