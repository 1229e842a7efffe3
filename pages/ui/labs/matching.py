"""The matching game: for each application its field, data, model and loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import streamlit as st

from engine.gradcheck import check_gradient
from engine.losses import LOSSES as LOSS_FUNCTIONS
from engine.losses import binary_cross_entropy, cross_entropy, mean_squared_error
from pages.figures.matching import (
    Given,
    applications_table,
    describe_map,
    describe_score,
    feedback,
    map_alt,
    map_figure,
    most_defensible,
    progress_alt,
    progress_figure,
)
from pages.figures.update_rules import latex_number
from pages.handbook.applications import (
    APPLICATIONS,
    COLUMNS,
    FIELDS,
    LABELS,
    MODELS,
    Answers,
    Application,
)
from pages.handbook.deep_learning import ERRATA
from pages.handbook.model import for_lab
from pages.ui.lab import checked, drawers, lab_columns, show, worked
from pages.ui.look import current_look
from pages.ui.predict import predict

ALL = {"all": "All fields"}
ASKED = ("cnn", "rnn", "transformer")
GIVEN = "matching_given"  # in the session: answers by the name of the application


@st.fragment
def lab() -> None:
    """Controls, the round so far, one card, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        field = st.selectbox(
            "Cards from",
            list(ALL | FIELDS),
            format_func=(ALL | FIELDS).__getitem__,
            key="matching_cards",
            bind="query-params",
            on_change=_clear,
        )
        seed = st.slider(
            "Seed of the order",
            0,
            20,
            0,
            key="matching_seed",
            bind="query-params",
            on_change=_clear,
        )
        cards = _drawn(field, seed)
        at = _card(cards)
        solution = st.toggle("Show what goes together", key="matching_map", bind="query-params")
        st.button("Start again", key="card_reset", on_click=_reset)
    given: Given = st.session_state.get(GIVEN, {})
    look = current_look()
    with picture:
        predict(
            "matching",
            (field, seed, at, solution, len(given)),
            f"Which model can be defended in the most of the {len(APPLICATIONS)} applications?",
            [MODELS[model] for model in ASKED],
            lambda: MODELS[most_defensible(ASKED)],
        )
        show(
            progress_figure(cards, given, at, look),
            "matching_picture",
            progress_alt(cards, given, at),
        )
        st.markdown(describe_score(given))
        _play(cards, at, given)
    if solution:
        show(map_figure(look), "matching_pairs", map_alt())
        st.markdown(describe_map())
    drawers(
        "matching",
        mathematics=_mathematics,
        table=applications_table,
        code=[mean_squared_error, binary_cross_entropy, cross_entropy],
        errata=for_lab(ERRATA, "matching"),
    )


def _drawn(field: str, seed: int) -> list[Application]:
    """The cards of one field, or of all, in the order of the seed."""
    order = np.random.default_rng(seed).permutation(len(APPLICATIONS))
    cards = [APPLICATIONS[k] for k in order]
    return [card for card in cards if field in ("all", card.field.accepted[0])]


def _card(cards: Sequence[Application]) -> int:
    """The place of the chosen card; the key is that of the number of cards."""
    numbers = [str(n + 1) for n in range(len(cards))]
    chosen = st.selectbox(
        "Card", numbers, key=_card_key(len(cards)), bind="query-params", on_change=_clear
    )
    return numbers.index(chosen)


def _card_key(count: int) -> str:
    return f"matching_card_{count}"


def _play(cards: Sequence[Application], at: int, given: Given) -> None:
    """The card with its four questions, or with what was said of them."""
    card = cards[at]
    with st.container(border=True):
        st.markdown(f"**Card {at + 1} of {len(cards)}: {card.name}.** {card.task}")
        answers = None
        if card.name in given:
            for line in feedback(card, given[card.name]):
                st.markdown(line)
        else:
            answers = _ask()
        with st.container(horizontal=True):
            if answers is not None:
                st.button(
                    "Check",
                    key="card_check",
                    icon=":material/check:",
                    disabled=None in answers,
                    on_click=_commit,
                    args=(card.name, answers),
                )
            if len(cards) > 1:
                st.button(
                    "Next card",
                    key="card_next",
                    icon=":material/arrow_forward:",
                    on_click=_next,
                    args=(len(cards), at),
                )


