"""Rules that end a training run; each takes the epochs so far and says why to stop, or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from engine.task import Epoch, Rule


def at_epoch(last: int) -> Rule:
    """Stops after `last` epochs."""
    return lambda history: f"{last} epochs done" if history[-1].epoch >= last else ""


def at_loss(target: float, of: str = "training loss") -> Rule:
    """Stops when a score, by its name in `Epoch.scores`, is at most `target`."""
    return lambda history: f"{of} at most {target:g}" if history[-1].scores[of] <= target else ""


def at_time(seconds: float, clock: Callable[[], float] = time.monotonic) -> Rule:
    """Stops at the first epoch that ends `seconds` or more after the rule was made."""
    end = clock() + seconds
    return lambda history: f"{seconds:g} s are over" if clock() >= end else ""


def patience(epochs: int, least_gain: float = 0.0) -> Rule:
    """Early stopping (Prechelt 1998): stops after so many epochs in a row without a new best loss.

    The loss watched is that of `Epoch.best`: validation where something is held out. An epoch
    counts as better when it is lower than all before it by more than `least_gain`.
    """

    def rule(history: Sequence[Epoch]) -> str:
        waited = history[-1].epoch - last_gain([_watched(epoch) for epoch in history], least_gain)
        return f"no better for {epochs} epochs" if waited >= epochs else ""

    return rule


def last_gain(losses: Sequence[float], least_gain: float) -> int:
    """The last index at which the loss was lower than the best before it by more than the gain."""
    best, at = float("inf"), 0
    for k, loss in enumerate(losses):
        if loss < best - least_gain:
            best, at = loss, k
    return at


def _watched(epoch: Epoch) -> float:
    return epoch.scores.get("validation loss", epoch.scores["training loss"])
