"""With and without attention: both shipped models scored against the length of the sentence."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from engine.seq2seq.decoding import greedy_batch
from engine.studies.translation_scores import bleu_score, count, length_groups, resampled
from engine.translation.grammar import KINDS
from engine.translation.shipped import held_out_sentences, load
from pages.figures.bleu import bleu
from pages.figures.bottleneck import score_figure
from pages.figures.bottleneck_data import (
    FEW,
    LONG,
    NAMES,
    Compared,
    Scores,
    by_length,
    compare,
    select,
)
from pages.figures.bottleneck_words import (
    PREDICTIONS,
    describe_again,
    describe_scores,
    outcome,
    scores_alt,
    scores_table,
)
from pages.ui.lab import choose, drawers, lab_columns, show
from pages.ui.labs.bottleneck_notes import mathematics
from pages.ui.labs.bottleneck_sentence import one_sentence
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.training_run import keep_training, run_training

ANY = "Every kind"
SAMPLE = 40  # sentences that are translated anew
MEASURES = {"bleu": "BLEU", "right": "Exactly right", "tokens": "Tokens right"}
SIZES = {"100": 100, "200": 200, "500": 500, "1,000": 1000, "all": None}


class Choice(NamedTuple):
    """What the controls say: kind of sentence, how many at most, and the fewest in a group."""

    kind: str | None
    most: int | None
    fewest: int


class View(NamedTuple):
    """The chosen sentences, in groups, scored and described."""

    compared: Compared
    groups: list[tuple[int, int]]
    scores: Scores
    words: str
    alt: str


@st.fragment
def lab() -> None:
    """Controls, scores against length, one sentence by both models, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        measure, choice = _controls()
    view = _view(choice, measure)
    with picture:
        revealed = predict(
            "bottleneck",
            (measure, choice),
            "Two models with the same LSTMs are trained alike, one of them without attention. "
            f"Which has the higher BLEU on held-out sentences of {LONG} words and more?",
            PREDICTIONS,
            lambda: outcome(_compared()),
        )
        show(
            score_figure(view.groups, view.scores, measure, current_look(), revealed=revealed),
            "bottleneck_scores",
            view.alt
            if revealed
            else "Axes without lines yet; how many sentences have which length.",
        )
        if revealed:
            st.markdown(view.words)
            _again(view.compared)
    chosen = one_sentence(view.compared) if revealed else None
    drawers(
        "bottleneck",
        mathematics=lambda: mathematics(choice, view.compared, chosen),
        table=lambda: _table(choice),
        code=[count, bleu_score, bleu, resampled, length_groups, greedy_batch],
        errata=(),
    )
    keep_training("bottleneck")


def _controls() -> tuple[str, Choice]:
    """The measure, and which sentences are scored in which groups."""
    measure = choose("Measure", MEASURES, "bottleneck_measure", wrap=True)
    kind = st.selectbox(
        "Kind of sentence",
        [ANY, *_kinds()],
        format_func=lambda key: ANY if key == ANY else KINDS[key].label.capitalize(),
        key="bottleneck_kind",
        bind="query-params",
    )
    most = st.select_slider(
        "Held-out sentences, at most",
        list(SIZES),
        "all",
        key="bottleneck_most",
        bind="query-params",
        help="Fewer sentences, drawn at random, make wider intervals.",
    )
    fewest = st.slider(
        "Sentences in a group, at least",
        FEW,
        200,
        100,
        5,
        key="bottleneck_fewest",
        bind="query-params",
        help="Neighboring lengths are put together until there are so many.",
    )
    return measure, Choice(kind if kind in KINDS else None, SIZES[most], fewest)


@st.cache_resource(show_spinner=False)
def _kinds() -> list[str]:
    """The kinds that any held-out sentence is of, in the order of the grammar."""
    return [kind for kind in KINDS if kind in _compared().kinds]


@st.cache_resource(show_spinner="Counting the shipped translations")
def _compared() -> Compared:
    """All held-out sentences with the translations that are shipped with the models."""
    return compare({name: held_out_sentences(name) for name in NAMES})


@st.cache_resource(max_entries=32, show_spinner=False)
def _selected(kind: str | None, most: int | None) -> Compared:
    return select(_compared(), kind, most)


@st.cache_resource(max_entries=64, show_spinner=False)
def _view(choice: Choice, measure: str) -> View:
    compared = _selected(choice.kind, choice.most)
    groups, scores = by_length(compared, choice.fewest, measure)
    words = describe_scores(compared, groups, scores, measure)
    return View(compared, groups, scores, words, scores_alt(compared, groups, scores, measure))


@st.cache_resource(max_entries=16, show_spinner=False)
def _table(choice: Choice) -> pd.DataFrame:
    compared = _selected(choice.kind, choice.most)
    return scores_table(compared, length_groups(compared.lengths, choice.fewest))


def _again(compared: Compared) -> None:
    """A sample of the sentences translated anew, on a button, and compared with what is shown."""
    rows = np.unique(np.linspace(0, len(compared) - 1, SAMPLE).astype(int)) if len(compared) else ()
    if not len(rows):
        return
    sample = compared.take([int(k) for k in rows])
    records = run_training(
        "bottleneck",
        sample.german,
        lambda: _translate(sample),
        lambda last: (last[0] / len(sample), f"{last[0]} of {len(sample)} sentences"),
        label="Translate a sample",
    )
    if records:
        st.markdown(describe_again(*records[-1]))


def _translate(sample: Compared) -> Iterator[tuple[int, dict[str, int], float]]:
    """After each sentence: how many are done, how many of each model's are as stored, seconds."""
    models = {name: load(name) for name in NAMES}
    same, seconds = dict.fromkeys(NAMES, 0), 0.0
    for k, (text, stored) in enumerate(zip(sample.german, sample.outputs, strict=True)):
        start = perf_counter()
        outputs = [model.translate(text) for model in models.values()]
        seconds += perf_counter() - start
        for name, old, new in zip(NAMES, stored, outputs, strict=True):
            same[name] += old == new
        yield k + 1, dict(same), seconds
