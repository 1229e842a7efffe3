"""What the training lab says: where a run stands, what changed in its translations, its table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

import pandas as pd

from engine.translation.pairs import MOST_LINES, MOST_PAIRS, PairList
from engine.translation.words import split
from pages.figures.base import counted, number
from pages.figures.translate_reading import plain

FEW = 30  # sentences below which BLEU is a rough number
BORDERS = (30.0, 60.0, 90.0)
PREDICTIONS = ("Below 30", "30 to 60", "60 to 90", "90 or more")


class Scores(NamedTuple):
    """A run after so many epochs: the mean training loss since the one before, the held-out loss,
    BLEU, the share of translations that are exactly right, seconds, and the shown translations."""

    epoch: int
    step: int
    loss: float
    held_out: float
    bleu: float
    right: float
    seconds: float
    outputs: tuple[str, ...]


class Standing(NamedTuple):
    """A run as it is told: steps done and of an epoch and in all, sentences scored, the scores
    after each epoch, and what went wrong, if anything did."""

    step: int
    per_epoch: int
    steps: int
    scored: int
    epochs: Sequence[Scores]
    diverged: str


def outcome(epochs: Sequence[Scores]) -> str:
    """Which prediction the last BLEU makes right; none at all counts as 0."""
    last = epochs[-1].bleu if epochs else 0.0
    return PREDICTIONS[sum(last >= border for border in BORDERS)]


def describe_run(run: Standing) -> str:
    """Where the run stands: epochs and steps done, losses and BLEU, the best epoch, divergence."""
    done = f"After **{number(run.step / run.per_epoch, 2)}** of "
    done += f"{counted(round(run.steps / run.per_epoch), 'epoch')}, step {run.step:,}"
    if not run.epochs:
        sentences = [f"{done}: held-out sentences are scored at the end of an epoch."]
    else:
        last = run.epochs[-1]
        end = "" if last.step == run.step else f" At the end of epoch {last.epoch}"
        sentences = [f"{done}{'.' if end else ''}{end}: {describe_scores(last, run.scored)}"]
        sentences += _overfitting(run.epochs)
    if run.epochs and run.scored < FEW:
        sentences.append("So few held-out sentences make BLEU a rough number.")
    if run.diverged:
        sentences.append(
            f"**The run {run.diverged}.** A lower learning rate or a limit on the "
            "gradient's norm keeps it finite."
        )
    return " ".join(sentences)


def describe_scores(scores: Scores, scored: int) -> str:
    """The losses and BLEU after one epoch."""
    return (
        f"training loss **{number(scores.loss, 3)}**, held-out loss "
        f"**{number(scores.held_out, 3)}** nats a word, BLEU **{scores.bleu:.1f}** on "
        f"{counted(scored, 'held-out sentence')}, {scores.right:.0%} of them exactly right."
    )


def _overfitting(epochs: Sequence[Scores]) -> list[str]:
    """Whether the held-out loss has risen since its lowest."""
    best = min(epochs, key=lambda scores: scores.held_out)
    if best.held_out > 0.98 * epochs[-1].held_out:
        return []
    return [
        f"The held-out loss was lowest after epoch {best.epoch}, "
        f"**{number(best.held_out, 3)}**: since then the model overfits."
    ]


def run_alt(run: Standing) -> str:
    """What the picture of the run shows."""
    words = describe_run(run).replace("*", "")
    return f"Losses over the epochs, and under them BLEU after each. {words}"


def describe_progress(step: int, steps: int, seconds_left: float) -> str:
    """Steps done of all, and the time left where there is something to compute it from."""
    told = f"Step {step:,} of {steps:,}"
    if not math.isfinite(seconds_left):
        return f"{told}."
    return f"{told}, about {duration(seconds_left)} left."


def duration(seconds: float) -> str:
    """Seconds, or minutes and seconds: 45 s, 2 min 5 s."""
    whole = math.ceil(seconds)
    return f"{whole} s" if whole < 100 else f"{whole // 60} min {whole % 60} s"


def changed(now: str, before: str | None) -> str:
    """A translation in Markdown, with the words in bold that were not there before."""
    words = split(now)
    if before is None:
        return plain(now)
    matcher = SequenceMatcher(None, split(before), words, autojunk=False)
    old = {
        k for block in matcher.get_matching_blocks() for k in range(block.b, block.b + block.size)
    }
    pieces, place = [], 0
    for k, word in enumerate(words):
        start = now.replace("’", "'").find(word, place)
        gap, place = " " * (start > place), start + len(word)
        pieces.append(gap + (plain(word) if k in old else f"**{plain(word)}**"))
    return "".join(pieces)


def samples_table(
    pairs: Sequence[tuple[str, str]], epochs: Sequence[Scores], shown: int
) -> pd.DataFrame:
    """The shown sentences after an epoch, in Markdown: changed words in bold, right ones marked."""
    now = epochs[shown - 1]
    before = epochs[shown - 2].outputs if shown > 1 else (None,) * len(pairs)
    rows = []
    for (german, english), output, former in zip(pairs, now.outputs, before, strict=True):
        mark = " :material/check:" if output == english else ""
        text = changed(output, former) if output else "(nothing)"
        rows.append((plain(german), plain(english), text + mark))
    return pd.DataFrame(rows, columns=["German", "Right", f"After epoch {now.epoch}"])


def describe_samples(pairs: Sequence[tuple[str, str]], epochs: Sequence[Scores], shown: int) -> str:
    """How many of the shown sentences are right, and how many have changed."""
    now = epochs[shown - 1]
    right = sum(a == b for a, (_, b) in zip(now.outputs, pairs, strict=True))
    told = f"After epoch {now.epoch}, **{right}** of these {counted(len(pairs), 'sentence')} "
    told += f"{'is' if right == 1 else 'are'} exactly right"
    if shown == 1:
        return f"{told}."
    moved = sum(a != b for a, b in zip(now.outputs, epochs[shown - 2].outputs, strict=True))
    if not moved:
        return f"{told}; none has changed."
    return f"{told}; {moved} {'has' if moved == 1 else 'have'} changed, new words in bold."


def run_table(pairs: Sequence[tuple[str, str]], epochs: Sequence[Scores]) -> pd.DataFrame:
    """A row per epoch: losses, perplexity, scores, seconds, and the shown translations."""
    names = ("epoch", "step", "training loss", "held-out loss", "perplexity", "BLEU")
    rows = [
        (
            *(row.epoch, row.step, row.loss, row.held_out, math.exp(min(700.0, row.held_out))),
            *(row.bleu, row.right, row.seconds, *row.outputs),
        )
        for row in epochs
    ]
    columns = [
        *names,
        "exactly right",
        "seconds",
        *(f"{k}. {german}" for k, (german, _) in enumerate(pairs, 1)),
    ]
    return pd.DataFrame(rows, columns=columns)


def describe_pairs(report: PairList) -> str:
    """What was read of a visitor's text and what was not, in sentences."""
    told = [f"Read: {counted(len(report.pairs), 'pair')} from {counted(report.lines, 'line')}."]
    if report.duplicates:
        told.append(f"Repeated: {counted(report.duplicates, 'line')}.")
    told.append(f"Refused: {counted(report.refusals, 'line')}{_reasons(report)}.")
    if report.unread:
        limit = f"the first {MOST_PAIRS:,} pairs and {MOST_LINES:,} lines at most are taken"
        told.append(f"Not read: {counted(report.unread, 'line')} after these; {limit}.")
    return " ".join(told)


def _reasons(report: PairList) -> str:
    if not report.reasons:
        return ""
    ordered = sorted(report.reasons.items(), key=lambda item: -item[1])
    return " (" + ", ".join(f"{times:,} × {reason}" for reason, times in ordered) + ")"
