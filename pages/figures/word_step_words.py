"""What the bars of one target word say, and what its gradient may be taken for."""

from __future__ import annotations

import numpy as np

from engine.types import Array
from pages.figures.base import number
from pages.figures.word_step import Shown, bars, chance


def describe_word(shown: Shown) -> str:
    """The label's probability and error, and what p - y takes from whom; both sums."""
    step, k = shown.step, len(shown.words)
    second = f"“{shown.name(shown.runner_up)}” has {number(float(step.dz[shown.runner_up]), 3)}"
    own = (
        f"The model gives “{shown.label}” **{chance(float(step.p[step.label]))}**: an error of "
        f"**{number(step.error, 3)}** nats, where an even guess among {k:,} words costs "
        f"{number(float(np.log(k)), 3)}."
    )
    sums = (
        f"The gradient p − y is **{number(float(step.dz[step.label]), 3)}** at its logit; the "
        f"other {k - 1:,} share {number(float(np.delete(step.dz, step.label).sum()), 3)} in "
        f"proportion to their p, and {second} of it. "
    )
    return f"{own} {sums}{_sums(shown)}"


def _sums(shown: Shown) -> str:
    p, dz = (round(float(values.sum()), 9) for values in (shown.step.p, shown.step.dz))
    return f"So p sums to {number(p)} and p − y to {number(dz)}."


def probability_alt(shown: Shown, *, revealed: bool = True) -> str:
    """Every bar of p in words, and where the label comes to."""
    names, p = bars(shown, shown.step.p)
    told = f"Bars of probabilities: {_list(names, p)}."
    if not revealed:
        return told
    after = chance(float(shown.after.p[shown.step.label]))
    return f"{told} After the step, “{shown.label}” has {after}."


def gradient_alt(shown: Shown) -> str:
    """Every bar of p - y in words."""
    return f"Bars of p − y: {_list(*bars(shown, shown.step.dz))}."


def _list(names: list[str], values: Array) -> str:
    pairs = zip(names, values.tolist(), strict=True)
    return "; ".join(f"{name} {number(v, 3)}" for name, v in pairs)


def guesses(shown: Shown) -> list[str]:
    """What the gradient at the label's logit may be taken for: p, the error, p - 1, -1/p."""
    p = float(shown.step.p[shown.step.label])
    with np.errstate(divide="ignore"):
        inverse = -1 / np.float64(p)
    wrong = chance(p), number(shown.step.error, 3), gradient_at_label(shown), number(inverse, 3)
    return list(dict.fromkeys(wrong))


def gradient_at_label(shown: Shown) -> str:
    """The gradient at the label's logit, as an answer."""
    return number(float(shown.step.dz[shown.step.label]), 3)
