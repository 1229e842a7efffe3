"""Grades answers that are picked, not typed: one choice, several choices, an order.

A pick is an index into the options or items, or the text of one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from quiz_bank.grading.results import Graded, Verdict
from quiz_bank.model import Option, Order

MISSED = "A right option was not chosen."


def grade_choice(options: Sequence[Option], picked: object) -> Graded:
    """One option, bare or as the only element of a sequence. Any other pick is invalid."""
    single = isinstance(picked, int | str)
    picks = picked_places([option.text for option in options], (picked,) if single else picked)
    if picks is None or len(picks) != 1:
        return _invalid("Choose one of the options.")
    option = options[picks[0]]
    return Graded(
        "correct" if option.correct else "incorrect",
        float(option.correct),
        "This is the right option." if option.correct else "This is not the right option.",
        shown=option.text,
        feedback=option.feedback,
        fingerprint=("choice", option.text),
    )


def grade_choices(options: Sequence[Option], picked: object) -> Graded:
    """Several options. The score is (right picks - wrong picks) / right options, at least 0.
    Nothing picked is invalid unless no option is right."""
    texts = [option.text for option in options]
    picks = picked_places(texts, picked)
    right = {k for k, option in enumerate(options) if option.correct}
    if picks is None or (right and not picks):
        return _invalid("Choose every option that is right.")
    chosen = set(picks)
    wrong = sorted(chosen - right)
    score = 1.0 if chosen == right else _share(len(chosen & right) - len(wrong), len(right))
    reasons = [options[k].feedback for k in wrong if options[k].feedback]
    return Graded(
        _verdict(score),
        score,
        f"{len(chosen & right)} of {len(right)} right options chosen, and {len(wrong)} wrong.",
        shown="; ".join(texts[k] for k in sorted(chosen)),
        feedback=" ".join(reasons + [MISSED] * bool(right - chosen)),
        fingerprint=("choices", frozenset(texts[k] for k in chosen)),
    )


def grade_order(order: Order, arranged: object) -> Graded:
    """All items in the learner's order. Right when every pair of `order.before` is respected; the
    score is the share of pairs that are. Items missing or doubled are invalid."""
    positions = picked_places(order.items, arranged)
    if positions is None or sorted(positions) != list(range(len(order.items))):
        return _invalid("Put every item in the order, each once.")
    place = {item: k for k, item in enumerate(positions)}
    pairs = order.before or tuple(combinations(range(len(order.items)), 2))
    broken = [(i, j) for i, j in pairs if place[i] > place[j]]
    score = _share(len(pairs) - len(broken), len(pairs)) if pairs else 1.0
    return Graded(
        _verdict(score),
        score,
        f"{len(pairs) - len(broken)} of {len(pairs)} pairs are in a right order.",
        shown=" → ".join(order.items[k] for k in positions),
        feedback=_swap(order, broken[0]) if broken else "",
        fingerprint=("order", tuple(positions)),
    )


def _swap(order: Order, pair: tuple[int, int]) -> str:
    first, second = pair
    return f"“{order.items[first]}” comes before “{order.items[second]}”."


def _share(part: int, whole: int) -> float:
    return max(0.0, part / whole) if whole else 0.0


def _verdict(score: float) -> Verdict:
    return "correct" if score == 1.0 else "partial" if score > 0.0 else "incorrect"


def _invalid(message: str) -> Graded:
    return Graded("invalid", 0.0, message, error_code="nothing_chosen")


def picked_places(texts: Sequence[str], picked: object) -> list[int] | None:
    """The index of each pick; None when one of them is no option."""
    if picked is None or isinstance(picked, str) or not isinstance(picked, Iterable):
        return None
    found = [_position(texts, item) for item in picked]
    return None if None in found else [k for k in found if k is not None]


def _position(texts: Sequence[str], item: object) -> int | None:
    if isinstance(item, str):
        return texts.index(item) if item in texts else None
    if isinstance(item, int) and 0 <= item < len(texts):
        return item
    return None
