"""What the memory lab says: the task, who remembers how far, and a run step by step."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from engine.sequence_tasks import COPIED, SHOWN, Sequences, SequenceTask
from engine.studies.memory import HELD_OUT, MemoryRecord, MemoryRun
from pages.figures.base import counted, listed, number
from pages.figures.memory import Runs, at_step
from pages.figures.memory_example import target_words

RIGHT = 0.9  # from this share of right answers on a cell counts as right

NONE, ONE, GATED = "None of them", "Only one", "LSTM and GRU, not the RNN"
MIXED, ALL = "The RNN and one other", "All three"
PREDICTIONS = (ALL, GATED, MIXED, ONE, NONE)

DISTANCES = {
    "first_symbol": "after {length} distractors it is asked for",
    "copy": "{between} come in between before they are asked for in the same order",
    "adding": "two of {length} numbers are marked, and their sum is asked for at the end",
    "sine": "after {shown} values the sine has to be continued for {length} more",
}


def describe_task(key: str, task: SequenceTask, sequences: Sequences, length: int) -> str:
    """What is asked in the first sequence, and what one gets without looking at it."""
    words = target_words(task, sequences)
    between = f"{counted(length - 1, 'blank')} and a signal"
    told = DISTANCES[key].format(length=length, between=between, shown=SHOWN)
    start = {
        "first_symbol": f"The first symbol is **{words}**; {told}.",
        "copy": f"The first {COPIED} symbols are **{words}**; {told}.",
        "adding": f"Here {told}: **{words}**.",
        "sine": f"Here {told}.",
    }[key]
    return f"{start} Without looking, **{task.chance:.1%}** of the answers are right."


def right_cells(records: Collection[MemoryRecord]) -> list[str]:
    """The cells whose record shows enough right answers."""
    return [record.run.cell for record in records if record.score >= RIGHT]


def outcome(records: Collection[MemoryRecord]) -> str:
    """Which of RNN, LSTM and GRU are right, by their last records: one of the predictions."""
    right = set(right_cells(records))
    if right == {"LSTM", "GRU"}:
        return GATED
    return (NONE, ONE, MIXED, ALL)[len(right)]


def describe_accuracy(runs: Mapping[int, Runs], lengths: Sequence[int], task: SequenceTask) -> str:
    """At the longest length done: who is right and who is not; how far each cell came; and what
    a hollow mark is, where there is one."""
    ended = {
        length: {cell: records[-1] for cell, records in at.items() if records[-1].stopped}
        for length, at in runs.items()
    }
    done = [length for length in lengths if ended.get(length)]
    if not done:
        return "The first run is under way."
    at = ended[done[-1]]
    sentences = [f"At T = {done[-1]}: {_standings(at, task)}"]
    sentences += _reaching(ended, done)
    sentences += [
        _divergence(r) for records in ended.values() for r in records.values() if r.diverged
    ]
    if any(not records[-1].stopped for at in runs.values() for records in at.values()):
        sentences.append("Hollow: not at its end yet.")
    return " ".join(sentences)


def _standings(at: Mapping[str, MemoryRecord], task: SequenceTask) -> str:
    """Each cell's score, and who does no better than chance."""
    finite = {cell: record for cell, record in at.items() if record.diverged is None}
    if not finite:
        return "no run stayed finite."
    told = ", ".join(f"{cell} **{_percent(record.score)}**" for cell, record in finite.items())
    guessing = [cell for cell, record in finite.items() if _guesses(record, task)]
    if not guessing:
        return f"{told} right."
    return f"{told} right. Not clearly better than without looking: {listed(guessing)}."


def _guesses(record: MemoryRecord, task: SequenceTask) -> bool:
    """Whether chance, give or take two standard errors, explains the score."""
    error = np.sqrt(task.chance * (1 - task.chance) / HELD_OUT)
    return record.score < task.chance + 2 * float(error)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _reaching(ended: Mapping[int, Mapping[str, MemoryRecord]], done: Sequence[int]) -> list[str]:
    """How far each cell is right, where more than one length is done."""
    if len(done) < 2:
        return []
    cells = dict.fromkeys(cell for at in ended.values() for cell in at)
    far = {
        cell: max((T for T in done if cell in right_cells(ended[T].values())), default=0)
        for cell in cells
    }
    told = [f"{cell} {T}" for cell, T in far.items() if T]
    none = [cell for cell, T in far.items() if not T]
    sentences = [f"Longest T with at least {RIGHT:.0%} right: {', '.join(told)}."] if told else []
    if none:
        steps = max(record.run.steps for at in ended.values() for record in at.values())
        sentences.append(f"At no length that right within {steps:,} steps: {listed(none)}.")
    return sentences


