"""What a sweep says: the words under each small surface, and the best of the values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from engine.playground.change import Sweep
from engine.playground.compare import Outcome, best_of
from pages.figures.base import counted, number
from pages.figures.playground_compare_words import divergence, numbers_of, quality_name

Values = Sequence[Any]
TOLD = 4  # divergences that are told one by one


def tile_caption(sweep: Sweep, value: Any, outcome: Outcome, is_best: bool) -> str:
    """The value and what came of it; the best says so."""
    lead = f"**{sweep.written(value)}**" + (" · **best**" if is_best else "")
    if told := divergence(outcome):
        return f"{lead}  \n:material/warning: {told}"
    scores = outcome.scores
    return (
        f"{lead}  \ntest loss {number(scores.test_loss, 3)}  \n"
        f"{quality_name(outcome)} {number(scores.test_quality, 3)}"
    )


def describe_sweep(sweep: Sweep, values: Values, outcomes: Sequence[Outcome]) -> str:
    """The best value and the worst, what diverged, and what the comparison does not hold fixed."""
    best = best_of(outcomes)
    told = [_lost(sweep, values, outcomes)]
    if best is None:
        return f"Nothing trains here. {told[0]}"
    ranks = [outcome.rank for outcome in outcomes]
    if len(values) > 1 and len({outcome.scores for outcome in outcomes}) == 1:
        return (
            f"All {len(values)} values end with exactly the same numbers, test loss "
            f"**{number(ranks[best], 3)}**: {_lower(sweep)} does nothing here."
        )
    return " ".join(
        part
        for part in (_ends(sweep, values, outcomes, best), *told, _fixed(sweep, outcomes))
        if part
    )


def _lower(sweep: Sweep) -> str:
    return sweep.label[0].lower() + sweep.label[1:]


def _ends(sweep: Sweep, values: Values, outcomes: Sequence[Outcome], best: int) -> str:
    first = outcomes[best]
    words = (
        f"Of {counted(len(values), 'value')} of {_lower(sweep)}, "
        f"**{sweep.written(values[best])}** gives the lowest test loss, "
        f"**{number(first.rank, 3)}**, with {quality_name(first)} "
        f"{number(first.scores.test_quality, 3)}"
    )
    ranks = np.array([outcome.rank for outcome in outcomes])
    worst = int(np.argmax(np.where(np.isfinite(ranks), ranks, -np.inf)))
    if worst == best:
        return f"{words}."
    return (
        f"{words}; the highest is **{number(outcomes[worst].rank, 3)}**, of "
        f"{sweep.written(values[worst])}."
    )


def _lost(sweep: Sweep, values: Values, outcomes: Sequence[Outcome]) -> str:
    lost = [
        f"{sweep.written(value)} {divergence(outcome)}"
        for value, outcome in zip(values, outcomes, strict=True)
        if not np.isfinite(outcome.rank)
    ]
    if not lost:
        return ""
    more = f" and {len(lost) - TOLD} more" if len(lost) > TOLD else ""
    return f"{sweep.label} {'; '.join(lost[:TOLD])}{more}."


def _fixed(sweep: Sweep, outcomes: Sequence[Outcome]) -> str:
    if sweep.draws:
        return "Each value has other examples, test examples too, so the losses are not of one set."
    seeds = {outcome.settings.seed for outcome in outcomes}
    if len(seeds) > 1:
        return (
            "Only the seed differs: a difference of this size between two settings proves nothing."
        )
    return f"All start from seed {seeds.pop()}; sweep the seed to see how much it alone does."


def sweep_alt(sweep: Sweep, values: Values, outcomes: Sequence[Outcome]) -> str:
    """What the picture of the losses shows."""
    words = describe_sweep(sweep, values, outcomes).replace("*", "")
    return f"Test and training loss by {_lower(sweep)}. {words}"


def sweep_table(sweep: Sweep, values: Values, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """A row per value."""
    name = _lower(sweep)
    shown = [value if sweep.is_number else sweep.written(value) for value in values]
    rows = zip(shown, outcomes, strict=True)
    return pd.DataFrame([{name: value} | numbers_of(outcome) for value, outcome in rows])
