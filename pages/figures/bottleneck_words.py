"""What the bottleneck lab says: scores by length, one sentence beside its reference, the table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

import numpy as np
import pandas as pd

from engine.studies.translation_scores import LEVEL, MEASURES
from engine.types import Array
from pages.figures.base import counted, listed
from pages.figures.bleu import tokens
from pages.figures.bottleneck import TITLES, span
from pages.figures.bottleneck_data import (
    FEW,
    LONG,
    NAMES,
    SHORT,
    Compared,
    Scores,
    ends_of_scale,
    score,
)

UNITS = {"bleu": "** BLEU", "right": "%** exactly right", "tokens": "%** of the tokens right"}
POINTS = {"bleu": "", "right": " points", "tokens": " points"}
SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")

WORSE, SAME = "Without attention", "The same, within 2"
LITTLE, MORE, FAR = (
    "With attention, by 2 to 10",
    "With attention, by 10 to 30",
    "With attention, by over 30",
)
PREDICTIONS = (WORSE, SAME, LITTLE, MORE, FAR)
BORDERS = (-2.0, 2.0, 10.0, 30.0)  # between the predictions, in BLEU


def outcome(compared: Compared) -> str:
    """The prediction that is right: which model has more BLEU on the long sentences."""
    whole = ends_of_scale(compared)[-1:]
    difference = float(score(compared, whole, "bleu").difference[0]) if whole else 0.0
    return PREDICTIONS[int(np.searchsorted(BORDERS, difference, side="right"))]


def describe_scores(
    compared: Compared, groups: Sequence[tuple[int, int]], scores: Scores, measure: str
) -> str:
    """Long sentences with the difference of the models and how sure it is, then short ones."""
    if not len(compared):
        return "No held-out sentence is of this kind."
    ranges = ends_of_scale(compared) or [(groups[0][0], groups[-1][1])]
    ranges = ranges[::-1]
    found = score(compared, ranges, measure)
    sentences = [_told(k, bounds, found, measure) for k, bounds in enumerate(ranges)]
    sentences.insert(1, _sure(int(found.sentences[0]), *found.sure[:, 0]))
    return " ".join(sentences)


def _told(k: int, bounds: tuple[int, int], found: Scores, measure: str) -> str:
    """The two values of a range of lengths, and which is larger."""
    without, with_ = found.values[k]
    n = counted(int(found.sentences[k]), "sentence")
    difference = round(with_, 1) - round(without, 1)  # of what is shown, so that it adds up
    more = f"{POINTS[measure]} {'more' if difference > 0 else 'less'}"
    gap = "as much" if abs(difference) < 0.05 else f"{abs(difference):.1f}{more}"
    unit = UNITS[measure]
    return (
        f"{_range(bounds)} ({n}): **{without:.1f}{unit} without attention, "
        f"**{with_:.1f}{unit.partition(' ')[0]} with: {gap}."
    )


def _range(bounds: tuple[int, int]) -> str:
    if bounds[0] == LONG:
        return f"At {LONG} words and more"
    return f"Up to {SHORT} words" if bounds[1] == SHORT else f"At {span(bounds)}"


def _sure(sentences: int, low: float, high: float) -> str:
    """The interval of the difference, and whether it tells the models apart."""
    if sentences < FEW:
        return "Too few sentences for an interval."
    verdict = ", so these sentences do not tell the models apart" if low <= 0 <= high else ""
    ends = f"{low:+.1f} to {high:+.1f}".replace("-", "−")
    return f"The {LEVEL:.0%} interval of the difference: {ends}{verdict}."


def scores_alt(
    compared: Compared, groups: Sequence[tuple[int, int]], scores: Scores, measure: str
) -> str:
    """What the picture of the scores over the length shows."""
    told = describe_scores(compared, groups, scores, measure).replace("*", "")
    return f"Lines over the words of the German sentence, one per model: {TITLES[measure]}. {told}"


def plain(text: str) -> str:
    """The text so that Markdown leaves it as it is."""
    return SPECIAL.sub(r"\\\1", text)


def marked(output: str, reference: str) -> str:
    """A translation in Markdown: what the reference does not have is bold in brackets, what it has
    instead struck through."""
    ours, wanted = tokens(output), tokens(reference)
    parts = []
    for kind, a, b, c, d in SequenceMatcher(None, ours, wanted, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(plain(" ".join(ours[a:b])))
            continue
        if a < b:
            parts.append(rf"**\[{plain(' '.join(ours[a:b]))}\]**")
        if c < d:
            parts.append(f"~~{plain(' '.join(wanted[c:d]))}~~")
    return re.sub(r" (\\?[.,?!])", r"\1", " ".join(parts)) or "(nothing)"


def describe_sentence(output: str, reference: str, bleu: float, passed: int) -> str:
    """One translation's verdict, its own BLEU, and how many numbers the decoder had of it."""
    verdict = "Exactly right" if tokens(output) == tokens(reference) else "Not as the reference"
    return (
        f"{verdict}; BLEU of this sentence **{bleu:.1f}**. The decoder had **{passed:,}** numbers "
        "of the German one."
    )


def describe_kept(words: Sequence[str], moved: Array) -> str:
    """Which word the state that passes the bottleneck keeps least and most."""
    told = []
    for k, name in enumerate(NAMES.values()):
        least, most = int(moved[k].argmin()), int(moved[k].argmax())
        told.append(
            f"{name} least for “{plain(words[least])}” (**{moved[k, least]:.0%}** of its norm) and "
            f"most for “{plain(words[most])}” (**{moved[k, most]:.0%}**)"
        )
    moves = "As one word is made unknown, the state that the decoder starts with moves"
    return f"{moves}: {listed(told)}."


def kept_alt(words: Sequence[str], moved: Array) -> str:
    """What the picture of the kept words shows."""
    told = describe_kept(words, moved).replace("*", "").replace("\\", "")
    return f"How far the decoder's first state moves, for each word of the sentence. {told}"


def scores_table(compared: Compared, groups: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """A row per group of lengths: the sentences, and every measure of both models with its
    interval."""
    columns: dict[str, object] = {"German words": [span(group) for group in groups]}
    for measure in MEASURES:
        found = score(compared, groups, measure)
        columns["sentences"] = found.sentences
        for k, name in enumerate(NAMES.values()):
            columns[f"{TITLES[measure]}, {name}"] = found.values[:, k]
            columns[f"{TITLES[measure]}, {name}, from"] = found.ends[0, :, k]
            columns[f"{TITLES[measure]}, {name}, to"] = found.ends[1, :, k]
    return pd.DataFrame(columns)


def describe_again(done: int, same: Mapping[str, int], seconds: float) -> str:
    """How many of the sentences translated anew came out as stored, and how long each took."""
    told = listed([f"{count} {NAMES[name]}" for name, count in same.items()])
    each = 1000 * seconds / max(1, done * len(same))
    return (
        f"Translated anew: {counted(done, 'sentence')} by both models; as stored: **{told}**; "
        f"{each:.0f} ms a translation."
    )
