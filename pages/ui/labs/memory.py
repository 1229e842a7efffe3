"""Memory task: cells trained live on sequences that ask for what came many steps before."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engine.sequence_model import SequenceModel, loss_gradient
from engine.sequence_tasks import Sequences
from engine.studies.memory import MemoryRecord, MemoryRun, train_memory
from pages.figures.memory import (
    Runs,
    accuracy_figure,
    by_length,
    reach_figure,
    training_figure,
)
from pages.figures.memory_answers import answers_figure
from pages.figures.memory_example import sequence_figure
from pages.figures.memory_words import (
    PREDICTIONS,
    RIGHT,
    accuracy_alt,
    describe_accuracy,
    describe_answers,
    describe_replay,
    describe_task,
    memory_table,
    outcome,
    reach_alt,
    sequence_alt,
    training_alt,
)
from pages.handbook.model import for_lab
from pages.handbook.sequences import ERRATA
from pages.ui.lab import drawers, lab_columns, show
from pages.ui.labs.memory_controls import Plan, memory_controls
from pages.ui.labs.memory_notes import mathematics
from pages.ui.look import current_look
from pages.ui.predict import predict
from pages.ui.training_run import current_run, keep_training, run_training, start_training


@st.fragment
def lab() -> None:
    """Controls, one sequence, accuracy against length, the replay, and the drawers."""
    picture, controls = lab_columns()
    with controls:
        plan, shown = memory_controls()
    task, look = plan.base.sequence_task, current_look()
    sequences = _sequences(plan.base.task, shown, plan.base.seed)
    records: list[MemoryRecord] = []
    with picture:
        show(
            sequence_figure(task, sequences, look),
            "memory_sequence",
            sequence_alt(task, sequences),
        )
        st.markdown(describe_task(plan.base.task, task, sequences, shown))
        revealed = predict(
            "memory",
            plan,
            f"RNN, LSTM and GRU are trained on sequences of T = {plan.lengths[-1]}, at most "
            f"{plan.base.steps} steps each. Which are then right on at least {RIGHT:.0%} of new "
            "sequences?",
            PREDICTIONS,
            lambda: _outcome(plan),
            lambda: start_training("memory", plan, plan.runs),
        )
        if revealed:
            records = _train(plan)
        runs = by_length(records)
        if revealed:
            show(
                accuracy_figure(runs, plan.lengths, task, look),
                "memory_accuracy",
                accuracy_alt(runs, plan.lengths, task) if records else "Axes without lines yet.",
            )
        if records:
            st.markdown(describe_accuracy(runs, plan.lengths, task))
    if records:
        _replay(plan, runs, shown)
    drawers(
        "memory",
        mathematics=lambda: mathematics(plan.base, plan.cells, shown),
        table=lambda: memory_table(plan.base, plan.cells, plan.lengths, runs),
        code=[task.make, SequenceModel, loss_gradient, train_memory],
        errata=for_lab(ERRATA, "memory"),
    )
    keep_training("memory")


@st.cache_resource(max_entries=64, show_spinner=False)
def _sequences(task: str, length: int, seed: int) -> Sequences:
    """The sequences that score a run; the first one is drawn."""
    return MemoryRun(task=task, length=length, seed=seed).held_out()


def _outcome(plan: Plan) -> str | None:
    """Which cells are right at the longest length; None before the plan's runs are over."""
    run = current_run("memory", plan)
    if run is None or not run.is_over:
        return None
    longest = [record for record in run.records if record.run.length == plan.lengths[-1]]
    return outcome([record for record in longest if record.stopped])


def _train(plan: Plan) -> list[MemoryRecord]:
    """Buttons and progress of all runs of the plan; what they recorded so far."""
    if not plan.cells:
        st.markdown("Choose a cell to train.")
    return run_training(
        "memory",
        plan,
        plan.runs,
        lambda record: _progress(plan, record),
        label="Train the cells",
    )


def _progress(plan: Plan, record: MemoryRecord) -> tuple[float, str]:
    run, whole = record.run, plan.base.steps * len(plan.cells)
    before = whole * sum(length for length in plan.lengths if length < run.length)
    here = plan.base.steps * plan.cells.index(run.cell)
    step = plan.base.steps if record.stopped else record.step
    return (
        (before + (here + step) * run.length) / plan.total,
        f"{run.cell} at T = {run.length}: step {record.step} of at most {plan.base.steps}",
    )


def _replay(plan: Plan, runs: Mapping[int, Runs], shown: int) -> None:
    """The training at the length to be shown, until it has come at the latest: its curves and, once
    all runs at the former ended, step by step with the gradients and the answers on a sequence."""
    length = shown if shown in runs else max(runs)
    st.header(f"Training at T = {length}", anchor=False)
    at, task, look = runs[length], plan.base.sequence_task, current_look()
    steps = sorted({record.step for records in at.values() for record in records})
    ended = [records[-1].stopped for records in at.values()]
    if length != shown or len(at) < len(plan.cells) or not all(ended):
        _curves(at, plan, steps[-1])
        return
    step = steps[-1]
    if len(steps) > 1:
        step = st.select_slider(
            "Replay: training step",
            steps,
            steps[-1],
            key=f"memory_step_{length}_{steps[-1]}",
            bind="query-params",
        )
    left, right = st.columns(2, gap="large")
    with left:
        _curves(at, plan, step)
    with right:
        st.markdown("**Gradient of the loss by the input at each step**")
        show(reach_figure(at, step, look), "memory_reach", reach_alt(at, step))
        sequences = _sequences(plan.base.task, length, plan.base.seed)
        words = describe_answers(task, sequences, at, step)
        st.markdown(f"**Answers on the first new sequence**  \n{words}")
        show(answers_figure(task, sequences, at, step, look), "memory_answers", words)


def _curves(at: Runs, plan: Plan, step: int) -> None:
    st.markdown("**Right answers, loss, and gradient by the first input**")
    figure = training_figure(at, plan.base.sequence_task, step, current_look())
    show(figure, "memory_training", training_alt(at, step))
    st.markdown(describe_replay(at, step))
