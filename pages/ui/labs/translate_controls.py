"""The controls of the translation lab: the sentence, the model, and how words are chosen."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine.translation.words import split
from pages.figures.translate import Decoding
from pages.figures.translate_reading import LONGEST, plain, refusal
from pages.ui.address import bound, kept
from pages.ui.lab import choose

EXAMPLES = {
    "Ich habe gestern Abend einen Brief gelesen.": "Perfect tense",
    "Wie geht es dir?": "Greeting",
    "Ich rufe am Samstag Pauls Schwester an.": "Separable verb",
    "Am Mittwoch haben wir Maria gesehen.": "Time first",
    "Mein Bruder gibt seiner kleinen Schwester ein altes Buch.": "Two objects",
    "Ich möchte heute Fisch kochen, aber ich bin müde.": "Two clauses",
    "Maria hofft, dass der Bus um Viertel vor neun ankommt.": "Subordinate clause",
    "Kannst du mir sagen, ob deine Mutter nach der Arbeit einen Apfel gegessen hat?": "14 words",
}
MODEL_NAMES = {"attention": "With", "bottleneck": "Without"}
DECODINGS = {"greedy": "Greedy", "beam": "Beam search", "sample": "Sampling"}
VIEWS = {
    "steps": "Word by word",
    "attention": "Attention",
    "encoder": "Encoder",
    "beam": "Beam",
}
FIRST = next(iter(EXAMPLES))
TEXT, EXAMPLE, GOOD = "translate_text", "translate_example", "translate_good"


@dataclass(frozen=True)
class Setup:
    """What the controls say, less the sentence, the view and the step."""

    model: str
    decoding: Decoding


def sentence() -> str:
    """The German text in force: what is typed, or what could be read last, with the reason."""
    text = _field()
    reason = refusal(text, split(text))
    state = st.session_state
    if reason is None:
        state[GOOD] = text
        return text
    kept = state.get(GOOD, FIRST)
    st.error(f"{reason}  \nStill shown: {plain(kept)}", icon=":material/edit_off:")
    return kept


def _field() -> str:
    """The text field with the list of examples beside it, which writes into it."""
    typed, listed = st.columns([2.2, 1], vertical_alignment="bottom")
    text = typed.text_input(
        "German sentence",
        FIRST,
        live=True,
        placeholder="Write a German sentence",
        help=f"Up to {LONGEST} characters; it is translated while you type.",
        **bound(TEXT),
    )
    st.session_state[EXAMPLE] = text if text in EXAMPLES else None
    listed.selectbox(
        "Example",
        list(EXAMPLES),
        format_func=EXAMPLES.__getitem__,
        index=None,
        key=EXAMPLE,
        placeholder="Your own",
        on_change=_take_example,
    )
    return text or ""


def _take_example() -> None:
    if example := st.session_state[EXAMPLE]:
        st.session_state[TEXT] = example


def translate_controls(view: str) -> Setup:
    """The model and how it chooses words."""
    model = choose("Attention", MODEL_NAMES, "translate_model", **kept("translate_model"))
    kind = st.selectbox(
        "Words are chosen by",
        list(DECODINGS),
        format_func=DECODINGS.__getitem__,
        **bound("translate_decoding"),
    )
    width, penalty, temperature, seed = Decoding.width, Decoding.penalty, 1.0, 0
    if kind == "beam" or view == "beam":
        width = st.slider("Beam width", 1, 8, width, **bound("translate_width"))
        penalty = st.slider(
            "Length penalty α",
            0.0,
            1.5,
            penalty,
            0.1,
            help="A translation's score is its log-probability divided by ((5 + length) / 6)^α. "
            "0 compares log-probabilities, which favors short ones.",
            **bound("translate_penalty"),
        )
    if kind == "sample":
        temperature = st.slider(
            "Temperature",
            0.1,
            2.0,
            1.0,
            0.1,
            help="Logits are divided by it before the softmax: below 1 sharper, above 1 flatter.",
            **bound("translate_temperature"),
        )
        seed = st.slider("Seed", 0, 20, 0, **bound("translate_seed"))
    return Setup(model, Decoding(kind, width, penalty, temperature, seed))


def step_key(n: int) -> str:
    """The key of the step in an output of n words, whose slider has a range of its own."""
    return f"translate_step_{n}"


def step_control(n: int) -> int:
    """The word that is looked at, from 1."""
    t = st.slider(
        "Word of the output",
        1,
        max(n, 2),
        2,
        key=step_key(n),
        bind="query-params",
        disabled=n == 1,
        help="“Word by word” and “Attention” light this word; the mathematics works out its "
        "numbers.",
    )
    return min(t, n)
