"""The pairs that the training lab learns from: this project's corpus, or the visitor's own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

import pandas as pd
import streamlit as st

from engine.csv_table import MAX_BYTES
from engine.translation.grammar import splits
from engine.translation.pairs import MOST_WORDS, PairList, read_line, read_pairs
from engine.translation.pairs_data import (
    Lesson,
    Numbered,
    corpus_lesson,
    make_lesson,
    number_words,
)
from pages.figures.base import counted
from pages.figures.train_translator_words import describe_pairs
from pages.figures.translate_reading import plain

SOURCES = {"corpus": "This project's corpus", "own": "Own pairs"}
EXAMPLES = 300  # pairs of the corpus that the text box starts with
WORDS = (100, 250, 500, 1000, 2000)
FILE, KEPT = "train_translator_file", "train_translator_kept"
SHOWN = 200  # refused lines in the page's table at most


class Source(NamedTuple):
    """Which pairs there are: their name in a plan, the limits of the visitor's own, and the lesson
    that they make; None where there is nothing to learn."""

    pairs: str
    words: int
    held_out: float
    lesson: Callable[[], Lesson] | None


def corpus_pairs(share: float, seed: int) -> Source:
    """This project's corpus, a share of which is learned from."""
    return Source("corpus", 0, 0.0, lambda: corpus_part(share, seed))


@st.cache_resource(max_entries=8, show_spinner="Reading the corpus")
def corpus_part(share: float, seed: int) -> Lesson:
    """What there is to learn of the corpus, kept for all visitors."""
    return corpus_lesson(share, seed)


def own_pairs(share: float, seed: int) -> Source:
    """The visitor's pairs from a file or, without one, from the text box; the report of what was
    read, and the limits. They are not in the URL, which is said beside them."""
    report = _fields()
    told = describe_pairs(report) if report.problem is None else None
    _say(told, report.problem)
    _refused(report)
    if report.problem is not None:
        return Source("own", 0, 0.0, None)
    words, held_out = _limits()
    lesson = _own(report.digest, words, held_out, share, seed, report)
    _say(describe_lesson(lesson) if lesson.problem is None else None, lesson.problem)
    found = (lambda: lesson) if lesson.problem is None else None
    return Source(report.digest, words, held_out, found)


def _say(told: str | None, problem: str | None) -> None:
    if problem is not None:
        st.warning(problem, icon=":material/warning:")
    elif told is not None:
        st.markdown(told)


def _limits() -> tuple[int, float]:
    """Words kept a side, and the share that is held out."""
    left, right = st.columns(2, gap="medium")
    words = left.select_slider(
        "Words kept a side", WORDS, 1000, key="train_translator_words", bind="query-params"
    )
    percent = right.slider(
        "Held out",
        5,
        50,
        10,
        5,
        format="%d%%",
        key="train_translator_held_out",
        bind="query-params",
    )
    return words, percent / 100


def describe_lesson(lesson: Lesson) -> str:
    """How many pairs are learned from, held out and left out, and with how many words."""
    known = f"{len(lesson.source) - 4:,} German and {len(lesson.target) - 4:,} English words"
    told = f"To learn from: {counted(len(lesson.training), 'pair')}; held out: "
    told += f"{counted(len(lesson.held_out), 'pair')}, no German sentence in both. Known: {known}; "
    told += f"{counted(lesson.left_out, 'pair')} with a rarer word "
    return told + ("is" if lesson.left_out == 1 else "are") + " left out."


def _fields() -> PairList:
    """What was read from the fields, a file before the text box."""
    left, right = st.columns(2, gap="medium")
    with left:
        kept = _file()
        st.markdown("The link of this page does not carry your pairs; this session keeps them.")
        swap = st.toggle("German stands first", key="train_translator_swap", bind="query-params")
    pasted = right.text_area(
        "Or paste lines here: English, tab, German",
        example_pairs(),
        height=190,
        key="train_translator_text",
        persist_state="session",
        disabled=kept is not None,
    )
    if kept is not None:
        return _read_file(kept.file_id, swap, kept.data)
    return _read(pasted or "", swap)


class Kept(NamedTuple):
    """A file that this session keeps, also while another page is open."""

    file_id: str
    name: str
    data: bytes


def _file() -> Kept | None:
    """The field for a file, and the file that was last given to it."""
    given = st.file_uploader(
        "Text file, 5 MB at most",
        type=["txt", "tsv", "csv"],
        max_upload_size=MAX_BYTES // 2**20,
        key=FILE,
        on_change=_keep,
        help="A line is an English sentence, a tab, its German translation; what follows another "
        "tab is ignored. The files of Tatoeba and manythings.org are like that. Sentences of more "
        f"than {MOST_WORDS} words and marks are left out.",
    )
    kept: Kept | None = st.session_state.get(KEPT)
    if kept is not None and given is None:
        st.markdown(f"Still here: **{plain(kept.name)}**.")
        st.button("Remove this file", key="forget_translator_file", on_click=_forget)
    return kept


def _keep() -> None:
    file = st.session_state.get(FILE)
    st.session_state[KEPT] = Kept(file.file_id, file.name, file.getvalue()) if file else None


def _forget() -> None:
    st.session_state[KEPT] = None


@st.cache_resource(max_entries=4, show_spinner="Reading the pairs")
def _read_file(file_id: str, swap: bool, _data: bytes) -> PairList:
    return read_pairs(_data, swap)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(text: str, swap: bool) -> PairList:
    return read_pairs(text, swap)


@st.cache_resource(max_entries=3, show_spinner="Numbering the words")
def _numbered(digest: str, _report: PairList) -> Numbered:
    return number_words(_report.pairs)


@st.cache_resource(max_entries=4, show_spinner=False)
def _own(
    digest: str, words: int, held_out: float, share: float, seed: int, _report: PairList
) -> Lesson:
    return make_lesson(_numbered(digest, _report), words, held_out, seed, share)


@st.cache_data(max_entries=1, show_spinner="Reading the corpus")
def example_pairs() -> str:
    """Lines of the corpus as such a file has them: the text box's first content."""
    lines = (f"{pair.english}\t{pair.german}" for pair in splits().train)
    return "\n".join(islice((line for line in lines if read_line(line)[0]), EXAMPLES))


def _refused(report: PairList) -> None:
    """The refused lines in a table that opens."""
    if not report.refused:
        return
    with st.expander(f"Refused lines: {report.refusals:,}"):
        if report.refusals > SHOWN:
            st.markdown(f"The first {SHOWN}:")
        st.dataframe(
            pd.DataFrame(
                [(r.line, r.reason, r.text) for r in report.refused[:SHOWN]],
                columns=["line", "refused because", "text"],
            ),
            hide_index=True,
            width="stretch",
        )
