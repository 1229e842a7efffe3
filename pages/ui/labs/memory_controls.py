"""The controls of the memory lab: which cells are trained on what, at which lengths, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from engine.sequence_tasks import SEQUENCE_TASKS
from engine.studies.memory import MEMORY_CELLS, MemoryRecord, MemoryRun, train_all
from pages.ui.rates import rate_slider

LENGTHS = (5, 10, 20, 40, 70, 100)
USUAL = ("RNN", "LSTM", "GRU")
NO_CLIP, CLIPS = "none", ("0.1", "1", "10")


@dataclass(frozen=True)
class Plan:
    """What the controls say: the runs, less their cell and length, and which of those there are."""

    base: MemoryRun
    cells: tuple[str, ...]
    lengths: tuple[int, ...]

    def runs(self) -> Iterator[MemoryRecord]:
        """Trains every cell at every length."""
        return train_all(self.base, self.cells, self.lengths)

    @property
    def total(self) -> int:
        """The work of all runs, in steps through sequences."""
        return self.base.steps * len(self.cells) * sum(self.lengths)


def memory_controls() -> tuple[Plan, int]:
    """The plan, and the length whose sequence and training are shown."""
    key = st.selectbox(
        "Task",
        list(SEQUENCE_TASKS),
        format_func=lambda name: SEQUENCE_TASKS[name].name,
        key="memory_task",
        bind="query-params",
    )
    cells = st.pills(
        "Cells",
        list(MEMORY_CELLS),
        selection_mode="multi",
        default=USUAL,
        key="memory_cells",
        bind="query-params",
        wrap=True,
    )
    longest = st.select_slider(
        "Longest T", LENGTHS[1:], 100, key="memory_longest", bind="query-params"
    )
    lengths = LENGTHS[: LENGTHS.index(longest) + 1]
    shown = st.select_slider(
        "T shown and replayed",
        lengths,
        longest,
        key=f"memory_shown_{longest}",
        bind="query-params",
    )
    bias = st.slider(
        "Forget bias",
        -2.0,
        6.0,
        4.0,
        0.5,
        key="memory_bias",
        bind="query-params",
        help="What the biases of the LSTM's forget gate and of the GRU's update gate start at. "
        "A plain RNN has no such gate.",
    )
    with st.expander("Units, training and seed"):
        hidden, rate, limit, steps, seed = _training()
    base = MemoryRun(key, USUAL[0], longest, hidden, bias, rate, limit, steps, seed)
    return Plan(base, tuple(name for name in MEMORY_CELLS if name in cells), lengths), shown


def _training() -> tuple[int, float, float | None, int, int]:
    """Hidden units, learning rate, limit of the gradient's norm, most steps, and the seed."""
    hidden = st.select_slider(
        "Hidden units", (8, 16, 24, 32), 24, key="memory_hidden", bind="query-params"
    )
    rate = rate_slider("Learning rate η", 0.005, "memory_rate")
    clip = st.select_slider(
        "Clip the gradient's norm at",
        (NO_CLIP, *CLIPS),
        "1",
        key="memory_clip",
        bind="query-params",
    )
    steps = st.slider(
        "Training steps, at most", 100, 1000, 300, 100, key="memory_steps", bind="query-params"
    )
    seed = st.slider("Seed", 0, 20, 0, key="memory_seed", bind="query-params")
    limit = None if clip == NO_CLIP else float(clip)
    return hidden, rate, limit, steps, seed
