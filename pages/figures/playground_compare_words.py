"""What the comparison of two configurations says: which is better, by how much, and how surely."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.playground.compare import Outcome, first_step_at
from pages.figures.base import counted, number

EQUAL = 0.01  # of the higher test loss: what differs by less is practically equal
FEW_SEEDS = "One seed proves little: 3 or 5 show whether it holds."

Group = Sequence[Outcome]  # one configuration with each of its seeds


def quality_name(outcome: Outcome) -> str:
    """What the quality of a score is called."""
    return "accuracy" if outcome.experiment.is_classification else "R²"


def describe_pair(a: Group, b: Group) -> str:
    """Which of the two is better on the test set, by how much, and how sure that is."""
    if lost := [_divergence(name, group) for name, group in (("A", a), ("B", b)) if _lost(group)]:
        return " ".join([*lost, _of_the_rest(a, b)])
    means = [float(np.mean([outcome.rank for outcome in group])) for group in (a, b)]
    if all(x.scores == y.scores for x, y in zip(a, b, strict=True)):
        return (
            f"Both end with exactly the same numbers, test loss **{number(means[0], 3)}**: what "
            "differs between them does nothing here."
        )
    better, worse = np.argsort(means, kind="stable")
    if means[worse] - means[better] <= EQUAL * means[worse]:
        return " ".join([_equal(means, a, b), _ranges(a, b), _effort(a[0], b[0], int(better))])
    return " ".join(
        [
            _better(("A", "B")[better], ("A", "B")[worse], means[better], means[worse], a, b),
            _spread(("A", "B")[better], (a, b)[better], (a, b)[worse]),
            _effort(a[0], b[0], int(better)),
        ]
    )


def _lost(group: Group) -> list[Outcome]:
    return [outcome for outcome in group if not np.isfinite(outcome.rank)]


def divergence(outcome: Outcome) -> str:
    """At which step in which tensor; empty for what did not diverge."""
    if outcome.moment.diverged is None:
        return "" if np.isfinite(outcome.rank) else "loss not finite"
    step, tensor = outcome.moment.diverged
    return f"diverged at step {step:,} in {tensor}"


def _divergence(name: str, group: Group) -> str:
    lost = _lost(group)
    seeds = "" if len(group) == 1 else f" for {len(lost)} of {len(group)} seeds"
    return f"**{name} diverges**{seeds}: {divergence(lost[0])}."


def _of_the_rest(a: Group, b: Group) -> str:
    sound = [name for name, group in (("A", a), ("B", b)) if not _lost(group)]
    if not sound:
        return "Neither can be relied on; a smaller learning rate or clipping helps."
    group = a if sound == ["A"] else b
    mean = float(np.mean([outcome.rank for outcome in group]))
    return f"**{sound[0]} is better**, with a test loss of **{number(mean, 3)}**."


def _better(better: str, worse: str, low: float, high: float, a: Group, b: Group) -> str:
    by_name = {"A": a, "B": b}
    first, second = (
        float(np.mean([o.scores.test_quality for o in by_name[name]])) for name in (better, worse)
    )
    lead = "On the test set" if len(a) == 1 else f"In the mean over {len(a)} seeds"
    less = 1 - low / high if high else 0.0
    though = "lower, though: " if first < second else ""
    return (
        f"{lead} **{better} is better**: its test loss is **{number(low, 3)}**, that of {worse} "
        f"{number(high, 3)}, so it is lower by {number(high - low, 2)} or {100 * less:.0f}%; its "
        f"{quality_name(a[0])} is {though}{number(first, 3)} against {number(second, 3)}."
    )


def _equal(means: Sequence[float], a: Group, b: Group) -> str:
    lead = "On the test set" if len(a) == 1 else f"In the mean over {len(a)} seeds"
    first, second = (float(np.mean([o.scores.test_quality for o in group])) for group in (a, b))
    return (
        f"{lead} **A and B are practically equal**: the test losses are **{number(means[0], 4)}** "
        f"and **{number(means[1], 4)}**, at most {100 * EQUAL:.0f}% apart; {quality_name(a[0])} is "
        f"{number(first, 3)} and {number(second, 3)}."
    )


def _ranges(a: Group, b: Group) -> str:
    if len(a) == 1:
        return FEW_SEEDS
    return f"The test loss of A goes from {_range(a)}, that of B from {_range(b)}."


def _range(group: Group) -> str:
    ranks = [outcome.rank for outcome in group]
    return f"{number(min(ranks), 3)} to {number(max(ranks), 3)}"


def _spread(name: str, better: Group, worse: Group) -> str:
    if len(better) == 1:
        return FEW_SEEDS
    wins = sum(x.rank < y.rank for x, y in zip(better, worse, strict=True))
    held = f"All {wins}" if wins == len(better) else f"Only {wins} of the {len(better)}"
    return (
        f"{held} seeds agree: the test loss of {name} goes from {_range(better)}, that of the "
        f"other from {_range(worse)}."
    )


def _effort(a: Outcome, b: Outcome, better: int) -> str:
    """Steps of both, and when the better one was where the other ended; both of the first seed."""
    steps = a.moment.step, b.moment.step
    took = f"Each took {counted(steps[0], 'step')}"
    if steps[0] != steps[1]:
        took = f"A took {counted(steps[0], 'step')}, B {counted(steps[1], 'step')}"
    winner, other = ((a, b), (b, a))[better]
    reached = first_step_at(winner, other.rank)
    if not reached or reached >= winner.moment.step:  # not, at the start, or at the end
        return f"{took}."
    name, behind = ("A", "B") if better == 0 else ("B", "A")
    return (
        f"{took}; with seed {winner.settings.seed}, {name} was down to the final test loss of "
        f"{behind} after {reached:,}."
    )


def side_caption(name: str, outcome: Outcome) -> str:
    """One configuration's numbers, under its surface."""
    scores, quality = outcome.scores, quality_name(outcome)
    told = divergence(outcome)
    return (
        f"**{name}** · test loss **{number(scores.test_loss, 3)}**, {quality} "
        f"**{number(scores.test_quality, 3)}** · training loss "
        f"{number(scores.training_loss, 3)}, {quality} {number(scores.training_quality, 3)} · "
        f"{counted(outcome.moment.step, 'step')}, "
        f"{counted(outcome.experiment.network.size, 'parameter')}"
        + (f" · :material/warning: {told}" if told else "")
    )