def _ask() -> tuple[str | None, ...]:
    """The four questions; an answer that is not given yet is None."""
    answers = []
    for pair in (("field", "data"), ("model", "loss")):
        for column, place in zip(pair, st.columns(2), strict=True):
            answers.append(
                place.selectbox(
                    LABELS[column],
                    list(COLUMNS[column]),
                    index=None,
                    format_func=COLUMNS[column].__getitem__,
                    placeholder="Choose",
                    key=f"matching_{column}",
                    bind="query-params",
                )
            )
    st.markdown("Choose all four, then check. Often more than one answer is accepted.")
    return tuple(answers)


def _commit(name: str, answers: Answers) -> None:
    st.session_state[GIVEN] = st.session_state.get(GIVEN, {}) | {name: answers}
    _clear()


def _clear() -> None:
    """No answer is carried over to another card."""
    for column in COLUMNS:
        st.session_state[f"matching_{column}"] = None


def _next(count: int, at: int) -> None:
    st.session_state[_card_key(count)] = str((at + 1) % count + 1)
    _clear()


def _reset() -> None:
    st.session_state.pop(GIVEN, None)
    _clear()


def _mathematics() -> None:
    """Each loss in symbols, and its value on one small example by the engine."""
    loss = cast("dict", LOSS_FUNCTIONS)
    price, picture, rebuilt = (
        np.array([310.0]),
        np.array([0.0, 1.0, 1.0]),
        np.array([0.1, 0.7, 0.9]),
    )
    logits, action = np.array([[2.0, 1.0, 0.0]]), np.array([[0.0, 1.0, 0.0]])
    reward = 2.0
    z = np.array([1.5])

    def value(name: str, prediction: np.ndarray, target: np.ndarray) -> str:
        return latex_number(loss[name].value(prediction, target))

    shown = ",\\ ".join(latex_number(v) for v in logits[0])
    worked(
        [
            (
                rf"\text{{squared error}} = {loss['mean_squared_error'].formula}",
                rf"(300 - 310)^2 = {value('mean_squared_error', np.array([300.0]), price)}",
            ),
            (
                rf"\text{{binary cross-entropy}} = {loss['binary_cross_entropy'].formula}",
                rf"-\ln \sigma({latex_number(z[0])})"
                rf" = {value('binary_cross_entropy', z, np.array([1.0]))}",
            ),
            (
                rf"\text{{cross-entropy}} = {loss['cross_entropy'].formula}",
                rf"-\ln \mathrm{{softmax}}({shown})_2"
                rf" = {value('cross_entropy', logits, action)}",
            ),
            (
                r"\text{squared error against the input} = \frac1k \sum_j (\hat x_j - x_j)^2",
                r"\tfrac13 \left[0.1^2 + (0.7 - 1)^2 + (0.9 - 1)^2\right]"
                rf" = {value('mean_squared_error', rebuilt, picture)}",
            ),
            (
                r"\text{cross-entropy times reward} = -r \ln \mathrm{softmax}(z)_a",
                rf"-{latex_number(reward)}\cdot \ln \mathrm{{softmax}}({shown})_2"
                rf" = {value('cross_entropy', logits, reward * action)}",
            ),
        ]
    )
    st.markdown("The gradient of that cross-entropy by the logits, softmax minus target, checked:")
    checked(
        "∂loss/∂z",
        check_gradient(
            lambda v: loss["cross_entropy"].value(v, action),
            loss["cross_entropy"].gradient(logits, action),
            logits,
        ),
        ["z₁", "z₂", "z₃"],
    )
