"""Checks of how a run goes: what it has learned, what holds it back, and what it will not learn.

Each takes the evidence and gives what it found, or None.
"""

from __future__ import annotations

import numpy as np

from engine.playground.course import Mark
from engine.playground.evidence import RECENT, RISEN, RISEN_BY, Evidence
from engine.playground.finding import Finding, written
from engine.playground.reachable import NEIGHBORS
from engine.playground.run import classes
from engine.playground.settings import UNITS

GAP = 0.1  # in share right or R², between what is reached and what the neighbors show
NEAR_ZERO = 0.1  # of the weights' size at the start
CONSTANT = 0.1  # spread of the outputs: logits that differ so little say the same of every point
OLD = 10, 0.2  # epochs, and share of the run, since the lowest test loss: shorter rises may pass
RESTING = 50, 0.01  # epochs in which the loss has fallen by less than this share
WEAK_DECAY = 0.1  # of AdamW: 0.01 is the usual value


def linear(e: Evidence) -> Finding | None:
    """Nothing bends, and the neighbors show that the examples need it."""
    kinds = e.settings.activations
    if any(kind != "linear" for kind in kinds):
        return None
    line, near = e.reachable
    if not near - line > GAP:
        return None
    lead = "There is no hidden layer" if not kinds else "All activations are linear"
    seen = (
        f"{lead}, so the network is one linear map. {_best_line(e)} gets "
        f"{_scored(e, line)}; asking the {NEIGHBORS} nearest neighbors of each gets "
        f"{_scored(e, near)}."
    )
    units = e.settings.units or (4,)
    cure = {"units": units, "activations": ("tanh",) * len(units)}
    return Finding("No bend", seen, near - line, 1, "deep_learning", "xor", cure)


def _best_line(e: Evidence) -> str:
    if e.experiment.is_classification:  # other lines may get a few more right at a higher loss
        return "Logistic regression, the best of those by its loss,"
    return "The least squares fit, the best of those,"


def _scored(e: Evidence, quality: float) -> str:
    if e.experiment.is_classification:
        return f"{quality:.0%} right"
    return f"R² = {quality:.2f}"


def collapsed(e: Evidence) -> Finding | None:
    """The weights have shrunk to almost nothing and the output is the same everywhere."""
    pulls = _pulls(e)
    if not pulls:
        return None
    start, now = e.root_mean_square(e.experiment.start), e.root_mean_square(e.theta)
    spread = float(np.ptp(e.layers[-1].activations, axis=0).max())
    if not (now < NEAR_ZERO * start and spread < CONSTANT):
        return None
    seen = (
        f"The weights have shrunk from {written(start)} to {written(now)} in root mean square, and "
        f"the output varies by {written(spread)} over all training examples: "
        f"{' and '.join(pulls)} leaves nothing."
    )
    cure = _weaker(e)
    return Finding("Collapsed", seen, now / start, 5, "regularization", "penalties", cure)


def _pulls(e: Evidence) -> list[str]:
    """What draws weights to 0 or hides units, in words."""
    s = e.settings
    words = {
        f"{s.penalty.upper()} of strength {s.strength:g}": s.penalty != "none" and s.strength > 0,
        f"weight decay {s.decay:g}": s.optimizer == "AdamW" and s.decay >= WEAK_DECAY,
        f"dropout {s.dropout:g}": s.dropout > 0,
    }
    return [word for word, acts in words.items() if acts]


def _weaker(e: Evidence) -> dict[str, float]:
    s = e.settings
    if s.penalty != "none":
        return {"strength": s.strength / 100}
    return {"decay": 0.01} if s.optimizer == "AdamW" else {"dropout": 0.0}