def losses_alt(a: Group, b: Group) -> str:
    """What the curves show."""
    words = describe_pair(a, b).replace("*", "")
    return f"Training and test loss of A and B by epoch. {words}"


def pair_table(a: Group, b: Group) -> pd.DataFrame:
    """A row per configuration and seed."""
    return pd.DataFrame(
        [
            {"configuration": name, "seed": outcome.settings.seed} | numbers_of(outcome)
            for name, group in (("A", a), ("B", b))
            for outcome in group
        ]
    )


def numbers_of(outcome: Outcome) -> dict[str, object]:
    """The numbers of an outcome by their column."""
    scores, quality = outcome.scores, quality_name(outcome)
    return {
        "training loss": scores.training_loss,
        "test loss": scores.test_loss,
        f"training {quality}": scores.training_quality,
        f"test {quality}": scores.test_quality,
        "steps": outcome.moment.step,
        "parameters": outcome.experiment.network.size,
        "diverged": divergence(outcome),
    }


def curves_table(a: Group, b: Group) -> pd.DataFrame:
    """A row per configuration, seed and epoch that was kept."""
    return pd.concat(
        [
            pd.DataFrame({"configuration": name, "seed": outcome.settings.seed, **outcome.curves})
            for name, group in (("A", a), ("B", b))
            for outcome in group
        ]
    )
