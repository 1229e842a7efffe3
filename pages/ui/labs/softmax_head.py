"""Dense layer, softmax and cross-entropy on the LSTM's output: forward, and back by factors."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engine.activations import softmax, softmax_jacobian
from engine.by_hand.head_chain import Chain, factor_checks, head_chain
from engine.by_hand.lstm import forward
from engine.by_hand.lstm_example import HEAD_WEIGHTS, WORDS, Example
from engine.by_hand.sentence import DISTRIBUTIONS, greedy
from engine.by_hand.softmax_head import softmax_head
from pages.figures.base import number
from pages.figures.softmax_head import (
    ALL,
    LABEL,
    LABELED,
    NONE,
    WINNER,
    describe_head,
    describe_word,
    head_alt,
    head_figure,
    raised,
    word_alt,
    word_figure,
)
from pages.figures.softmax_head_chain import (
    STAGES,
    chain_alt,
    chain_figure,
    describe_stage,
    head_table,
    stage_lines,
)
from pages.handbook.lstm_post import ERRATA
from pages.handbook.model import for_lab
from pages.ui.edit_lstm import edited_example
from pages.ui.lab import choose, drawers, lab_columns, metrics, show, worked
from pages.ui.labs.softmax_head_mathematics import mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict

INPUTS = {"a_2": "a₂ of the LSTM", "a_1": "a₁", "own": "My own"}
LARGEST = 1000.0  # of a weight or an input


@st.fragment
def lab() -> None:
    """One output in full, the sentence word by word, and the drawers."""
    chain = _one_output()
    st.header("A sentence, word by word", anchor=False)
    _sentence()
    drawers(
        "softmax_head",
        mathematics=lambda: mathematics(chain),
        table=lambda: head_table(chain),
        code=[softmax_head, softmax, softmax_jacobian, head_chain, factor_checks, greedy],
        errata=for_lab(ERRATA, "softmax_head"),
    )


def _one_output() -> Chain:
    """The head on one output of the LSTM, with its controls."""
    picture, controls = lab_columns()
    with picture:
        pictures, editing = st.container(), st.container()
    with editing:
        example = edited_example()
    with controls:
        a, W_y, label, stage, cell = _controls(example)
    chain = head_chain(W_y, [a], np.eye(len(WORDS))[label])
    with pictures:
        revealed = predict(
            "softmax_head",
            (a, tuple(W_y.ravel()), label, stage, cell),
            f"The label is “{WORDS[label]}”. One step against ∂E/∂Z, the gradient of the "
            "cross-entropy with respect to the logits: which logits rise?",
            [WINNER, LABEL, ALL, NONE],
            lambda: raised(chain),
        )
        _draw(chain, stage, cell, revealed=revealed)
    if revealed:
        metrics(
            {
                "Cross-entropy E": number(chain.error, 6),
                "∂E/∂a, sent back to the LSTM": number(chain.da.item(), 6),
                f"∂E/∂W_y of the label, “{WORDS[label]}”": number(chain.dW_y[label, 0], 6),
            }
        )
    return chain


def _sentence() -> None:
    """The probabilities of each word of the translation."""
    picture, controls = lab_columns()
    with controls:
        word = st.slider(
            "Output word", 1, len(DISTRIBUTIONS), 1, key="softmax_head_word", bind="query-params"
        )
    with picture:
        show(word_figure(word - 1, current_look()), "softmax_head_words", word_alt(word - 1))
        st.markdown(describe_word(word - 1))


def _controls(example: Example) -> tuple[float, np.ndarray, int, str, tuple[int, int]]:
    """Input, weights, label, stage and the cell of the Jacobian that is followed."""
    stage = st.select_slider(
        "Backward up to", STAGES, STAGES[-1], key="softmax_head_stage", bind="query-params"
    )
    label = _word("Label", "softmax_head_label", 0)
    i = j = label  # only where they are seen can they be chosen
    if stage == "∂Ŷ/∂Z":
        i = _word("Row, the probability", "softmax_head_row", 0)
    if stage in ("∂Ŷ/∂Z", "∂E/∂Z"):
        j = _word("Column, the logit", "softmax_head_column", 1)
    source = choose("Input a", INPUTS, "softmax_head_input", wrap=True)
    if source == "own":
        a = _field("a", 1.0, "softmax_head_a")
    else:
        a = forward(example)[int(source[-1]) - 1].cell.a
    with st.expander("Weights W_y"):
        W_y = [
            _field(f"W_y of {word}", float(w), f"softmax_head_w{k}")
            for k, (word, w) in enumerate(zip(WORDS, HEAD_WEIGHTS.ravel(), strict=True), 1)
        ]
        st.markdown("The first three weights are chosen; the post's are lost.")
    return a, np.array(W_y)[:, None], label, stage, (i, j)


def _word(label: str, key: str, first: int) -> int:
    """A word of the vocabulary, as its index from 0."""
    chosen = st.selectbox(label, LABELED, index=first, key=key, bind="query-params")
    return LABELED.index(chosen)


def _field(label: str, default: float, key: str) -> float:
    """A number of any size up to LARGEST; the default where the field is empty."""
    value = st.number_input(
        label, -LARGEST, LARGEST, default, 0.1, "%.6g", key=key, bind="query-params"
    )
    return default if value is None or not np.isfinite(value) else value


def _draw(chain: Chain, stage: str, cell: tuple[int, int], *, revealed: bool) -> None:
    """The probabilities, the Jacobians with their product, and the stage written out."""
    look = current_look()
    show(head_figure(chain, look), "softmax_head_probabilities", head_alt(chain))
    st.markdown(describe_head(chain))
    show(
        chain_figure(chain, stage, cell, look, revealed=revealed),
        "softmax_head_chain",
        chain_alt(chain, stage, cell, revealed=revealed),
    )
    if revealed:
        worked(stage_lines(chain, stage, cell))
        st.markdown(describe_stage(chain, stage, cell))