def one_class(e: Evidence) -> Finding | None:
    """Every training example is put in one class."""
    if not e.experiment.is_classification or e.course.epoch < 1:
        return None
    said, y = classes(e.layers[-1].activations), e.experiment.sample.y
    y = y[e.experiment.sample.is_training]
    share = float(np.mean(y == said[0]))
    if share == 1 or not (said == said[0]).all():
        return None
    label = e.experiment.sample.labels[int(said[0])]
    seen = (
        f"All {len(y):,} training examples are put in {label}, to which {share:.0%} of them belong."
    )
    return Finding("One class for all", seen, 1 - share, 3, "training", "backprop")


def has_overfit(rise: float, low: float, fall: float, since: float, epochs: float) -> bool:
    """Whether the test loss has clearly risen by `rise` from its lowest value `low` while the
    training loss fell by `fall`, and that for long: `since` epochs of the `epochs` so far."""
    old, share = OLD
    is_clear = rise > max(RISEN * low, RISEN_BY) and fall > 0
    return is_clear and since >= max(old, share * epochs)


def overfitting(e: Evidence) -> Finding | None:
    """The test loss has risen from its lowest value while the training loss went on falling."""
    best, now, course = min(e.marks, key=lambda mark: mark.scores.test_loss), e.scores, e.course
    low, epoch = best.scores.test_loss, best.step // e.experiment.steps_per_epoch
    if course.best_epoch <= course.epoch and course.best <= low:  # its mark may be thinned out
        low, epoch = course.best, course.best_epoch
    rise, fall = now.test_loss - low, best.scores.training_loss - now.training_loss
    epochs = course.now.step / e.experiment.steps_per_epoch
    if not has_overfit(rise, low, fall, epochs - epoch, epochs):
        return None
    seen = (
        f"The test loss has risen by {written(rise)} since epoch {epoch:,}, from {written(low)} to "
        f"{written(now.test_loss)}, while the training loss went on falling, to "
        f"{written(now.training_loss)}."
    )
    has_penalty = e.settings.penalty != "none"
    cure = {"patience": 20} if has_penalty else {"penalty": "l2", "strength": 0.01}
    return Finding("Overfitting", seen, rise, 5, "regularization", "fitting", cure)


def stuck(e: Evidence) -> Finding | None:
    """The loss rests while the neighbors show that more could be learned."""
    epochs, share = RESTING
    if e.course.epoch < epochs:
        return None
    mark = e.before(epochs)
    before = mark.scores.training_loss
    fallen = before - e.scores.training_loss
    near, reached = e.reachable[1], e.scores.training_quality
    rests = -max(RISEN * before, RISEN_BY) <= fallen <= share * before
    if not (rests and near - reached > GAP):
        return None
    seen = (
        f"The training loss has {'fallen' if fallen >= 0 else 'risen'} by only "
        f"{written(abs(fallen))} {_since(e, mark)} and rests at "
        f"{_scored(e, reached)}; asking the {NEIGHBORS} nearest neighbors of each gets "
        f"{_scored(e, near)}."
    )
    units = tuple(min(UNITS, max(4, 2 * units)) for units in e.settings.units) or (4,)
    kinds = e.settings.activations or ("tanh",)
    cure = {"units": units, "activations": kinds} if units != e.settings.units else {}
    return Finding("Stuck", seen, near - reached, 1, "deep_learning", "xor", cure)


def _since(e: Evidence, mark: Mark) -> str:
    epoch = mark.step // e.experiment.steps_per_epoch
    return f"since epoch {epoch:,}" if epoch else "since the start"


def learning(e: Evidence) -> Finding:
    """What is told where no check finds anything."""
    mark, now = e.before(RECENT), e.scores.training_loss
    fallen = mark.scores.training_loss - now
    told = f"{'fell' if fallen > 0 else 'rose'} by {written(abs(fallen))} to {written(now)}"
    told = f"{told} {_since(e, mark)}" if e.course.now.step else f"is {written(now)} at the start"
    lead = ": it is learning" if fallen > 0 else ""
    seen = f"No check finds anything{lead}. The training loss {told}."
    return Finding("Nothing found", seen, fallen, 3, "training", "update", is_problem=False)
