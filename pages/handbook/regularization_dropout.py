"""Errata of chapter 5 on dropout and on what it shares with ensembles."""

from __future__ import annotations

import numpy as np

from engine.layers import Dropout, Pass
from engine.studies.dropout_study import (
    SmallNet,
    fresh_inputs,
    small_weights,
    tradeoff,
    training_sets,
)
from pages.handbook.model import Erratum
from pages.handbook.stumps import bagged, boosted, fit_stumps

KINDS = ("relu", "linear")


def _test_scaling() -> str:
    ones, parts = np.ones((200_000, 1)), []
    for rate in (0.2, 0.5):
        trained, _ = Dropout(rate).forward({}, ones, Pass(True, np.random.default_rng(0)))
        trained = trained * (1 - rate)  # inverted dropout divides the units it keeps
        printed, right = (
            Dropout(rate, form).forward({}, ones[:1])[0].item() for form in ("printed", "classic")
        )
        parts.append(
            f"at a drop rate of {rate} a unit of 1 averages {trained.mean():.3g} in training, and "
            f"the test scaling gives {printed:.3g} as printed, {right:.3g} by the keep rate"
        )
    first, second = parts
    return f"{first[0].upper()}{first[1:]}; {second}."


def _mask_per_example() -> str:
    _, mask = Dropout(0.5).forward({}, np.ones((4, 5)), Pass(True, np.random.default_rng(0)))
    rows, columns = mask.shape
    return (
        f"For a batch of {rows} examples and {columns} units one mask has {mask.size} entries, "
        f"and {len(np.unique(mask, axis=0))} of its {rows} rows differ."
    )


def _average_of_masks() -> str:
    theta, x = small_weights()
    bent, straight = (SmallNet(0.5, "classic", kind).ensemble(theta, x) for kind in KINDS)
    return (
        f"Over all {len(bent.outputs)} masks of 6 units at rate 0.5 the exact mean is "
        f"${bent.mean:.4g}$ and the scaled network gives ${bent.evaluated:.4g}$; without the ReLU "
        f"the two differ by {abs(straight.mean - straight.evaluated):.1e}."
    )


def _bias_and_variance() -> str:
    rng = np.random.default_rng(0)
    fresh = fresh_inputs(rng)
    results = [tradeoff(fresh, *training_sets(rng), rate) for rate in (0.0, 0.2, 0.5, 0.9)]
    bias2, variance = zip(*results, strict=True)
    return (
        "Linear regression over 400 training sets has at drop rates 0, 0.2, 0.5 and 0.9 a squared "
        "bias of {:.3g}, {:.3g}, {:.3g} and {:.3g}, ".format(*bias2)
        + "a variance of {:.3g}, {:.3g}, {:.3g} and {:.3g}.".format(*variance)
    )


def _averaging_or_boosting() -> str:
    rng = np.random.default_rng(0)
    grid, samples = np.linspace(0, 1, 60), []
    for _ in range(60):
        x = rng.random(40)
        y = np.sin(2 * np.pi * x) + 0.4 * rng.normal(size=40)
        samples.append((x, y, [rng.integers(0, 40, 40) for _ in range(20)]))
    x, y, rows = (np.array(part) for part in zip(*samples, strict=True))
    fits = (fit_stumps(x, y).values(grid), bagged(x, y, rows, grid), boosted(x, y, 40, 0.3, grid))
    bias2 = [((f.mean(axis=0) - np.sin(2 * np.pi * grid)) ** 2).mean() for f in fits]
    variance = [f.var(axis=0).mean() for f in fits]
    return (
        "Single, averaged and boosted stumps on a noisy sine have a squared bias of "
        "{:.2g}, {:.2g} and {:.2g} ".format(*bias2)
        + "and a variance of {:.2g}, {:.2g} and {:.2g}.".format(*variance)
    )


def _variance_shift() -> str:
    rng = np.random.default_rng(0)
    x, dropout = rng.normal(size=(400_000, 1)), Dropout(0.5)
    trained, tested = (dropout.forward({}, x, run)[0].var() for run in (Pass(True, rng), Pass()))
    return (
        f"Inputs of variance 1 leave inverted dropout at rate 0.5 with variance {trained:.3g} in "
        f"training and {tested:.3g} at test time."
    )


DROPOUT_ERRATA = (
    Erratum(
        "H76",
        "A",
        ("dropout",),
        "At test time the activations are scaled by $p$, the drop rate.",
        "By the keep rate, $1 - p$; or not at all, if the units kept in training are divided by "
        "$1 - p$ (inverted dropout, the form of the libraries).",
        _test_scaling,
    ),
    Erratum(
        "H77",
        "B",
        ("dropout",),
        "Both formulas of dropout are lost figures, and the mask $r_j^{(l)}$ has no index for the "
        "example.",
        r"$r_j^{(l,i)} \sim \mathrm{Bernoulli}(1 - p)$, one for each unit and example; "
        r"$\tilde a = r \odot a$ in training and $\tilde a = (1 - p)\,a$ at test time.",
        _mask_per_example,
    ),
    Erratum(
        "H78",
        "B",
        ("dropout",),
        "The scaled network averages the thinned networks.",
        "Exactly so for one linear layer; with non-linear layers it is an approximation (a "
        "geometric mean under a softmax).",
        _average_of_masks,
    ),
    Erratum(
        "H79",
        "B",
        ("dropout", "fitting"),
        "Dropout adds a little bias and takes away much variance.",
        "It trades one for the other, and a large $p$ underfits. For a linear model it is ridge "
        r"regression with the matrix $\frac{p}{1-p}\,\mathrm{diag}(X^\top X)$.",
        _bias_and_variance,
    ),
    Erratum(
        "H80",
        "B",
        ("fitting",),
        "Boosting stands beside random forests as averaging that lowers variance.",
        "Bagging and forests average, which lowers variance. Boosting adds weak learners one after "
        "another, which mainly lowers bias.",
        _averaging_or_boosting,
    ),
    Erratum(
        "H89",
        "C",
        ("dropout", "batchnorm"),
        "L1, L2, dropout and batch norm all together can be more effective.",
        "Not always: dropout before batch norm gives it another variance in training than at test "
        "time, and batch norm can make dropout needless.",
        _variance_shift,
    ),
)