def _divergence(record: MemoryRecord) -> str:
    run = record.run
    assert record.diverged is not None
    return (
        f"**{run.cell} at T = {run.length} diverged** at step {record.diverged.step:,}: "
        f"{record.diverged.tensor} overflowed."
    )


def describe_replay(runs: Runs, step: int) -> str:
    """Where each cell stands after so many steps, and how much of the gradient reaches the first
    input, compared with the last."""
    records = at_step(runs, step)
    finite = {cell: record for cell, record in records.items() if record.diverged is None}
    sentences = [
        f"{cell} {_percent(record.score)} right, loss {number(record.loss, 3)}{_own(record, step)}"
        for cell, record in finite.items()
    ]
    told = [f"After {counted(step, 'step')}: {'; '.join(sentences)}."] if sentences else []
    reaching = [f"{cell} **{_ratio(record)}**" for cell, record in finite.items()]
    if reaching:
        told.append(
            f"Norm of the gradient by the first input over that by the last: {', '.join(reaching)}."
        )
    told += [_divergence(record) for record in records.values() if record.diverged]
    return " ".join(told)


def _own(record: MemoryRecord, step: int) -> str:
    """The run's own step, where it has not come as far as the others."""
    if record.step == step:
        return ""
    return f" ({'ended' if record.stopped else 'now'} at step {record.step})"


def _ratio(record: MemoryRecord) -> str:
    first, last = float(record.reach[0]), float(record.reach[-1])
    return number(first / last, 2) if last > 0 and np.isfinite(first / last) else "undefined"


def accuracy_alt(runs: Mapping[int, Runs], lengths: Sequence[int], task: SequenceTask) -> str:
    """What the picture of accuracy against length shows."""
    words = describe_accuracy(runs, lengths, task).replace("*", "")
    return f"Share of right answers over the length T, a line per cell. {words}"


def training_alt(runs: Runs, step: int) -> str:
    """What the picture of one length's training shows."""
    words = describe_replay(runs, step).replace("*", "")
    return f"Right answers, loss and gradient by the first input over the training steps. {words}"


def reach_alt(runs: Runs, step: int) -> str:
    """What the picture of the gradient by each input shows."""
    words = describe_replay(runs, step).replace("*", "")
    return f"Norm of the loss's gradient by the input at each step, on a log axis. {words}"


def sequence_alt(task: SequenceTask, sequences: Sequences) -> str:
    """What the picture of the sequence shows."""
    steps, asked = sequences.x.shape[1], sequences.asked + 1
    where = f"step {asked[0]}" if len(asked) == 1 else f"steps {asked[0]} to {asked[-1]}"
    words = target_words(task, sequences)
    answer = f" The right answer is {words}." if words else ""
    return f"A sequence of {steps} steps, asked at {where}.{answer}"


def describe_answers(task: SequenceTask, sequences: Sequences, runs: Runs, step: int) -> str:
    """What each cell answers on the first sequence, in words."""
    words = target_words(task, sequences)
    told = []
    for cell, record in at_step(runs, step).items():
        if record.diverged is not None:
            told.append(f"{cell} has no answer")
        elif task.has_classes:
            told.append(f"{cell} " + " ".join(task.outputs[k] for k in record.answers.argmax(1)))
        elif words:
            told.append(f"{cell} {number(float(record.answers[0, 0]), 3)}")
        else:
            error = np.abs(record.answers[:, 0] - sequences.y[0]).max()
            told.append(f"{cell} off by up to {number(float(error), 2)}")
    right = f"Right is {words}. " if words else ""
    return f"{right}Answers after {counted(step, 'step')}: {', '.join(told)}."


def memory_table(
    base: MemoryRun, cells: Sequence[str], lengths: Sequence[int], runs: Mapping[int, Runs]
) -> pd.DataFrame:
    """A row per length and cell: parameters and, once trained, steps, score, loss and what reaches
    the first input at the start and at the end."""
    rows = []
    for length in lengths:
        for cell in cells:
            records = runs.get(length, {}).get(cell, [])
            start, end = (records[0], records[-1]) if records else (None, None)
            rows.append(
                {
                    "T": length,
                    "cell": cell,
                    "parameters": replace(base, cell=cell).model.size,
                    "training steps": end.step if end else None,
                    "right answers": end.score if end else np.nan,
                    "loss": end.loss if end else np.nan,
                    "‖∂loss/∂x₁‖ at the start": start.reach[0] if start else np.nan,
                    "at the end": end.reach[0] if end else np.nan,
                    "ended": end.stopped or "going on" if end else "not trained",
                }
            )
    return pd.DataFrame(rows)
