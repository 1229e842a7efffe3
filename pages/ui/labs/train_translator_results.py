"""What a training run has given so far: translations by epoch, a sentence of one's own, a file."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.translation.pairs import MOST_LETTERS, MOST_WORDS
from engine.translation.pairs_data import Lesson
from pages.figures.base import counted, listed
from pages.figures.train_translator_words import describe_samples, samples_table
from pages.figures.translate_reading import plain
from pages.ui.labs.train_translator_file import MEGABYTES, pack, unpack
from pages.ui.labs.train_translator_run import Plan, Resumed, TranslatorTraining


def show_samples(run: TranslatorTraining, is_going: bool) -> int:
    """The shown held-out sentences as they were translated after an epoch, which is returned."""
    st.header("Held-out sentences", anchor=False)
    shown = _epoch(len(run.epochs), is_going)
    table = samples_table(run.pairs, run.epochs, shown)
    words = describe_samples(run.pairs, run.epochs, shown)
    st.table(table, hide_index=True, border="horizontal", alt=words.replace("*", ""))
    st.markdown(words)
    return shown


def _epoch(last: int, is_going: bool) -> int:
    """The epoch whose translations are shown: the last one, while the run goes on."""
    if is_going or last < 2:
        return last
    return st.select_slider(
        "Replay: after epoch",
        range(1, last + 1),
        last,
        key=f"train_translator_epoch_{last}",
        bind="query-params",
    )


def translate_own(run: TranslatorTraining, name: str) -> None:
    """A sentence of the visitor's, at first a held-out one, by the weights that there are."""
    st.header("Translate with it", anchor=False)
    text = st.text_input(
        "German sentence",
        run.pairs[len(run.pairs) // 2].german,
        max_chars=MOST_LETTERS,
        key=f"train_translator_sentence_{name}",
        bind="query-params",
    )
    best = st.toggle(
        "With the weights of the lowest held-out loss",
        key="train_translator_best",
        bind="query-params",
    )
    st.markdown(describe_own(run, text or "", best))


def describe_own(run: TranslatorTraining, text: str, best: bool) -> str:
    """The translation of a text, and which of its words are unknown."""
    translator = run.translator(best)
    reading = translator.read(text)
    if not reading.tokens:
        return "Type a German sentence."
    if len(reading.tokens) > MOST_WORDS:
        return f"This has {len(reading.tokens)} words and marks; at most {MOST_WORDS} are read."
    told = (
        f"After {counted(run.step, 'step')}: **{plain(translator.translate(text)) or '(nothing)'}**"
    )
    if reading.unknown:
        words = dict.fromkeys(reading.tokens[k] for k in reading.unknown)
        told += f"  \nUnknown to this model: {listed([plain(word) for word in words])}."
    return told


def keep_or_resume(
    run: TranslatorTraining | None,
    plan: Plan,
    lesson: Callable[[], Lesson],
    go_on: Callable[[Resumed], None],
) -> None:
    """The run as a file, and the way back from a file, after a reload or on another day."""
    with st.expander("Keep this run as a file, or go on from one"):
        if run is not None and run.step:
            st.download_button(
                "Download this run",
                lambda: pack(run),
                "translation-run.zip",
                "application/zip",
                key="keep_translator",
                on_click="ignore",
                icon=":material/download:",
            )
        file = st.file_uploader(
            "File of a run",
            type=["zip"],
            max_upload_size=MEGABYTES,
            key="train_translator_resume",
            help="A run that was made with the settings of this page; it goes on bit for bit.",
        )
        if file is None:
            return
        try:
            resumed = unpack(file.getvalue(), TranslatorTraining(plan, lesson()))
        except ValueError as problem:
            st.warning(str(problem), icon=":material/warning:")
            return
        st.markdown(f"This run has done {counted(resumed.checkpoint.step, 'step')}.")
        st.button(
            "Go on from this file",
            key="resume_translator",
            icon=":material/resume:",
            on_click=go_on,
            args=(resumed,),
        )
