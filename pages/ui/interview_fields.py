"""The answer fields of an interview: filled with the answer that is kept, and read back from the
session, because a press on another question takes the field away before it could be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from pages.ui.answer_fields import FIELDS, LETTERS
from quiz_bank.interview.responses import Response
from quiz_bank.model import Kind, Question, Variant
from quiz_bank.progress.records import MAX_RESPONSE, MAX_VALUE

OWN_WORDS = "Your answer in writing; you tick its points in the report"


def field(question: Question, variant: Variant, key: str, seed: int) -> Response:
    """Draws the field of a question; returns the response in it."""
    if question.kind != "own words":
        return FIELDS[question.kind](question, variant, key, seed) or ()
    return st.text_area(OWN_WORDS, key=key, height=140, max_chars=MAX_RESPONSE) or ""


def fill(question: Question, variant: Variant, key: str, seed: int, response: Response) -> None:
    """Puts a kept response into the fields of a question before they are drawn."""
    st.session_state.update(_TO_FIELDS[question.kind](variant, key, seed, response))


def read(question: Question, variant: Variant, key: str, seed: int) -> Response | None:
    """The response in the fields as the session has it; None when they are not on the page."""
    names = list(_TO_FIELDS[question.kind](variant, key, seed, ()))
    if not any(name in st.session_state for name in names):
        return None
    values = [st.session_state.get(name) for name in names]
    return _FROM_FIELDS[question.kind](variant, seed, values)


Fields = dict[str, Any]


def _text(variant: Variant, key: str, seed: int, response: Response) -> Fields:
    return {key: str(response or "")[:MAX_VALUE]}


def _own_words(variant: Variant, key: str, seed: int, response: Response) -> Fields:
    return {key: str(response or "")[:MAX_RESPONSE]}


def _from_text(variant: Variant, seed: int, values: Sequence[Any]) -> Response:
    return values[0] or ""


def _choice(variant: Variant, key: str, seed: int, response: Response) -> Fields:
    known = [k for k in response if k in range(len(variant.answer))]
    return {key: known[0] if known else None}


def _from_choice(variant: Variant, seed: int, values: Sequence[Any]) -> Response:
    return () if values[0] is None else (values[0],)


def _choices(variant: Variant, key: str, seed: int, response: Response) -> Fields:
    return {f"{key}_{i}": i in response for i in range(len(variant.answer))}


def _from_choices(variant: Variant, seed: int, values: Sequence[Any]) -> Response:
    return tuple(i for i, is_ticked in enumerate(values) if is_ticked)


def _staged(variant: Variant, key: str, seed: int, response: Response) -> Fields:
    texts = [*response, *[""] * len(variant.answer)]
    return {f"{key}_{s.name}": text for s, text in zip(variant.answer, texts, strict=False)}


def _from_staged(variant: Variant, seed: int, values: Sequence[Any]) -> Response:
    texts = tuple(value or "" for value in values)
    return texts if any(text.strip() for text in texts) else ()


def _order(variant: Variant, key: str, seed: int, response: Response) -> Fields:
    letters = {place: letter for letter, place in _places(variant, seed).items()}
    return {key: " ".join(letters[k] for k in response if k in letters)}


def _from_order(variant: Variant, seed: int, values: Sequence[Any]) -> Response:
    places = _places(variant, seed)
    return tuple(places[c] for c in (values[0] or "").upper() if c in places)


def _places(variant: Variant, seed: int) -> dict[str, int]:
    """The letters that stand before the items on the page."""
    shuffled = np.random.default_rng(seed).permutation(len(variant.answer.items)).tolist()
    return dict(zip(LETTERS, shuffled, strict=False))


_TO_FIELDS: dict[Kind, Callable[[Variant, str, int, Response], Fields]] = {
    "number": _text,
    "vector": _text,
    "matrix": _text,
    "formula": _text,
    "own words": _own_words,
    "choice": _choice,
    "picture": _choice,
    "wrong line": _choice,
    "choices": _choices,
    "staged": _staged,
    "order": _order,
}
_FROM_FIELDS: dict[Kind, Callable[[Variant, int, Sequence[Any]], Response]] = {
    "number": _from_text,
    "vector": _from_text,
    "matrix": _from_text,
    "formula": _from_text,
    "own words": _from_text,
    "choice": _from_choice,
    "picture": _from_choice,
    "wrong line": _from_choice,
    "choices": _from_choices,
    "staged": _from_staged,
    "order": _from_order,
}
