"""Why is it not learning? Everything that is known to keep a network from it, looked for in turn.

Each check takes one look at the state and says what it sees with its number, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from engine.playground.course import Course
from engine.playground.evidence import Evidence
from engine.playground.finding import Finding
from engine.playground.symptoms_of_learning import (
    collapsed,
    learning,
    linear,
    one_class,
    overfitting,
    stuck,
)
from engine.playground.symptoms_of_signals import (
    dead,
    exploding,
    saturated,
    symmetric,
    vanishing,
)
from engine.playground.symptoms_of_steps import diverged, rate_too_large, risen, slow

CHECKS: Mapping[str, Callable[[Evidence], Finding | None]] = {
    "diverged": diverged,
    "rate": rate_too_large,
    "exploding": exploding,
    "vanishing": vanishing,
    "dead": dead,
    "saturated": saturated,
    "symmetric": symmetric,
    "linear": linear,
    "collapsed": collapsed,
    "slow": slow,
    "one class": one_class,
    "overfitting": overfitting,
}
"""Every check, the most pressing first."""
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "diverged": ("exploding", "vanishing", "dead", "saturated", "one class"),
    "collapsed": ("vanishing", "saturated"),
}
"""What is no finding of its own beside another one, being its consequence."""


def diagnose(course: Course, is_deep: bool = True) -> list[Finding]:
    """What the checks see at the moment shown, the most pressing first.

    Where none sees anything, one finding that is no problem says so and how the loss has fallen,
    unless the run has come to rest short of what the examples allow or the loss is above its start.
    Without `is_deep` the bound on the learning rate, which takes dozens of gradients, is left out.
    """
    evidence = Evidence(course, is_deep)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        seen = {name: found for name, check in CHECKS.items() if (found := check(evidence))}
    told = {name for main in seen for name in FOLLOWS.get(main, ())}
    problems = [found for name, found in seen.items() if name not in told]
    return problems or [stuck(evidence) or risen(evidence) or learning(evidence)]
