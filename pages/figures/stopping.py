"""Early stopping: losses per epoch, the weights that are restored, and its likeness to L2."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.studies.stopping_study import GRID, Recorded, law, ridge_shares, stopping_shares
from pages.figures.base import Figure, Look, Spec, axis, counted, layout, line, number, typed

SPECTRUM = np.logspace(-3, 0, 61)  # eigenvalues, directions from nearly flat to steep


def restored_epoch(run: Recorded, stop: int | None) -> int:
    """The epoch with the lowest validation loss up to the stop, whose weights are kept."""
    return int(np.argmin(run.validation[: None if stop is None else stop + 1]))


def losses_figure(run: Recorded, stop: int | None, revealed: bool, look: Look) -> Figure:
    """Training, validation and test loss per epoch, with the restored epoch and the stop."""
    epochs = np.arange(len(run.training))
    curves = {"training": run.training, "validation": run.validation, "test": run.test}
    shown = list(curves) if revealed else ["training"]
    traces = [
        line(name, epochs, curves[name], look, k)
        | {"hovertemplate": name + ": %{y:.3g}<extra></extra>"}
        for k, name in enumerate(shown)
    ]
    if revealed:
        kept = restored_epoch(run, stop)
        traces.append(_mark("restored", kept, run.validation[kept], "star", look.lines[1], look))
        if stop is not None:
            at = run.validation[stop]
            traces.append(_mark("stop", stop, at, "octagon", look.text, look))
    top = 1.1 * float(np.max([run.training[1:], run.validation[1:], run.test[1:]]))
    return Figure(
        traces,
        layout(
            look,
            420,
            xaxis=axis(look, "epoch"),
            yaxis=axis(look, "loss (half the squared error)", range=[0, top]),
            hovermode="x",
        ),
    )


def _mark(name: str, epoch: int, loss: float, symbol: str, color: str, look: Look) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [epoch],
        "y": [float(loss)],
        "marker": {
            "symbol": symbol,
            "size": 15,
            "color": color,
            "line": {"color": look.background, "width": 1.5},
        },
        "hoverinfo": "skip",
    }


def fits_figure(run: Recorded, stop: int | None, look: Look) -> Figure:
    """The fitted curve with the restored weights and at the end, the law, and both sets."""
    kept, last = restored_epoch(run, stop), len(run.curves) - 1
    curves = (
        (f"restored, epoch {kept}", run.curves[kept], 1),
        (f"end, epoch {last}", run.curves[last], 0),
        ("law", law(GRID), 2),
    )
    sets = (("training", run.training_set, "circle"), ("held out", run.validation_set, "x-thin"))
    return Figure(
        [
            *(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": name,
                    "x": typed(examples.x[:, 0]),
                    "y": typed(examples.y[:, 0]),
                    "marker": {
                        "symbol": symbol,
                        "size": 8,
                        "color": look.text,
                        "line": {"color": look.text, "width": 2 if "x" in symbol else 0},
                    },
                    "hoverinfo": "skip",
                }
                for name, examples, symbol in sets
            ),
            *(line(name, GRID, values, look, k, hoverinfo="skip") for name, values, k in curves),
        ],
        layout(look, 380, xaxis=axis(look, "x"), yaxis=axis(look, "y")),
    )


def shares_figure(rate: float, steps: int, look: Look) -> Figure:
    """How much of the solution each direction has: after so many steps, and with that much L2."""
    strength = 1 / (rate * steps)
    return Figure(
        [
            line(f"{steps} steps", SPECTRUM, stopping_shares(SPECTRUM, rate, steps), look, 0),
            line(
                f"L2 with λ = {number(strength, 2)}",
                SPECTRUM,
                ridge_shares(SPECTRUM, strength),
                look,
                1,
            ),
        ],
        layout(
            look,
            380,
            xaxis=axis(
                look, "curvature of the direction", type="log", dtick=1, exponentformat="power"
            ),
            yaxis=axis(look, "share of the solution", range=[0, 1.02]),
            hovermode="x",
        ),
    )


def course(run: Recorded) -> str:
    """What the validation loss does over the run: "falls", "turns" or "rises"."""
    if run.best == len(run.validation) - 1:
        return "falls"
    return "rises" if run.best == 0 else "turns"


def describe_stopping(run: Recorded, stop: int | None, patience: int) -> str:
    """When it stops, what is restored, and the test loss there and at the end."""
    kept, last = restored_epoch(run, stop), len(run.test) - 1
    test, end = float(run.test[kept]), float(run.test[last])
    if stop is None:
        lead = (
            f"With patience {patience} the run is never stopped in {last} epochs; the weights of "
            f"epoch **{kept}**, the lowest validation loss, are restored"
        )
    else:
        lead = (
            f"With patience {patience} training stops at epoch **{stop}** and restores the weights "
            f"of epoch **{kept}**"
        )
        if kept != run.best:
            lead += f", short of the lowest validation loss of the whole run at epoch {run.best}"
    verdict = "lower" if test < end else "no lower"
    return (
        f"{lead}. Their test loss is **{number(test, 3)}**, {verdict} than the "
        f"**{number(end, 3)}** after all {last} epochs, where the training loss is "
        f"{number(float(run.training[last]), 2)}."
    )


def describe_fits(run: Recorded, stop: int | None) -> str:
    """How far the restored curve and that of the end are from the law, at most."""
    kept, last = restored_epoch(run, stop), len(run.curves) - 1
    away, at_end = (number(float(np.abs(run.curves[k] - law(GRID)).max()), 2) for k in (kept, last))
    return (
        f"The restored curve leaves the law by at most **{away}**, that of epoch {last} by "
        f"**{at_end}**."
    )


def describe_shares(rate: float, steps: int) -> str:
    """The strength of L2 that so many steps are like, and how far the two shares differ."""
    strength = 1 / (rate * steps)
    gap = np.abs(stopping_shares(SPECTRUM, rate, steps) - ridge_shares(SPECTRUM, strength))
    worst = int(np.argmax(gap))
    return (
        f"On a quadratic loss {counted(steps, 'step')} with η = {rate:g} do roughly what L2 with "
        f"λ = 1/(ηt) = **{number(strength, 2)}** does: the steeper a direction, the more of it is "
        f"learned. The shares differ by at most **{number(float(gap[worst]), 2)}**, at "
        f"curvature {number(float(SPECTRUM[worst]), 2)}."
    )


def stopping_table(run: Recorded) -> pd.DataFrame:
    """Losses of every epoch."""
    return pd.DataFrame(
        {
            "epoch": np.arange(len(run.training)),
            "training loss": run.training,
            "validation loss": run.validation,
            "test loss": run.test,
        }
    )


def losses_alt(run: Recorded, stop: int | None, patience: int, revealed: bool) -> str:
    """What the loss picture shows."""
    if not revealed:
        return f"The training loss over {len(run.training) - 1} epochs, falling."
    words = describe_stopping(run, stop, patience).replace("*", "")
    return f"Training, validation and test loss per epoch. {words}"


def fits_alt(run: Recorded, stop: int | None) -> str:
    """What the fitted curves show."""
    words = describe_fits(run, stop).replace("*", "")
    return f"Fitted curves over {counted(len(run.training_set.x), 'training example')}. {words}"


def shares_alt(rate: float, steps: int) -> str:
    """What the picture of the shares shows."""
    words = describe_shares(rate, steps).replace("*", "")
    return f"Share of the solution against curvature for early stopping and for L2. {words}"
