"""What a learner's answers say: what is known, how sure the learner was, and which mistakes come
back. An answer is right when it scored at least PASS, as FSRS counts it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.types import Array
from quiz_bank.progress.history import History, Integers

SURE = (*range(0, 91, 10), 95)  # percent from which a bin begins; what the pages offer is apart
NORMAL = 1.959964  # 97.5 % of the standard normal distribution lie below


def wilson(right: Array, total: Array) -> tuple[Array, Array]:
    """The 95 % interval of a share, from counts of the same shape; NaN where nothing was counted.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    right, n = np.asarray(right, dtype=float), np.asarray(total, dtype=float)
    n = np.where(n > 0, n, np.nan)
    share, z2 = right / n, NORMAL**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = NORMAL / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


@dataclass(frozen=True)
class Mastery:
    """A group of the bank's questions: how many, whose latest answer was right or wrong, and the
    number that FSRS expects to be recalled today; a question without a card counts 0 there."""

    questions: int
    right: int
    wrong: int
    recalled: float

    @property
    def unseen(self) -> int:
        """Questions not answered yet."""
        return self.questions - self.right - self.wrong


def latest_right(history: History) -> dict[str, bool]:
    """Whether the latest answer to each question was right."""
    right = history.right
    return {history.question_ids[q]: bool(right[k]) for k, q in enumerate(history.question)}


def mastery(
    latest: Mapping[str, bool], recall: Mapping[str, float], groups: Mapping[str, Hashable]
) -> dict[Hashable, Mastery]:
    """For each group, in order of first appearance, what is known of it.

    latest  question id -> whether its latest answer was right
    recall  question id -> FSRS's probability of recall today
    groups  question id -> its group, such as the topic, for all questions of the bank
    """
    members: dict[Hashable, list[str]] = {}
    for question_id, group in groups.items():
        members.setdefault(group, []).append(question_id)
    return {
        group: Mastery(
            len(ids),
            sum(latest.get(i) is True for i in ids),
            sum(latest.get(i) is False for i in ids),
            sum(recall.get(i, 0.0) for i in ids),
        )
        for group, ids in members.items()
    }


@dataclass(frozen=True, eq=False)
class Calibration:
    """How sure the learner was before the grade, and how often right; b bins that hold answers.

    confidence  (b,) mean in the bin, 0 to 1; counts, right (b,) answers, and right ones
    brier       mean squared difference of confidence and being right, NaN without answers
    """

    confidence: Array
    counts: Integers
    right: Integers
    brier: float

    @property
    def answers(self) -> int:
        """Answers with a confidence."""
        return int(self.counts.sum())

    @property
    def sure(self) -> float:
        """Mean confidence of all answers."""
        return float(self.confidence @ self.counts / self.counts.sum())

    @property
    def share_right(self) -> float:
        """Share of these answers that were right."""
        return float(self.right.sum() / self.counts.sum())


def calibration(history: History) -> Calibration:
    """Answers with a confidence in the bins that begin at SURE, the empty ones left out.

    Source of the score: Brier 1950, equation 2, halved as usual for two outcomes.
    """
    asked = ~np.isnan(history.confidence)
    sure, right = history.confidence[asked], history.right[asked]
    place = np.searchsorted(SURE, np.round(sure * 100), side="right") - 1
    counts = np.bincount(place, minlength=len(SURE))
    held = counts > 0
    return Calibration(
        np.bincount(place, sure, minlength=len(SURE))[held] / counts[held],
        counts[held],
        np.bincount(place[right], minlength=len(SURE))[held],
        float(np.mean((sure - right) ** 2)) if sure.size else float("nan"),
    )


@dataclass(frozen=True)
class Seen:
    """A recognized mistake: its key, how often it was made, in how many questions, the latest time
    in seconds since 1970, and the question where it was made most."""

    key: str
    times: int
    questions: int
    last: float
    question_id: str


def misconceptions_seen(history: History, since: float = 0.0) -> tuple[Seen, ...]:
    """The mistakes made at `since` (seconds since 1970) or later, the most frequent first, of equal
    ones the latest."""
    made = (history.misconception >= 0) & (history.at >= since)
    keys, questions, at = history.misconception[made], history.question[made], history.at[made]
    found = []
    for key in np.unique(keys):
        where = questions[keys == key]
        per_question = np.bincount(where)
        found.append(
            Seen(
                history.misconceptions[key],
                len(where),
                int(np.count_nonzero(per_question)),
                float(at[keys == key].max()),
                history.question_ids[int(per_question.argmax())],
            )
        )
    return tuple(sorted(found, key=lambda seen: (-seen.times, -seen.last)))


def not_put_right(history: History, seen: Iterable[Seen]) -> tuple[Seen, ...]:
    """Those of the mistakes since whose last time no question in which they were ever made was
    right at the first answer."""
    right_first = history.right & history.is_first
    left = []
    for one in seen:
        key = history.misconceptions.index(one.key)
        where = np.unique(history.question[history.misconception == key])
        since = right_first & (history.at > one.last)
        if not np.isin(history.question[since], where).any():
            left.append(one)
    return tuple(left)
