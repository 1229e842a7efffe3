"""The controls of the lab on one target word: sentence, word, label and step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine.by_hand.lstm_example import EXAMPLE, WORDS
from engine.by_hand.sentence import DISTRIBUTIONS, greedy
from engine.seq2seq import PAD, START
from engine.studies.word_back import post_part_norms, post_word
from engine.translation.shipped import held_out_sentences
from engine.translation.words import split
from engine.types import Array
from pages.figures.translate_reading import refusal
from pages.figures.word_step import Shown
from pages.figures.word_step_sentence import (
    describe_post,
    describe_reading,
    examples,
    not_a_word,
    word_number,
)
from pages.ui.address import bound, kept
from pages.ui.lab import choose
from pages.ui.labs.word_step_model import MODELS, exact, forced_pass, word_and_norms
from pages.ui.rates import rate_slider

LONGEST = 200  # characters of a visitor's sentence
OWN = "My own sentence"
VOCABULARIES = {"real": "Real", "post": "Three words"}
LABELS = {
    "right": "The target",
    "second": "The runner-up",
    "least": "The least likely",
    "other": "Another word",
}
POST = greedy(DISTRIBUTIONS)  # the post's translation, as numbers of its words


@dataclass(frozen=True, eq=False)
class Chosen:
    """The step and its words, the gradient's norm by part, what is told of the sentence, and all
    settings as one value."""

    shown: Shown
    norms: dict[str, float]
    told: str
    log: bool
    settings: tuple[object, ...]


def word_step_controls() -> Chosen:
    """What the controls say."""
    key = "word_step_vocabulary"
    vocabulary = choose("Vocabulary", VOCABULARIES, key, wrap=True, **kept(key))
    return _post() if vocabulary == "post" else _real()


def _real() -> Chosen:
    """A word of a translation by one of the models."""
    german, english = _sentence()
    place = st.container()
    with st.expander("Axis and model"):
        log = st.toggle("Log axis", key="word_step_log", bind="query-params")
        name = choose("Model", MODELS, "word_step_model", wrap=True, **kept("word_step_model"))
    now = forced_pass(name, german, english)
    words = exact(name).target.words
    with place:
        first = now if english is None else forced_pass("attention", german, english)
        position = _position(len(now.target), first.least_sure)
        label = _label(now.target[position], words, now.logits[position], never=(PAD, START))
        rate = _rate(0.01, "word_step_rate")
    step, norms = word_and_norms(name, german, english, position, label)
    told = describe_reading(now.reading, words, now.target, position, english is None)
    settings = (name, german, english, position, label, rate, log)
    return Chosen(Shown(step, words, rate), norms, told, log, settings)


def _post() -> Chosen:
    """A word of the post's translation, with its LSTM's last output."""
    position = (
        st.slider("Target word", 1, len(POST), 2, key="word_step_post", bind="query-params") - 1
    )
    z = post_word(EXAMPLE, 0).z
    label = _label(POST[position], WORDS, z)
    rate = _rate(1.0, "word_step_post_rate")
    with st.expander("Axis"):
        log = st.toggle("Log axis", key="word_step_log", bind="query-params")
    step = post_word(EXAMPLE, label)
    told = describe_post([WORDS[k] for k in POST], position, step)
    return Chosen(
        Shown(step, WORDS, rate),
        post_part_norms(EXAMPLE, step),
        told,
        log,
        ("post", position, label, rate, log),
    )


def _sentence() -> tuple[str, str | None]:
    """German, and the English target; None where the model's own is to be taken."""
    known = _examples()
    chosen = st.selectbox("Sentence", [*known, OWN], **bound("word_step_sentence"))
    if chosen != OWN:
        return chosen, known[chosen]
    text = st.text_input(
        "German sentence",
        max_chars=LONGEST,
        placeholder="Ich trinke Kaffee.",
        **bound("word_step_text"),
    )
    text = (text or "")[:LONGEST].strip()
    if problem := refusal(text, split(text)):
        first = next(iter(known))
        st.markdown(f"{problem} Until then: “{first}”")
        return first, known[first]
    return text, None


@st.cache_resource(show_spinner=False)
def _examples() -> dict[str, str]:
    return examples(held_out_sentences("attention"))


def _position(count: int, first: int) -> int:
    """The place of the target word, from 0, END among them, at `first` until it is chosen. A
    default of its own needs a key of its own, for links leave defaults out."""
    if count == 1:
        return 0
    key = f"word_step_position_{count}_{first + 1}"
    return st.slider("Target word", 1, count, first + 1, key=key, bind="query-params") - 1


def _label(right: int, words: Sequence[str], logits: Array, never: tuple[int, ...] = ()) -> int:
    """The word whose probability the step raises, by its number; of itself none of `never`."""
    which = st.selectbox(
        "Label",
        list(LABELS),
        format_func=LABELS.__getitem__,
        **bound("word_step_label"),
        help="The word whose probability the step is to raise: the target, or a wrong one.",
    )
    if which == "right":
        return right
    if which == "other":
        return _other(right, words)
    wrong = np.delete(np.arange(len(words)), [right, *never])
    pick = np.argmax if which == "second" else np.argmin
    return int(wrong[pick(logits[wrong])])


def _other(right: int, words: Sequence[str]) -> int:
    """A typed word of the vocabulary; the right one until there is one."""
    typed = st.text_input("English word", max_chars=30, key="word_step_word", bind="query-params")
    found = word_number((typed or "")[:30], words)
    if found is None:
        st.markdown(not_a_word(typed or "", words, right))
        return right
    return found


def _rate(default: float, key: str) -> float:
    return rate_slider(
        "Learning rate η",
        default,
        key,
        help="Of one step of gradient descent on the dense layer alone.",
    )
