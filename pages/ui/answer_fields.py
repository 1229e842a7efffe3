"""The field that each kind of answer is given in; each returns what `grade` takes.

Own words are the exception: their field returns the words, which nothing grades, and `rubric` what
`grade` takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from pages.figures.question_picture import option_figures, picture_alts
from pages.ui.look import current_look
from quiz_bank.grading.staged import understood
from quiz_bank.model import NUMERIC_KINDS, Question, Variant
from quiz_bank.progress.records import MAX_RESPONSE

LETTERS = "ABCDEFGHIJKL"
SURE = (25, 50, 75, 90, 99)  # percent
OWN_WORDS = "Your answer, in writing if you like"
FORMATS = {
    "number": "A number, such as 0.25, 1/4 or 2.5e-1",
    "vector": "A vector, such as [1, 2, 3]",
    "matrix": "A matrix, such as [[1, 2], [3, 4]] or [1 2; 3 4]",
    "formula": "A formula, such as sigma(z)(1 - sigma(z)) or w*x + b",
    "order": "The letters in order, such as B A C",
}

NUMBERED = re.compile(r"^\s*(.*?)\s*# line (\d+)$", flags=re.MULTILINE)  # a line of a listing


def _label(question: Question) -> str:
    """What the field takes and, for numbers, how near is near enough."""
    if question.kind not in NUMERIC_KINDS:
        return FORMATS[question.kind]
    near = f"within {question.rtol:.1%} counts" if question.rtol else "only the exact value counts"
    return f"{FORMATS[question.kind]}; {near}"


def _text(question: Question, variant: Variant, key: str, seed: int) -> str:
    return st.text_input(_label(question), key=key, live=True)


def _text_area(question: Question, variant: Variant, key: str, seed: int) -> str:
    return st.text_area(_label(question), key=key, height=110)


def _choice(
    question: Question, variant: Variant, key: str, seed: int, **more: Any
) -> tuple[int, ...]:
    options = variant.answer
    chosen = st.radio(
        "Choose one",
        range(len(options)),
        format_func=lambda i: options[i].text,
        index=None,
        key=key,
        **more,
    )
    return () if chosen is None else (chosen,)


def _wrong_line(question: Question, variant: Variant, key: str, seed: int) -> tuple[int, ...]:
    """Each line with its code, for on a phone the numbers in the listing are out of sight."""
    codes = {f"Line {k}": code for code, k in NUMBERED.findall(variant.prompt)}
    lines = [replace(o, text=f"{o.text} · `{codes[o.text]}`") for o in variant.answer]
    return _choice(question, replace(variant, answer=tuple(lines)), key, seed)


def _picture(question: Question, variant: Variant, key: str, seed: int) -> tuple[int, ...]:
    pictures_to_choose(variant, key)
    return _choice(question, variant, key, seed, horizontal=True)


def pictures_to_choose(variant: Variant, key: str) -> None:
    """The pictures with their letters, two by two, one under the other on a phone."""
    pictures = [option.picture for option in variant.answer]
    letters = [option.text for option in variant.answer]
    alts = picture_alts(pictures, letters)
    drawn = zip(letters, option_figures(pictures, current_look()), alts, strict=True)
    columns = [column for _ in range(0, len(letters), 2) for column in st.columns(2)]
    for column, (letter, figure, alt) in zip(columns, drawn, strict=False):
        with column.container(gap=None):
            st.markdown(f"**{letter}**")
            st.plotly_chart(
                figure,
                key=f"{key}_{letter}",
                alt=alt,
                theme=None,
                width="stretch",
                config={"displayModeBar": False},
            )


def _choices(question: Question, variant: Variant, key: str, seed: int) -> tuple[int, ...]:
    st.markdown("Choose all that are right.")
    return tuple(
        i
        for i, option in enumerate(variant.answer)
        if st.checkbox(option.text, key=f"{key}_{i}", width="stretch", wrap=True)
    )


def _staged(question: Question, variant: Variant, key: str, seed: int) -> tuple[str, ...]:
    """A field for each stage, and below it what was understood; empty while all are blank."""
    st.markdown(
        f"Give each value within {question.rtol:.1%}. A slip counts once: every stage is graded "
        "from your own values before it. All stages are graded at once; a blank one counts as "
        "wrong."
    )
    texts = []
    for number, stage in enumerate(variant.answer, start=1):
        with st.container(gap="xsmall"):
            label = f"{number} · ${stage.symbol}$ · {stage.prompt}"
            field = f"{key}_{stage.name}"
            text = st.text_input(label, key=field, live=True, persist_state="session")
            texts.append(text or "")
            if texts[-1].strip():
                shown, is_read = understood(texts[-1])
                st.markdown(f"Understood as {shown}" if is_read else f":material/help: {shown}")
    return tuple(texts) if any(text.strip() for text in texts) else ()


def _order(question: Question, variant: Variant, key: str, seed: int) -> tuple[int, ...]:
    items = variant.answer.items
    shuffled = np.random.default_rng(seed).permutation(len(items)).tolist()
    places = dict(zip(LETTERS, shuffled, strict=False))
    st.markdown("\n".join(f"- **{letter}** · {items[i]}" for letter, i in places.items()))
    typed = _text(question, variant, key, seed).upper()
    return tuple(places[letter] for letter in typed if letter in places)


def _own_words(question: Question, variant: Variant, key: str, seed: int) -> str:
    """The words, empty when none were written: thinking is enough."""
    return (
        st.text_area(
            OWN_WORDS, key=key, height=140, max_chars=MAX_RESPONSE, persist_state="session"
        )
        or ""
    )


def rubric(variant: Variant, key: str) -> tuple[int, ...]:
    """The points of the rubric with a box each; the places of those ticked."""
    st.markdown("**Tick the points that your answer has.**")
    return tuple(
        place
        for place, point in enumerate(variant.answer.points)
        if st.checkbox(point, key=f"{key}_point_{place}", width="stretch", wrap=True)
    )


def how_sure(key: str) -> None:
    """Asks how sure the learner is, before the grade; it may be left open."""
    st.pills("How sure are you? (optional)", SURE, format_func="{} %".format, key=f"{key}_sure")


FIELDS: dict[str, Callable[[Question, Variant, str, int], Any]] = {
    "number": _text,
    "vector": _text,
    "matrix": _text_area,
    "formula": _text,
    "picture": _picture,
    "staged": _staged,
    "choice": _choice,
    "choices": _choices,
    "order": _order,
    "wrong line": _wrong_line,
    "own words": _own_words,
}
