"""Train it: a translation model trained from nothing, watched by held-out sentences."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from engine.seq2seq.decoding import greedy_batch
from engine.seq2seq.loss import sequence_loss
from engine.seq2seq.teaching import mixed_inputs
from engine.seq2seq.training import update
from engine.translation.pairs import read_line
from engine.translation.pairs_data import make_lesson
from pages.figures.base import number
from pages.figures.train_translator import empty_figure, training_figure
from pages.figures.train_translator_words import (
    PREDICTIONS,
    describe_progress,
    describe_run,
    outcome,
    run_alt,
    run_table,
)
from pages.ui.lab import choose, drawers, lab_columns, metrics, show
from pages.ui.labs.train_translator_controls import train_controls
from pages.ui.labs.train_translator_notes import mathematics
from pages.ui.labs.train_translator_pairs import SOURCES, Source, corpus_pairs, own_pairs
from pages.ui.labs.train_translator_results import (
    keep_or_resume,
    show_samples,
    translate_own,
)
from pages.ui.labs.train_translator_run import Plan, Resumed, TranslatorTraining
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.training_run import current_run, keep_training, run_training, start_training

LAB = "train_translator"
QUESTION = (
    "The words of the held-out sentences are all in the training pairs, but not together. What is "
    "BLEU on them after the last epoch?"
)
OWN_QUESTION = "What is BLEU on the held-out sentences after the last epoch?"


@st.fragment
def lab() -> None:
    """Pairs and controls, the run's curves, its translations, its file, and the drawers."""
    picture, controls = lab_columns()
    with picture:
        own = choose("Pairs", SOURCES, f"{LAB}_pairs", label_visibility="collapsed") == "own"
    with controls:
        share, size, settings = train_controls()
    with picture:
        source = (own_pairs if own else corpus_pairs)(share, settings.seed)
        plan = Plan(source.pairs, source.words, source.held_out, share, size, settings)
        revealed = source.lesson is not None and predict(
            LAB,
            plan,
            OWN_QUESTION if own else QUESTION,
            PREDICTIONS,
            lambda: _outcome(plan),
            lambda: _start(plan, source),
        )
        run = _train(plan, source) if revealed else None
        curves = st.container()
        if source.lesson is None:
            st.info("There is nothing to learn from yet: see above.")
    shown = 0
    if run is not None and run.epochs:
        _scores(run)
        shown = show_samples(run, _is_going(plan))
    with curves:
        _curves(run, plan, shown)
    if run is not None:
        translate_own(run, "own" if own else "corpus")
    if revealed:
        keep_or_resume(run, plan, source.lesson, partial(_start, plan, source))
    drawers(
        LAB,
        mathematics=lambda: mathematics(run, plan, source),
        table=lambda: run_table(run.pairs if run else [], run.epochs if run else []),
        code=[sequence_loss, update, mixed_inputs, greedy_batch, make_lesson, read_line],
        errata=(),
    )
    keep_training(LAB)


def _start(plan: Plan, source: Source, resumed: Resumed | None = None) -> None:
    start_training(LAB, plan, partial(_make, plan, source, resumed))


def _make(plan: Plan, source: Source, resumed: Resumed | None = None) -> TranslatorTraining:
    assert source.lesson is not None
    return TranslatorTraining(plan, source.lesson(), resumed)


def _outcome(plan: Plan) -> str | None:
    """Which prediction is right; None before the plan's run is over."""
    run = current_run(LAB, plan)
    return outcome(run.steps.epochs) if run is not None and run.is_over else None


def _is_going(plan: Plan) -> bool:
    run = current_run(LAB, plan)
    return run is not None and run.is_going


def _train(plan: Plan, source: Source) -> TranslatorTraining | None:
    """Buttons and progress of the plan's run; the run, once it has begun."""

    def progress(step: int) -> tuple[float, str]:
        run = current_run(LAB, plan).steps
        return run.share_done, describe_progress(step, run.steps, run.seconds_left)

    run_training(
        LAB,
        plan,
        partial(_make, plan, source),
        progress,
        label="Train the model",
    )
    run = current_run(LAB, plan)
    return run.steps if run is not None else None


def _curves(run: TranslatorTraining | None, plan: Plan, shown: int) -> None:
    look = current_look()
    if run is None:
        epochs = plan.settings.epochs
        show(empty_figure(epochs, look), f"{LAB}_picture", "Axes without lines yet.")
        return
    figure = training_figure(
        np.array(run.losses),
        run.steps,
        run.per_epoch,
        [scores.held_out for scores in run.epochs],
        [scores.bleu for scores in run.epochs],
        len(run.lesson.target),
        shown,
        look,
    )
    show(figure, f"{LAB}_picture", run_alt(run.standing))
    st.markdown(describe_run(run.standing))


def _scores(run: TranslatorTraining) -> None:
    last = run.epochs[-1]
    metrics(
        {
            "BLEU, held out": f"{last.bleu:.1f}",
            "Exactly right, held out": f"{last.right:.0%}",
            "Perplexity, held out": number(float(np.exp(min(700.0, last.held_out))), 3),
        }
    )
