"""A run's curves in words: where it stands, what the gap says, whether it still learns."""

from __future__ import annotations

import numpy as np

from engine.playground.evidence import RISEN_BY
from engine.playground.symptoms_of_learning import has_overfit
from engine.types import Array
from pages.figures.base import counted, number
from pages.figures.playground_curves import is_logarithmic
from pages.figures.playground_history import SETS, Curves

WORSE = 1.05  # times the lowest test loss: above that is worth a word
UNSETTLED = 1.25  # times the lowest training loss
FEW = 5  # epochs that say little yet
FLAT = 0.01  # share by which a loss falls that counts as none
PART = 5  # the last fifth says whether a run still learns


def describe_curves(curves: Curves) -> str:
    """Where the run stands, the gap between training and test, and what the curves do."""
    now = curves.now
    if not np.isfinite([now.training_loss, now.test_loss]).all():
        return f"{_when(curves)} the loss is no longer a finite number."
    lead = (
        f"{_when(curves)} the loss is **{number(now.training_loss, 3)}** in training and "
        f"**{number(now.test_loss, 3)}** on the test examples{_gap(curves)}."
    )
    return " ".join(part for part in (lead, _told(curves), _rest(curves)) if part)


def _when(curves: Curves) -> str:
    if curves.step == 0:
        return "Before the first step"
    epoch, more = divmod(curves.step, curves.size)
    if more:
        return f"At step {curves.step:,}, within epoch {epoch + 1:,},"
    return f"After {counted(epoch, 'epoch')}"


def _gap(curves: Curves) -> str:
    gap = curves.now.test_loss - curves.now.training_loss
    if gap <= 0:
        return ", which is no more"
    return f", **{number(gap, 2)}** more"


def _told(curves: Curves) -> str:
    seen = curves.epochs <= curves.at
    epochs = curves.epochs[seen]
    train, test = (curves.losses[name][seen] for name in SETS)
    if curves.step == 0:
        return ""
    return (
        _overfits(curves, epochs, train, test)
        or _unsettled(curves, epochs, train)
        or f"{_above(curves, epochs, train, test)}{_trend(curves, epochs, train)}"
    )


def _unsettled(curves: Curves, epochs: Array, train: Array) -> str:
    """Training loss clearly above its lowest; why, a curve alone cannot tell."""
    low, now = float(train.min()), curves.now.training_loss
    if not now - low > max((UNSETTLED - 1) * low, RISEN_BY):
        return ""
    epoch = int(epochs[np.argmin(train)])
    return (
        f"The training loss was lower before, {number(low, 3)} {_after(epoch)}, and rose "
        f"{'again since' if epoch else 'since'}; steps too large can do that."
    )


def _after(epoch: int) -> str:
    return f"after {counted(epoch, 'epoch')}" if epoch else "at the start"


def _lowest(curves: Curves, epochs: Array, test: Array) -> tuple[float, int]:
    """The lowest test loss up to the moment shown, and its epoch."""
    if curves.best_epoch <= curves.at:
        return curves.best, curves.best_epoch
    k = int(np.argmin(test))
    return float(test[k]), int(epochs[k])


def _overfits(curves: Curves, epochs: Array, train: Array, test: Array) -> str:
    """Test loss risen from its lowest while the training loss fell, as the diagnosis sees it."""
    lowest, epoch = _lowest(curves, epochs, test)
    rise = curves.now.test_loss - lowest
    fall = float(train[np.argmin(test)]) - curves.now.training_loss
    if not has_overfit(rise, lowest, fall, curves.at - epoch, curves.at):
        return ""
    return (
        f"The test loss was lowest, **{number(lowest, 3)}**, {_after(epoch)} and has risen since "
        "while the training loss went on falling: the network **overfits**."
    )


def _above(curves: Curves, epochs: Array, train: Array, test: Array) -> str:
    """Test loss above its lowest while the training loss fell, which may still pass."""
    lowest, epoch = _lowest(curves, epochs, test)
    has_fallen = curves.now.training_loss < train[np.argmin(test)]
    if not (has_fallen and curves.now.test_loss > WORSE * lowest):
        return ""
    return f"The test loss is above its lowest, **{number(lowest, 3)}** {_after(epoch)}. "


def _trend(curves: Curves, epochs: Array, train: Array) -> str:
    """What the training loss did in the last part, or from the start where that is short."""
    if len(epochs) < 2 or epochs[-1] < FEW:
        k, since = 0, "Since the start"
    else:
        k = int(np.searchsorted(epochs, epochs[-1] * (1 - 1 / PART)))
        k = min(k, len(epochs) - 2)
        since = f"Over the last {counted(int(epochs[-1] - epochs[k]), 'epoch')}"
    before = float(train[k])
    fall = 1 - curves.now.training_loss / before if before else 0.0
    if not np.isfinite(fall) or abs(fall) < FLAT:
        return f"{since} the training loss changed by less than {FLAT:.0%}: it is **flat**."
    if fall < 0:
        return f"{since} the training loss rose by {-fall:.0%}."
    return f"{since} the training loss fell by {fall:.0%}: it is **still falling**."


def _rest(curves: Curves) -> str:
    if not curves.is_rewound:
        return ""
    return f"Faint is what came after this moment, up to epoch {int(curves.end):,}."


def curves_alt(curves: Curves) -> str:
    """What the picture shows."""
    scale = "on a log axis " if is_logarithmic(curves) else ""
    best = f"{number(curves.best, 3)}, after {counted(curves.best_epoch, 'epoch')}"
    return (
        f"Loss {scale}and {curves.quality} of the training and test examples by epoch. "
        f"{describe_curves(curves).replace('*', '')} The star marks the lowest test loss: {best}."
    )
